"""The values inside a payload, each with the schemas that describe it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A value in a payload: its path there, and the schemas that describe it, those of alternatives too."""

    path: Path
    value: Any
    schemas: tuple[dict[str, Any], ...]

    @cached_property
    def name(self) -> str:
        """The name of the nearest property around it, in snake case."""
        named = next((part for part in reversed(self.path) if isinstance(part, str)), "")
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", named).lower()

    @cached_property
    def choices(self) -> list[Any]:
        """The values that its schemas list, apart from null; empty where they list none."""
        listed = (schema.get("enum") or schema.get("x-extensible-enum") or () for schema in self.schemas)
        return list(dict.fromkeys(value for values in listed for value in values if value is not None))

    @property
    def is_nullable(self) -> bool:
        """Whether a schema says that it may be null."""
        return any(schema.get("nullable") is True for schema in self.schemas)

    def least(self, keyword: str) -> Any:
        """Return the least value of an upper limit among its schemas, None without one."""
        return min((schema[keyword] for schema in self.schemas if keyword in schema), default=None)

    def has(self, *keywords: str) -> bool:
        """Return whether one of its schemas has one of these keywords."""
        return any(keyword in schema for schema in self.schemas for keyword in keywords)


class Places:
    """Finds the places in payloads of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._inner = cache(self._reached)

    def within(self, schema: str, payload: Any) -> Iterator[Place]:
        """Yield the places in a payload of the schema at `schema` that the contract describes, outer ones first."""
        yield from self._within((), tuple(reach(self._document, schema, "")), payload)

    def _within(self, path: Path, schemas: tuple[str, ...], value: Any) -> Iterator[Place]:
        if not schemas:
            return
        yield Place(path, value, tuple(lookup(self._document, schema) for schema in schemas))
        if isinstance(value, dict):
            for name, member in value.items():
                yield from self._within((*path, name), self._inner(schemas, name), member)
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                yield from self._within((*path, index), self._inner(schemas, EACH), entry)

    def _reached(self, schemas: tuple[str, ...], part: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for schema in schemas:
            node = lookup(self._document, schema)
            if part in node.get("properties", {}):
                inner = join(schema, "properties", part)
            elif part == EACH and "items" in node:
                inner = join(schema, "items")
            elif isinstance(node.get("additionalProperties"), dict):
                inner = join(schema, "additionalProperties")
            else:
                continue
            found |= dict.fromkeys(reach(self._document, inner, ""))
        return tuple(found)


def replaced(payload: Any, path: Path, value: Any) -> Any:
    """Return a payload with another value at a place; it is changed in place."""
    if not path:
        return value
    holder = payload
    for part in path[:-1]:
        holder = holder[int(part) if isinstance(holder, list) else part]
    holder[int(path[-1]) if isinstance(holder, list) else path[-1]] = value
    return payload
