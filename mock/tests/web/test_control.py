"""The choices of a session, and the control page as it is delivered."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from conftest import Serve

SPEC = Path(__file__).parents[1] / "spec"
BOOKS = "/v1/books"
SESSION = "/_mock/session"
MINE = {"Mock-Session": "mine"}


@pytest.fixture
def mine(small: httpx.Client) -> Iterator[httpx.Client]:
    """A client of the mock without choices."""
    small.delete(SESSION, headers=MINE)
    yield small
    small.delete(SESSION, headers=MINE)
    small.cookies.clear()


def choose(client: httpx.Client, method: str = "PATCH", **choices: Any) -> httpx.Response:
    return client.request(method, SESSION, json=choices, headers=MINE)


def test_a_status_is_chosen_for_a_session_and_reset(mine: httpx.Client) -> None:
    response = choose(mine, addBook={"code": 409})
    assert response.json() == {"session": "mine", "choices": {"library-v1 addBook": {"code": "409"}}}
    book = {"title": "T"}
    assert mine.post(BOOKS, json=book, headers=MINE).status_code == 409
    assert mine.post(BOOKS, json=book, headers={"Mock-Session": "other"}).status_code == 201
    assert mine.get(SESSION, headers=MINE).json() == response.json()
    assert choose(mine, addBook=None).json()["choices"] == {}
    assert mine.post(BOOKS, json=book, headers=MINE).status_code == 201


def test_an_example_is_chosen(mine: httpx.Client) -> None:
    choose(mine, **{"library-v1 listBooks": {"example": "by-author"}})
    response = mine.get(BOOKS, headers=MINE)
    assert response.json() == mine.get(f"{BOOKS}?author=Pauli&size=10").json()
    assert response.json() != mine.get(BOOKS).json()
    assert response.headers["preference-applied"] == "example=by-author"


def test_a_delay_and_a_fault_are_chosen_for_every_operation(mine: httpx.Client) -> None:
    choose(mine, **{"*": {"delay": 60, "fault": "503"}})
    response = mine.get("/v1/books/7", headers=MINE)
    assert (response.status_code, response.elapsed.total_seconds() > 0.05) == (503, True)


def test_patch_adds_put_replaces_and_delete_resets(mine: httpx.Client) -> None:
    choose(mine, addBook={"code": "409"})
    assert choose(mine, getBook={"code": "404"}).json()["choices"].keys() == {
        "library-v1 addBook",
        "library-v1 getBook",
    }
    assert choose(mine, "PUT", getBook={"delay": "1"}).json()["choices"] == {"library-v1 getBook": {"delay": "1"}}
    assert mine.delete(SESSION, headers=MINE).json() == {"session": "mine", "choices": {}}


def test_a_client_without_a_session_gets_one_and_keeps_it_by_cookie(mine: httpx.Client) -> None:
    response = mine.put(SESSION, json={"addBook": {"code": "409"}})
    assert re.fullmatch(r"[0-9a-f]{8}", response.json()["session"])
    assert response.cookies["mock_session"] == response.json()["session"]
    assert mine.post(BOOKS, json={"title": "T"}).status_code == 409
    assert "Path=/; SameSite=lax" in response.headers["set-cookie"]


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"addBok": {"code": "409"}}, "Did you mean addBook"),
        ({"listBooks": {"code": "200"}}, "Name one: library-v1 listBooks or post-2025-01-31 listBooks"),
        ({"addBook": {"code": "418"}}, "201, 401, 409, 422"),
        ({"addBook": {"example": "triology"}}, "trilogy, default"),
        ({"addBook": {"delay": "soon"}}, "100-500"),
        ({"addBook": {"fault": "fire"}}, "timeout, reset"),
        ({"addBook": {"dynamic": "maybe"}}, "true or false"),
        ({"addBook": {"status": "409"}}, "code, example"),
        ({"addBook": {"code": ["409"]}}, "code of addBook is text"),
        ({"addBook": "409"}, "is an object"),
        ({"*": {"fault": "fire"}}, "timeout, reset"),
        ({"*": {"code": "418"}}, "No contract has the code 418"),
        ({"*": {"snapshot": "v9"}}, "No contract has the snapshot v9"),
        ([], "Send an object of choices"),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_invalid_choice_is_refused_and_changes_nothing(
    mine: httpx.Client, method: str, choices: Any, message: str
) -> None:
    choose(mine, getBook={"code": "404"})
    response = mine.request(method, SESSION, json=choices, headers=MINE)
    assert response.status_code == 400
    assert message in response.json()["message"]
    assert mine.get(SESSION, headers=MINE).json()["choices"] == {"library-v1 getBook": {"code": "404"}}


# the page


def data(page: str, name: str) -> Any:
    found = re.search(rf"""data-{name}=(?:'([^']*)'|"([^"]*)")""", page)
    assert found
    return html.unescape(found[1] or found[2])


