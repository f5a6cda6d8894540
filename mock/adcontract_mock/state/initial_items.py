"""The items with which collections begin: the documented ones, and as many varied ones as were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.actions import ACTIONS
from adcontract.contract.batches import said_of
from adcontract.openapi.pointer import get, lookup, put
from adcontract_mock.state.payload_pointers import copied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Key, Parent, ResourceOperation
    from adcontract_mock.state.item_factory import ItemFactory
    from adcontract_mock.state.items import Seeded
    from adcontract_mock.state.stateful_resource import StatefulResource

_REMEMBERED = 100_000
"""The number of collections and of their first items, together, that are remembered."""

_FEW = 7
"""The number of different values of a field that lists are filtered by, so that a filter finds several items."""


@dataclass(frozen=True)
class Owner:
    """The item that a documented request names as the parent: the declared parent, and the value of its key."""

    parent: Parent
    value: Any


@dataclass(frozen=True)
class InitialItem:
    """An item that is there from the beginning.

    `owner` is None for an item of nothing, or of whatever its list is asked for. `id` is the one by which documented
    requests name it where the item cannot hold it; else None.
    """

    item: dict[str, Any]
    owner: Owner | None
    id: str | None = None


class InitialItems:
    """The items of one contract with which the collections of a session begin."""

    def __init__(self, factory: ItemFactory) -> None:
        self.factory = factory
        self._resources = factory.resources
        self.documented = cache(self._documented)
        self.varied = cache(self._varied)
        self.highest = cache(self._highest)
        self._owners = cache(self._owner_ids)
        self.seeded: dict[object, Seeded] = {}
        self._remembered = 0

    def remember(self, key: object, seeded: Seeded) -> None:
        """Keep the items with which a collection began for other sessions."""
        if before := self.seeded.pop(key, None):
            self._remembered -= _weight(before)
        self.seeded[key] = seeded
        self._remembered += _weight(seeded)
        while len(self.seeded) > 1 and self._remembered > _REMEMBERED:
            self._remembered -= _weight(self.seeded.pop(next(iter(self.seeded))))

    def _documented(self, name: str) -> list[InitialItem]:
        """Return the documented items of a resource: one for each id in a payload, and for each one in a request."""
        resource = self._resources[name]
        found: dict[str | bytes, InitialItem] = {}
        for operation in resource.showing:
            for item in operation.items() if operation.action != "create" else ():
                known = get(item, resource.id)
                initial = InitialItem(
                    self.factory.complete(resource, copied(item)), _owner_of_shown(operation, resource)
                )
                # without an id it differs from others by all that it has: operations may share a payload
                found.setdefault(orjson.dumps(item) if known is None else str(known), initial)
        items = list(found.values())
        for pointer, value, owner in self._named_in_requests(resource):
            typed = self.factory.typed(resource, pointer, value)
            same = (each for each in items if get(each.item, pointer) == typed)
            if any(each.owner == owner or not resource.is_nested for each in same):
                continue
            item = self.factory.like_documented(resource, len(items))
            for other, other_id in self.factory.other_ids(resource, f"{pointer} {value}").items():
                put(item, other, other_id)  # the item that it is a copy of has its own
            if self.factory.may_be(resource, pointer, typed):
                items.append(InitialItem(put(item, pointer, typed), owner))
            elif pointer == resource.id and not resource.is_listed:
                items.append(InitialItem(item, owner, str(value)))
        return [each for each in items if self.factory.fits(resource, each.item)]

    def _highest(self, name: str) -> int:
        """Return the highest numeric id of the documented items of a resource, 0 without one."""
        known = (get(initial.item, self._resources[name].id) for initial in self.documented(name))
        return max((each for each in known if isinstance(each, int)), default=0)

    def _named_in_requests(self, resource: StatefulResource) -> Iterator[tuple[str, Any, Owner | None]]:
        """Yield the ids by which documented requests, and documented items of children, name items of a resource.

        Each comes with the pointer at which an item has it, and the owner of that item.
        """
        for operation in resource.operations:
            key = operation.declared.key
            for value in _documented_values(operation, key) if key else ():
                yield operation.declared.id or resource.id, value, _owner(operation)
            for value in _ids_in_batches(operation):
                yield operation.declared.id or resource.id, value, _owner(operation)
        if resource.has_one_collection:
            for child in (each for each in self._resources.values() if each.name in resource.children):
                for parent in (each for each in child.parents if each.name == resource.name):
                    operations = (each for each in child.operations if each.declared.parent == parent)
                    for value in (value for each in operations for value in _documented_values(each, parent.key)):
                        yield parent.id or resource.id, value, None
                    owners = (get(item, parent.field) for item in child.shown if parent.field)
                    yield from ((resource.id, value, None) for value in owners if value is not None)

    def _varied(self, name: str, number: int) -> dict[str, Any]:
        """Return an item that differs from others in the fields by which lists are filtered and sorted."""
        resource = self._resources[name]
        item = self.factory.like_documented(resource, number)
        values = dict(self.varied_values(resource, number)) | self.factory.other_ids(resource, str(number))
        varied = copied(item)
        for pointer, value in values.items():
            put(varied, pointer, value)
        if self.factory.fits(resource, varied):
            return varied
        for pointer, value in values.items():
            varied = put(copied(item), pointer, value)
            if self.factory.fits(resource, varied):
                item = varied
        return item

    def varied_values(self, resource: StatefulResource, number: int) -> Iterator[tuple[str, Any]]:
        """Yield other values for the fields by which lists are filtered and sorted, each with its pointer."""
        random = Random(f"{resource.name} {number}")
        for pointer, is_own in resource.varied_fields.items():
            schema = resource.schema_at(pointer)
            if owners := self._owners(resource, pointer):
                yield pointer, random.choice(owners)
            elif schema is not None and lookup(self.factory.document, schema).get("type") != "array":
                variant = number if is_own else random.randrange(_FEW)
                yield pointer, self.factory.generator.value(schema, f"{resource.name} {pointer} {variant}")

    def _owner_ids(self, resource: StatefulResource, pointer: str) -> list[Any]:
        """Return the ids of the documented items that an item with one of them at `pointer` can belong to."""
        parents = (self._resources.get(parent.name) for parent in resource.parents if parent.field == pointer)
        return [get(each.item, parent.id) for parent in parents if parent for each in self.documented(parent.name)]


def _weight(seeded: Seeded) -> int:
    """Return what a collection counts for: one without items is remembered, too."""
    return seeded.items.count + 1


def _documented_values(operation: ResourceOperation, key: Key) -> list[Any]:
    """Return the documented values of a parameter of an operation."""
    return [
        example.value
        for parameter in operation.operation.parameters
        if (parameter.location, parameter.name) == (key.location, key.name)
        for example in parameter.examples
    ]


def _ids_in_batches(operation: ResourceOperation) -> Iterator[Any]:
    """Yield the ids that the documented entries of a batch name, but those of which the response says that they fail.

    A create names none.
    """
    batch = operation.declared.batch
    if batch is None or ACTIONS[operation.action].each == "create":
        return
    payloads = operation.media.examples if operation.media else ()
    shown = {each.name: get(each.value, batch.results or "") for each in payloads}
    for example in (example for media in operation.operation.body for example in media.examples):
        results = (batch.results is not None and shown.get(example.name)) or ()
        failed = {place for place, each in enumerate(results) if said_of(batch, each) is False}
        for place, entry in enumerate(get(example.value, batch.entries) or ()):
            named = get(entry, batch.id)
            if place not in failed and named is not None and not isinstance(named, dict | list):
                yield named


def _owner(operation: ResourceOperation) -> Owner | None:
    """Return the owner that the documented request of an operation names."""
    parent = operation.declared.parent
    value = next(iter(_documented_values(operation, parent.key)), None) if parent else None
    return Owner(parent, value) if parent and value is not None else None


def _owner_of_shown(operation: ResourceOperation, resource: StatefulResource) -> Owner | None:
    """Return the owner of the items in a documented response; those of a list belong to whatever it is asked for."""
    return None if resource.is_nested and operation.action == "list" else _owner(operation)
