"""An operation as the control page fetches it: the parts of its request, and the names by which it is found."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from conftest import Serve

SPEC = Path(__file__).parents[1] / "spec"
BODY = """\
          allOf:
            - type: object
              required: [title]
              properties:
                title: {type: string, minLength: 1, description: As on the `cover`.}
            - type: object
              properties:
                shelf:
                  type: object
                  nullable: true
                  required: [row]
                  properties:
                    row: {type: integer, minimum: 1, default: 3}
                    side: {type: string, enum: [left, right]}
                moods: {type: array, items: {type: string, x-extensible-enum: [gay, grave]}}
                previous: {$ref: '../components/schemas/Book.yaml'}
          oneOf:
            - {type: object, required: [isbn], properties: {isbn: {type: string}}}
            - {type: object, required: [issn], properties: {issn: {type: string}}}
"""


@pytest.fixture(scope="module")
def client(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A mock of the library, where a book is more difficult to write."""
    root = tmp_path_factory.mktemp("spec")
    shutil.copytree(SPEC / "library", root / "library")
    file = root / "library/paths/v1_books.yaml"
    head, rest = file.read_text().split("      application/json:\n        schema:\n          type: object\n", 1)
    tail = rest.split("          required: [title]\n", 1)[1]
    file.write_text(f"{head}      application/json:\n        schema:\n{BODY}{tail}")
    with serve(root) as opened:
        yield opened


def shown(client: httpx.Client, operation: str, part: str) -> list[str]:
    """Return the fields in a part of the page as texts."""
    page = client.get("/_mock/operation", params={"key": f"library-v1 {operation}"}).text
    listed = page.partition(f'aria-label="{part} of {operation}"')[2].partition("</ul>")[0]
    fields = re.findall(r'data-depth="(\d)">(.*?)</li>', listed, re.DOTALL)
    texts = (
        depth + html.unescape(re.sub(r"<button.*?</button>|<[^>]+>", "", text, flags=re.S)) for depth, text in fields
    )
    return [" ".join(text.split()) for text in texts]


def test_the_schema_beside_a_body_says_what_each_property_may_be(client: httpx.Client) -> None:
    assert shown(client, "addBook", "Schema of the body") == [
        "0 title string required As on the cover. minLength 1",
        "0 shelf object or null",
        "1 row integer required minimum 1, default 3",
        "1 side string left right",
        "0 moods array of string known: gay grave",
        "0 previous object",
        "1 id integer required minimum 1",
        "1 title string required minLength 1, maxLength 40",
        "1 sequel object",
        # one of the two is required, and neither in itself
        "0 isbn string",
        "0 issn string",
    ]


def test_code_in_a_description_is_shown_as_code(client: httpx.Client) -> None:
    page = client.get("/_mock/operation", params={"key": "library-v1 addBook"}).text
    assert "As on the <code>cover</code>." in page


def test_an_address_is_as_readable_as_it_may_be(real: httpx.Client) -> None:
    page = real.get("/_mock/operation", params={"key": "metapic-2025-08-08 listOffers"}).text
    assert "?query=black%20friday&amp;statuses[]=deleted&amp;store_ids[]=1" in page
    assert 'data-written="sort_by=created_at:desc"' in page
    assert 'data-written="show_for_advertiser="' in page


def test_each_parameter_says_where_it_is_and_what_it_may_be(client: httpx.Client) -> None:
    assert shown(client, "listBooks", "Parameters")[:2] == [
        "0 size query, integer maximum 100",
        "0 author query, string",
    ]


def test_every_operation_has_names_to_be_found_by(client: httpx.Client) -> None:
    names = client.get("/_mock/names").json()["library-v1 addBook"]
    assert names["body"][:3] == ["title", "shelf", "shelf.row"]
    assert names["response"] == ["id", "title", "sequel"]
    assert names["response 409"] == ["message"]


def test_an_unknown_operation_is_refused(client: httpx.Client) -> None:
    response = client.get("/_mock/operation", params={"key": "library-v1 addBok"})
    assert (response.status_code, "Did you mean" in response.json()["message"]) == (400, True)
