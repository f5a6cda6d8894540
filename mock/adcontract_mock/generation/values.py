"""Generating a value that fits a schema: the same for the same seed, and plausible to a reader."""

from __future__ import annotations

import math
import re
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.discriminators import heirs, is_named, names_of, property_of
from adcontract.contract.schema_paths import EXACT
from adcontract.errors import ContractError, Finding
from adcontract.openapi.pointer import lookup, split
from adcontract.openapi.references import follow
from adcontract_mock.generation.consistency import Consistency
from adcontract_mock.generation.pruning import pruned
from adcontract_mock.generation.samples import sample_texts
from adcontract_mock.generation.text import text

if TYPE_CHECKING:
    from adcontract import Contract, Schemas
    from adcontract.contract.discriminators import Heir

_ATTEMPTS = 40
_SPARSE = 20
"""From this attempt on optional fields and items are left out by chance, and where they do not fit: few fit where
alternatives exclude each other."""
_DEEPEST = 12
_MOST = 2000
_LARGEST = 20_000
"""The most values, and hundreds of characters, of a value: to generate them takes a few tenths of a second."""
_UPPER = {"maximum", "maxLength", "maxItems", "maxProperties"}
_LOWER = {"minimum", "minLength", "minItems", "minProperties"}


class _TooLarge(Exception):  # noqa: N818 - it is caught where a value is asked for
    """A value has more parts than `_LARGEST`."""


