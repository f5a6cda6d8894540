"""An operation of a contract in service, as the faults that may be planted there look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.pointer import lookup
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Behavior, MediaType, Operation, Resource, ResourceType, SecurityScheme
    from adcontract_mock.responses.served_contract import ServedContract


@dataclass(frozen=True, eq=False)
class Place:
    """An operation where a fault may be planted; `token` is the only valid credential, None for any."""

    served: ServedContract
    operation: Operation
    token: str | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The document of the contract."""
        return self.served.contract.document

    @property
    def behavior(self) -> Behavior:
        """The declared behavior of the operation."""
        return self.operation.behavior

    @property
    def resource(self) -> Resource | None:
        """The declared action of the operation, None without one."""
        return self.operation.behavior.resource

    @cached_property
    def media(self) -> MediaType | None:
        """The media type of its success that is JSON and has a schema, None without one."""
        media = self.operation.success.json if self.operation.success else None
        return media if media and "schema" in media.data else None

    @cached_property
    def schemes(self) -> tuple[SecurityScheme, ...]:
        """The security schemes that its requests may use."""
        return tuple(each for alternative in self.served.contract.credentials(self.operation) for each in alternative)

    def action(self, *names: str) -> bool:
        """Return whether it declares one of these actions."""
        return self.resource is not None and self.resource.action in names

    @property
    def resource_type(self) -> ResourceType | None:
        """The resource that it acts on, with all operations on it; None without one."""
        return self.served.contract.resources.get(self.resource.name) if self.resource else None

    def is_acted_on(self, *actions: str) -> bool:
        """Return whether an operation has one of these actions on the same resource."""
        return self.resource_type is not None and bool(self.resource_type.of(*actions))

    def shows_number(self, pointer: str) -> bool:
        """Return whether the items in its response have a number at `pointer`."""
        operations = self.resource_type.operations if self.resource_type else ()
        schema = next((each.item_schema for each in operations if each.operation.id == self.operation.id), None)
        found = reach(self.document, schema, pointer) if schema else []
        return any(lookup(self.document, each).get("type") in ("integer", "number") for each in found)

    def keeps(self, *types: str, nullable: bool = False) -> bool:
        """Return whether the item keeps a value of the body with one of these types; null is possible if `nullable`."""
        return any(
            schema.get("type") in types and (not nullable or shown.get("nullable") is True)
            for schema, shown in self._kept
        )

    @cached_property
    def _kept(self) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
        """The schemas of the values that the item keeps: in the body, and in a response."""
        if self.resource is None or self.resource_type is None or not self.operation.body:
            return ()
        items = [each.item_schema for each in self.resource_type.showing if each.item_schema]
        return tuple(
            (lookup(self.document, sent), lookup(self.document, shown))
            for pointer, source in self.resource.echo.items()
            for sent in reach(self.document, f"{self.operation.body[0].pointer}/schema", source)
            for item in items[:1]
            for shown in reach(self.document, item, pointer)
        )

    @cached_property
    def inputs(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """The schemas of all values in its requests but those in the path, each with its location."""
        found: list[tuple[str, dict[str, Any]]] = []
        for parameter in self.operation.parameters:
            if parameter.location in ("query", "header"):
                found += (("query", each) for each in self._inside(parameter.data.get("schema", {}), set()))
        for media in self.operation.body:
            found += (("body", each) for each in self._inside(media.data.get("schema", {}), set()))
        return tuple(found)

    def has_input(self, location: str, *keywords: str) -> bool:
        """Return whether a schema of its requests has one of these keywords."""
        return any(keyword in schema for where, schema in self.inputs if where == location for keyword in keywords)

    def takes(self, *types: str) -> bool:
        """Return whether a value in its requests has one of these types."""
        return any(schema.get("type") in types for _, schema in self.inputs)

    def _inside(self, node: Any, seen: set[int]) -> Iterator[dict[str, Any]]:
        schema = follow(self.document, node)
        if id(schema) in seen or not isinstance(schema, dict):
            return
        seen.add(id(schema))
        yield schema
        inner = [each for keyword in COMPOSITIONS for each in schema.get(keyword, [])]
        inner += schema.get("properties", {}).values()
        inner += [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
        for each in inner:
            yield from self._inside(each, seen)
