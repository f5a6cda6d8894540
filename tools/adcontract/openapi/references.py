"""References (OpenAPI 3.0.3, Reference Object) inside an assembled document: all of them are `#/components/…`."""

from __future__ import annotations

from typing import Any

from adcontract.openapi.pointer import lookup


def follow(document: dict[str, Any], node: Any) -> Any:
    """Return what `node` stands for: itself, or the end of its references.

    Raises:
        LookupError: if a reference leads to nothing.
    """
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        node = lookup(document, node["$ref"].removeprefix("#"))
    return node


def deref(document: dict[str, Any], node: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
    """Return what `node`, at `pointer`, stands for, and the pointer of its component.

    Raises:
        LookupError: if a reference leads to nothing.
    """
    if "$ref" in node:
        return follow(document, node), str(node["$ref"]).removeprefix("#")
    return node, pointer
