"""The members that the contract declares for objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator


def members(document: dict[str, Any], schema: str) -> dict[str, str]:
    """Return where the document describes each member of an object of `schema`, by name; those of every part of it."""
    named: dict[str, str] = {}
    for part in reach(document, schema, ""):
        for name in lookup(document, part).get("properties", {}):
            named.setdefault(name, join(part, "properties", name))
    return named


def required(document: dict[str, Any], schema: str) -> set[str]:
    """Return the members that every object of `schema` has."""
    return set(_required(document, schema))


def _required(document: dict[str, Any], schema: str) -> Iterator[str]:
    while "$ref" in (node := lookup(document, schema)):
        schema = node["$ref"].removeprefix("#")
    yield from node.get("required", [])
    for index in range(len(node.get("allOf", []))):
        yield from _required(document, join(schema, "allOf", str(index)))
