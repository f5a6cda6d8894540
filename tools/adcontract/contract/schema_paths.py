"""From a schema to the schemas of the parts of its values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.grammar import COMPOSITIONS, EACH
from adcontract.openapi.pointer import join, lookup, split
from adcontract.openapi.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

EXACT = "x-json-schema"
"""The keyword under which a schema has those of JSON Schema 2020-12 that OpenAPI 3.0 lacks."""


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


def _has(name: str, pattern: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:  # ECMA 262 has more than Python, such as `\\p{L}`
        return False


def _step(document: dict[str, Any], pointer: str, part: str) -> Iterator[str]:
    schema = lookup(document, pointer)
    patterns = [each for each in schema.get(EXACT, {}).get("patternProperties", ()) if _has(part, each)]
    for pattern in patterns:
        yield from _in_place(document, join(pointer, EXACT, "patternProperties", pattern))
    if part in schema.get("properties", {}):
        yield from _in_place(document, join(pointer, "properties", part))
    elif patterns:
        return
    elif part == EACH and "items" in schema:
        yield from _in_place(document, join(pointer, "items"))
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from _in_place(document, join(pointer, "additionalProperties"))
    elif schema.get("additionalProperties") is True:
        yield pointer
