"""References (OpenAPI 3.0.3, Reference Object) inside an assembled document: all of them are `#/components/…`."""

from __future__ import annotations

from typing import Any

from adcontract.openapi.pointer import lookup


def follow(document: dict[str, Any], node: Any) -> Any:
    """Return what `node` stands for: itself, or the end of its references.

    Raises:
        LookupError: if a reference leads to nothing.
    """
    return deref(document, node, "")[0]


def deref(document: dict[str, Any], node: Any, pointer: str) -> tuple[Any, str]:
    """Return what `node`, at `pointer`, stands for, and the pointer of that.

    Raises:
        LookupError: if a reference leads to nothing.
    """
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        pointer = node["$ref"].removeprefix("#")
        node = lookup(document, pointer)
    return node, pointer


def resolve(document: dict[str, Any], pointer: str) -> tuple[Any, str]:
    """Return what stands at `pointer`, its references followed, and the pointer of that.

    Raises:
        LookupError: if nothing stands there, or a reference leads to nothing.
    """
    return deref(document, lookup(document, pointer), pointer)
