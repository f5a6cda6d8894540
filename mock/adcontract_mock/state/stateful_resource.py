"""How the items of a resource look in a contract: their schemas, and the examples that show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract import ResourceType
from adcontract.contract.directions import REQUEST, is_hidden
from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import get, join, lookup
from adcontract_mock.state.schema_properties import properties, required

if TYPE_CHECKING:
    from adcontract import Contract, ResourceOperation


@dataclass(frozen=True, eq=False)
class StatefulResource(ResourceType):
    """A resource of which the mock keeps items."""

    document: dict[str, Any] = field(kw_only=True, repr=False)
    _schemas: dict[str, str | None] = field(default_factory=dict, init=False, repr=False)
    _properties: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False)
    _required: dict[str, set[str]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def has_one_collection(self) -> bool:
        """Whether one collection has all its items, and an operation shows them."""
        return not self.is_nested and self.is_readable

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """The items in examples of responses, apart from those that the request creates."""
        return [item for each in self.showing if each.action != "create" for item in each.items()]

    @cached_property
    def shown_members(self) -> list[Any]:
        """The members of the items in examples, each id once."""
        items = (item for each in self.showing for item in each.items())
        found = (member for item in items for member in get(item, self.members or "") or [])
        return list({str(get(member, self.member_id or "")): member for member in found}.values())

    @cached_property
    def schemas(self) -> dict[str, ResourceOperation]:
        """The pointers of the schemas of its items, each with an operation whose response shows them so."""
        return {each.item_schema: each for each in reversed(self.showing) if each.item_schema}

    @cached_property
    def varied_fields(self) -> dict[str, bool]:
        """The pointers of the fields by which lists are filtered and sorted, apart from ids.

        The value says whether each item has a value of its own there; else several share one, so that a filter finds
        more than one item.
        """
        found: dict[str, bool] = {}
        for each in self.operations:
            behavior = each.operation.behavior
            for condition in (condition for filter_ in behavior.filters for condition in filter_.conditions):
                found.setdefault(condition.field, condition.op in ("contains", "words"))
            for sort in behavior.sorts:
                # a second key shows only where items are equal in the first
                found |= {order.field: sort.separator is None for order in sort.orders.values()}
        return {pointer: is_own for pointer, is_own in found.items() if pointer not in self.ids}

    def properties(self, schema: str) -> dict[str, str]:
        """Return the pointers of the schemas of all properties of an item of `schema`, by name."""
        if schema not in self._properties:
            self._properties[schema] = properties(self.document, schema)
        return self._properties[schema]

    def required(self, schema: str) -> set[str]:
        """Return the names of the properties that every item of `schema` has."""
        if schema not in self._required:
            self._required[schema] = required(self.document, schema)
        return self._required[schema]

    def schema_at(self, pointer: str) -> str | None:
        """Return the pointer of the schema of the value at `pointer` in an item, None if there is none."""
        if pointer not in self._schemas:
            found = (
                schema for each in self.showing for schema in reach(self.document, each.item_schema or "", pointer)
            )
            self._schemas[pointer] = next(found, None)
        return self._schemas[pointer]

    def is_read_only(self, pointer: str) -> bool:
        """Return whether only the server writes the value at `pointer` in an item."""
        schema = self.schema_at(pointer)
        return schema is not None and is_hidden(self.document, lookup(self.document, schema), {REQUEST})

    def protected(self, pointer: str, held: Any, value: Any) -> Any:
        """Return a sent value for `pointer` with what only the server writes in it as it is in `held`, the old one."""
        if not isinstance(held, dict) or not isinstance(value, dict):
            return value
        inner = {name: join(pointer, name) for name in held}
        own = {name: held[name] for name, where in inner.items() if self.is_read_only(where)}
        return {
            **{name: self.protected(join(pointer, name), held.get(name), each) for name, each in value.items()},
            **own,
        }

    def visible(self, item: dict[str, Any], schema: str | None) -> dict[str, Any]:
        """Return the part of an item that a response with this schema of items shows; all of it without properties."""
        known = self.properties(schema) if schema else {}
        return {name: value for name, value in item.items() if name in known} if known else item


def stateful_resources(contract: Contract) -> dict[str, StatefulResource]:
    """Return every resource of a contract, by its name."""
    return {
        name: StatefulResource(name, each.operations, each.children, document=contract.document)
        for name, each in contract.resources.items()
    }
