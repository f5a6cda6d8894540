"""A schema as it applies to a value: references followed and `allOf` merged, with the place of every keyword.

It is merged so that a property that moves into a shared base, or a reference that is wrapped to make it nullable, is no
change: requests and responses stay the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.diff.neutral import UNCOMPARED, is_neutral, settle
from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Callable

Part = tuple[Any, str]
"""A node of a document and its pointer."""

Parts = tuple[Part, ...]
"""The schemas that a value has to fit, all of them."""

SUBSCHEMAS = ("items", "additionalProperties")

CHOICES = {"oneOf": "one-of", "anyOf": "any-of"}
"""The keywords that list alternatives: their name in the ids of rules."""


@dataclass
class Schema:
    """Several schemas merged into one. `data` has their keywords, except those that have a field of their own."""

    pointer: str
    text: bool
    """Whether its values are sent as text, as those of parameters and headers are."""
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    properties: dict[str, Parts] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    """The pointer in the list, by the name of the property."""
    hidden: dict[str, tuple[Parts, bool]] = field(default_factory=dict)
    """The properties that are no part of the message because of their direction, and whether each is required."""
    subschemas: dict[str, Parts] = field(default_factory=dict)
    choices: dict[str, Parts] = field(default_factory=dict)
    nullable: bool = False

    def at(self, keyword: str) -> str:
        """Return the pointer of `keyword`, or of the schema where it has none."""
        return self.places.get(keyword, self.pointer)


def unwrapped(document: dict[str, Any], part: Part) -> Part:
    """Return the schema that `part` stands for: itself, or the only one of a list that has nothing beside it."""
    entered = set()
    while True:
        node, pointer = deref(document, *part)
        keywords = [key for key, value in node.items() if key not in UNCOMPARED and not is_neutral(key, value)]
        if len(keywords) != 1 or keywords[0] not in COMPOSITIONS or len(node[keywords[0]]) != 1 or pointer in entered:
            return part
        entered.add(pointer)
        part = node[keywords[0]][0], join(pointer, keywords[0], "0")


def read(document: dict[str, Any], parts: Parts, *, request: bool, text: bool, single: tuple[str, ...] = ()) -> Schema:
    """Return `parts` merged, for a client that writes (`request`) or reads the value.

    Lists of the keywords `single` that have one alternative are merged as `allOf` is.

    A `readOnly` property is no part of a request, a `writeOnly` one no part of a response (OpenAPI 3.0.3, Schema
    Object). A schema that contains itself through `allOf` is merged once.
    """
    ends = [deref(document, *part) for part in parts]
    schema = Schema(ends[0][1], text)
    merger = _Merger(document, schema, single)
    merger.take(ends, frozenset())
    schema.nullable = merger.nullable(ends, frozenset())
    settle(schema.data)
    hidden = "readOnly" if request else "writeOnly"
    for name, own in list(schema.properties.items()):
        if any(deref(document, *part)[0].get(hidden) for part in own):
            where = schema.required.pop(name, None)
            schema.hidden[name] = schema.properties.pop(name), where is not None
    return schema


@dataclass(frozen=True)
class _Merger:
    document: dict[str, Any]
    schema: Schema
    single: tuple[str, ...]

    def merges(self, keyword: str, value: Any) -> bool:
        return keyword == "allOf" or (keyword in self.single and len(value) == 1)

    def take(self, ends: list[Part], entered: frozenset[str]) -> None:
        for node, pointer in ends:
            if pointer in entered:
                continue
            for keyword, value in node.items():
                if is_neutral(keyword, value):
                    continue
                self.schema.places.setdefault(keyword, join(pointer, keyword))
                if not self.merges(keyword, value):
                    _merge(self.schema, keyword, value, join(pointer, keyword))
            self.take(self.members(node, pointer), entered | {pointer})

    def members(self, node: dict[str, Any], pointer: str) -> list[Part]:
        return [
            deref(self.document, *unwrapped(self.document, (member, join(pointer, keyword, str(index)))))
            for keyword in COMPOSITIONS
            if keyword in node and self.merges(keyword, node[keyword])
            for index, member in enumerate(node[keyword])
        ]

    def nullable(self, ends: list[Part], entered: frozenset[str]) -> bool:
        """Return whether null fits all. A schema with `nullable` and `allOf` means "that, or null" (spec/README.md)."""
        nullable = []
        for node, pointer in ends:
            members = [] if pointer in entered else self.members(node, pointer)
            if node.get("nullable") or "type" in node:
                nullable.append(bool(node.get("nullable")))
            elif members:
                nullable.append(self.nullable(members, entered | {pointer}))
        return bool(nullable) and all(nullable)


def _merge(schema: Schema, keyword: str, value: Any, pointer: str) -> None:
    if keyword == "properties":
        for name, node in value.items():
            schema.properties[name] = (*schema.properties.get(name, ()), (node, join(pointer, name)))
    elif keyword == "required":
        for index, name in enumerate(value):
            schema.required.setdefault(name, join(pointer, str(index)))
    elif keyword in SUBSCHEMAS and isinstance(value, dict):
        schema.subschemas[keyword] = (*schema.subschemas.get(keyword, ()), (value, pointer))
    elif keyword in CHOICES:
        alternatives = tuple((node, join(pointer, str(index))) for index, node in enumerate(value))
        schema.choices[keyword] = (*schema.choices.get(keyword, ()), *alternatives)
    elif keyword == "nullable":
        pass
    elif keyword not in schema.data:
        schema.data[keyword] = value
    elif keyword in _BOTH:
        schema.data[keyword] = _BOTH[keyword](schema.data[keyword], value)


def _both_types(one: str, other: str) -> str:
    return "integer" if {one, other} == {"integer", "number"} else _both_texts(one, other)


def _both_texts(one: str, other: str) -> str:
    return one if one == other else f"{one} and {other}"


_BOTH: dict[str, Callable[[Any, Any], Any]] = {
    "type": _both_types,
    "enum": lambda one, other: [value for value in one if value in other],
    "additionalProperties": lambda one, other: one and other,
    "pattern": _both_texts,
    **dict.fromkeys(("minimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "maxLength", "maxItems", "maxProperties"), min),
}
"""How two values of a keyword are merged; of any other keyword the first value counts."""
