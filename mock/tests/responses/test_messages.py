"""An invalid request gets the messages that its contract declares, so that a form shows what it will show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from adcontract.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from conftest import Serve

TOKEN = {"Authorization": "Bearer t"}
JSON = TOKEN | {"Content-Type": "application/json"}
DOCS = "https://docs.topsort.com/reference/errors"


def metapic(*messages: tuple[str, str], said: str) -> dict[str, Any]:
    return {"message": said, "errors": {field: [message] for field, message in messages}}


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        (
            "GET",
            "/metapic/2025-08-08/v2/offers?size=500",
            None,
            metapic(
                ("created_by", "The created by field is required."),
                ("size", "The size field must not be greater than 100."),
                said="The created by field is required. (and 1 more error)",
            ),
        ),
        (
            "GET",
            "/metapic/2025-04-03/v2/offers?size=many&page=0",
            None,
            metapic(
                ("created_by", "The created by field is required."),
                ("size", "The size field must be an integer."),
                ("page", "The page field must be at least 1."),
                said="The created by field is required. (and 2 more errors)",
            ),
        ),
        (
            "POST",
            "/metapic/2025-08-08/v2/affiliate-links",
            "{this is no JSON",
            metapic(("url", "The url field is required."), said="The url field is required."),
        ),
        (
            "POST",
            "/affiliate-com/v1/v1/products/lists",
            '{"pool_id": null, "name": "N", "product_ids": ["1", 2], "metadata": {"my_key": 5}}',
            {"error": "The pool id field is required. (and 2 more errors)"},
        ),
        ("POST", "/affiliate-com/v1/v1/products/lists", "{", {"error": "The body is not valid JSON."}),
        (
            "GET",
            "/topsort/v1/v1/campaign-service/campaigns?limit=101&status=gone",
            None,
            [
                {
                    "errCode": "bad_request",
                    "docUrl": DOCS,
                    "message": "limit: ensure this value is less than or equal to 100",
                },
                {
                    "errCode": "bad_request",
                    "docUrl": DOCS,
                    "message": "status: value is not a valid enumeration member; "
                    "permitted: 'approved', 'pending', 'rejected'",
                },
            ],
        ),
    ],
)
def test_each_vendor_refuses_in_its_own_words(
    real: httpx.Client, method: str, path: str, body: str | None, says: Any
) -> None:
    answer = real.request(method, path, content=body, headers=JSON)
    assert answer.is_client_error
    answered = answer.json()
    if isinstance(says, list):
        answered, says = ([sorted(each.items()) for each in part] for part in (answered, says))
        answered, says = sorted(answered), sorted(says)
    assert answered == says


def test_the_first_error_of_a_form_is_the_message_of_all(real: httpx.Client) -> None:
    answer = real.get("/metapic/2025-08-08/v2/offers?size=0&page=0&created_by=x", headers=TOKEN).json()
    assert list(answer) == ["message", "errors"]
    (first,) = next(iter(answer["errors"].values()))
    assert answer["message"] == f"{first} (and 2 more errors)"


def test_the_explanation_keeps_the_technical_reason(real: httpx.Client) -> None:
    answer = real.get("/metapic/2025-08-08/v2/offers?size=500&created_by=1", headers=TOKEN)
    assert answer.json()["message"] == "The size field must not be greater than 100."
    assert answer.headers["Mock-Explain"] == (
        "listOffers: size: 500 is greater than the maximum of 100 "
        "(spec/metapic/components/parameters/PageSize.yaml:7:3)"
    )


KEYWORDS = {
    "required": "{field} can't be blank",
    "type": {"integer": "{field} is not a number", "array": "{field} is not a list"},
    "format": {"email": "{field} is not an address"},
    "enum": "{field} is none of {limit}",
    "item": "<{value}>",
    "pattern": "{field} has not the form {limit}",
    "minimum": "{field} must be at least {limit}",
    "exclusiveMaximum": "{field} must be less than {limit}",
    "multipleOf": "{field} is not in steps of {limit}",
    "minLength": "{field} is too short (minimum is {limit})",
    "maxLength": "{value} is too long for {field} (maximum is {limit})",
    "maxItems": "{field} has more than {limit}",
    "uniqueItems": "{field} has one twice",
    "minProperties": "{field} needs {limit}",
    "additionalProperties": "{field} is unknown, so {value} is lost",
    "media-type": "Send JSON",
    "unreadable": "No JSON",
    "other": "{field} is invalid",
    "more": "{message} and {count} others",
    "x-inferred": "The framework's documentation has these messages.",
}

NOTE = {
    "type": "object",
    "properties": {
        "createdBy": {"type": "string", "nullable": True, "minLength": 2},
        "mail_to": {"type": "string", "format": "email"},
        "site": {"type": "string", "format": "uri"},
        "color": {"enum": ["red", "{value}"]},
        "code": {"type": "string", "pattern": "^[a-z]{2}$", "maxLength": 4},
        "rank": {"type": "integer", "minimum": 1, "maximum": 9, "exclusiveMaximum": True, "multipleOf": 2},
        "tags": {"type": "array", "items": {"type": "integer"}, "maxItems": 2, "uniqueItems": True},
        "more": {"type": "object", "minProperties": 1, "properties": {}, "additionalProperties": {"type": "integer"}},
        "either": {"oneOf": [{"type": "integer"}, {"type": "boolean"}]},
    },
    "required": ["createdBy", "rank"],
    "additionalProperties": False,
}
GOOD = {"createdBy": "me", "rank": 2}


def contract(messages: dict[str, Any] | None, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a contract that nobody here has written a line of code for."""
    said: dict[str, Any] = {"description": "No.", "content": {"application/json": {"schema": {}}}}
    invalid = said | {"x-body": '{"all": faults, "summary": message}'}
    if examples:
        invalid = said | {"content": {"application/json": {"schema": {}, "examples": examples}}} | {"x-body": "message"}
    body = {"required": True, "content": {"application/json": {"schema": NOTE}}}
    parameters = [
        {"name": "ids[]", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
        {"name": "sizeOf", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1}},
    ]
    operations = {
        "get": {"operationId": "listNotes", "parameters": parameters, "responses": {"204": {"description": "None."}}},
        "post": {"operationId": "addNote", "requestBody": body, "responses": {"204": {"description": "Done."}}},
    }
    refusals = {"unknown-path": "404", "unknown-method": "405", "unauthenticated": "401", "malformed": "400"}
    errors: dict[str, Any] = {name: {"status": status, "response": invalid} for name, status in refusals.items()}
    errors["invalid"] = {"status": "422", "response": invalid}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Notes", "version": "v1"},
        "paths": {"/notes": operations},
        "x-errors": errors | ({"messages": messages} if messages else {}),
    }


