"""The shapes of payloads: where in a schema a part of a payload is described, and which members it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.pointer import join, lookup, split

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = ("allOf", "oneOf", "anyOf")
ITEMS = "*"
"""What stands for any item of a list in a pointer into a payload."""


def reach(document: dict[str, Any], schema: str, pointer: str) -> str | None:
    """Return where the document describes what stands at `pointer` in a payload of `schema`, None if it does not.

    Both are pointers; in `pointer` an item of a list is `*`.
    """
    for part in split(pointer):
        found = next(_steps(document, schema, part), None)
        if found is None:
            return None
        schema = found
    return _followed(document, schema)


def members(document: dict[str, Any], schema: str) -> dict[str, str]:
    """Return where the document describes each member of an object of `schema`, by name; those of every part of it."""
    schema = _followed(document, schema)
    node = lookup(document, schema)
    named = {name: join(schema, "properties", name) for name in node.get("properties", {})}
    for part in _parts(node, schema):
        named = {**members(document, part), **named}
    return named


def required(document: dict[str, Any], schema: str) -> set[str]:
    """Return the members that every object of `schema` has."""
    schema = _followed(document, schema)
    node = lookup(document, schema)
    whole = (join(schema, "allOf", str(i)) for i in range(len(node.get("allOf", []))))
    return set(node.get("required", [])).union(*(required(document, part) for part in whole))


def _steps(document: dict[str, Any], schema: str, part: str) -> Iterator[str]:
    schema = _followed(document, schema)
    node = lookup(document, schema)
    if part == ITEMS and "items" in node:
        yield join(schema, "items")
    elif part in node.get("properties", {}):
        yield join(schema, "properties", part)
    for each in _parts(node, schema):
        yield from _steps(document, each, part)


def _parts(node: dict[str, Any], schema: str) -> list[str]:
    return [join(schema, key, str(i)) for key in _PARTS for i in range(len(node.get(key, [])))]


def _followed(document: dict[str, Any], schema: str) -> str:
    while "$ref" in (node := lookup(document, schema)):
        schema = node["$ref"].removeprefix("#")
    return schema
