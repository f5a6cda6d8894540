"""A mock of a document of a user's own, as it is: several files of OpenAPI 3.1, without anything of ours."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest

from adcontract_mock import running
from adcontract_mock.serve.settings import Settings
from adcontract_mock.serve.watch import Watch

BOOKS = Path(__file__).parent / "books" / "openapi.yaml"
JSON = "application/json"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with running(spec=BOOKS, stateful=True) as mock, httpx.Client(base_url=mock.url) as client:
        yield client


@pytest.mark.parametrize("base", ["", "/v2", "/the-book-shop/1.0"])
def test_it_is_served_at_its_own_paths_below_its_server_and_under_its_name(client: httpx.Client, base: str) -> None:
    response = client.get(f"{base}/books/1")
    assert (response.status_code, response.json()) == (200, {"title": "Emma", "pages": 474})


def test_an_operation_without_a_name_gets_one(client: httpx.Client) -> None:
    assert client.get("/books").headers["Mock-Explain"].startswith("getBooks: ")
    assert client.get("/books/1").headers["Mock-Explain"].startswith("getBooksById: ")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "Emma"}, 201),
        ({"title": "Emma", "pages": None}, 201),
        ({"title": "Emma", "pages": 3, "kind": "paper"}, 201),
        ({"title": "Emma", "pages": 3, "kind": "audio"}, 422),
        ({"title": "Emma", "pages": "3"}, 422),
        ({"title": ""}, 422),
        ({}, 422),
    ],
)
def test_a_request_is_held_to_the_schema_as_openapi_31_means_it(
    client: httpx.Client, body: dict[str, object], status: int
) -> None:
    assert client.post("/books", json=body).status_code == status


def test_an_invalid_request_gets_the_error_of_its_operation(client: httpx.Client) -> None:
    own = client.get("/books", params={"limit": 0})
    assert (own.status_code, own.json()) == (400, {"error": "No."})
    wide = client.post("/books", json={})
    assert (wide.status_code, wide.json()) == (422, {"code": "E1"})
    silent = client.delete("/books/x")
    assert (silent.status_code, silent.headers["Content-Type"]) == (404, PROBLEM)
    shown = client.get("/books/x")
    assert (shown.status_code, shown.content) == (404, b"")


def test_what_no_operation_says_is_answered_with_problem_details(client: httpx.Client) -> None:
    path, method = client.get("/nothing"), client.put("/books")
    assert (path.status_code, path.json()["title"]) == (404, "Not Found")
    assert (method.status_code, method.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert {each.headers["Content-Type"] for each in (path, method)} == {PROBLEM}


def test_a_header_that_has_to_come_comes(client: httpx.Client) -> None:
    headers = client.get("/books").headers
    assert int(headers["X-Total"]) >= 0
    assert "X-Page" not in headers


def test_a_client_chooses_a_generated_response(client: httpx.Client) -> None:
    response = client.get("/books", headers={"Prefer": "dynamic=true"})
    assert response.status_code == 200
    assert all(book["title"] for book in response.json())


def test_prism_s_preferences_choose_a_response_by_header_and_in_the_url(client: httpx.Client) -> None:
    for prefer, reason in (
        ("code=400", "example default"),
        ("code=400, example=default", "example=default"),
        ("code=400, dynamic=true", "generated from the schema"),
    ):
        query = {f"__{name}": value for name, value in (each.split("=") for each in prefer.split(", "))}
        for response in (client.get("/books", headers={"Prefer": prefer}), client.get("/books", params=query)):
            assert (response.status_code, response.json()) == (400, {"error": "No."})
            assert response.headers["Mock-Explain"].endswith(reason)


SCHEMAS = {
    "tuple": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}], "items": False},
    "contains": {"type": "array", "contains": {"const": 3}},
    "conditions": {
        "properties": {"kind": {"enum": ["a", "b"]}, "size": {"type": "integer"}, "note": False},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["size"]},
        "else": {"properties": {"size": False}},
        "dependentRequired": {"size": ["unit"]},
    },
    "null": {"type": "null"},
    "alternatives": {
        "type": "array",
        "items": {"oneOf": [*({"type": "object", "required": [name]} for name in "abcdefghijklmno"), {}]},
    },
}


def test_a_body_is_generated_from_what_openapi_31_has_alone(tmp_path: Path) -> None:
    paths = {
        f"/{name}": {
            "get": {"responses": {"200": {"description": "", "content": {JSON: {"schema": schema}}}}},
        }
        for name, schema in SCHEMAS.items()
    }
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}))
    with running(spec=file) as mock:
        for name, schema in SCHEMAS.items():
            for seed in range(3):
                response = httpx.get(f"{mock.url}/{name}", headers={"Prefer": f"dynamic=true, seed={seed}"})
                assert response.status_code == 200, response.text
                assert jsonschema_rs.is_valid(schema, response.json()), response.text


def test_a_fault_that_is_planted_in_it_shows() -> None:
    with running(spec=BOOKS, plant="server-error@getBooks") as mock:
        assert httpx.get(f"{mock.url}/books").status_code == 500
        assert httpx.get(f"{mock.url}/books/1").status_code == 200


def test_a_change_of_any_of_its_files_is_served(tmp_path: Path) -> None:
    shutil.copytree(BOOKS.parent, tmp_path / "books")
    settings, said = Settings.of(spec=tmp_path / "books" / "openapi.yaml"), list[str]()
    mock = settings.application()
    watch = Watch(mock, settings, said.append)
    (tmp_path / "notes.txt").write_text("Beside it.")
    watch.look()
    assert said == []
    part = tmp_path / "books" / "schemas" / "book.yaml"
    part.write_text(part.read_text().replace("Emma", "Persuasion, or Anne Elliot"))
    watch.look()
    assert said == ["The contracts are served anew, as their files are now."]
    part.write_text("type: [")
    watch.look()
    assert f"{part}:2:1: yaml-syntax: " in said[-1]


@pytest.mark.parametrize(
    ("responses", "status", "media_type"),
    [
        ({}, 415, PROBLEM),
        ({"415": {"description": "Another one."}}, 415, None),
        ({"422": {"description": "Invalid."}, "415": {"description": "Another one."}}, 415, None),
        ({"4XX": {"description": "Refused."}}, 415, None),
        ({"default": {"description": "Failed."}}, 415, None),
        ({"422": {"description": "Invalid."}}, 422, None),
        ({"400": {"description": "Bad."}}, 400, None),
    ],
)
def test_a_body_of_another_media_type_is_unsupported(
    tmp_path: Path, responses: dict[str, object], status: int, media_type: str | None
) -> None:
    body = {"content": {JSON: {"schema": {"type": "object"}}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "Ok."}, **responses}}
    document = {"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": {"/a": {"post": operation}}}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    with running(spec=file) as mock:
        refused = httpx.post(f"{mock.url}/a", content="<a/>", headers={"Content-Type": "application/xml"})
        unread = httpx.post(f"{mock.url}/a", content="{", headers={"Content-Type": JSON})
    assert (refused.status_code, refused.headers.get("Content-Type")) == (status, media_type)
    assert unread.status_code in (400, 422)
