"""The pages of the mock under /_mock/, and the documents themselves."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adcontract import load
from adcontract_mock.web.endpoint import FILES

if TYPE_CHECKING:
    import httpx

SWAGGER_UI = FILES.parent / "swagger_ui"
SPEC = Path(__file__).parents[1] / "spec"
PREFIXES = ["/library/v1", "/post/2025-01-31", "/post/2024-06-30", "/stamps/v2"]


def test_health_lists_the_documents(small: httpx.Client) -> None:
    health = small.get("/_mock/health").json()
    assert health["status"] == "up"
    assert [document["path"] for document in health["documents"]] == PREFIXES
    assert health["documents"][0]["operations"] == 9


def test_a_document_can_be_had_whole_and_names_this_mock_as_its_first_server(small: httpx.Client) -> None:
    document = small.get("/library/v1/openapi.json").json()
    assert document["servers"][0]["url"] == "/library/v1"
    assert document["servers"][1]["url"] == "https://library.example.com"
    assert {**document, "servers": 0} == {**load("library", spec=SPEC).document, "servers": 0}


def test_a_document_for_people_has_the_named_states_as_examples(real: httpx.Client) -> None:
    address = "/topsort/v1/openapi.json"
    plain, shown = real.get(address).json(), real.get(f"{address}?examples=states").json()
    (path,) = plain["paths"]
    response = shown["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    states = real.get("/_mock/states").json()["topsort-v1"]["listCampaigns"]
    assert set(states) == {
        name for name, each in response["examples"].items() if each.get("summary", "").startswith(f"{name}: ")
    }
    for name in states:
        headers = {"Authorization": "Bearer any", "Prefer": f"code=200, example={name}"}
        assert real.get(path, headers=headers).json() == response["examples"][name]["value"], name
    documented = plain["paths"][path]["get"]["responses"]["200"]
    assert list(response["examples"])[: -len(states)] == list(documented["content"]["application/json"]["examples"])
    shown["paths"][path]["get"]["responses"]["200"] = documented
    assert shown == plain, "nothing else differs"


def test_other_examples_of_a_document_are_refused(small: httpx.Client) -> None:
    response = small.get("/library/v1/openapi.json?examples=all")
    assert (response.status_code, response.json()["message"]) == (400, "examples is states, or is left out, not 'all'.")


def test_the_documentation_lists_every_document_and_needs_no_other_host(small: httpx.Client) -> None:
    page = small.get("/_mock/docs").text
    for prefix in PREFIXES:
        assert f'"url": "{prefix}/openapi.json?examples=states"' in page
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(files) == 5
    for file in files:
        assert small.get(file).status_code == 200, file


def test_swagger_ui_is_unchanged_since_it_came_from_npm() -> None:
    """`make swagger-ui` writes the hashes of its files. Its license is among them."""
    lines = (SWAGGER_UI / "SHA256SUMS").read_text().splitlines()
    sums = {name: sha for sha, name in map(str.split, lines)}
    assert {file.name for file in SWAGGER_UI.iterdir()} == {*sums, "SHA256SUMS"}
    assert {"LICENSE", "NOTICE", "package.json", "swagger-ui-bundle.js"} < set(sums)
    for name, sha in sums.items():
        assert hashlib.sha256((SWAGGER_UI / name).read_bytes()).hexdigest() == sha, name


def test_the_start_page_links_to_pages_that_exist(small: httpx.Client) -> None:
    page = small.get("/_mock/").text
    links = set(re.findall(r'(?:href|src)="(/[^"]+)"', page))
    assert {f"{prefix}/openapi.json" for prefix in PREFIXES} < links
    for link in links:
        assert small.get(link.replace("&amp;", "&")).status_code == 200, link
    assert small.get("/_mock", follow_redirects=True).url.path == "/_mock/"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/_mock/nope", 404), ("POST", "/_mock/health", 405)])
def test_an_unknown_page_is_refused(small: httpx.Client, method: str, path: str, status: int) -> None:
    assert small.request(method, path).status_code == status


def test_a_missing_file_of_the_documentation_is_not_there(small: httpx.Client) -> None:
    assert small.get("/_mock/static/../../nope.js").status_code == 404
