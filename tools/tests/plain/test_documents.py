"""A document of a user's own as it is: `adcontract bundle` and `lint` read it, and say what they leave out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adcontract.cli import main

DOCUMENT = """\
openapi: 3.1.0
info:
  title: Pets & Owners
  version: 1.0 beta
jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
servers: [{url: 'https://{stage}.example.com/api', variables: {stage: {default: test}}}]
security: [{certificate: []}, {bearer: [], certificate: []}]
x-pagination: {of: somebody else}
x-shared: &name {type: string, examples: [Rex]}
webhooks:
  newPet: {post: {responses: {200: {description: Fine.}}}}
paths:
  /pets/{id}:
    summary: One pet.
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}, example: one}
      - {name: Authorization, in: header, required: true, schema: {type: string}}
    get:
      unknown: true
      callbacks: {seen: {'{$request.query.url}': {post: {responses: {200: {description: Fine.}}}}}}
      responses:
        200:
          description: A pet.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
              examples:
                rex: {value: {name: Rex, born: 2020-02-30, tag: no}}
                far: {externalValue: rex.json}
                bad: {value: {name: 7}}
  /pets/{pet}:
    delete:
      parameters: [{name: pet, in: path, required: true, schema: {type: integer}}]
      responses: {204: {description: Gone.}, 4XX: {$ref: 'more/parts.yaml#/responses/Refused'}}
components:
  securitySchemes: {certificate: {type: mutualTLS}, bearer: {type: http, scheme: bearer}}
  schemas:
    Pet:
      required: []
      properties:
        name: *name
        born: {type: string}
        tag: {type: [string, 'null'], requred: true}
        <<: {size: {type: array, contains: {minimum: 3}}, kind: {pattern: '(', dependentRequired: 3, enum: []}}
