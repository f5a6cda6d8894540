"""From a schema to the schemas of the parts of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.grammar import COMPOSITIONS, EACH
from adcontract.openapi.pointer import join, lookup, split
from adcontract.openapi.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator


def reach(document: dict[str, Any], schema: str, pointer: str) -> list[str]:
    """Return the pointers in `document` of the schemas for the part at `pointer` of a value of the schema at `schema`.

    Several describe it where allOf, oneOf and anyOf lead to it, none where the schema does not. The parts of an object
    that may have any member (`additionalProperties: true`) are described by its own schema.
    """
    found = list(_in_place(document, schema))
    for part in split(pointer):
        found = [inner for outer in found for inner in _step(document, outer, part)]
    return found


def _in_place(document: dict[str, Any], pointer: str) -> Iterator[str]:
    schema, pointer = resolve(document, pointer)
    yield pointer
    for keyword in COMPOSITIONS:
        for index in range(len(schema.get(keyword, []))):
            yield from _in_place(document, join(pointer, keyword, str(index)))


def _step(document: dict[str, Any], pointer: str, part: str) -> Iterator[str]:
    schema = lookup(document, pointer)
    if part in schema.get("properties", {}):
        yield from _in_place(document, join(pointer, "properties", part))
    elif part == EACH and "items" in schema:
        yield from _in_place(document, join(pointer, "items"))
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from _in_place(document, join(pointer, "additionalProperties"))
    elif schema.get("additionalProperties") is True:
        yield pointer
