"""From the Schema Objects of OpenAPI 3.0 to JSON Schema 2020-12, as they hold in a request, a response, or either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from adcontract.contract.directions import REQUEST, directions, is_hidden
from adcontract.contract.discriminators import heirs, is_named, names_of, property_of
from adcontract.contract.schema_paths import EXACT
from adcontract.openapi.grammar import COMPONENTS, COMPOSITIONS, WEBHOOKS
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from adcontract.contract.discriminators import Heir

_PAYLOAD_KEYS = frozenset(("example", "examples", "default", "enum", "x-extensible-enum", "x-request", "x-inferred"))
_MAPS = frozenset(("properties", *COMPONENTS))
"""The keys of objects whose keys are names: one of them may be the word `default`."""

_BESIDE_REFERENCE = frozenset(("$ref", "description", "summary"))
"""What may stand beside a reference: OpenAPI 3.0 ignores the rest."""

_REST_OF_ITEMS = frozenset(("prefixItems", "unevaluatedItems"))
"""The keywords that leave open what the items are that no other keyword describes."""

NULL = {"type": "null"}

BESIDE = "x-beside-all-of"
"""The member of a converted document with what schemas have beside `allOf`, by name."""

_CONVERTED = ("paths", "components", "x-errors", WEBHOOKS)
"""The members of a document that have schemas."""

_COMPONENT = 3
"""The slashes of the pointer of a component."""

_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def converted(document: dict[str, Any], hidden: Set[str]) -> dict[str, Any]:
    """Return the paths and components of a document with JSON Schemas that hold in a direction.

    A property that has one of the keywords `hidden` is not required there (OpenAPI 3.0.3, Schema Object).
    """
    conversion = _Conversion(document, hidden)
    return {
        **{key: conversion.of(document.get(key, {})) for key in _CONVERTED},
        **conversion.beside(),
    }


def for_requests(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a document in which nothing is required of a request that belongs to responses alone."""
    whole = _Direction(document, {REQUEST} & directions(document)).of(document)
    copied: dict[str, Any] = orjson.loads(orjson.dumps(whole))
    return copied


