"""Checking values against the schemas of a contract, and finding the part of the contract that a value breaks."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import jsonschema_rs

from adcontract.contract.directions import EITHER, Directed, direction, directions
from adcontract.contract.formats import is_base64, is_duration, is_time
from adcontract.contract.provenance import LIMITS, inferred
from adcontract.contract.schema_conversion import BESIDE, NULL, converted
from adcontract.contract.schema_paths import EXACT, reach
from adcontract.contract.secret_forms import without_secret
from adcontract.openapi.breaches import message_of
from adcontract.openapi.pointer import get, join, lookup, split, step
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Set

    from adcontract.contract.directions import HiddenPart

LARGE = 20_000
"""The entries of a value of which only the first fault is reported: to list one takes the library 75 microseconds."""

_LONG = 1_000
_SHOWN = 200
"""A longer message has only as many characters of the value in it."""

_BASE = "urn:contract"

_EXPECTING = frozenset((*LIMITS, "type", "additionalProperties"))
"""The keywords whose expectation is a limit, a list of words, or a word."""

_DEPTH = "Nothing says how deep a value may be nested."

_INSIDE = frozenset(("items", "additionalProperties"))
"""The keywords whose schema is about something inside the value, without a name of its own."""

_FORMATS = {"byte": is_base64, "duration": is_duration, "time": is_time}


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


class _View:
    """A document whose schemas hold in one direction."""

    def __init__(self, original: dict[str, Any], hidden: Set[str]) -> None:
        self.document = converted(original, hidden)
        self.registry = jsonschema_rs.Registry([(_BASE, self.document)])


class Schemas:
    """The schemas of one assembled document, compiled when they are first used.

    In a request no property is missing that is `readOnly`, in a response none that is `writeOnly`; in a component that
    both may have, neither.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        """The document as it is, which is not to be changed."""
        self._directed = {keyword: Directed(document, keyword) for keyword in directions(document)}
        self._views: dict[frozenset[str], _View] = {}
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def _view(self, pointer: str) -> _View:
        own = direction(pointer) if self._directed else EITHER
        hidden = frozenset(keyword for keyword in self._directed if own in (keyword, EITHER))
        if hidden not in self._views:
            self._views[hidden] = _View(self.document, hidden)
        return self._views[hidden]

    def valid(self, pointer: str, value: Any) -> bool:
        """Return whether `value` fits the schema at `pointer` (RFC 6901) in the document."""
        return self.validator(pointer).is_valid(value)

    def faults(self, pointer: str, value: Any) -> list[SchemaError]:
        """Return every way in which `value` does not fit the schema at `pointer`; one way if the value is `LARGE`.

        What does not belong there is not judged: a server need not look at what is `readOnly` in a request.
        """
        found = self._faults(pointer, value)
        hidden = [each.path for each in self.hidden_parts(pointer, value)] if found else []
        return [each for each in found if not any(each.path[: len(path)] == path for path in hidden)]

    def _faults(self, pointer: str, value: Any) -> list[SchemaError]:
        validator = self.validator(pointer)
        try:
            if validator.is_valid(value):
                return []
            if _is_large(value):
                validator.validate(value)
                return []
            # a schema and the one that it extends may find the same
            return list(dict.fromkeys(self._fault(pointer, error) for error in validator.iter_errors(value)))
        except jsonschema_rs.ValidationError as error:
            return [self._fault(pointer, error)]
        except ValueError:
            # the library looks 255 levels deep, and is silent where no schema is about what lies deeper
            return [SchemaError((), "is nested too deep to be checked", "depth", pointer, _DEPTH)]

    def schema(self, pointer: str) -> dict[str, Any]:
        """Return the schema at `pointer` in the document as JSON Schema, its reference followed."""
        document = self._view(pointer).document
        node: dict[str, Any] = follow(document, lookup(document, _converted(document, pointer)))
        return node

    def parts(self, pointer: str, inner: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Return the schemas, each with its pointer, of the part at `inner` of values of the schema at `pointer`.

        References and `allOf`, `oneOf` and `anyOf` are followed.
        """
        return [(each, lookup(self.document, each)) for each in reach(self.document, pointer, inner)]

    def visible(self, pointer: str, value: Any) -> Any:
        """Return a value without the parts that do not belong there, in a request or in a response."""
        directed = self._directed.get(direction(pointer))
        return directed.visible(pointer, value) if directed else value

    def hidden_parts(self, pointer: str, value: Any) -> list[HiddenPart]:
        """Return the parts of a value that do not belong there, in a request or in a response."""
        directed = self._directed.get(direction(pointer))
        return directed.parts(pointer, value) if directed else []

    def validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """Return the compiled schema at `pointer` in the document."""
        if pointer not in self._compiled:
            view = self._view(pointer)
            reference = {"$ref": f"{_BASE}#{quote(_converted(view.document, pointer), safe='/~')}"}
            self._compiled[pointer] = jsonschema_rs.Draft202012Validator(
                reference, registry=view.registry, validate_formats=True, formats=_FORMATS
            )
        return self._compiled[pointer]

    def _fault(self, pointer: str, error: jsonschema_rs.ValidationError) -> SchemaError:
        way = [str(part) for part in error.evaluation_path][1:]
        path = tuple(error.instance_path)
        keyword, message = error.kind.name, message_of(error)
        expected: Any = error.kind.value if keyword in _EXPECTING else None
        value, needed = error.instance, self._needed(pointer, way)
        if keyword == "required":
            path, message, value, needed = (*path, expected), "is missing", None, True
        reason, broken = self._follow(pointer, way)
        holder = get(self.document, broken.rpartition("/")[0])
        if isinstance(holder, dict) and holder.get("format") == "password":
            message = without_secret(message, value, is_secret=True)
        return SchemaError(path, _short(message, value), keyword, broken, reason, expected, value, needed)

    def _follow(self, pointer: str, way: list[str]) -> tuple[str | None, str]:
        """Return the innermost `x-inferred` on the way of an evaluation from `pointer`, and the pointer of its end."""
        document = self._view(pointer).document
        node, reason = lookup(document, pointer), None
        for part in way:
            if part == "$ref":
                pointer = unquote(node["$ref"]).removeprefix("#")
                node = lookup(document, pointer)
                if pointer.startswith(f"/{BESIDE}/"):
                    pointer = f"/components/schemas{pointer.removeprefix(f'/{BESIDE}')}"
                continue
            reason = inferred(node, part) or inferred(node) or reason
            is_wrapper = part == "else" and node.get("if") == NULL and node.keys() == {"if", "else"}
            node = step(node, [part])
            if not is_wrapper:
                pointer = join(pointer, part)
        return inferred(node) or reason, self._declared(pointer)

    def _declared(self, pointer: str) -> str:
        """Return where a keyword at `pointer` is in the document, which may have it under `EXACT`.

        A keyword that stands for another one (`minimum` for `int32`) is in no document: it is at its schema.
        """
        node, found = self.document, ""
        for part in split(pointer):
            if isinstance(node, dict) and part in node.get(EXACT, ()):
                node, found = node[EXACT], join(found, EXACT)
            node, found = get(node, join("", part)), join(found, part)
        return found

    def _needed(self, pointer: str, way: list[str]) -> bool:
        """Return whether a schema on the way of an evaluation requires the property at its end."""
        document = self._view(pointer).document
        node, needed, required = lookup(document, pointer), False, set()
        names = iter(way)
        for part in names:
            required |= set(node.get("required", ())) if isinstance(node, dict) else set()
            if part == "properties":
                name = next(names)
                needed, required, node = name in required, set(), node[part][name]
            elif part == "$ref":
                node = lookup(document, unquote(node[part]).removeprefix("#"))
            else:
                needed, required = needed and part not in _INSIDE, set() if part in _INSIDE else required
                node = step(node, [part])
        return needed


def _short(message: str, value: Any) -> str:
    """Return a message about a value, with only the beginning of it if it is long."""
    if len(message) <= _LONG:
        return message
    shown = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    rest = message.removeprefix(shown) if message.startswith(shown) else ""
    return f"{message[:_SHOWN]}…{rest[:_LONG]}"


def _is_large(value: Any) -> bool:
    entries, waiting = 0, [value]
    while waiting and entries <= LARGE:
        node = waiting.pop()
        if isinstance(node, dict | list):
            entries += len(node)
            waiting += node.values() if isinstance(node, dict) else node
    return entries > LARGE


def _converted(document: dict[str, Any], pointer: str) -> str:
    """Return where the schema at `pointer` is in a document of JSON Schemas: see `schema_conversion`."""
    node, found = document, ""
    for part in split(pointer):
        if isinstance(node, dict) and part not in node and "else" in node:
            node, found = node["else"], f"{found}/else"
        if part == EXACT and part not in node:
            continue
        node, found = step(node, [part]), join(found, part)
    return found