def write(folder: Path, document: dict[str, Any]) -> Path:
    (folder / "notes").mkdir()
    (folder / "notes/openapi.yaml").write_text(json.dumps(document, indent=1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def notes(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with serve(write(tmp_path_factory.mktemp("spec"), contract(KEYWORDS))) as client:
        yield client


def said(answer: httpx.Response) -> dict[str, str]:
    assert answer.is_client_error
    return {each["field"]: each["message"] for each in answer.json()["all"]}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"createdBy": "x"}, "createdBy", "createdBy is too short (minimum is 2)"),
        ({"mail_to": "me"}, "mail_to", "mail_to is not an address"),
        ({"site": "me"}, "site", "site is invalid"),
        ({"mail_to": 5}, "mail_to", "mail_to is invalid"),
        ({"color": "blue"}, "color", "color is none of <red>, <{value}>"),
        ({"code": "A1"}, "code", "code has not the form ^[a-z]{2}$"),
        ({"code": "{field}"}, "code", "{field} is too long for code (maximum is 4)"),
        ({"rank": 0}, "rank", "rank must be at least 1"),
        ({"rank": 10}, "rank", "rank must be less than 9"),
        ({"rank": 3}, "rank", "rank is not in steps of 2"),
        ({"rank": None}, "rank", "rank is not a number"),
        ({"tags": "x"}, "tags", "tags is not a list"),
        ({"tags": [1, "x"]}, "tags.1", "tags.1 is not a number"),
        ({"tags": [1, 2, 3]}, "tags", "tags has more than 2"),
        ({"tags": [1, 1]}, "tags", "tags has one twice"),
        ({"more": {}}, "more", "more needs 1"),
        ({"more": {"a_b": "x"}}, "more.a_b", "more.a_b is not a number"),
        ({"either": "x"}, "either", "either is invalid"),
        ({"extra": 1}, "extra", "extra is unknown, so 1 is lost"),
    ],
)
def test_a_message_is_the_template_of_the_keyword_that_is_broken(
    notes: httpx.Client, change: dict[str, Any], field: str, message: str
) -> None:
    answer = notes.post("/notes/v1/notes", json=GOOD | change)
    assert answer.status_code == 422
    assert {"in": "body", "field": field, "message": message} in answer.json()["all"]


