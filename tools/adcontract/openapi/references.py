"""References (OpenAPI 3.0.3, Reference Object) inside an assembled document: all of them are `#/components/…`."""

from __future__ import annotations

from typing import Any

from adcontract.openapi.pointer import lookup


def follow(document: dict[str, Any], node: Any) -> Any:
    """Return `node`, or the value at the end of its references.

    Raises:
        LookupError: if a reference leads to nothing.
    """
    return deref(document, node, "")[0]


def deref(document: dict[str, Any], node: Any, pointer: str) -> tuple[Any, str]:
    """Return `node`, which stands at `pointer`, or the value at the end of its references; and the pointer of that.

    Raises:
        LookupError: if a reference leads to nothing.
    """
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        pointer = node["$ref"].removeprefix("#")
        node = lookup(document, pointer)
    return node, pointer


def resolve(document: dict[str, Any], pointer: str) -> tuple[Any, str]:
    """Return the value at `pointer` with its references followed, and the pointer of that.

    Raises:
        LookupError: if nothing stands there, or a reference leads to nothing.
    """
    return deref(document, lookup(document, pointer), pointer)
