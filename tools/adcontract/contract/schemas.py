"""Checking values against the schemas of a contract, and finding the part of the contract that a value breaks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from adcontract.contract.provenance import LIMITS, inferred
from adcontract.contract.schema_paths import reach
from adcontract.contract.secret_forms import without_secret
from adcontract.openapi.pointer import join, lookup, split, step
from adcontract.openapi.references import follow

LARGE = 20_000
"""The entries of a value of which only the first fault is reported: to list one takes the library 75 microseconds."""

EXACT = "x-json-schema"
"""The keyword under which a schema has those of JSON Schema 2020-12 that OpenAPI 3.0 lacks."""

_BASE = "urn:contract"

_NULL = {"type": "null"}

_EXPECTING = frozenset((*LIMITS, "type", "additionalProperties"))
"""The keywords whose expectation is a limit, a list of words, or a word."""

_DEPTH = "Nothing says how deep a value may be nested."

_INSIDE = frozenset(("items", "additionalProperties"))
"""The keywords whose schema is about something inside the value, without a name of its own."""

_PAYLOAD_KEYS = frozenset(("example", "examples", "default", "enum", "x-extensible-enum", "x-request", "x-inferred"))


@dataclass(frozen=True)
class SchemaError:
    """One way in which a value does not fit: its path in the value, a message, the keyword and its pointer.

    `inferred` is the sentence of the `x-inferred` that covers the keyword, or None where the keyword is documented.
    `expected` is what the keyword asks for (a limit, the types, the values), `value` what does not fit, and `needed`
    whether it may not be left out.
    """

    path: tuple[str | int, ...]
    message: str
    keyword: str
    pointer: str
    inferred: str | None
    expected: Any = dataclasses.field(default=None, compare=False)
    value: Any = dataclasses.field(default=None, compare=False)
    needed: bool = dataclasses.field(default=False, compare=False)

    @property
    def field(self) -> str:
        """The path in the value, with dots: `targets.user_ids.0`."""
        return ".".join(str(part) for part in self.path)


class Schemas:
    """The schemas of one assembled document, compiled when they are first used."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document: dict[str, Any] = {key: json_schema(document.get(key, {})) for key in ("paths", "components")}
        self._original = document
        self._registry = jsonschema_rs.Registry([(_BASE, self._document)])
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def valid(self, pointer: str, value: Any) -> bool:
        """Return whether `value` fits the schema at `pointer` (RFC 6901) in the document."""
        return self.validator(pointer).is_valid(value)

    def faults(self, pointer: str, value: Any) -> list[SchemaError]:
        """Return every way in which `value` does not fit the schema at `pointer`; one way if the value is `LARGE`."""
        validator = self.validator(pointer)
        try:
            if validator.is_valid(value):
                return []
            if _is_large(value):
                validator.validate(value)
                return []
            return [self._fault(pointer, error) for error in validator.iter_errors(value)]
        except jsonschema_rs.ValidationError as error:
            return [self._fault(pointer, error)]
        except ValueError:
            # the library looks 255 levels deep, and is silent where no schema is about what lies deeper
            return [SchemaError((), "is nested too deep to be checked", "depth", pointer, _DEPTH)]

    def schema(self, pointer: str) -> dict[str, Any]:
        """Return the schema at `pointer` in the document as JSON Schema, its reference followed."""
        node: dict[str, Any] = follow(self._document, lookup(self._document, self._converted(pointer)))
        return node

    def part(self, pointer: str, inner: str) -> dict[str, Any]:
        """Return the schema with a type of the part at `inner` of values of the schema at `pointer`; empty without one.

        References and `allOf`, `oneOf` and `anyOf` are followed.
        """
        found = (lookup(self._original, each) for each in reach(self._original, pointer, inner))
        return next((each for each in found if "type" in each), {})

    def validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """Return the compiled schema at `pointer` in the document."""
        if pointer not in self._compiled:
            reference = {"$ref": f"{_BASE}#{quote(self._converted(pointer), safe='/~')}"}
            self._compiled[pointer] = jsonschema_rs.Draft202012Validator(
                reference, registry=self._registry, validate_formats=True
            )
        return self._compiled[pointer]

    def _converted(self, pointer: str) -> str:
        """Return where the schema at `pointer` in the document is as JSON Schema: see `_nullable`."""
        node, found = self._document, ""
        for part in split(pointer):
            if isinstance(node, dict) and part not in node and "else" in node:
                node, found = node["else"], f"{found}/else"
            if part == EXACT and part not in node:
                continue
            node, found = step(node, [part]), join(found, part)
        return found

    def _fault(self, pointer: str, error: jsonschema_rs.ValidationError) -> SchemaError:
        way = [str(part) for part in error.evaluation_path][1:]
        path = tuple(error.instance_path)
        keyword, message = error.kind.name, error.message
        expected: Any = error.kind.value if keyword in _EXPECTING else None
        value, needed = error.instance, self._needed(pointer, way)
        if keyword == "required":
            path, message, value, needed = (*path, expected), "is missing", None, True
        reason, broken = self._follow(pointer, way)
        holder = lookup(self._original, broken.rpartition("/")[0])
        if isinstance(holder, dict) and holder.get("format") == "password":
            message = without_secret(message, value, is_secret=True)
        return SchemaError(path, message, keyword, broken, reason, expected, value, needed)

    def _follow(self, pointer: str, way: list[str]) -> tuple[str | None, str]:
        """Return the innermost `x-inferred` on the way of an evaluation from `pointer`, and the pointer of its end."""
        node, reason = lookup(self._document, pointer), None
        for part in way:
            if part == "$ref":
                pointer = unquote(node["$ref"]).removeprefix("#")
                node = lookup(self._document, pointer)
                continue
            reason = inferred(node, part) or inferred(node) or reason
            is_wrapper = part == "else" and node.get("if") == _NULL and node.keys() == {"if", "else"}
            node = step(node, [part])
            if not is_wrapper:
                pointer = join(pointer, part)
        return inferred(node) or reason, self._declared(pointer)

    def _declared(self, pointer: str) -> str:
        """Return where a keyword at `pointer` is in the document, which may have it under `EXACT`."""
        node, found = self._original, ""
        for part in split(pointer):
            if isinstance(node, dict) and part in node.get(EXACT, ()):
                node, found = node[EXACT], join(found, EXACT)
            node, found = step(node, [part]), join(found, part)
        return found

    def _needed(self, pointer: str, way: list[str]) -> bool:
        """Return whether a schema on the way of an evaluation requires the property at its end."""
        node, needed, required = lookup(self._document, pointer), False, set()
        names = iter(way)
        for part in names:
            required |= set(node.get("required", ())) if isinstance(node, dict) else set()
            if part == "properties":
                name = next(names)
                needed, required, node = name in required, set(), node[part][name]
            elif part == "$ref":
                node = lookup(self._document, unquote(node[part]).removeprefix("#"))
            else:
                needed, required = needed and part not in _INSIDE, set() if part in _INSIDE else required
                node = step(node, [part])
        return needed


def _is_large(value: Any) -> bool:
    entries, waiting = 0, [value]
    while waiting and entries <= LARGE:
        node = waiting.pop()
        if isinstance(node, dict | list):
            entries += len(node)
            waiting += node.values() if isinstance(node, dict) else node
    return entries > LARGE


def json_schema(node: Any) -> Any:
    """Return a copy of `node` in which OpenAPI 3.0's `nullable` and boolean `exclusive…` are JSON Schema 2020-12's."""
    if isinstance(node, list):
        return [json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    converted = {key: value if key in _PAYLOAD_KEYS else json_schema(value) for key, value in node.items()}
    if isinstance(converted.get(EXACT), dict):
        converted |= converted.pop(EXACT)
    for bound, exclusive in (("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")):
        if converted.get(exclusive) is True and bound in converted:
            converted[exclusive] = converted.pop(bound)
        elif isinstance(converted.get(exclusive), bool):
            del converted[exclusive]
    return _nullable(converted) if converted.get("nullable") is True else converted


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str) and not schema.keys() & {"allOf", "anyOf", "oneOf", "not"}:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return schema
    # `if`/`else` in place of `anyOf`, so that the faults inside are reported one by one
    return {"if": _NULL, "else": schema}
