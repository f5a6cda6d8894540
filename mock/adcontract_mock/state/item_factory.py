"""Creating items of the resources of one contract, which fit the contract and keep its invariants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import get, lookup, put
from adcontract_mock.generation.values import Generator
from adcontract_mock.state.notations import notations
from adcontract_mock.state.payload_pointers import copied, has
from adcontract_mock.state.stateful_resource import stateful_resources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from adcontract import Contract, MediaType, ResourceOperation, SchemaError, Schemas
    from adcontract_mock.state.stateful_resource import StatefulResource

_ATTEMPTS = 20
"""How often an item is generated until it keeps the invariants of the contract."""

_MOST_MEMBERS = 100
"""The number of members that an item is given at most."""


class ItemFactory:
    """Creates the items of one contract. `resources` are all its resources, by name."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self.resources = stateful_resources(contract)
        self.generator = Generator(contract, schemas)
        self.document = contract.document
        self._schemas = schemas
        self.invariants = self.generator.consistency.invariants

    def like_documented(self, resource: StatefulResource, number: int) -> dict[str, Any]:
        """Return a copy of a documented item, `number` says which; without any, one generated from the schema."""
        if resource.shown:
            return self.complete(resource, copied(resource.shown[number % len(resource.shown)]))
        item: dict[str, Any] = {}
        for item in self._generated(resource, number):
            if self.fits(resource, item):
                break
        return item

    def _generated(self, resource: StatefulResource, number: int) -> Iterator[dict[str, Any]]:
        """Yield items that are generated from the schema: the first ones may break an invariant of the contract."""
        schema = next((each.item_schema for each in resource.showing if each.item_schema), None)
        for attempt in range(_ATTEMPTS if schema else 1):
            seed = f"{resource.name} {number}" + (f" {attempt}" if attempt else "")
            item = self.complete(resource, self.generator.value(schema, seed) if schema else {})
            members = get(item, resource.members) if resource.members else None
            if resource.count and isinstance(members, list) and has(item, resource.count):
                put(item, resource.count, len(members))
            yield item

    def complete(self, resource: StatefulResource, item: dict[str, Any]) -> dict[str, Any]:
        """Return `item` with all properties that responses require of it, and as many members as it counts."""
        lacks_members = resource.members is not None and not has(item, resource.members)
        for operation in resource.showing:
            for name in sorted(resource.required(operation.item_schema or "") - item.keys()):
                item[name] = self._missing(resource, operation, name)
        count = get(item, resource.count) if resource.count else None
        if lacks_members and isinstance(count, int):
            put(item, resource.members or "", self._members(resource, min(count, _MOST_MEMBERS)))
            put(item, resource.count or "", min(count, _MOST_MEMBERS))
        return item

    def member(self, resource: StatefulResource, member_id: Any) -> Any:
        """Return the member with that id as it is documented, else one like those that are."""
        pointer, shown = resource.member_id or "", resource.shown_members
        known = next((member for member in shown if str(get(member, pointer)) == str(member_id)), None)
        if known is not None:
            return copied(known)
        return put(copied(shown[0]) if shown else {}, pointer, member_id)

    def with_value(self, resource: StatefulResource, pointer: str, value: Any, without: list[str]) -> dict[str, Any]:
        """Return an item that has `value` at `pointer`, and nothing at the pointers in `without`."""
        shown = next((item for item in resource.shown if has(item, pointer)), None)
        item = self.like_documented(resource, 0) if shown is None else self.complete(resource, copied(shown))
        for other in without:
            item.pop(other.split("/")[1], None)
        holder = pointer.rpartition("/")[0]
        if holder and not has(item, holder) and (schema := resource.schema_at(holder)):
            put(item, holder, self.generator.value(schema, f"{resource.name} {pointer} {value}"))
        put(item, pointer, self.typed(resource, pointer, value))
        return item

    def other_ids(self, resource: StatefulResource, seed: str) -> dict[str, Any]:
        """Return values for the ids of an item apart from `resource.id`, by pointer; another seed, other values."""
        schemas = ((pointer, resource.schema_at(pointer)) for pointer in resource.ids if pointer != resource.id)
        return {pointer: self._other_id(schema, pointer, seed) for pointer, schema in schemas if schema}

    def _other_id(self, schema: str, pointer: str, seed: str) -> Any:
        """Return an id that no other seed gives, where the schema allows the seed in it."""
        value = self.generator.value(schema, f"{pointer} {seed}")
        own = re.sub(r"[^\w-]+", "-", f"{value}-{seed}")  # it may have to stand in a path
        return own if isinstance(value, str) and self._schemas.valid(schema, own) else value

    def fits(self, resource: StatefulResource, item: dict[str, Any]) -> bool:
        """Return whether an item fits every response that shows it, and keeps the invariants of the contract."""
        for schema in resource.schemas:
            seen = resource.visible(item, schema)
            if not self._schemas.valid(schema, seen) or self.invariants.violations(schema, seen):
                return False
        return True

    def settle(self, resource: StatefulResource, item: dict[str, Any], own: Collection[str]) -> None:
        """Write fields of an item that invariants say the value of; what is at the pointers in `own` stays as it is."""
        fixed = {pointer.split("/")[1] for pointer in own if pointer}
        for schema in resource.schemas:
            if self.invariants.within(schema):
                seen = resource.visible(item, schema)
                settled = self.generator.consistency.kept(schema, seen)
                item |= {name: settled[name] for name in settled.keys() - fixed if settled[name] != seen[name]}

    def without_value(self, resource: StatefulResource, pointer: str) -> Any:
        """Return the value that an item has at `pointer` where it has to have one, and was given none."""
        schema = resource.schema_at(pointer)
        return lookup(self.document, schema).get("default") if schema else None

    def writable(self, media: MediaType | None, body: Any) -> Any:
        """Return the body of a request without what the server alone writes (`readOnly`)."""
        return self._schemas.visible(f"{media.pointer}/schema", body) if media and "schema" in media.data else body

    def faults(self, schema: str, value: Any) -> list[SchemaError]:
        """Return every way in which a value does not fit a schema."""
        return self._schemas.faults(schema, value)

    def misfit(self, resource: StatefulResource, item: dict[str, Any]) -> tuple[ResourceOperation, SchemaError] | None:
        """Return an operation whose response cannot show an item, and the first reason; None if all can."""
        for schema, operation in resource.schemas.items():
            for error in self._schemas.faults(schema, resource.visible(item, schema)):
                return operation, error
        return None

    def typed(self, resource: StatefulResource, pointer: str, value: Any) -> Any:
        """Return `value` in the notation that items have at `pointer`, unchanged if none is valid there."""
        return next((each for each in notations(value) if self.may_be(resource, pointer, each)), value)

    def may_be(self, resource: StatefulResource, pointer: str, value: Any) -> bool:
        """Return whether items can have `value` at `pointer`."""
        schema = resource.schema_at(pointer)
        return schema is None or self._schemas.valid(schema, value)

    def _members(self, resource: StatefulResource, count: int) -> list[Any]:
        """Return `count` members: those that are documented, and more like them."""
        schema = resource.schema_at(f"{resource.members}/{EACH}{resource.member_id or ''}")
        numbers = range(len(resource.shown_members), count)
        more = [self.generator.value(schema, f"{resource.name} member {n}") if schema else str(n) for n in numbers]
        return copied(resource.shown_members[:count]) + [self.member(resource, each) for each in more]

    def _missing(self, resource: StatefulResource, operation: ResourceOperation, name: str) -> Any:
        """Return a value for a property that an item lacks: a documented one, else one generated from its schema."""
        for shown in (item for each in resource.showing for item in each.items()):
            if name in shown:
                return copied(shown[name])
        schema = resource.properties(operation.item_schema or "").get(name)
        return self.generator.value(schema, resource.name) if schema else None
