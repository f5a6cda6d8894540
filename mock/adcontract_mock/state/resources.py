"""What the contract declares of each kind of thing: the operations on it, and what it shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import EACH, reach
from adcontract_mock.state.payload_pointers import get
from adcontract_mock.state.schema_properties import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Operation
    from adcontract.contract.behavior import Behavior, Key, Parent, Resource
    from adcontract.contract.operations import MediaType

_BEGIN = ("list", "read", "update", "set", "create")
"""The actions whose documented answers show items, those that show what is there before any other first."""


@dataclass(frozen=True)
class ResourceOperation:
    """An operation on a kind of thing. `media` is the JSON of its answer, None where it has none."""

    operation: Operation
    behavior: Behavior
    resource: Resource
    media: MediaType | None
    document: dict[str, Any]

    @cached_property
    def payloads(self) -> list[Any]:
        """Its documented answers, the default one first."""
        found = self.media.examples if self.media else ()
        return [example.value for example in sorted(found, key=lambda each: each.name != "default")]

    @cached_property
    def schema(self) -> str | None:
        """Where the contract describes an item of its answer; None where it shows none."""
        if self.media is None or "schema" not in self.media.data:
            return None
        pointer = self.resource.item
        if self.resource.action == "list":
            pointer = f"{self.resource.items or ''}/{EACH}"
        found = [] if pointer is None else reach(self.document, f"{self.media.pointer}/schema", pointer)
        return next(iter(found), None)

    @cached_property
    def members(self) -> dict[str, str]:
        """Where the contract describes each member of an item of its answer."""
        return members(self.document, self.schema) if self.schema else {}

    def shown(self) -> Iterator[dict[str, Any]]:
        """Yield the items in its documented answers."""
        for payload in self.payloads:
            if self.resource.action == "list":
                found = get(payload, self.resource.items or "")
            else:
                found = [get(payload, self.resource.item)] if self.resource.item is not None else []
            yield from (item for item in found or [] if isinstance(item, dict))

    def asked(self, key: Key) -> list[Any]:
        """Return the documented values of a parameter."""
        return [
            example.value
            for parameter in self.operation.parameters
            if (parameter.location, parameter.name) == (key.location, key.name)
            for example in parameter.examples
        ]


@dataclass(frozen=True)
class ResourceType:
    """A kind of thing, and every operation on it."""

    name: str
    resource_operations: list[ResourceOperation] = field(default_factory=list)
    _schemas: dict[str, str | None] = field(default_factory=dict, repr=False)

    @cached_property
    def id(self) -> str:
        """Where its id is in an item."""
        return next(
            (resource_operation.resource.id for resource_operation in self._in_order if resource_operation.resource.id),
            "/id",
        )

    @cached_property
    def single(self) -> bool:
        """Whether each parent has one of it, which no request names."""
        return self.nested and not any(
            resource_operation.resource.key or resource_operation.resource.action == "list"
            for resource_operation in self.resource_operations
        )

    @cached_property
    def parent_fields(self) -> list[str]:
        """Where an item shows what it belongs to."""
        return list(dict.fromkeys(parent.field for parent in self.parents if parent.field))

    @cached_property
    def parents(self) -> list[Parent]:
        """What items are declared to belong to, each once."""
        return list(
            dict.fromkeys(
                resource_operation.resource.parent
                for resource_operation in self.resource_operations
                if resource_operation.resource.parent
            )
        )

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """The items in documented answers, apart from those that are new then."""
        return [
            item
            for resource_operation in self.showing
            if resource_operation.resource.action != "create"
            for item in resource_operation.shown()
        ]

    @cached_property
    def names(self) -> list[str]:
        """Where an item has what it is called in requests: its id, and what else stands in their paths."""
        return list(
            dict.fromkeys(
                [
                    self.id,
                    *(
                        resource_operation.resource.id
                        for resource_operation in self.resource_operations
                        if resource_operation.resource.id
                    ),
                ]
            )
        )

    @cached_property
    def members(self) -> str | None:
        """Where an item has the members that are added to it and removed from it, None for none."""
        return self._first("members")

    @cached_property
    def member_id(self) -> str | None:
        """Where the id is in a member."""
        return self._first("member_id")

    @cached_property
    def count(self) -> str | None:
        """Where an item has the number of its members."""
        return self._first("count")

    @cached_property
    def shown_members(self) -> list[Any]:
        """The members of documented items, by their ids each once."""
        shown = (item for resource_operation in self.showing for item in resource_operation.shown())
        found = (member for item in shown for member in get(item, self.members or "") or [])
        return list({str(get(member, self.member_id or "")): member for member in found}.values())

    @cached_property
    def has_collection(self) -> bool:
        """Whether there is an operation that shows all of it that there is."""
        return not self.nested and any(
            resource_operation.resource.action in ("list", "read") for resource_operation in self.resource_operations
        )

    @cached_property
    def listed(self) -> bool:
        """Whether there is an operation that lists it."""
        return any(resource_operation.resource.action == "list" for resource_operation in self.resource_operations)

    @cached_property
    def nested(self) -> bool:
        """Whether there is a collection of it under each parent, and none of all."""
        shown = [
            resource_operation
            for resource_operation in self.resource_operations
            if resource_operation.resource.action == "list"
        ] or self.resource_operations
        return all(resource_operation.resource.parent for resource_operation in shown)

    @cached_property
    def fields(self) -> dict[str, str]:
        """Where the items have what lists are filtered and sorted by; `one` of a few values, or each its `own`."""
        found: dict[str, str] = {}
        for resource_operation in self.resource_operations:
            for each in resource_operation.behavior.filters:
                for condition in each.conditions:
                    found.setdefault(condition.field, "own" if condition.op == "contains" else "one")
            for sort in resource_operation.behavior.sorts:
                found |= {order.field: "own" for order in sort.orders.values()}
        return {pointer: how for pointer, how in found.items() if pointer not in self.names}

    def _first(self, name: str) -> str | None:
        return next(
            (
                found
                for resource_operation in self.resource_operations
                if (found := getattr(resource_operation.resource, name)) is not None
            ),
            None,
        )

    @cached_property
    def _in_order(self) -> list[ResourceOperation]:
        return (
            sorted(self.showing, key=lambda resource_operation: _BEGIN.index(resource_operation.resource.action))
            or self.resource_operations
        )

    @cached_property
    def showing(self) -> list[ResourceOperation]:
        """The operations that answer with items, lists first."""
        shown = [
            resource_operation
            for resource_operation in self.resource_operations
            if resource_operation.schema and resource_operation.resource.action in _BEGIN
        ]
        return sorted(shown, key=lambda resource_operation: _BEGIN.index(resource_operation.resource.action))

    @cached_property
    def shapes(self) -> dict[str, ResourceOperation]:
        """Where the contract describes items, each with an operation that shows them so."""
        return {
            resource_operation.schema: resource_operation
            for resource_operation in reversed(self.showing)
            if resource_operation.schema
        }

    def schema_of(self, pointer: str) -> str | None:
        """Return where the contract describes what items have at `pointer`, None if it does not."""
        if pointer not in self._schemas:
            found = (
                each
                for resource_operation in self.showing
                for each in reach(resource_operation.document, resource_operation.schema or "", pointer)
            )
            self._schemas[pointer] = next(found, None)
        return self._schemas[pointer]


def resource_types(contract: Contract) -> dict[str, ResourceType]:
    """Return every kind of thing in a contract, by its name."""
    found: dict[str, ResourceType] = {}
    for operation in contract.operations:
        behavior = operation.behavior
        resource, success = behavior.resource, operation.success
        if resource:
            media = next((each for each in success.media if each.is_json), None) if success else None
            resource_operation = ResourceOperation(operation, behavior, resource, media, contract.document)
            found.setdefault(resource.name, ResourceType(resource.name)).resource_operations.append(resource_operation)
    return found
