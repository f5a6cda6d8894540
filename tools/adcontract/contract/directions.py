"""What belongs to a request alone, or to a response alone: `writeOnly` and `readOnly` of OpenAPI 3.0.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join, lookup, split
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

REQUEST, RESPONSE, EITHER = "readOnly", "writeOnly", ""
"""The directions in which a value travels, each named after the keyword of what is not in it."""

_REQUEST_PARTS = frozenset(("requestBody", "requestBodies", "parameters"))
_RESPONSE_PARTS = frozenset(("responses", "headers", "x-errors"))


class HiddenPart(NamedTuple):
    """A part of a value that does not belong there: its path, and the pointer of the keyword that says so."""

    path: tuple[str | int, ...]
    pointer: str


def direction(pointer: str) -> str:
    """Return whether the schema at `pointer` in a document is one of a `REQUEST`, of a `RESPONSE`, or of `EITHER`."""
    for part in split(pointer)[:4]:
        if part in _REQUEST_PARTS:
            return REQUEST
        if part in _RESPONSE_PARTS:
            return RESPONSE
        if part == "schemas":
            break
    return EITHER


def has_directions(node: Any) -> bool:
    """Return whether some property in a document belongs to one direction alone."""
    if isinstance(node, dict):
        return node.get(REQUEST) is True or node.get(RESPONSE) is True or any(map(has_directions, node.values()))
    return isinstance(node, list) and any(map(has_directions, node))


def is_hidden(document: dict[str, Any], schema: Any, keywords: Set[str]) -> bool:
    """Return whether a property is marked with one of `keywords`: itself, by its reference, or in its `allOf`."""
    open_, seen = [schema], set[int]()
    while open_:
        node = follow(document, open_.pop())
        if isinstance(node, dict) and id(node) not in seen:
            seen.add(id(node))
            if any(node.get(keyword) is True for keyword in keywords):
                return True
            open_ += node.get("allOf", ())
    return False


def hidden_parts(document: dict[str, Any], pointer: str, value: Any) -> list[HiddenPart]:
    """Return the parts of a value that do not belong there, by the direction of its schema."""
    keyword = direction(pointer)
    return list(_hidden(document, [*reach(document, pointer, "")], value, keyword, ())) if keyword else []


def visible(document: dict[str, Any], pointer: str, value: Any) -> Any:
    """Return a value without the parts that do not belong there; see `hidden_parts`."""
    for each in hidden_parts(document, pointer, value):
        value = _without(value, each.path)
    return value


def _hidden(
    document: dict[str, Any], schemas: Iterable[str], value: Any, keyword: str, path: tuple[str | int, ...]
) -> Iterator[HiddenPart]:
    members: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else ()
    members = enumerate(value) if isinstance(value, list) else members
    for name, inner in members:
        part = join("", EACH if isinstance(name, int) else name)
        found = list(dict.fromkeys(each for schema in schemas for each in reach(document, schema, part)))
        marked = next((each for each in found if lookup(document, each).get(keyword) is True), None)
        if isinstance(name, str) and marked is not None:
            yield HiddenPart((*path, name), join(marked, keyword))
        elif found and isinstance(inner, dict | list):
            yield from _hidden(document, found, inner, keyword, (*path, name))


def _without(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return a copy of a value without the member at a path."""
    first, *rest = path
    if isinstance(value, list):
        return [_without(each, tuple(rest)) if index == first else each for index, each in enumerate(value)]
    return {
        name: _without(each, tuple(rest)) if name == first else each
        for name, each in value.items()
        if rest or name != first
    }