"""
PARTS = """\
responses:
  Refused:
    description: Refused.
    content: {text/plain: {schema: {$ref: 'schemas/text.json'}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A document that has what documents of users often have."""
    folder = tmp_path / "api"
    (folder / "more" / "schemas").mkdir(parents=True)
    (folder / "more" / "parts.yaml").write_text(PARTS)
    (folder / "more" / "schemas" / "text.json").write_text('{"type": "string", "minLength": 1}')
    (folder / "openapi.yaml").write_text(DOCUMENT)
    return folder / "openapi.yaml"


def bundled(document: str | Path, folder: Path) -> tuple[dict[str, Any], Result]:
    result = CliRunner().invoke(main, ["bundle", str(document), "--out", str(folder / "build")])
    assert result.exit_code == 0, result.output
    (written,) = (folder / "build").glob("*.json")
    assert written.name == "pets-owners-1.0-beta.json"
    return json.loads(written.read_text()), result


def test_it_becomes_one_document_of_openapi_30(file: Path, tmp_path: Path) -> None:
    document, _ = bundled(file, tmp_path)
    assert document["openapi"] == "3.0.3"
    assert document["servers"] == [{"url": "https://test.example.com/api"}]
    assert document["security"] == [{}, {"bearer": []}]
    (path,) = document["paths"]
    assert path == "/pets/{id}"
    read, removed = document["paths"][path]["get"], document["paths"][path]["delete"]
    assert (read["operationId"], removed["operationId"]) == ("getPetsById", "deletePetsByPet")
    assert [each["name"] for each in (*read["parameters"], *removed["parameters"])] == ["id", "id"]
    examples = read["responses"]["200"]["content"]["application/json"]["examples"]
    assert examples == {"rex": {"value": {"name": "Rex", "born": "2020-02-30", "tag": "no"}}}
    assert removed["responses"]["4XX"] == {"$ref": "#/components/responses/Refused"}
    components = document["components"]
    assert components["responses"]["Refused"]["content"] == {
        "text/plain": {"schema": {"$ref": "#/components/schemas/text"}}
    }
    assert components["schemas"]["text"] == {"type": "string", "minLength": 1}
    assert components["schemas"]["Pet"]["properties"] == {
        "name": {"type": "string", "example": "Rex"},
        "born": {"type": "string"},
        "tag": {"type": "string", "nullable": True},
        "size": {"type": "array", "items": {}, "x-json-schema": {"contains": {"minimum": 3}}},
        "kind": {},
    }


def test_what_is_left_out_is_said_once_with_its_place(file: Path) -> None:
    result = CliRunner().invoke(main, ["lint", str(file)])
    found = {tuple(line.split("  ")[:2]) for line in result.stdout.splitlines() if line.startswith(str(file))}
    assert found == {
        (f"{file}:16:71", "parameter-fits"),
        (f"{file}:19:7", "openapi-form"),
        (f"{file}:30:23", "payload-fits"),
        (f"{file}:31:3", "same-path"),
        (f"{file}:44:66", "openapi-form"),
        (f"{file}:44:80", "openapi-form"),
        (f"{file}:44:102", "openapi-form"),
    }
    assert result.exit_code == 1
    notes = {line.split(" ", 2)[1].rstrip(":"): line.split(" ", 2)[2] for line in result.stderr.splitlines()}
    assert notes == {
        f"{file}:8:16": 'x-pagination: this is not of type "object". '
        "x-pagination is left out. Give each pagination a name.",
        f"{file}:10:1": "Webhooks: their examples are held to their schemas; the mock and the suite leave them out.",
        f"{file}:20:7": "Callbacks: their examples are held to their schemas; the mock and the suite leave them out.",
        f"{file}:36:21": "The client certificate of certificate is neither asked for nor sent.",
        f"{file}:43:39": "The keyword requred is not heeded. Correct its name, or express it in another way.",
        f"{file}:44:34": "OpenAPI 3.0 lacks contains: values are held to it, but those generated for requests are not.",
    }


def test_a_wrong_keyword_of_ours_is_named_by_lint_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    wrong = "x-resource: {name: pet, action: read, sums: {/total: {id: leg, of: leg}}}"
    operation = f"{{responses: {{200: {{description: Fine.}}}}, {wrong}}}"
    column = f"  /pet: {{get: {operation}".index("id: leg") + 1
    info = "info: {title: Pets & owners, version: '1.0-beta'}"
    file.write_text(f"openapi: 3.0.3\n{info}\npaths:\n  /pet: {{get: {operation}}}\n")
    result = CliRunner().invoke(main, ["lint", str(file)])
    assert result.exit_code == 0
    assert result.stderr.startswith(f"Note: {file}:4:{column}: ")
    assert "x-resource is left out" in result.stderr
    document, _ = bundled(file, tmp_path)
    assert "x-resource" not in document["paths"]["/pet"]["get"]


def test_a_fragment_is_no_part_of_a_path(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    answers = "responses: {200: {description: Fine.}}"
    paths = (
        f"  /pets#new: {{post: {{{answers}}}}}\n  /pets: {{get: {{{answers}}}}}\n  /pets#all: {{get: {{{answers}}}}}\n"
    )
    file.write_text(f"openapi: 3.0.3\ninfo: {{title: Pets & owners, version: '1.0-beta'}}\npaths:\n{paths}")
    document, _ = bundled(file, tmp_path)
    names = {path: {key: each["operationId"] for key, each in of.items()} for path, of in document["paths"].items()}
    assert names == {"/pets": {"get": "getPets", "post": "postPetsNew"}}
    found = [
        line for line in CliRunner().invoke(main, ["lint", str(file)]).stdout.splitlines() if "  same-path  " in line
    ]
    assert [line.partition("  ")[0] for line in found] == [f"{file}:4:3", f"{file}:6:3"]
    assert ["what stands here is left out" in line for line in found] == [False, True]


def test_servers_of_a_path_and_of_an_operation_have_the_defaults_of_their_variables(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    server = "[{url: 'https://{area}.example', variables: {area: {default: eu}}}]"
    operation = f"{{servers: {server}, responses: {{200: {{description: Fine.}}}}}}"
    info = "info: {title: Pets & owners, version: '1.0-beta'}"
    file.write_text(f"openapi: 3.0.3\n{info}\npaths:\n  /pets: {{servers: {server}, get: {operation}}}\n")
    path = bundled(file, tmp_path)[0]["paths"]["/pets"]
    assert path["servers"] == path["get"]["servers"] == [{"url": "https://eu.example"}]


def test_all_rules_are_there_for_who_wants_them(file: Path) -> None:
    few, all_ = (
        CliRunner().invoke(main, ["lint", str(file), "--profile", profile]).stdout for profile in ("openapi", "house")
    )
    assert "  source  " in all_
    assert "  source  " not in few


def test_a_changed_part_is_read_anew(file: Path, tmp_path: Path) -> None:
    bundled(file, tmp_path)
    (file.parent / "more" / "schemas" / "text.json").write_text('{"type": "string", "minLength": 2}')
    assert bundled(file, tmp_path)[0]["components"]["schemas"]["text"]["minLength"] == 2


@contextmanager
def serving(body: bytes, status: int = 200, location: str = "") -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/v1/openapi"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_may_be_at_a_url_of_this_machine(file: Path, tmp_path: Path) -> None:
    alone = file.read_text().replace("{$ref: 'more/parts.yaml#/responses/Refused'}", "{description: Refused.}")
    with serving(alone.encode()) as url:
        document, _ = bundled(url, tmp_path)
    assert list(document["paths"]) == ["/pets/{id}"]


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("https://example.com/openapi.yaml", "documents are read from this machine only, not from example.com. Save"),
        ("http://127.0.0.1:1/openapi.yaml", "no document comes: "),
        ("http://localhost:none/openapi.yaml", "no document comes: "),
    ],
)
def test_a_url_that_cannot_be_read_is_refused(url: str, line: str) -> None:
    result = CliRunner().invoke(main, ["bundle", url])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith(f"Error: {url}: {line}")


@pytest.mark.parametrize(("status", "location"), [(404, ""), (302, "https://example.com/openapi.yaml")])
def test_a_url_without_a_document_is_refused(status: int, location: str) -> None:
    with serving(b"", status, location) as url:
        result = CliRunner().invoke(main, ["bundle", url])
        assert (result.exit_code, result.stderr) == (
            2,
            f"Error: {url}: the server answers {status}. Correct the path.\n",
        )


def test_a_value_of_an_example_is_placed_where_it_stands_in_json(tmp_path: Path) -> None:
    kind = {"type": "string", "x-extensible-enum": ["cat"]}
    schema = {"type": "object", "properties": {"kind": kind}}
    content = {"application/json": {"schema": schema, "example": {"kind": "dog"}}}
    paths = {"/pets": {"get": {"responses": {"200": {"description": "One.", "content": content}}}}}
    document = {"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "paths": paths}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document, indent=2))
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if '"example"' in text)
    result = CliRunner().invoke(main, ["lint", str(file), "--profile", "house"])
    assert f"dog, at {file}:{line}:" in result.output


HOOKS = """\
openapi: 3.1.0
info: {title: Hooks, version: '1'}
paths:
  /hooks:
    post:
      operationId: createHook
      responses: {201: {description: Done.}}
      callbacks:
        done: {$ref: '#/components/callbacks/done'}
        more: {'{$request.body#/url}': {post: {requestBody: {content: {application/json:
          {schema: {$ref: '#/components/schemas/Pet'}, example: {name: 7}}}}, responses: {200: {description: Fine.}}}}}
webhooks:
  newPet:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}, examples: {
        whole: {value: {id: 1, name: Rex}},
        half: {value: {id: 1}}}}}}
      responses: {200: {description: Fine.}}
