"""What differs between OpenAPI 3.0 and 3.1, while a document of a user's own is brought to 3.0."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from adcontract.contract.schema_paths import EXACT
from adcontract.errors import Finding
from adcontract.openapi.grammar import WEBHOOKS
from adcontract.openapi.pointer import join
from adcontract.plain.grammar import ASSERTIONS
from adcontract.plain.schema31 import is_null, schema_of
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.errors import Location
    from adcontract.plain.references import Place

NOT_READ = "not-read"
"""Stands for a rule where a document says what no tool heeds, or not all of them, and is not wrong."""

MUTUAL_TLS = "mutualTLS"
"""The type of a security scheme that OpenAPI 3.0 lacks."""

_ANNOTATIONS = ("summary", "description")
_DIALECTS = ("https://spec.openapis.org/oas/3.1/dialect/", "https://json-schema.org/draft/2020-12/schema")
_ONLY_31 = {"info": ("summary",), "license": ("identifier",), "document": ("webhooks", "jsonSchemaDialect")}
"""The members that OpenAPI 3.0 lacks, besides those of schemas, by type."""


@dataclass
class Dialect:
    """The version of OpenAPI of a document, and what was met in it that is not brought to 3.0 exactly."""

    is_31: bool
    _met: dict[str, list[Finding]] = field(default_factory=dict)

    def note(self, about: str, where: Location, message: str, fix: str, rule: str = NOT_READ) -> None:
        """Note something at a location; of all that is `about` the same the first one is named."""
        self._met.setdefault(about, []).append(Finding(where, rule, message, fix))

    def notes(self) -> Iterator[Finding]:
        """Yield a finding for each subject that was noted, with the number of its places."""
        for first, *others in (sorted(found) for found in self._met.values()):
            more = f" The same stands at {plural(len(others), 'more place')}." if others else ""
            yield Finding(first.where, first.rule, first.message, f"{first.fix}{more}".strip())

    def keeps_siblings(self, node: dict[str, Any]) -> bool:
        """Return whether what stands beside the reference of a schema counts, as in 3.1."""
        return self.is_31 and len(node) > 1

    def siblings(self, type_: str, place: Place) -> None:
        """Note what stands beside a reference and does not count."""
        others = [key for key in place.node if key != "$ref" and key not in _ANNOTATIONS and not key.startswith("x-")]
        if others and type_ != "path" and not (self.is_31 and type_ == "schema"):
            message = f"OpenAPI {'3.1' if self.is_31 else '3.0'} ignores {', '.join(others)} beside $ref."
            fix = "Put both into an allOf, or leave it out."
            self.note(f"siblings {type_}", place.where, message, fix, "ref-siblings")

    def outside(self, type_: str, key: str, outside: str) -> str:
        """Return where the member `key` of an object at `outside` is placed."""
        if (type_, key) == ("document", "webhooks"):
            return join(outside, WEBHOOKS)
        return (
            join(outside, EXACT, key) if self.is_31 and type_ == "schema" and key in ASSERTIONS else join(outside, key)
        )

    def branches(self, pointer: str, items: list[Any]) -> list[int]:
        """Return the items of a list that are kept: of alternatives not the one that is null alone."""
        every = range(len(items))
        if self.is_31 and pointer.endswith(("/anyOf", "/oneOf")):
            kept = [index for index in every if not is_null(items[index])]
            return kept or list(every)
        return list(every)

    def other(self, place: Place, type_: str) -> Any:
        """Return what stands for an object that is none: in 3.1 a schema may be true or false."""
        is_boolean = self.is_31 and type_ == "schema" and isinstance(place.node, bool)
        if is_boolean and not place.pointer.endswith("/additionalProperties"):
            return {} if place.node else {"not": {}}
        return place.node

    def converted(self, type_: str, placed: dict[str, Any], place: Place) -> dict[str, Any]:
        """Return an object, whose members are brought to 3.0, as 3.0 has it."""
        if type_ == "operation" and "callbacks" in placed:
            message = "Callbacks: their examples are held to their schemas; the mock and the suite leave them out."
            self.note("callbacks", place.inside("callbacks").where, message, "")
        if type_ in ("path", "operation") and "servers" in placed:
            message = "Servers of single paths: the mock serves these as all others, and `adcontract check` leaves out"
            message += " those that none of the document's servers has."
            self.note("servers", place.inside("servers").where, message, "")
        pattern = placed.get("pattern")
        if type_ == "schema" and isinstance(pattern, str) and not _is_pattern(pattern):
            placed.pop("pattern")
            message = "The pattern is not a regular expression of ECMAScript, and is left out."
            where = place.inside("pattern").where
            self.note(f"pattern {where}", where, message, "Correct it.", "openapi-form")
        if not self.is_31:
            return placed
        if type_ == "schema":
            return schema_of(placed, place, self.note)
        if type_ == "document":
            self._note_document(placed, place)
            placed = {"paths": {}, **placed, "openapi": "3.0.3"}
        if type_ == "security scheme" and placed.get("type") == MUTUAL_TLS:
            placed = {"type": "http", "scheme": MUTUAL_TLS}
        if type_ == "operation":
            placed.setdefault("responses", {"default": {"description": "Any response."}})
        if "webhooks" in placed and type_ == "document":
            placed[WEBHOOKS] = placed["webhooks"]
        return {key: value for key, value in placed.items() if key not in _ONLY_31.get(type_, ())}

    def _note_document(self, placed: dict[str, Any], place: Place) -> None:
        if placed.get("webhooks"):
            message = "Webhooks: their examples are held to their schemas; the mock and the suite leave them out."
            self.note("webhooks", place.inside("webhooks").where, message, "")
        dialect = placed.get("jsonSchemaDialect")
        if dialect is not None and not str(dialect).startswith(_DIALECTS):
            message = f"The schemas are read as JSON Schema 2020-12, not as {dialect}."
            self.note("dialect", place.inside("jsonSchemaDialect").where, message, "Use the dialect of OpenAPI 3.1.")


@lru_cache(4096)
def _is_pattern(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True