def test_the_page_has_every_operation_of_every_document(mine: httpx.Client) -> None:
    page = mine.get("/_mock/").text
    keys = re.findall(r'data-key="([^"*]+)"', page)
    documents = mine.get("/_mock/health").json()["documents"]
    assert len(keys) == len(set(keys)) == sum(document["operations"] for document in documents)
    assert page.count('<details class="panel document" open>') == 3, "the older snapshot is folded"


def test_the_page_keeps_the_session_of_the_browser_and_knows_its_choices(mine: httpx.Client) -> None:
    session = data(mine.get("/_mock/").text, "session")
    assert session == mine.cookies["mock_session"]
    mine.patch(SESSION, json={"addBook": {"code": "409"}})
    page = mine.get("/_mock/").text
    assert data(page, "session") == session
    assert json.loads(data(page, "choices")) == {"library-v1 addBook": {"code": "409"}}


def test_a_session_is_text_on_the_page(mine: httpx.Client) -> None:
    name = "\"'><script>alert(1)</script>"
    page = mine.get("/_mock/", headers={"Mock-Session": name}).text
    assert "<script>alert" not in page
    assert data(page, "session") == name


def test_values_from_a_contract_are_text_on_the_page(serve: Serve, tmp_path: Path) -> None:
    shutil.copytree(SPEC / "library", tmp_path / "library")
    file = tmp_path / "library/paths/v1_books.yaml"
    text = file.read_text().replace("operationId: listBooks", "operationId: listBooks\n  summary: '<b>\"all\"</b>'")
    file.write_text(text.replace("description: Books.", "description: '</select><i>x</i>'"))
    root = tmp_path / "library/openapi.yaml"
    root.write_text(root.read_text().replace("title: Library", "title: '<u>Library</u>'"))
    with serve(tmp_path) as client:
        operation = client.get("/_mock/operation", params={"key": "library-v1 listBooks"}).text
        page = client.get("/_mock/").text + operation
    assert "&lt;i&gt;x&lt;/i&gt;" in operation
    for markup in ("<b>", "<i>", "<u>"):
        assert markup not in page
    assert "&lt;u&gt;Library&lt;/u&gt;" in page


def test_the_page_runs_no_script_but_its_own(mine: httpx.Client) -> None:
    response = mine.get("/_mock/")
    assert response.headers["content-security-policy"].startswith("default-src 'self'")
    scripts = re.findall(r"<script[^>]*>", response.text)
    assert all(re.fullmatch(r'<script type="module" src="/_mock/files/[a-z]+\.js">', script) for script in scripts)
    assert len(scripts) == 7
    assert not re.search(r"\son\w+=|\sstyle=", response.text)


def test_a_token_of_the_mock_is_not_on_the_page(serve: Serve) -> None:
    with serve(SPEC, "s3cr3t") as client:
        page = client.get("/_mock/").text
    assert "s3cr3t" not in page
    assert "any-token-is-good" not in page
