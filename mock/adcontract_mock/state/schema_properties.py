"""The properties that a schema declares for objects, in all its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator


def properties(document: dict[str, Any], schema: str) -> dict[str, str]:
    """Return the pointers of the schemas of the properties of an object of the schema at `schema`, by name."""
    named: dict[str, str] = {}
    for part in reach(document, schema, ""):
        for name in lookup(document, part).get("properties", {}):
            named.setdefault(name, join(part, "properties", name))
    return named


def required(document: dict[str, Any], schema: str) -> set[str]:
    """Return the names of the properties that every object of the schema at `schema` has."""
    return set(_required(document, schema))


def _required(document: dict[str, Any], schema: str) -> Iterator[str]:
    while "$ref" in (node := lookup(document, schema)):
        schema = node["$ref"].removeprefix("#")
    yield from node.get("required", [])
    for index in range(len(node.get("allOf", []))):
        yield from _required(document, join(schema, "allOf", str(index)))