def test_what_is_missing_or_unreadable_has_messages_too(notes: httpx.Client) -> None:
    assert said(notes.post("/notes/v1/notes", json={"rank": 2})) == {"createdBy": "createdBy can't be blank"}
    assert said(notes.post("/notes/v1/notes")) == {"body": "body can't be blank"}
    assert said(notes.post("/notes/v1/notes", content="{", headers={"Content-Type": "application/json"})) == {
        "body": "No JSON"
    }
    assert said(notes.post("/notes/v1/notes", content="a", headers={"Content-Type": "text/plain"})) == {
        "body": "Send JSON"
    }
    assert said(notes.get("/notes/v1/notes?ids[]=x")) == {
        "ids.0": "ids.0 is not a number",
        "sizeOf": "sizeOf can't be blank",
    }
    assert said(notes.get("/notes/v1/notes?sizeOf=1&sizeOf=2")) == {"sizeOf": "sizeOf is invalid"}
    # no number is too long for a message
    assert said(notes.get(f"/notes/v1/notes?sizeOf=-{'9' * 40}")) == {"sizeOf": "sizeOf must be at least 1"}


def test_one_message_stands_for_all(notes: httpx.Client) -> None:
    answer = notes.post("/notes/v1/notes", json={"a": 1, "b": 2}).json()
    assert answer["summary"] == f"{answer['all'][0]['message']} and 3 others"
    (alone,) = answer["all"][:1]
    assert alone.keys() == {"in", "field", "message"}


def test_what_counts_as_missing_is_what_the_contract_says(serve: Serve, tmp_path: Path) -> None:
    words = {
        "field": "words",
        "missing": [None, "", []],
        "default-body": {},
        "required": "Give {field}",
        "other": "Not {field}",
        "one-more": "{message}, and 1 more",
        "more": "{message}, and {count} more",
    }
    with serve(write(tmp_path, contract(words))) as client:
        blank = client.post("/notes/v1/notes", json={"createdBy": "", "rank": None, "mail_to": None, "tags": [False]})
        assert said(blank) == {
            "createdBy": "Give created by",
            "rank": "Give rank",
            "mail_to": "Not mail to",
            "tags.0": "Not tags.0",
        }
        nothing = client.post("/notes/v1/notes", content="[", headers={"Content-Type": "application/json"})
        assert (nothing.status_code, said(nothing)) == (400, {"createdBy": "Give created by", "rank": "Give rank"})
        assert nothing.json()["summary"].endswith(", and 1 more")
        # null is a value that the contract allows there, and false is none that counts as missing
        assert client.post("/notes/v1/notes", json={"createdBy": None, "rank": 2}).status_code == 204
        assert said(client.post("/notes/v1/notes", json=GOOD | {"rank": False})) == {"rank": "Not rank"}


def test_a_contract_without_messages_names_what_does_not_fit(serve: Serve, tmp_path: Path) -> None:
    with serve(write(tmp_path, contract(None))) as client:
        answer = client.post("/notes/v1/notes", json={"createdBy": "me", "rank": "x"})
        assert said(answer) == {"rank": 'rank: "x" is not of type "integer"'}
        assert answer.json()["summary"] == 'rank: "x" is not of type "integer"'


def test_a_documented_refusal_is_served_to_its_own_request(serve: Serve, tmp_path: Path) -> None:
    shown = {"full": {"value": "The box is full.", "x-request": {"body": {"rank": 11}}}}
    with serve(write(tmp_path, contract(KEYWORDS, shown))) as client:
        full = client.post("/notes/v1/notes", json=GOOD | {"rank": 11})
        assert (full.status_code, full.json()) == (422, "The box is full.")
        assert full.headers["Mock-Explain"].startswith("addNote: example full, which matches the request")
        other = client.post("/notes/v1/notes", json=GOOD | {"rank": 12})
        assert (other.status_code, other.json()) == (422, "rank must be less than 9")


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        ({"minimum": "{field} is below {limti}"}, "it may have {field}, {limit} and {value} in it."),
        (
            {"minLenght": "{field} is short"},
            "minLenght does not belong here. Write a template for each keyword",
        ),
        ({"type": {"int": "No"}}, '"int" is not one of "string", '),
        ({"more": "{field}"}, "it may have {message} and {count} in it."),
        ({"other": None}, 'this is not of type "string".'),
    ],
)
def test_a_faulty_template_is_reported_in_one_line(tmp_path: Path, change: dict[str, Any], reported: str) -> None:
    spec = write(tmp_path, contract(KEYWORDS | change))
    result = CliRunner().invoke(main, ["mock", "--port", "0", "--spec", str(spec)])
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    lines = (spec / "notes/openapi.yaml").read_text(encoding="utf-8").splitlines()
    number = max(number for number, text in enumerate(lines, 1) if f'"{next(iter(change))}":' in text)
    assert f"openapi.yaml:{number}:" in line
    assert reported in line