def as_openapi_31(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy for requests as a document of OpenAPI 3.1, which can say all that JSON Schema 2020-12 can."""
    whole = for_requests(document)
    return {**whole, **converted(whole, frozenset()), "openapi": "3.1.0"}


def json_schema(node: Any) -> Any:
    """Return a copy of `node` in which the keywords of OpenAPI 3.0 are those of JSON Schema 2020-12.

    They are `nullable`, the boolean `exclusive…`, the formats of integers, and what stands beside a `$ref`.
    """
    return _Conversion({}, frozenset()).of(node)


class _Direction:
    """Makes copies in which no property is required that is not in a direction."""

    def __init__(self, document: dict[str, Any], hidden: Set[str]) -> None:
        self._document = document
        self._opened: list[str] = []
        self._hidden = hidden

    def of(self, node: Any, absent: frozenset[str] = frozenset()) -> Any:
        """Return a copy of a node; `absent` are the properties that a value of it need not have."""
        if isinstance(node, list):
            return [self.of(item) for item in node]
        if not isinstance(node, dict):
            return node
        node = self._begun(node)
        required = node.get("required")
        if self._hidden and (isinstance(required, list) or any(key in node for key in COMPOSITIONS)):
            absent |= frozenset(self._absent(node, set()))
        made = {key: self._member(key, value, absent) for key, value in node.items()}
        if absent and isinstance(required, list):
            made["required"] = [name for name in required if name not in absent]
        return self._finished(node, made)

    def _begun(self, node: dict[str, Any]) -> dict[str, Any]:
        return node

    def _finished(self, node: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return made

    def _member(self, key: str, value: Any, absent: frozenset[str]) -> Any:
        if key in _MAPS and isinstance(value, dict):
            return {name: self.of(inner) for name, inner in value.items()}
        if key in COMPOSITIONS and isinstance(value, list):
            return [self._alternative(inner, absent) for inner in value]
        return value if key in _PAYLOAD_KEYS else self.of(value)

    def _alternative(self, node: Any, absent: frozenset[str]) -> Any:
        """Return a part of a composition; a reference is replaced if another part says that a property is hidden."""
        if absent and isinstance(node, dict) and "$ref" in node and node["$ref"] not in self._opened:
            missing = absent - frozenset(self._absent(node, set()))
            if missing & self._required(node, set()):
                self._opened.append(node["$ref"])
                made = self.of(follow(self._document, node), absent)
                self._opened.pop()
                return made
        return self.of(node, absent)

    def _required(self, node: Any, seen: set[int]) -> set[str]:
        schema = follow(self._document, node)
        if not isinstance(schema, dict) or id(schema) in seen:
            return set()
        seen.add(id(schema))
        parts = (inner for keyword in COMPOSITIONS for inner in schema.get(keyword, ()))
        return set(schema.get("required", ())).union(*(self._required(inner, seen) for inner in parts))

    def _absent(self, node: Any, seen: set[int]) -> Iterator[str]:
        """Yield the hidden properties of a schema, and of the schemas that it is composed of."""
        schema = follow(self._document, node)
        if not isinstance(schema, dict) or id(schema) in seen:
            return
        seen.add(id(schema))
        properties = schema.get("properties")
        for name, inner in properties.items() if isinstance(properties, dict) else ():
            if is_hidden(self._document, inner, self._hidden):
                yield name
        for keyword in COMPOSITIONS:
            for inner in schema.get(keyword, ()) if isinstance(schema.get(keyword), list) else ():
                yield from self._absent(inner, seen)


class _Conversion(_Direction):
    """Makes copies that are JSON Schema 2020-12."""

    def __init__(self, document: dict[str, Any], hidden: Set[str]) -> None:
        super().__init__(document, hidden)
        self._schemas: dict[str, Any] = document.get("components", {}).get("schemas", {})
        self._heirs = {id(self._schemas[name]): each for name, each in heirs(document).items()}

    def beside(self) -> dict[str, Any]:
        """Return what the heirs of schemas have beside `allOf`, by name."""
        every = {heir.name: self._schemas[heir.name] for each in self._heirs.values() for heir in each}
        parts = ({key: value for key, value in schema.items() if key != "allOf"} for schema in every.values())
        return {BESIDE: dict(zip(every, map(self.of, parts), strict=True))} if every else {}

    def _begun(self, node: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(node.get("$ref"), str):
            return node
        return {key: value for key, value in node.items() if key in _BESIDE_REFERENCE or key.startswith("x-")}

    def _finished(self, node: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        if isinstance(exact := made.pop(EXACT, None), dict):
            if exact.keys() & _REST_OF_ITEMS and not made.get("items"):
                made.pop("items", None)  # OpenAPI 3.0 needs it; here it would be a schema of items without one
            made |= exact
        self._discriminate(node, made)
        if id(node) in self._heirs:
            made["allOf"] = [*made.get("allOf", ()), *self._inherited(property_of(node), self._heirs[id(node)])]
        _bound(made)
        return _nullable(made) if made.get("nullable") is True else made

    def _discriminate(self, schema: dict[str, Any], made: dict[str, Any]) -> None:
        """Make each alternative of a schema be only that of the values that its discriminator has for it."""
        name = property_of(schema)
        for keyword in ("oneOf", "anyOf") if name and self._document else ():
            for alternative, one in zip(schema.get(keyword, ()), made.get(keyword, ()), strict=True):
                names = names_of(schema, alternative)
                if names and not is_named(self._document, alternative, name):
                    one["properties"] = {name: {"enum": names}}

    def _inherited(self, name: str, heirs_: list[Heir]) -> Iterator[dict[str, Any]]:
        """Yield for each heir of a schema that a value which the discriminator gives to it is held to it."""
        for heir in heirs_:
            parts = (_beside(each) if each.count("/") == _COMPONENT else each for each in heir.parts)
            yield {
                "if": {"properties": {name: {"enum": heir.values}}, "required": [name]},
                "then": {"allOf": [{"$ref": f"#{quote(each, safe='/~')}"} for each in parts]},
            }


def _beside(pointer: str) -> str:
    return f"/{BESIDE}{pointer.removeprefix('/components/schemas')}"


def _bound(schema: dict[str, Any]) -> None:
    """Make the boolean `exclusive…` of a schema limits of their own, and give a format of integers its limits."""
    for bound, exclusive in (("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")):
        if schema.get(exclusive) is True and bound in schema:
            schema[exclusive] = schema.pop(bound)
        elif isinstance(schema.get(exclusive), bool):
            del schema[exclusive]
    range_ = _RANGES.get(schema["format"]) if isinstance(schema.get("format"), str) else None
    if range_ and schema.get("type") == "integer":
        for (bound, exclusive), limit in zip(
            (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")), range_, strict=True
        ):
            if bound not in schema and exclusive not in schema:
                schema[bound] = limit


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str) and not schema.keys() & {"allOf", "anyOf", "oneOf", "not"}:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return schema
    # `if`/`else` in place of `anyOf`, so that the faults inside are reported one by one
    return {"if": NULL, "else": schema}