components:
  callbacks:
    done: {'{$request.query.url}': {post: {requestBody: {content: {application/json:
      {schema: {type: integer}, example: many}}}, responses: {200: {description: Fine.}}}}}
  schemas:
    Pet: {type: object, required: [name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
"""


def test_the_examples_of_callbacks_and_webhooks_are_held_to_their_schemas(tmp_path: Path) -> None:
    (tmp_path / "hooks.yaml").write_text(HOOKS)
    lines = HOOKS.splitlines()
    wrong = [
        f"{tmp_path}/hooks.yaml:{next(i for i, text in enumerate(lines, 1) if part in text)}:"
        for part in ("{name: 7}", "{id: 1}}}", "example: many")
    ]
    result = CliRunner().invoke(main, ["lint", str(tmp_path / "hooks.yaml")])
    found = [line for line in result.stdout.splitlines() if "  payload-fits  " in line]
    assert [next(each for each in wrong if line.startswith(each)) for line in found] == wrong
    assert result.stdout.splitlines()[-1] == "1 contract, 1 operation, 0 payloads: 3 findings"
    imported = CliRunner().invoke(
        main, ["import", str(tmp_path / "hooks.yaml"), "--api", "hooks", "--spec", str(tmp_path / "spec")]
    )
    assert "The callbacks of 1 operation were left out." in imported.output
    assert "`adcontract lint` finds nothing." in imported.output


def test_what_no_tool_reads_is_named_once(tmp_path: Path) -> None:
    point = {"type": "object", "properties": {"x": {"type": "integer"}}}
    form = {"schema": point, "encoding": {"x": {"headers": {"X-Part": {"schema": {"type": "string"}}}}}}
    content = {
        "multipart/form-data": form,
        "application/xml": {"schema": point},
        "text/csv": {"schema": {"type": "string"}},
    }
    cookies = [{"name": "p", "in": "cookie", "schema": {"$ref": "#/components/schemas/Point"}}]
    operation = {
        "parameters": cookies,
        "requestBody": {"content": content},
        "responses": {"204": {"description": "So."}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Points", "version": "1"},
        "paths": {"/points": {"post": operation, "put": operation}},
        "components": {"schemas": {"Point": point}},
    }
    (tmp_path / "openapi.json").write_text(json.dumps(document, indent=1))
    result = CliRunner().invoke(main, ["lint", str(tmp_path / "openapi.json")])
    assert result.exit_code == 0, result.output
    assert sorted(line.partition(": ")[2].partition(": ")[2] for line in result.stderr.splitlines()) == [
        f"{each} The same stands at 1 more place."
        for each in (
            "A body of application/xml is not held to its schema, only to its media type.",
            "An object in several cookies is not read: OpenAPI leaves open how it is written. Write `explode: false`.",
            "The headers of a part of a form are neither asked for nor sent.",
        )
    ]