class Generator:
    """Generates values for the schemas of one contract."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._contract = contract
        self._document = contract.document
        self._schemas = schemas

    @cached_property
    def _heirs(self) -> dict[str, list[Heir]]:
        return heirs(self._document)

    @cached_property
    def _samples(self) -> dict[str, list[str]]:
        return sample_texts(self._document)

    @cached_property
    def consistency(self) -> Consistency:
        """What makes values keep the invariants of the contract."""
        return Consistency(self._contract, self._schemas)

    def value(self, pointer: str, seed: str) -> Any:
        """Return a value that fits the schema at `pointer` (RFC 6901) of the document.

        Where an invariant says what one of its fields is equal to, it is.

        Raises:
            ContractError: if none was found, because the schema contradicts itself, has unsupported keywords, or asks
                for more than `_LARGEST` parts.
        """
        schema = lookup(self._document, pointer)
        *_, holder, last = ["", *split(pointer)]
        name = last if holder == "properties" else ""
        message = "No value was found that fits this schema."
        try:
            for attempt in range(_ATTEMPTS):
                random, is_sparse = Random(f"{seed} {attempt}"), attempt >= _SPARSE
                draft = _Draft(self._document, self._heirs, self._samples, random, sparse=is_sparse)
                value = draft.value(schema, name, ())
                value = self._schemas.visible(pointer, value)
                if draft.sparse:
                    value = pruned(self._schemas, pointer, value)
                if self._schemas.valid(pointer, value):
                    return self.consistency.kept(pointer, value)
        except _TooLarge:
            message = f"A value that fits this schema has more than {_LARGEST:,} parts."
        except re.error as error:
            message = f"A pattern in this schema cannot be read: {error}."
        raise ContractError(
            [Finding(self._contract.where(pointer), "generate", message, "Correct it, or give it an `example`.")]
        )


class _Draft:
    """One attempt. `opened` are the references on the way to a schema, so that a recursive one comes to an end."""

    def __init__(
        self,
        document: dict[str, Any],
        heirs: dict[str, list[Heir]],
        sample_texts: dict[str, list[str]],
        random: Random,
        *,
        sparse: bool,
    ) -> None:
        self.document = document
        self.heirs = heirs
        self.samples = sample_texts
        self.random = random
        self.sparse = sparse
        self.count = 0

    def value(self, node: Any, name: str, opened: tuple[str, ...]) -> Any:
        self.spend(1)
        if "$ref" in node:
            opened = (*opened, node["$ref"])
            node = follow(self.document, node)
            node = self.heir(node, opened)
        schema, opened = (node, opened) if "example" in node else self.merged(node, opened)
        if "example" in schema:
            return schema["example"]
        if schema.get("nullable") and schema.get("deprecated"):
            return None
        for choices in ("enum", "x-extensible-enum"):
            if schema.get(choices):
                return self.random.choice(schema[choices])
        type_ = schema.get("type") or _guess(schema)
        generators = {
            "object": self.object,
            "array": self.array,
            "integer": self.integer,
            "number": self.number,
            "boolean": self.boolean,
        }
        if type_ in generators:
            return generators[type_](schema, name, opened)
        self.spend(schema.get("minLength", 0) // 100)
        return text(schema, name, self.random, self.samples.get(name, ()))

    def heir(self, schema: dict[str, Any], opened: tuple[str, ...]) -> dict[str, Any]:
        """Return one of the schemas that extend a schema with a discriminator, for a value of its own; else itself."""
        heirs = self.heirs.get(opened[-1].rpartition("/")[2], ())
        if not heirs:
            return schema
        heir, name = self.random.choice(heirs), property_of(schema)
        named = {"properties": {name: {"enum": heir.values[:1]}}, "required": [name]}
        return {"allOf": [{"$ref": f"#/components/schemas/{heir.name}"}, named]}

    def spend(self, parts: int) -> None:
        self.count += parts
        if self.count > _LARGEST:
            raise _TooLarge

    def merged(
        self, schema: dict[str, Any], opened: tuple[str, ...], values: list[Any] | None = None
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return `schema` in one piece: every part of `allOf`, and a choice from `oneOf` and `anyOf`.

        `values` are those that the schema around it allows, None for any.
        """
        whole = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
        parts = [*schema.get("allOf", []), *self.conditions(schema.get(EXACT, {}))]
        values = schema.get("enum", values)
        for chosen in (self.choice(schema[key], opened, values) for key in ("oneOf", "anyOf") if schema.get(key)):
            name, names = property_of(schema), names_of(schema, chosen)
            parts.append(chosen)
            if names and not is_named(self.document, chosen, name):
                parts.append({"properties": {name: {"enum": names[:1]}}, "required": [name]})
        for part in parts:
            if "$ref" in part:
                if opened.count(part["$ref"]) > 1:
                    continue
                opened = (*opened, part["$ref"])
            flat, opened = self.merged(follow(self.document, part), opened, values)
            for key, value in flat.items():
                whole[key] = _both(key, whole[key], value) if key in whole else value
        if parts and "properties" in whole:
            whole.pop("example", None)  # it shows only one part
        return whole, opened

    def conditions(self, exact: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the schemas that hold by the keywords of JSON Schema on conditions, of which one is chosen."""
        parts = list(exact.get("dependentSchemas", {}).values())
        parts += [{"required": names} for names in exact.get("dependentRequired", {}).values()]
        if "if" in exact:
            kept = [exact["if"], exact.get("then", {})] if self.boolean({}, "", ()) else [exact.get("else", {})]
            parts += kept
        return parts

    def choice(
        self, options: list[dict[str, Any]], opened: tuple[str, ...], values: list[Any] | None
    ) -> dict[str, Any]:
        new = [option for option in options if option.get("$ref") not in opened] or options
        fitting = [each for each in new if values is None or any(value in values for value in each.get("enum", values))]
        return self.random.choice(fitting or new)

    def enough(self, schema: dict[str, Any], opened: tuple[str, ...]) -> bool:
        """Return whether to leave out optional parts: the schema is recursive, or the value is large enough."""
        references = {part.get("$ref") for part in (schema, *schema.get("allOf", []))}
        return not references.isdisjoint(opened) or len(opened) >= _DEEPEST or self.count >= _MOST

    def object(self, schema: dict[str, Any], _name: str, opened: tuple[str, ...]) -> dict[str, Any]:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        generated = {}
        for name, node in properties.items():
            again = self.enough(node, opened) or node.get("not") == {}
            if name in required or not (again or node.get("writeOnly") or (self.sparse and self.boolean({}, "", ()))):
                ends = (again and node.get("nullable")) or len(opened) >= 2 * _DEEPEST
                generated[name] = None if ends else self.value(node, name, opened)
        for name in required:
            generated.setdefault(name, text({}, name, self.random))
        extra = schema.get("additionalProperties", True)
        least = schema.get("minProperties", 0 if properties or not isinstance(extra, dict) else 1)
        for number in range(1, least - len(generated) + 1):
            generated[f"key{number}"] = self.value(extra if isinstance(extra, dict) else {}, "", opened)
        for name in list(generated):
            if len(generated) > schema.get("maxProperties", math.inf) and name not in required:
                del generated[name]
        return generated

    def array(self, schema: dict[str, Any], name: str, opened: tuple[str, ...]) -> list[Any]:
        exact = schema.get(EXACT, {})
        items = exact.get("items", schema.get("items", {}))
        least = schema.get("minItems", 0)
        count = min(schema.get("maxItems", math.inf), max(least, 0 if self.enough(items, opened) else 2))
        if self.sparse:
            count = max(least, min(count, self.random.randrange(2)))
        first = [*exact.get("prefixItems", ()), *([exact["contains"]] if "contains" in exact else [])]
        generated: list[Any] = [self.value(node, "", opened) for node in first]
        if items.get("not") == {} or (first and len(first) >= least):
            return generated
        known = {orjson.dumps(value) for value in generated}
        for _ in range(10 * int(count)):
            value = self.value(items, name.removesuffix("s"), opened)
            if schema.get("uniqueItems"):
                as_json = orjson.dumps(value)
                if as_json in known:
                    continue
                known.add(as_json)
            generated.append(value)
            if len(generated) == count:
                break
        return generated

    def integer(self, schema: dict[str, Any], _name: str, _opened: tuple[str, ...]) -> int:
        step = schema.get("multipleOf", 1)
        low, high = _bounds(schema, step, 1000)
        return int(
            self.random.randint(math.ceil(low / step), max(math.ceil(low / step), math.floor(high / step))) * step
        )

    def number(self, schema: dict[str, Any], _name: str, _opened: tuple[str, ...]) -> float:
        if "multipleOf" in schema:
            return self.integer(schema, _name, _opened)
        low, high = _bounds(schema, 0.01, 1000)
        value = self.random.uniform(low, high)
        return round(value, 2) if low <= round(value, 2) <= high else value

    def boolean(self, _schema: dict[str, Any], _name: str, _opened: tuple[str, ...]) -> bool:
        return self.random.random() < 0.5


def _guess(schema: dict[str, Any]) -> str:
    """Return the type that the keywords of a schema without `type` are for."""
    if schema.keys() & {"properties", "additionalProperties", "minProperties", "required"}:
        return "object"
    return "array" if "items" in schema or EXACT in schema else "string"


def _bounds(schema: dict[str, Any], step: float, width: float) -> tuple[float, float]:
    """Return the least and the greatest value, at most `width` apart; exclusive bounds are left out by `step`."""
    low, high = schema.get("minimum"), schema.get("maximum")
    low = low + step if low is not None and schema.get("exclusiveMinimum") is True else low
    high = high - step if high is not None and schema.get("exclusiveMaximum") is True else high
    if low is None:
        low = 1 if high is None or high >= 1 else high - width
    return low, min(high, low + width) if high is not None else low + width


def _both(key: str, one: Any, other: Any) -> Any:
    """Return the value of a keyword that holds both of its values."""
    if key == "properties":
        shared = {name: {"allOf": [one[name], other[name]]} for name in one.keys() & other.keys()}
        return {**one, **other, **shared}
    if key == EXACT:
        return {**one, **other}
    if key == "required":
        return [*one, *(name for name in other if name not in one)]
    if key == "enum":
        return [value for value in one if value in other]
    if key in _UPPER:
        return min(one, other)
    return max(one, other) if key in _LOWER else one
