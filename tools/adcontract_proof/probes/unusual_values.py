"""Values to send in place of a valid one: at and beyond its limits, of other types, and some that servers fail on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract import ContractError
from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.pointer import join, lookup
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.generation.values import Generator

TEXTS = (
    "Größe 😀 & <Co>, it's new",
    "😀",
    "ü",
    "a\0b",
    "it's",
    r"1 < 2 <b> \n + 1",
    "",
    "x" * 256,
    "planted",
    "2025-13-45",
    "-1",
    "1.5",
    "%%",
)
NUMBERS = (0, -1, 4.5, 0.29, 7, 2**31, -(2**31) - 1, 10**12)
_OTHERS: tuple[Any, ...] = (None, "planted", 12345, True, [], {})
_DEPTH = 4
_MANY = 1200
"""A list with more entries than this is not sent."""


class UnusualValues:
    """Yields values to send in the place of valid ones, by the schemas of a document."""

    def __init__(self, document: dict[str, Any], generator: Generator) -> None:
        self._document = document
        self._generator = generator

    def generated(self, pointer: str) -> Any:
        """Return a valid value for the schema at a pointer, None where none can be generated."""
        try:
            return self._generator.value(pointer, "probe")
        except ContractError:
            return None

    def of(self, pointer: str, value: Any) -> Iterator[Any]:
        """Yield values in the place of a valid one for the schema at a pointer, each once."""
        seen = {repr(value)}
        for each in self._inside(pointer, value, _DEPTH):
            key = repr(each)
            if key not in seen:
                seen.add(key)
                yield each

    def _inside(self, pointer: str, value: Any, depth: int) -> Iterator[Any]:
        schema, pointer = deref(self._document, lookup(self._document, pointer), pointer)
        yield from _scalars(schema)
        if not depth:
            return
        for keyword in COMPOSITIONS:
            for index, _ in enumerate(schema.get(keyword, ())):
                inner = join(pointer, keyword, str(index))
                yield from self._inside(inner, value if keyword == "allOf" else self.generated(inner), depth - 1)
        if schema.get("type") == "object" or "properties" in schema or isinstance(value, dict):
            yield from self._objects(schema, pointer, value if isinstance(value, dict) else {}, depth)
        if schema.get("type") == "array":
            yield from self._lists(schema, pointer, value if isinstance(value, list) else [], depth)

    def _objects(self, schema: dict[str, Any], pointer: str, value: dict[str, Any], depth: int) -> Iterator[Any]:
        yield {}
        yield {**value, "planted": 1}
        for name in value:
            yield {key: each for key, each in value.items() if key != name}
            yield {**value, name: None}
        for name in schema.get("properties", {}):
            where = join(pointer, "properties", name)
            inner = value[name] if name in value else self.generated(where)
            yield {**value, name: inner}
            yield {name: inner}
            for each in self._inside(where, inner, depth - 1):
                yield {**value, name: each}
        if isinstance(schema.get("additionalProperties"), dict):
            for each in self._inside(
                join(pointer, "additionalProperties"), next(iter(value.values()), None), depth - 1
            ):
                yield {**value, "planted": each}

    def _lists(self, schema: dict[str, Any], pointer: str, value: list[Any], depth: int) -> Iterator[Any]:
        where = join(pointer, "items")
        first = value[0] if value else self.generated(where)
        several = [*value, *alike(first, 3)]
        yield from ([], [first], several[: len(value) + 1], several, [first, first])
        for count in {schema.get("minItems", 1) - 1, schema.get("maxItems", 0) + 1} - {0, 1}:
            if count <= _MANY:
                yield (several + alike(first, count))[:count]
        for each in self._inside(where, first, depth - 1):
            yield [each, *value[1:]]


def _scalars(schema: dict[str, Any]) -> Iterator[Any]:
    yield from _OTHERS
    yield from schema.get("enum", ())
    types = schema.get("type")
    if types in ("string", None):
        yield from (str(each).swapcase() for each in schema.get("enum", ()))
        yield from TEXTS
        yield from ("x" * length for length in _limits(schema, "minLength", "maxLength") if 0 <= length <= 10_000)
    if types in ("integer", "number", None):
        yield from NUMBERS
        yield from _limits(schema, "minimum", "maximum")
    if types == "boolean":
        yield from (False, True)


def _limits(schema: dict[str, Any], lower: str, upper: str) -> Iterator[Any]:
    for name in (lower, upper):
        if name in schema:
            yield from (schema[name] - 1, schema[name], schema[name] + 1)


def alike(value: Any, count: int) -> list[Any]:
    """Return so many other values like one."""
    numbers = range(1, count + 1)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [value + number for number in numbers]
    if isinstance(value, str):
        return [f"{value}{number}" for number in numbers]
    return [value for _ in numbers]
