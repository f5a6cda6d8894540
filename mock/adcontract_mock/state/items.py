"""Making items of one contract: the documented ones, and others like them. All fit the contract and keep its rules."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.invariants import Invariants
from adcontract.contract.schema_paths import EACH
from adcontract.openapi.pointer import lookup
from adcontract_mock.generation.values import Generator
from adcontract_mock.state.notations import spellings
from adcontract_mock.state.payload_pointers import get, has, put
from adcontract_mock.state.resources import resource_types
from adcontract_mock.state.schema_properties import required

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, SchemaError, Schemas
    from adcontract.contract.behavior import Parent
    from adcontract_mock.state.resources import ResourceOperation, ResourceType

_MANY = 100
"""How many members are made for an item at most."""

_FEW = 7
"""How many values there are of a field that lists are filtered by: a filter shall find several items."""


@dataclass(frozen=True)
class Home:
    """What a documented request says that an item belongs to: the declared parent, and the value of its key."""

    parent: Parent
    value: Any


@dataclass(frozen=True)
class First:
    """An item that is there from the beginning.

    `home` is what it belongs to, None for nothing, or for whatever its list is asked for. `name` is what documented
    requests call it where that cannot be its id.
    """

    item: dict[str, Any]
    home: Home | None
    name: str | None = None


class Items:
    """Makes the items of one contract."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self.kinds = resource_types(contract)
        self.generator = Generator(contract, schemas)
        self._document = contract.document
        self._schemas = schemas
        self._invariants = Invariants(contract.document, schemas)
        self.documented = cache(self._documented)
        self.varied = cache(self._varied)

    def like(self, kind: ResourceType, number: int) -> dict[str, Any]:
        """Return an item like a documented one, else one that is made from the schema; `number` says which."""
        if kind.shown:
            return self.complete(kind, copy.deepcopy(kind.shown[number % len(kind.shown)]))
        made = (
            self.generator.value(resource_operation.schema, f"{kind.name} {number}")
            for resource_operation in kind.showing
            if resource_operation.schema
        )
        return self.complete(kind, next(made, {}))

    def complete(self, kind: ResourceType, item: dict[str, Any]) -> dict[str, Any]:
        """Return an item with all that the answers which show it require, and as many members as it counts."""
        bare = kind.members is not None and not has(item, kind.members)
        for resource_operation in kind.showing:
            for name in sorted(required(self._document, resource_operation.schema or "") - item.keys()):
                item[name] = self._missing(kind, resource_operation, name)
        if kind.members is not None and bare and kind.count and isinstance(count := get(item, kind.count), int):
            put(item, kind.members, self._members(kind, min(count, _MANY)))
            put(item, kind.count, min(count, _MANY))
        return item

    def member(self, kind: ResourceType, name: Any) -> Any:
        """Return the member of that id as it is documented, else one like those that are."""
        where, shown = kind.member_id or "", kind.shown_members
        known = next((member for member in shown if str(get(member, where)) == str(name)), None)
        if known is not None:
            return copy.deepcopy(known)
        return put(copy.deepcopy(shown[0]) if shown else {}, where, name)

    def made(self, kind: ResourceType, pointer: str, value: Any, others: list[str]) -> dict[str, Any]:
        """Return an item that has `value` at `pointer`, and nothing at the `others`."""
        shown = next((item for item in kind.shown if has(item, pointer)), None)
        item = self.like(kind, 0) if shown is None else self.complete(kind, copy.deepcopy(shown))
        for other in others:
            item.pop(other.split("/")[1], None)
        holder = pointer.rpartition("/")[0]
        if holder and not has(item, holder) and (schema := kind.schema_of(holder)):
            put(item, holder, self.generator.value(schema, f"{kind.name} {pointer} {value}"))
        put(item, pointer, self.typed(kind, pointer, value))
        return item

    def other_names(self, kind: ResourceType, seed: str) -> dict[str, Any]:
        """Return what else an item is called in requests, by pointer; another seed, other names."""
        named = ((pointer, kind.schema_of(pointer)) for pointer in kind.names if pointer != kind.id)
        return {pointer: self._other_name(schema, pointer, seed) for pointer, schema in named if schema}

    def _other_name(self, schema: str, pointer: str, seed: str) -> Any:
        """Return a name that no other seed gives, where the schema lets it be told apart by that."""
        name = self.generator.value(schema, f"{pointer} {seed}")
        own = re.sub(r"[^\w-]+", "-", f"{name}-{seed}")  # it may have to stand in a path
        return own if isinstance(name, str) and self._schemas.valid(schema, own) else name

    def fits(self, kind: ResourceType, item: dict[str, Any]) -> bool:
        """Return whether an item fits every answer that shows it, and keeps the rules of the contract."""
        for schema, resource_operation in kind.shapes.items():
            seen = visible(resource_operation, item)
            if not self._schemas.valid(schema, seen) or self._invariants.broken(schema, seen):
                return False
        return True

    def misfit(self, kind: ResourceType, item: dict[str, Any]) -> tuple[ResourceOperation, SchemaError] | None:
        """Return an operation that cannot answer with an item, and why, None if all can."""
        for schema, resource_operation in kind.shapes.items():
            for fault in self._schemas.faults(schema, visible(resource_operation, item)):
                return resource_operation, fault
        return None

    def typed(self, kind: ResourceType, pointer: str, value: Any) -> Any:
        """Return `value` as items have it at `pointer`, itself if they cannot have it there."""
        return next((each for each in spellings(value) if self.may_be(kind, pointer, each)), value)

    def may_be(self, kind: ResourceType, pointer: str, value: Any) -> bool:
        """Return whether items can have `value` at `pointer`."""
        schema = kind.schema_of(pointer)
        return schema is None or self._schemas.valid(schema, value)

    def _members(self, kind: ResourceType, count: int) -> list[Any]:
        """Return so many members: those that are documented, and more like them."""
        schema = kind.schema_of(f"{kind.members}/{EACH}{kind.member_id or ''}")
        numbers = range(len(kind.shown_members), count)
        more = [self.generator.value(schema, f"{kind.name} member {n}") if schema else str(n) for n in numbers]
        return copy.deepcopy(kind.shown_members[:count]) + [self.member(kind, name) for name in more]

    def _missing(self, kind: ResourceType, resource_operation: ResourceOperation, name: str) -> Any:
        for shown in (item for each in kind.showing for item in each.shown()):
            if name in shown:
                return copy.deepcopy(shown[name])
        return (
            self.generator.value(resource_operation.members[name], kind.name)
            if name in resource_operation.members
            else None
        )

    def _documented(self, name: str) -> list[First]:
        """Return the documented items of a kind: one for every id in a payload, and for every one in a request."""
        kind = self.kinds[name]
        found: dict[str | bytes, First] = {}
        for resource_operation in kind.showing:
            for item in resource_operation.shown() if resource_operation.resource.action != "create" else ():
                known = get(item, kind.id)
                first = First(self.complete(kind, copy.deepcopy(item)), _home(resource_operation, kind))
                # without an id it is told from others by all that it has: operations may share a payload
                found.setdefault(orjson.dumps(item) if known is None else str(known), first)
        firsts = list(found.values())
        for pointer, value, home in self._asked(kind):
            typed = self.typed(kind, pointer, value)
            same = (each for each in firsts if get(each.item, pointer) == typed)
            if any(each.home == home or not kind.nested for each in same):
                continue
            item = self.like(kind, len(firsts))
            for other, own in self.other_names(kind, f"{pointer} {value}").items():
                put(item, other, own)  # what it is like has its own
            if self.may_be(kind, pointer, typed):
                firsts.append(First(put(item, pointer, typed), home))
            elif pointer == kind.id and not kind.listed:
                firsts.append(First(item, home, str(value)))
        return [first for first in firsts if self.fits(kind, first.item)]

    def _asked(self, kind: ResourceType) -> Iterator[tuple[str, Any, Home | None]]:
        """Yield what a kind of thing is called: where an item has that, the value, what it belongs to.

        Documented requests call it something, and so do documented items that belong to it.
        """
        for resource_operation in kind.resource_operations:
            key = resource_operation.resource.key
            for value in resource_operation.asked(key) if key else ():
                yield resource_operation.resource.id or kind.id, value, _home(resource_operation, kind, always=True)
        for child in self.kinds.values() if kind.has_collection else ():
            for parent in child.parents:
                if parent.name == kind.name:
                    resource_operations = (
                        resource_operation
                        for resource_operation in child.resource_operations
                        if resource_operation.resource.parent == parent
                    )
                    asked = (
                        value
                        for resource_operation in resource_operations
                        for value in resource_operation.asked(parent.key)
                    )
                    yield from ((parent.id or kind.id, value, None) for value in asked)
                    owners = (get(item, parent.field) for item in child.shown if parent.field)
                    yield from ((kind.id, owner, None) for owner in owners if owner is not None)

    def _varied(self, name: str, number: int) -> dict[str, Any]:
        """Return an item of which the fields that lists are filtered and sorted by differ from those of others."""
        kind = self.kinds[name]
        item = self.like(kind, number)
        others = dict(self._other_values(kind, number)) | self.other_names(kind, str(number))
        varied = copy.deepcopy(item)
        for pointer, value in others.items():
            put(varied, pointer, value)
        if self.fits(kind, varied):
            return varied
        for pointer, value in others.items():
            varied = put(copy.deepcopy(item), pointer, value)
            if self.fits(kind, varied):
                item = varied
        return item

    def _other_values(self, kind: ResourceType, number: int) -> Iterator[tuple[str, Any]]:
        random = Random(f"{kind.name} {number}")
        for pointer, how in kind.fields.items():
            schema = kind.schema_of(pointer)
            if owners := self._owners(kind, pointer):
                yield pointer, random.choice(owners)
            elif schema is not None and lookup(self._document, schema).get("type") != "array":
                which = number if how == "own" else random.randrange(_FEW)
                yield pointer, self.generator.value(schema, f"{kind.name} {pointer} {which}")

    def _owners(self, kind: ResourceType, pointer: str) -> list[Any]:
        """Return the ids of documented things to which an item belongs that has one of them at `pointer`."""
        named = (self.kinds.get(parent.name) for parent in kind.parents if parent.field == pointer)
        return [get(first.item, each.id) for each in named if each for first in self.documented(each.name)]


def visible(resource_operation: ResourceOperation, item: dict[str, Any]) -> dict[str, Any]:
    """Return what the answer of an operation shows of an item."""
    return (
        {name: value for name, value in item.items() if name in resource_operation.members}
        if resource_operation.members
        else item
    )


def _home(resource_operation: ResourceOperation, kind: ResourceType, *, always: bool = False) -> Home | None:
    """Return what the items in a documented answer belong to; those of a list are of whatever it is asked for."""
    parent = resource_operation.resource.parent
    if parent is None or (kind.nested and resource_operation.resource.action == "list" and not always):
        return None
    value = next(iter(resource_operation.asked(parent.key)), None)
    return None if value is None else Home(parent, value)
