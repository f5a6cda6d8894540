"""Texts as values: what a text of a URL, a header or a form is by the types that a schema takes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.schema_paths import EXACT
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract.contract.schemas import Schemas

_UNDECLARED = "\0"  # no document declares it
_MOST_DIGITS = 1000  # JSON's integers are unlimited; int() refuses more than 4,300 digits
_is_number = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?").fullmatch
_BOOLEANS = {"true": True, "false": False}
_KINDS: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


class Texts:
    """Makes values of texts, by the schemas at some pointers, which describe the same value.

    Each type that they take is tried, in their order, and the first value that fits is taken. References, `allOf`,
    `oneOf` and `anyOf` are followed.
    """

    def __init__(self, schemas: Schemas, pointers: Iterable[str]) -> None:
        self._schemas = schemas
        self._pointers = tuple(pointers)
        self._parts = [part for pointer in self._pointers for part in schemas.parts(pointer)]
        self.types = tuple(dict.fromkeys(type_ for _, schema in self._parts for type_ in _types(schema)))
        converting = [_CONVERSIONS[type_] for type_ in self.types if type_ in _CONVERSIONS]
        self._conversions = converting or [str]
        self.single: Callable[[str], Any] = self._conversions[0] if len(converting) < 2 else self._fitting
        """Returns the value of one text; a text that cannot be converted stays as it is."""

    @property
    def takes_one(self) -> bool:
        """Whether a value may be neither an array nor an object."""
        return not self.types or bool({*self.types} - {"array", "object"})

    @cached_property
    def _fits(self) -> list[Callable[[Any], bool]]:
        return [self._schemas.validator(pointer).is_valid for pointer in self._pointers]

    def _fitting(self, text: str) -> Any:
        return self.first(convert(text) for convert in self._conversions)

    def first(self, values: Iterable[Any]) -> Any:
        """Return the first of some values that fits, else the first of them."""
        tried = []
        for value in values:
            if any(fits(value) for fits in self._fits):
                return value
            tried.append(value)
        return tried[0]

    @cached_property
    def items(self) -> Texts:
        """The texts of the items of an array."""
        return Texts(self._schemas, [join(pointer, "items") for pointer, schema in self._parts if "items" in schema])

    def member(self, name: str) -> Texts:
        """Return the texts of a member of an object. All that are not declared have the same, but for patterns."""
        known = name if name in self._declared else _UNDECLARED
        if known == _UNDECLARED and self._has_patterns:
            return self._patterned(name)
        if known not in self._members:
            self._members[known] = Texts(self._schemas, self._of_member(known))
        return self._members[known]

    def _patterned(self, name: str) -> Texts:
        """Return the texts of a member by the patterns that its name fits (OpenAPI 3.1, `patternProperties`)."""
        found = self._of_member(name)
        known = _UNDECLARED + _UNDECLARED.join(found)
        if known not in self._members:
            self._members[known] = Texts(self._schemas, found)
        return self._members[known]

    def _of_member(self, name: str) -> list[str]:
        inner = join("", name)
        found = (found for pointer in self._pointers for found, _ in self._schemas.parts(pointer, inner))
        return list(dict.fromkeys(found))

    @cached_property
    def _members(self) -> dict[str, Texts]:
        return {}

    @cached_property
    def _has_patterns(self) -> bool:
        return any("patternProperties" in schema.get(EXACT, {}) for _, schema in self._parts)

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(self.properties)

    @property
    def properties(self) -> list[str]:
        """The names of the declared members of an object."""
        return list(dict.fromkeys(name for _, schema in self._parts for name in schema.get("properties", ())))

    @property
    def is_open(self) -> bool:
        """Whether an object is meant to have members that are not declared."""
        return any(schema.get("additionalProperties") for _, schema in self._parts)

    def many(self, texts: Iterable[str]) -> list[Any]:
        """Return an array of texts; an item that is no single value is JSON."""
        items = self.items
        if self._first:
            return [self._at(index).of([text]) for index, text in enumerate(texts)]
        if {*items.types} <= _CONVERSIONS.keys():
            return [items.single(text) for text in texts]
        return [items.of([text]) for text in texts]

    @cached_property
    def _first(self) -> list[Texts]:
        """The texts of the first items, where these have schemas of their own (OpenAPI 3.1, `prefixItems`)."""
        found: dict[int, list[str]] = {}
        for pointer, schema in self._parts:
            for index in range(len(schema.get(EXACT, {}).get("prefixItems", ()))):
                found.setdefault(index, []).append(join(pointer, EXACT, "prefixItems", str(index)))
        return [Texts(self._schemas, found[index]) for index in sorted(found)]

    def _at(self, index: int) -> Texts:
        return self._first[index] if index < len(self._first) else self.items

    def named(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Return an object of names and texts; a member that is an array takes all of its texts."""
        texts: dict[str, list[str]] = {}
        for name, text in pairs:
            texts.setdefault(name, []).append(text)
        return {name: self.member(name).of(given) for name, given in texts.items()}

    def of(self, given: list[str]) -> Any:
        """Return the value of the texts that have one name: an array of them, or the last."""
        return self.first(self._of(given))

    def _of(self, given: list[str]) -> Iterator[Any]:
        if "array" in self.types:
            yield self.many(given)
        if self.takes_one:
            yield self.single(given[-1])
        if "array" in self.types or "object" in self.types:
            yield read_json(given[-1])


def read_json(text: str) -> Any:
    """Return the value of a JSON text; any other text as it is."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _types(schema: dict[str, Any]) -> Iterator[str]:
    declared = schema.get("type")
    if isinstance(declared, str):
        yield declared
    elif "items" in schema:
        yield "array"
    elif "properties" in schema:
        yield "object"
    else:
        yield from (_KINDS[type(each)] for each in schema.get("enum", ()) if type(each) in _KINDS)


def _integer(text: str) -> int | str:
    digits = text.removeprefix("-")  # a pattern takes twice as long
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS else text


def _number(text: str) -> float | str:
    return float(text) if _is_number(text) else text


def _boolean(text: str) -> bool | str:
    return _BOOLEANS.get(text, text)


_CONVERSIONS: dict[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": str,
}
