"""What belongs to a request alone, or to a response alone: `writeOnly` and `readOnly` of OpenAPI 3.0.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH, WEBHOOKS
from adcontract.openapi.pointer import join, lookup, split
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    Schemas = tuple[str, ...]

REQUEST, RESPONSE, EITHER = "readOnly", "writeOnly", ""
"""The directions in which a value travels, each named after the keyword of the properties that it excludes."""

_MOST = 4096
"""The members that are remembered: clients give theirs any name."""

_KEYWORDS = (REQUEST, RESPONSE)
_REQUEST_PARTS = frozenset(("requestBody", "requestBodies", "parameters"))
_RESPONSE_PARTS = frozenset(("responses", "headers", "x-errors"))


class HiddenPart(NamedTuple):
    """A part of a value that does not belong there: its path, and the pointer of the keyword that says so."""

    path: tuple[str | int, ...]
    pointer: str


def direction(pointer: str) -> str:
    """Return whether the schema at `pointer` in a document is one of a `REQUEST`, of a `RESPONSE`, or of `EITHER`."""
    for part in split(pointer)[:4]:
        if part == WEBHOOKS:
            break  # the API itself sends these requests
        if part in _REQUEST_PARTS:
            return REQUEST
        if part in _RESPONSE_PARTS:
            return RESPONSE
        if part == "schemas":
            break
    return EITHER


def directions(document: dict[str, Any]) -> frozenset[str]:
    """Return the directions that some property in a document does not belong to."""
    found, open_ = set[str](), [document]
    while open_ and len(found) < len(_KEYWORDS):
        node: Any = open_.pop()
        if isinstance(node, dict):
            found |= {keyword for keyword in _KEYWORDS if node.get(keyword) is True}
            open_ += node.values()
        elif isinstance(node, list):
            open_ += node
    return frozenset(found)


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


class Directed:
    """Finds what does not belong to the values of one direction, by the schemas of a document."""

    def __init__(self, document: dict[str, Any], keyword: str) -> None:
        self._document = document
        self._keyword = keyword
        self._known: dict[tuple[Schemas, str], tuple[Schemas, str]] = {}

    def parts(self, pointer: str, value: Any) -> list[HiddenPart]:
        """Return the parts of a value of the schema at `pointer` that do not belong there."""
        return list(self._hidden(tuple(reach(self._document, pointer, "")), value, ()))

    def visible(self, pointer: str, value: Any) -> Any:
        """Return a value of the schema at `pointer` without the parts that do not belong there."""
        return self._visible(tuple(reach(self._document, pointer, "")), value)

    def _hidden(self, schemas: Schemas, value: Any, path: tuple[str | int, ...]) -> Iterator[HiddenPart]:
        if isinstance(value, list):
            inner, _ = self._inside(schemas, EACH)
            for index, each in enumerate(value):
                yield from self._hidden(inner, each, (*path, index))
        elif isinstance(value, dict) and schemas:
            for name, member in value.items():
                inner, marked = self._inside(schemas, name)
                if marked:
                    yield HiddenPart((*path, name), marked)
                else:
                    yield from self._hidden(inner, member, (*path, name))

    def _visible(self, schemas: Schemas, value: Any) -> Any:
        if isinstance(value, list):
            inner, _ = self._inside(schemas, EACH)
            return [self._visible(inner, each) for each in value]
        if not (isinstance(value, dict) and schemas):
            return value
        members = ((name, member, *self._inside(schemas, name)) for name, member in value.items())
        return {name: self._visible(inner, member) for name, member, inner, marked in members if not marked}

    def _inside(self, schemas: Schemas, name: str) -> tuple[Schemas, str]:
        """Return the schemas of a member, and the pointer of the keyword that hides it, empty for none."""
        key = schemas, name
        if key not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            part = join("", name)
            found = tuple(dict.fromkeys(each for schema in schemas for each in reach(self._document, schema, part)))
            marking = (each for each in found if lookup(self._document, each).get(self._keyword) is True)
            marked = next((join(each, self._keyword) for each in marking), "")
            self._known[key] = found, marked if name != EACH else ""
        return self._known[key]
