"""The types of OpenAPI objects and where each stands (OpenAPI 3.0.3, section 4.7), to walk a document by type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The methods of a Path Item Object (OpenAPI 3.0.3)."""

COMPONENTS = {
    "schemas": "schema",
    "parameters": "parameter",
    "headers": "header",
    "requestBodies": "request body",
    "responses": "response",
    "securitySchemes": "security scheme",
}
"""The sections of a Components Object that a contract may have, in order, and the type of the objects in each."""

COMPOSITIONS = ("allOf", "oneOf", "anyOf")
"""The keywords of a Schema Object with schemas of the same value."""

EACH = "*"
"""Stands for every member of an object, or every item of an array."""

WEBHOOKS = "x-webhooks"
"""The member of a document with the requests that the API sends, which OpenAPI 3.1 calls `webhooks`."""

_SCHEMA = "schema"
INSIDE: dict[str, dict[str, Any]] = {
    "document": {
        "info": "info",
        "servers": {EACH: "server"},
        "tags": {EACH: "tag"},
        "paths": {EACH: "path"},
        "components": {section: {EACH: type_} for section, type_ in COMPONENTS.items()},
        WEBHOOKS: {EACH: "path"},
        "x-errors": {EACH: "error"},
        "x-pagination": {EACH: "pagination"},
        "x-resource": {EACH: "resource"},
    },
    "path": {"parameters": {EACH: "parameter"}, **dict.fromkeys(METHODS, "operation")},
    "operation": {
        "parameters": {EACH: "parameter"},
        "requestBody": "request body",
        "responses": {EACH: "response"},
        "callbacks": {EACH: {EACH: "path"}},
        "x-pagination": "pagination",
        "x-filter": {EACH: "filter"},
        "x-sort": {EACH: "sort"},
        "x-resource": "resource",
        "x-states": "states",
    },
    "parameter": {"schema": _SCHEMA, "content": {EACH: "media type"}, "examples": {EACH: "example"}},
    "header": {"schema": _SCHEMA, "examples": {EACH: "example"}},
    "request body": {"content": {EACH: "media type"}},
    "response": {"headers": {EACH: "header"}, "content": {EACH: "media type"}},
    "media type": {"schema": _SCHEMA, "examples": {EACH: "example"}},
    "error": {"response": "response"},
    "schema": {
        "properties": {EACH: _SCHEMA},
        **{key: {EACH: _SCHEMA} for key in COMPOSITIONS},
        **dict.fromkeys(("items", "additionalProperties", "not"), _SCHEMA),
        "x-invariants": {EACH: "invariant"},
    },
}


class Node(NamedTuple):
    """An object of a contract: its type, its JSON Pointer, and itself, which may be a reference."""

    type: str
    pointer: str
    data: dict[str, Any]


def operation_objects(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method (in lower case) and Operation Object of each operation, in the order of the document."""
    for path, item in document.get("paths", {}).items():
        yield from ((path, method, data) for method, data in item.items() if method in METHODS)


def nodes(type_: str, data: Any, pointer: str = "") -> Iterator[Node]:
    """Yield `data`, an object of the type `type_` at `pointer`, and every object below it whose type is known."""
    open_: list[tuple[Any, Any, str]] = [(type_, data, pointer)]
    while open_:
        grammar, data, pointer = open_.pop()
        if isinstance(grammar, str):
            if not isinstance(data, dict):
                continue
            yield Node(grammar, pointer, data)
            grammar = INSIDE.get(grammar) if "$ref" not in data else None
        if grammar:
            # a large contract has some hundred thousand values, most of which are neither objects nor arrays
            open_ += reversed(list(_inside(grammar, data, pointer)))


def _inside(grammar: dict[str, Any], data: Any, pointer: str) -> Iterator[tuple[Any, Any, str]]:
    if isinstance(data, list):
        data = {str(index): item for index, item in enumerate(data)}
    every = grammar.get(EACH)
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, dict | list) and (inner := grammar.get(key) or every):
            yield inner, value, join(pointer, key)
