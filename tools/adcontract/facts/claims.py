"""The claims of a document: what it has without `x-inferred`, and so attributes to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.provenance import LIMITS, inferred
from adcontract.openapi.grammar import METHODS
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYWORDS = {*LIMITS, "nullable", "default", "type", "security", "gone", "set", "makes", "ignored"}
"""The keywords of a schema, an operation and a resource by which a server is judged."""

_ENTRIES = ("x-filter", "x-sort", "x-invariants")
"""The keywords of which each entry is a claim of its own."""

_NAMED = ("paths", "properties", "headers", "responses", "content")
"""The keywords with members that have names of the API, and are no keywords."""

_VALUES = ("example", "examples", "default", "enum", "links", "x-errors", "x-inferred", "x-body")
"""The keywords in which nothing is claimed."""


def claims(document: dict[str, Any]) -> set[str]:
    """Return the pointers of all claims that an operation leads to, through parts without `x-inferred` only."""
    found: set[str] = set()
    open_ = [join("/paths", path, key) for path, item in document["paths"].items() for key in item if key in METHODS]
    known = set(open_)
    while open_:
        pointer = open_.pop()
        for claim, is_reference in _claims(lookup(document, pointer), pointer):
            if not is_reference:
                found.add(claim)
            elif claim not in known:
                known.add(claim)
                open_.append(claim)
    return found


def _claims(node: Any, pointer: str) -> Iterator[tuple[str, bool]]:
    """Yield the pointer of each claim in `node`, with False, and of each component that it refers to, with True."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _claims(item, join(pointer, str(index)))
    elif isinstance(node, dict) and not inferred(node):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix("#"), True
        for key, value in node.items():
            if not inferred(node, key):
                yield from _of_keyword(key, value, join(pointer, key))


def _of_keyword(key: str, value: Any, pointer: str) -> Iterator[tuple[str, bool]]:
    if key in _ENTRIES:
        entries = value.items() if isinstance(value, dict) else ((str(i), each) for i, each in enumerate(value))
        yield from ((join(pointer, name), False) for name, entry in entries if not inferred(entry))
    elif key in _NAMED and isinstance(value, dict):
        for name, member in value.items():
            yield from _claims(member, join(pointer, name))
    else:
        if key in _KEYWORDS and value not in ("object", "array", False):
            yield pointer, False
        if key not in _VALUES:
            yield from _claims(value, pointer)
