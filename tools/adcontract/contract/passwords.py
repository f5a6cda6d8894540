"""The names of fields and parameters that a contract says to hold a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = ("allOf", "anyOf", "oneOf")


def password_names(document: dict[str, Any]) -> frozenset[str]:
    """Return the names, in lower case, of what has the format `password` (OpenAPI 3.0.3, Data Types)."""
    return frozenset(name.lower() for name, schema in _named(document) if _is_password(document, schema))


def _named(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield every name that has a schema, below `node`, with it."""
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            yield from properties.items()
        if isinstance(node.get("name"), str) and "in" in node:
            yield node["name"], node.get("schema")
        for each in node.values():
            yield from _named(each)
    elif isinstance(node, list):
        for each in node:
            yield from _named(each)


def _is_password(document: dict[str, Any], schema: Any, depth: int = 5) -> bool:
    schema = follow(document, schema)
    if not isinstance(schema, dict):
        return False
    parts = [part for each in _PARTS for part in schema.get(each, []) if depth]
    return schema.get("format") == "password" or any(_is_password(document, part, depth - 1) for part in parts)
