"""The cells of the tables, and the one document that has an operation for each."""

from __future__ import annotations

import copy
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TABLES = Path(__file__).parent / "cells"
FILES = ("parameters", "requests", "responses", "schemas", "documents")
JSON = "application/json"
_OF_OPERATION = ("parameters", "security", "servers", "callbacks", "deprecated")
OK = {"200": {"description": "Fine."}}
COMPONENTS = """
schemas:
  Count: {type: integer, minimum: 1}
  Flag: {type: boolean}
  Cat: {type: object, required: [kind], properties: {kind: {type: string}, lives: {type: integer}}}
  Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
  Base:
    type: object
    required: [kind]
    properties: {kind: {type: string}}
    discriminator: {propertyName: kind, mapping: {farther: '#/components/schemas/Farther'}}
  Ext: {allOf: [{$ref: '#/components/schemas/Base'}, {required: [more], properties: {more: {type: integer}}}]}
  Farther: {allOf: [{$ref: '#/components/schemas/Ext'}, {type: object, required: [most]}]}
  Beside: {allOf: [{$ref: '#/components/schemas/Base'}], required: [size], properties: {size: {type: integer}}}
  Tree: {type: object, properties: {children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
  Secret:
    type: object
    required: [secret]
    properties: {secret: {type: string, writeOnly: true}, name: {type: string}}
  NeedsId: {type: object, required: [id], properties: {id: {}}}
"""
X_ERRORS = """
unknown-path: {status: '404', response: {description: There is none.}}
unknown-method: {status: '405', response: {description: Not that way.}}
unauthenticated: {status: '401', response: {description: Who is it.}}
malformed: {status: '400', response: {description: It cannot be read.}}
invalid: {status: '422', response: {description: It is not valid.}}
"""


@dataclass(frozen=True)
class Cell:
    """A part of a document: what it belongs to, its number, and its row in the table."""

    object: str
    number: int
    row: dict[str, Any]

    @property
    def id(self) -> str:
        """The `operationId`, and the beginning of the path."""
        return f"c{self.number}"

    @property
    def name(self) -> str:
        """How a test is called."""
        return f"{self.object}, {self.row['part']}"

    @property
    def path(self) -> str:
        """The path of the operation."""
        in_path = self.row.get("parameter", {}).get("in") == "path"
        return f"/{self.id}{self.row.get('path', '/{p}' if in_path else '')}"

    def values(self, side: str, verdict: str) -> list[Any]:
        """Return the values of a schema that a `request` or a `response` takes or refuses."""
        return [*self.row.get(verdict, ()), *self.row.get(side, {}).get(verdict, ())]

    @property
    def method(self) -> str:
        """The method of the operation, in lower case."""
        return self.row.get("method", "post" if self.row.keys() & {"body", "schema"} else "get")

    def path_item(self) -> dict[str, Any]:
        """Return the Path Item Object of the cell."""
        row = copy.deepcopy(self.row)
        operation = {"operationId": self.id, "summary": self.name, "responses": row.get("responses", OK)}
        if parameter := row.get("parameter"):
            own = {"name": "p", **({"required": True} if parameter["in"] == "path" else {}), **parameter}
            shown = {"example": row["value"]} if "value" in row and "content" not in own else {}
            operation["parameters"] = [{**own, **shown}]
        operation |= {key: row[key] for key in _OF_OPERATION if key in row}
        content = row.get("body") or row.get("get")
        if "schema" in row:
            content = {JSON: {"schema": row["schema"]}}
            operation["responses"] = {"200": {"description": "Fine.", "content": copy.deepcopy(content)}}
        if content:
            operation["requestBody"] = {"required": not row.get("optional"), "content": content}
        shared = {"parameters": row["shared"]} if "shared" in row else {}
        return {**shared, self.method: operation}


@dataclass(frozen=True)
class Answer:
    """An answer of a server to the request of a cell, and whether it is as the document has it."""

    cell: Cell
    number: int
    is_fine: bool
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The `operationId`, and the path."""
        return f"a{self.cell.number}-{self.number}"

    @property
    def name(self) -> str:
        """How it is shown."""
        verdict = "fine" if self.is_fine else "broken"
        return f"{self.cell.name}: {self.status} {self.headers} {self.body!r} is {verdict}"

    def path_item(self) -> dict[str, Any]:
        """Return a Path Item Object with the responses of the cell."""
        responses = next(iter(self.cell.path_item().values()))["responses"]
        return {"get": {"operationId": self.id, "responses": responses}}


def answers_of(cells: list[Cell]) -> list[Answer]:
    """Return the answers of the tables."""
    found = []
    for cell in cells:
        fine, broken = cell.row.get("fine", []), cell.row.get("broken", [])
        if "schema" in cell.row:
            fine, broken = (
                [[200, {"Content-Type": JSON}, json.dumps(each)] for each in cell.values("response", verdict)]
                for verdict in ("takes", "refuses")
            )
        of_cell = [(True, each) for each in fine] + [(False, each) for each in broken]
        found += [
            Answer(cell, number, is_fine, status, headers, body.encode())
            for number, (is_fine, (status, headers, body)) in enumerate(of_cell)
        ]
    return found


def _cells() -> list[Cell]:
    tables = {name: (TABLES / f"{name}.yaml") for name in FILES}
    rows = [
        (object_, row)
        for file in tables.values()
        if file.exists()
        for object_, rows in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        for row in rows
    ]
    return [Cell(object_, number, row) for number, (object_, row) in enumerate(rows)]


CELLS = _cells()


def document_file(folder: Path, paths: dict[str, Any]) -> Path:
    """Write a document with these paths, and return its file."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Cells", "version": "v1"},
        "paths": paths,
        "components": {**yaml.safe_load(COMPONENTS), "securitySchemes": SECURITY},
        "x-errors": yaml.safe_load(X_ERRORS),
    }
    file = folder / "openapi.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


SECURITY = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "other": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "https://example.com/token", "scopes": {"read": "Reads."}}},
    },
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/.well-known"},
}


_READ = {True: "read", "partly": "partly", False: "not read"}
_HEAD = """# What is read of a document

Each part of an OpenAPI 3.0.3 document, as `conformance/tests/openapi/` tries it: the mock takes and refuses requests,
and answers as a client prefers; the suite writes requests, and judges right and wrong answers of a server.
Lint holds examples and payloads to the same schemas.

"""


def page(cells: list[Cell]) -> str:
    """Return the page with what is read of each part, and how often it is tried."""
    text = _HEAD
    answers = answers_of(cells)
    for object_ in dict.fromkeys(each.object for each in cells):
        text += f"## {object_}\n\n| part | | tried by | |\n|---|---|---|---|\n"
        for cell in (each for each in cells if each.object == object_):
            requests = sum(len(cell.values("request", each)) for each in ("takes", "refuses")) + ("written" in cell.row)
            judged = sum(each.cell == cell for each in answers)
            preferred = len(cell.row.get("prefer", ()))
            counts = {"request": requests, "answer": judged, "preference": preferred}
            shown = ", ".join(f"{each} {name}{'s' * (each > 1)}" for name, each in counts.items() if each)
            text += (
                f"| {cell.row['part']} | {_READ[cell.row.get('read', True)]} | {shown} | {cell.row.get('note', '')} |\n"
            )
        text += "\n"
    return text.rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(CELLS))
