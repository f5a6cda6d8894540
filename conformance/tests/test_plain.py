"""A document of a user's own: what it says is asked of a server, and what it does not say is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import yaml
from serving import Handler, serving

from adcontract.requests.multipart import Unreadable, parts

DOCUMENT = """
openapi: 3.1.0
info: {title: Books, version: '1'}
paths:
  /books:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1}}]
      responses:
        '200':
          description: Books.
          headers:
            X-Total: {required: true, schema: {$ref: '#/components/schemas/Count'}}
            X-Page: {schema: {type: integer}}
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Book'}}}}
        '404': {description: None., content: {application/json: {schema: {type: object}}}}
    post:
      security: [{bearer: []}, {basic: []}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses:
        '201': {description: Added., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
  /books/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}, example: 1}]
      responses:
        '200': {description: One., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '400': {description: Refused.}
  /shelves/{code}:
    get:
      parameters: [{name: code, in: path, required: true, schema: {type: string, pattern: '^a:[0-9]$'}}]
      responses:
        '200': {description: One., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '404': {description: None.}
  /covers:
    put:
      requestBody:
        required: true
        content: {application/octet-stream: {schema: {type: string, format: binary}}, 'image/*': {}}
      responses: {'204': {description: Kept.}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}, basic: {type: http, scheme: basic}}
  schemas:
    Count: {type: integer}
    Book:
      type: object
      required: [title, tags]
      properties:
        title: {type: string}
        note: {type: [string, 'null']}
        tags: {type: array, contains: {const: new}}
"""


def _server(fault: str) -> type[Handler]:
    """A correct server with ways of its own, or the usual ones, and one fault."""

    class Books(Handler):
        def respond(self) -> None:
            path, _, query = self.path.partition("?")
            is_shelf = re.fullmatch("/shelves/a:[0-9]", unquote(path)) is not None
            body, headers = self.content(), {"X-Total": "1"} if fault != "header" else {}
            status, data = 200, {"title": "Emma", "tags": ["new"], "note": 3 if fault == "type" else None}
            if path == "/covers" and self.command == "PUT":
                is_file = self.headers.get("Content-Type", "").startswith(("application/octet-stream", "image/"))
                status = (204 if body else 400) if is_file else 415
            elif path not in ("/books", "/books/1") and not is_shelf:
                status = 404 if path.startswith(("/books/", "/shelves/")) or fault == "usual" else 401
            elif self.command not in ("GET", "HEAD", *(["POST"] if path == "/books" else [])):
                status = 404
            elif self.command == "POST":
                is_known = len(self.headers.get("Authorization", "").split()) == 2 or fault == "open"
                is_json = self.headers.get("Content-Type", "").startswith("application/json")
                status = (
                    (201 if is_json and _is_book(body) else 415) if is_known else (401 if fault == "usual" else 403)
                )
            elif (query and not query.removeprefix("limit=").isdecimal()) or query == "limit=0":
                status = 418
            text = json.dumps([data] if path == "/books" and self.command != "POST" else data).encode()
            text = text if status < 300 else b"Refused."
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json" if status < 300 else "text/plain")
            if status != 204:
                self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text if self.command != "HEAD" and status != 204 else b"")

    return Books


def _is_book(body: bytes) -> bool:
    try:
        return jsonschema_rs.is_valid(yaml.safe_load(DOCUMENT)["components"]["schemas"]["Book"], json.loads(body))
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("", set()),
        ("usual", set()),
        ("header", {"examples.headers"}),
        ("type", {"examples.body"}),
        ("open", {"security.missing", "security.empty"}),
    ],
)
def test_only_what_the_document_says_is_held_against_a_server(
    command: Callable[..., Any], tmp_path: Path, fault: str, found: set[str]
) -> None:
    file, report = tmp_path / "openapi.yaml", tmp_path / "report.json"
    file.write_text(DOCUMENT)
    groups = "examples,security,behavior,rejection"
    with serving(_server(fault)) as url:
        result = command(
            url, "--spec", str(file), "--json", str(report), "--for", "own", "--groups", groups, "--generated", "5"
        )
    (api,) = json.loads(report.read_text())["apis"]
    assert {each["check"] for each in api["findings"]} == found, result.output
    assert result.exit_code == (1 if found else 0), result.output


def _has_an_integer(content_type: str, body: bytes) -> bool | None:
    """Return whether the field `a` of a body is an integer; None if the body is not of its media type."""
    try:
        if content_type.startswith("multipart/form-data"):
            fields = {part.name: part.value for part in parts(content_type, body)}
            return isinstance(fields.get("a"), str) and re.fullmatch("-?[0-9]+", fields["a"]) is not None
        data = json.loads(body)
        return isinstance(data, dict) and type(data.get("a")) is int
    except (ValueError, Unreadable):
        return None


@pytest.mark.parametrize("media", ["application/json", "multipart/form-data"])
@pytest.mark.parametrize(("status", "found"), [(400, set()), (418, {"rejection.answer"})])
def test_a_body_that_is_not_of_its_media_type_may_be_a_bad_request_where_422_is_declared(
    command: Callable[..., Any], tmp_path: Path, status: int, found: set[str], media: str
) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    body = {"required": True, "content": {media: {"schema": schema}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "Ok."}, "422": {"description": "Invalid."}}}
    document = {"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": {"/a": {"post": operation}}}
    file, report = tmp_path / "openapi.json", tmp_path / "report.json"
    file.write_text(json.dumps(document))

    class Server(Handler):
        def respond(self) -> None:
            sent = self.headers.get("Content-Type", "")
            valid = _has_an_integer(sent, self.content())
            is_declared = sent.startswith(media)
            known = self.path == "/a" and self.command == "POST"
            answer = (
                (status if valid is None and is_declared else 200 if valid and is_declared else 422) if known else 404
            )
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Server) as url:
        command(url, "--spec", str(file), "--json", str(report), "--groups", "rejection", "--generated", "5")
    (api,) = json.loads(report.read_text())["apis"]
    assert {each["check"] for each in api["findings"]} == found


def test_an_item_that_nothing_names_need_not_exist(command: Callable[..., Any], tmp_path: Path) -> None:
    file, report = tmp_path / "openapi.yaml", tmp_path / "report.json"
    file.write_text(DOCUMENT.replace("{type: integer}, example: 1", "{type: integer, minimum: 5}"))
    with serving(_server("")) as url:
        result = command(
            url, "--spec", str(file), "--json", str(report), "--groups", "examples,schema", "--only", "getBooksById"
        )
    (api,) = json.loads(report.read_text())["apis"]
    assert api["findings"] == []
    assert result.exit_code == 2
    assert "never succeeded, so nothing is known of them: getBooksById (404" in result.output


@pytest.mark.parametrize(("sent", "found"), [("", set()), ("text/plain", {"examples.media-type"})])
def test_a_media_type_may_be_left_out_of_the_answer_to_head(
    command: Callable[..., Any], tmp_path: Path, sent: str, found: set[str]
) -> None:
    responses = {"200": {"description": "Ok.", "content": {"application/json": {"schema": {"type": "string"}}}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "paths": {"/a": {"head": {"responses": responses}}},
    }
    file, report = tmp_path / "openapi.json", tmp_path / "report.json"
    file.write_text(json.dumps(document))

    class Server(Handler):
        def respond(self) -> None:
            self.send_response(200 if (self.path, self.command) == ("/a", "HEAD") else 404)
            if sent:
                self.send_header("Content-Type", sent)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Server) as url:
        command(url, "--spec", str(file), "--json", str(report), "--groups", "examples")
    (api,) = json.loads(report.read_text())["apis"]
    assert {each["check"] for each in api["findings"]} == found


@pytest.mark.parametrize(
    "schema", [{"type": "integer", "minimum": 5, "maximum": 3}, {"type": "string", "pattern": "^[a-z]/[a-z]$"}]
)
def test_an_operation_without_a_possible_request_is_skipped_and_asks_for_an_example(
    command: Callable[..., Any], tmp_path: Path, schema: dict[str, Any]
) -> None:
    parameter = {"name": "id", "in": "path", "required": True, "schema": schema}
    ok = {"responses": {"200": {"description": "Ok."}}}
    paths: dict[str, Any] = {"/one/{id}": {"get": {"operationId": "readOne", "parameters": [parameter], **ok}}}
    file, report = tmp_path / "openapi.json", tmp_path / "report.json"

    class Server(Handler):
        def respond(self) -> None:
            self.send_response(200 if (self.path, self.command) == ("/all", "GET") else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def check(*arguments: str) -> Any:
        file.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": paths}))
        return command(url, "--spec", str(file), "--json", str(report), "--generated", "1", "--verbose", *arguments)

    with serving(Server) as url:
        alone = check("--groups", "examples")
        paths["/all"] = {"get": {"operationId": "readAll", **ok}}
        beside = check()
    reason = f"no valid request can be generated for readOne ({file}:1:"
    assert (alone.exit_code, beside.exit_code) == (2, 2)
    assert "1 of 1 operation never succeeded" in alone.output
    assert "1 of 2 operations never succeeded" in beside.output
    assert all(reason in each.output and "give what it requires an example" in each.output for each in (alone, beside))
    (api,) = json.loads(report.read_text())["apis"]
    assert api["untried"] == {"readOne": {}}
    assert any(reason in each["reason"] for each in api["results"] if each["operation"] == "readOne")
    assert {each["outcome"] for each in api["results"] if each["operation"] == "readAll"} == {"pass", "skipped"}
    assert api["errors"] == []


@pytest.mark.parametrize(("statuses", "code"), [((302, 410), 0), ((302, 404), 2)])
def test_an_operation_that_only_redirects_or_is_gone_is_tried_by_that(
    command: Callable[..., Any], tmp_path: Path, statuses: tuple[int, int], code: int
) -> None:
    declared = {
        f"/{status}": {"get": {"responses": {str(each): {"description": "So."} for each in (status, 404)}}}
        for status in (302, 410)
    }
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": declared}))

    class Server(Handler):
        def respond(self) -> None:
            self.send_response(statuses[self.path == "/410"])
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Server) as url:
        result = command(url, "--spec", str(file), "--groups", "examples")
    assert result.exit_code == code, result.output


def test_an_operation_at_a_server_of_its_own_is_left_out_and_named(command: Callable[..., Any], tmp_path: Path) -> None:
    fine = {"responses": {"204": {"description": "Fine."}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Files", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {
            "/files": {"get": {"operationId": "listFiles", **fine}, "servers": [{"url": "https://API.example.com/"}]},
            "/upload": {"get": {"operationId": "getUpload", "servers": [{"url": "https://up.example.com"}], **fine}},
        },
    }
    (tmp_path / "files.json").write_text(json.dumps(document))

    class Files(Handler):
        def respond(self) -> None:
            self.send_response(204 if self.path == "/files" and self.command == "GET" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Files) as url:
        line = [url, "--spec", str(tmp_path / "files.json"), "--groups", "examples"]
        result, named = command(*line, "--report", str(tmp_path)), command(*line, "--only", "getUpload")
    assert result.exit_code == 0, result.output
    assert "getUpload is at https://up.example.com, which is no server of the whole document" in result.output
    assert "listFiles is at" not in result.output
    assert named.exit_code != 0
    report = json.loads((tmp_path / "report.json").read_text())["apis"][0]
    assert report["at_other_servers"] == {"getUpload": "https://up.example.com"}
    assert {each["operation"] for each in (*report["coverage"], *report["results"])} == {"listFiles"}
    cases = ElementTree.parse(tmp_path / "junit.xml").iter("testcase")
    (skipped,) = next(each for each in cases if "getUpload" in each.get("name", ""))
    assert (skipped.tag, "https://up.example.com" in skipped.get("message", "")) == ("skipped", True)
    sentence = "not tried and not counted, because no server of the whole document has them: getUpload (https://up."
    assert all(sentence in (tmp_path / name).read_text() for name in ("summary.md", "report.html"))


def test_a_field_that_a_form_requires_is_sent_with_a_value(command: Callable[..., Any], tmp_path: Path) -> None:
    fields = {"title": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}
    form = {"schema": {"type": "object", "required": ["title", "tags"], "properties": fields}}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": form}}
    operation = {"requestBody": body, "responses": {"200": {"description": "Ok."}, "422": {"description": "Invalid."}}}
    document = {"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": {"/a": {"post": operation}}}
    file, seen = tmp_path / "openapi.json", list[dict[str, list[str]]]()
    file.write_text(json.dumps(document))

    class Server(Handler):
        def respond(self) -> None:
            sent = parse_qs(self.content().decode())
            seen.append(sent)
            self.send_response(200 if sent.keys() == {"title", "tags"} else 422)  # an empty value is none
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Server) as url:
        result = command(url, "--spec", str(file), "--groups", "examples")
    assert result.exit_code == 0, result.output
    assert seen == [{"title": ["0"], "tags": ["0"]}]
