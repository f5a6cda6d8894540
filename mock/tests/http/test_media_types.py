"""A client gets the form of an answer that it asks for, in `Accept` or with a documented parameter."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    import httpx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROWS = [
    ["id", "name", "height", "tags", "planted_at", "soil", "color", "age"],
    ["1", "Rose, red", "1.5", '["a","b"]', "2021-03-04 05:06:07", '{"kind":"clay"}', "röd", ""],
    ["2", "=Fern", "", "", "", "", "", "3"],
]


def sheet(content: bytes) -> list[list[str]]:
    """Return the cells of a workbook with one sheet, found as a reader finds it: from part to part."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    types = ElementTree.fromstring(archive.read("[Content_Types].xml"))
    (target,) = [f"xl/{relation.get('Target')}" for relation in relations]
    assert f"/{target}" in [part.get("PartName") for part in types]
    rows = ElementTree.fromstring(archive.read(target)).iter(f"{CELL}row")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/csv"),
        ("TEXT/CSV ; header=present", "text/csv"),
        (f"application/json;q=0.5, {XLSX}", XLSX),
        ("text/csv;q=0.2, application/json;q=0.3", "application/json"),
        ("text/csv;q=0.3;x=1, application/json; q=0.2", "text/csv"),
        ("application/json;q=0, */*", "text/csv"),
        ("application/*;q=0.1, application/json;q=0, text/csv;q=0.05", XLSX),
        ("nonsense, text/csv", "text/csv"),
    ],
)
def test_the_wanted_media_type_is_served(garden: httpx.Client, accept: str | None, expected: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    request = garden.build_request("GET", "/plants", headers=headers)
    if accept is None:
        del request.headers["Accept"]
    response = garden.send(request)
    assert (response.status_code, response.headers["content-type"]) == (200, expected)


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "image/*", "nonsense"])
def test_an_unacceptable_media_type_is_a_406_in_the_form_of_the_contract(garden: httpx.Client, accept: str) -> None:
    response = garden.get("/plants", headers={"Accept": accept})
    assert response.status_code == 406
    assert response.json() == {"problem": f"Accept names none of application/json, text/csv, {XLSX}."}
    assert response.headers["mock-explain"].startswith("listPlants: Accept names none of")


def test_without_a_documented_406_the_media_types_are_listed(small: httpx.Client) -> None:
    response = small.get("/library/v1/v1/books", headers={"Accept": "text/html"})
    assert (response.status_code, response.json()["available"]) == (406, ["application/json"])


def test_who_takes_json_gets_the_only_media_type_that_there_is(garden: httpx.Client) -> None:
    for accept in ("application/json", "*/*", "application/zip"):
        response = garden.get("/seeds", headers={"Accept": accept})
        assert (response.status_code, response.headers["content-type"]) == (200, "application/zip")
    assert garden.get("/seeds", headers={"Accept": "text/html"}).status_code == 406
    assert garden.get("/catalog", headers={"Accept": "application/json"}).status_code == 406, "there are two of them"


def test_errors_have_their_media_type_whatever_the_client_accepts(garden: httpx.Client) -> None:
    response = garden.get("/plants", params={"color": "far too long"}, headers={"Accept": "text/csv"})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/json")
    response = garden.get("/plants/1", headers={"Accept": "text/csv", "Prefer": "code=404"})
    assert (response.status_code, response.headers["content-type"]) == (404, "application/json")


def test_a_response_without_a_body_has_no_media_type_to_want(garden: httpx.Client) -> None:
    assert garden.delete("/plants/1", headers={"Accept": "text/csv"}).status_code == 204


@pytest.mark.parametrize(("value", "expected"), [("csv", "text/csv"), ("xlsx", XLSX), ("json", "application/json")])
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html"])
def test_a_documented_parameter_goes_before_accept(
    garden: httpx.Client, value: str, expected: str, accept: str
) -> None:
    response = garden.get("/plants", params={"as": value}, headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, expected)


def test_a_value_of_it_that_means_no_form_leaves_the_choice_to_accept(garden: httpx.Client) -> None:
    response = garden.get("/plants", params={"as": "card"}, headers={"Accept": "text/csv"})
    assert response.headers["content-type"] == "text/csv"
    assert garden.get("/plants", params={"as": "pdf"}).status_code == 422


def test_a_table_has_the_rows_of_the_payload_below_the_names_of_the_contract(garden: httpx.Client) -> None:
    response = garden.get("/plants", params={"as": "csv"})
    assert list(csv.reader(io.StringIO(response.content.decode(), newline=""))) == ROWS
    assert sheet(garden.get("/plants", params={"as": "xlsx"}).content) == ROWS


def test_a_table_is_of_the_payload_that_answers_the_request(garden: httpx.Client) -> None:
    response = garden.get("/plants", params={"as": "csv", "color": "blue"})
    assert response.text == "id,name,height,tags,planted_at,soil,color\r\n9,Iris,,,,,blue\r\n"
    response = garden.get("/plants", params={"as": "csv"}, headers={"Prefer": "example=none"})
    assert response.text == "id,name,height,tags,planted_at,soil,color\r\n"


def test_a_table_can_be_generated_from_the_schema_too(garden: httpx.Client) -> None:
    headers = {"Prefer": "dynamic=true, seed=1"}
    rows = list(csv.DictReader(io.StringIO(garden.get("/plants", params={"as": "csv"}, headers=headers).text)))
    plants = garden.get("/plants", params={"as": "json"}, headers=headers).json()["plants"]
    assert len(rows) == len(plants) > 0
    assert all(row["id"].isdecimal() for row in rows)


def test_the_same_workbook_is_the_same_bytes(garden: httpx.Client) -> None:
    first, second = (garden.get("/plants", headers={"Accept": XLSX}) for _ in range(2))
    assert first.content == second.content
    numbers = zipfile.ZipFile(io.BytesIO(first.content)).read("xl/worksheets/sheet1.xml")
    assert b"<v>1.5</v>" in numbers
    assert b't="inlineStr"><is><t xml:space="preserve">=Fern' in numbers, "text is never a formula"


def test_a_media_type_that_is_not_a_table_is_never_filled_with_json(garden: httpx.Client) -> None:
    response = garden.post("/plants", json={"id": 3, "name": "Oak"}, headers={"Accept": "application/pdf"})
    assert (response.status_code, response.headers["content-type"]) == (201, "application/pdf")
    assert response.text == "%PDF-1.4"


def test_a_media_type_without_a_payload_is_written_as_documented(garden: httpx.Client) -> None:
    assert garden.get("/catalog").text == "name,price\n"
