"""An operation of a contract in service, or a part of one, as the faults that may be planted there look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.contract.directions import REQUEST, is_hidden
from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.pointer import lookup
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Behavior, Filter, MediaType, Operation, RequestError, Resource, ResourceType, SecurityScheme
    from adcontract_mock.http.response import HttpResponse
    from adcontract_mock.responses.served_contract import ServedContract


BODY = "body"
"""The part of a request that is its body as a whole."""


class Input(NamedTuple):
    """The schema of a value in requests, where it is (`query` or `body`), and the parameter or property that holds it.

    What no property of the body holds is of the field `body`.
    """

    location: str
    field: str
    schema: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Place:
    """An operation where a fault may be planted; `token` is the only valid credential, None for any.

    `part` names the part of the operation that has the fault, such as a filter, None where it is all of it.
    """

    served: ServedContract
    operation: Operation
    token: str | None = None
    part: str | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The document of the contract."""
        return self.served.contract.document

    @cached_property
    def documented(self) -> dict[str, HttpResponse]:
        """Its documented responses that were needed so far, by cause: to generate one takes long."""
        return {}

    @property
    def behavior(self) -> Behavior:
        """The declared behavior of the operation."""
        return self.operation.behavior

    @property
    def resource(self) -> Resource | None:
        """The declared action of the operation, None without one."""
        return self.operation.behavior.resource

    @cached_property
    def filter(self) -> Filter | None:
        """The declared filter that is its part, None without one."""
        return next((each for each in self.behavior.filters if each.parameter == self.part), None)

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

    @cached_property
    def item_schema(self) -> str | None:
        """The pointer of the schema of the items in its response, None where it shows none."""
        operations = self.resource_type.operations if self.resource_type else ()
        return next((each.item_schema for each in operations if each.operation.id == self.operation.id), None)

    def shown(self, pointer: str) -> list[dict[str, Any]]:
        """Return the schemas of what the items in its response have at `pointer`."""
        schema = self.item_schema
        return [lookup(self.document, each) for each in reach(self.document, schema, pointer)] if schema else []

    @cached_property
    def kept(self) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
        """The schemas of the values of the body that an item keeps: in the body, and in a response that shows them."""
        if self.resource is None or self.resource_type is None or not self.operation.body:
            return ()
        items = dict.fromkeys(each.item_schema for each in self.resource_type.showing if each.item_schema)
        return tuple(
            (lookup(self.document, sent), lookup(self.document, shown))
            for pointer, source in self.resource.echo.items()
            for sent in reach(self.document, f"{self.operation.body[0].pointer}/schema", source)
            for item in items
            for shown in reach(self.document, item, pointer)
        )

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The schemas of all values in its requests but those in the path."""
        found: list[Input] = []
        for parameter in self.operation.parameters:
            if parameter.location in ("query", "header"):
                schemas = self._inside(parameter.data.get("schema", {}), parameter.name, set())
                found += (Input("query", parameter.name, each) for _, each in schemas)
        for media in self.operation.body:
            schemas = self._inside(media.data.get("schema", {}), BODY, set())
            found += (Input("body", field, each) for field, each in schemas)
        return tuple(found)

    def has_input(self, location: str, *keywords: str) -> bool:
        """Return whether a schema of the part of its requests, if it is one, has one of these keywords."""
        return any(each.schema.keys() & set(keywords) for each in self.inputs_at(location))

    def has_types(self, location: str) -> bool:
        """Return whether a value in its requests can have a wrong type alone: in a query every value is a text.

        One that is not in an enum has no type of its own.
        """
        any_text = (None, "string", "array", "object") if location == "query" else (None,)
        schemas = (each.schema for each in self.inputs_at(location) if "enum" not in each.schema)
        return any(each.get("type") not in any_text for each in schemas)

    @property
    def takes_json(self) -> bool:
        """Whether the body of its requests can be JSON."""
        return any(each.is_json for each in self.operation.body)

    def inputs_at(self, location: str) -> Iterator[Input]:
        """Yield the schemas at a location of its requests; only those of the part, if it is one."""
        return (each for each in self.inputs if each.location == location and self.part in (None, each.field))

    def covers(self, error: RequestError) -> bool:
        """Return whether an error is about the part of its requests, if it is one."""
        return self.part is None or self.part == self._field_of(error)

    def _field_of(self, error: RequestError) -> str:
        location = "body" if error.location == "body" else "query"
        for each in self.inputs:
            name = each.field.removesuffix("[]")
            if each.location == location and f"{error.field}.".startswith(f"{name}."):
                return each.field
        return BODY

    def _inside(
        self, node: Any, field: str, seen: set[int], *, is_entry: bool = False
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield a schema and those in it, each with the parameter or the property of the body that holds it.

        An entry of a body that is an array has no name. What is `readOnly` is not judged in requests.
        """
        schema = follow(self.document, node)
        if id(schema) in seen or not isinstance(schema, dict):
            return
        seen.add(id(schema))
        yield field, schema
        inner = [(field, each) for keyword in COMPOSITIONS for each in schema.get(keyword, [])]
        inner += (
            (name if field == BODY and not is_entry else field, each)
            for name, each in schema.get("properties", {}).items()
            if not is_hidden(self.document, each, {REQUEST})
        )
        for name, each in inner:
            yield from self._inside(each, name, seen, is_entry=is_entry)
        for each in (schema.get(name) for name in ("items", "additionalProperties")):
            if isinstance(each, dict):
                yield from self._inside(each, field, seen, is_entry=True)
