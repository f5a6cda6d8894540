"""The resources of a contract: each with all operations on it, and the pointers into its items."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.contract.schema_paths import reach
from adcontract.files.payload_files import DEFAULT
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import get

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract.contract.behavior import Key, Parent, Resource, Sum
    from adcontract.contract.operation_parts import MediaType
    from adcontract.contract.operations import Operation
    from adcontract.contract.states import States

_SHOWING = [name for name, action in ACTIONS.items() if action.shows_items]
"""The actions whose responses show items, those that show existing ones before any other first."""


@dataclass(frozen=True, eq=False)
class ResourceOperation:
    """An operation on a resource, and its declaration. `media` is the JSON of its response, None without one."""

    operation: Operation
    declared: Resource
    media: MediaType | None
    _document: dict[str, Any] = field(repr=False)

    @property
    def action(self) -> str:
        """What it does to the resource."""
        return self.declared.action

    @cached_property
    def payloads(self) -> list[Any]:
        """The examples of its response, the default one first."""
        found = self.media.examples if self.media else ()
        return [example.value for example in sorted(found, key=lambda each: each.name != DEFAULT)]

    @cached_property
    def item_schema(self) -> str | None:
        """The pointer of the schema of an item in its response, None where it shows none."""
        pointer, batch = self.declared.item, self.declared.batch
        if self.action == "list":
            pointer = f"{self.declared.items or ''}/{EACH}"
        elif batch:
            pointer = None if None in (batch.results, batch.item) else f"{batch.results}/{EACH}{batch.item}"
        if pointer is None or self.media is None or "schema" not in self.media.data:
            return None
        return next(iter(reach(self._document, f"{self.media.pointer}/schema", pointer)), None)

    def items(self) -> Iterator[dict[str, Any]]:
        """Yield the items in the examples of its response."""
        for payload in self.payloads:
            if self.action == "list":
                found = get(payload, self.declared.items or "")
            else:
                found = [get(payload, self.declared.item)] if self.declared.item is not None else []
            yield from (item for item in found or [] if isinstance(item, dict))


@dataclass(frozen=True, eq=False)
class ResourceType:
    """A resource, and every operation on it in the order of the document.

    `children` are the names of the resources whose items belong to an item of this one.
    """

    name: str
    operations: tuple[ResourceOperation, ...]
    children: tuple[str, ...] = ()

    def of(self, *actions: str) -> tuple[ResourceOperation, ...]:
        """Return the operations with one of these actions."""
        return tuple(each for each in self.operations if each.action in actions)

    @cached_property
    def showing(self) -> tuple[ResourceOperation, ...]:
        """The operations whose responses have a schema for items, lists first, creates last."""
        shown = (each for each in self.of(*_SHOWING) if each.item_schema)
        return tuple(sorted(shown, key=lambda each: _SHOWING.index(each.action)))

    @cached_property
    def creating(self) -> tuple[ResourceOperation, ...]:
        """The operations by which a client creates an item: those that do only that, or else upserts."""
        return self.of("create") or self.of("upsert")

    @cached_property
    def id(self) -> str:
        """The pointer of the id in an item."""
        return next((each.declared.id for each in self.showing or self.operations if each.declared.id), "/id")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The pointers of all by which requests name an item, the id first."""
        return tuple(dict.fromkeys([self.id, *(each.declared.id for each in self.operations if each.declared.id)]))

    @cached_property
    def key(self) -> Key | None:
        """The parameter that holds the id of an item, None where no request names one."""
        return next((each.declared.key for each in self.operations if each.declared.key), None)

    @cached_property
    def parents(self) -> tuple[Parent, ...]:
        """What an item is declared to belong to, each once."""
        return tuple(dict.fromkeys(each.declared.parent for each in self.operations if each.declared.parent))

    @cached_property
    def parent_fields(self) -> tuple[str, ...]:
        """The pointers of the ids of parents in an item."""
        return tuple(dict.fromkeys(parent.field for parent in self.parents if parent.field))

    @cached_property
    def is_listed(self) -> bool:
        """Whether an operation lists it."""
        return bool(self.of("list"))

    @cached_property
    def is_readable(self) -> bool:
        """Whether an operation lists or reads it."""
        return bool(self.of("list", "read"))

    @cached_property
    def is_nested(self) -> bool:
        """Whether each parent has a collection of it, and there is none of all."""
        return all(each.declared.parent for each in self.of("list") or self.operations)

    @cached_property
    def is_single(self) -> bool:
        """Whether each parent has exactly one, which no request names, or the whole API has."""
        is_named = self.key is not None or self.is_listed
        return not is_named and (self.is_nested or not (self.parents or self.of("create")))

    @cached_property
    def is_global(self) -> bool:
        """Whether there is exactly one in the whole API."""
        return self.is_single and not self.is_nested

    def holder(self, operation: Operation, *keys: Key | None) -> Parent | None:
        """Return what an item of it belongs to, if requests of `operation` name that as well; None if they do not.

        They are requests about what belongs to the item; `keys` are the parameters that hold other ids.
        """
        named = {(each.location, each.name) for each in operation.parameters}
        others = (each for each in self.parents if each.key not in keys)
        return next((each for each in others if (each.key.location, each.key.name) in named), None)

    @cached_property
    def states(self) -> States | None:
        """The states through which an item goes by itself, None where it changes by requests alone."""
        return next((found for each in self.operations if (found := each.operation.behavior.states)), None)

    @cached_property
    def members(self) -> str | None:
        """The pointer of the list in an item that members are added to and removed from, None without one."""
        return self._first("members")

    @cached_property
    def member_id(self) -> str | None:
        """The pointer of the id in a member."""
        return self._first("member_id")

    @cached_property
    def count(self) -> str | None:
        """The pointer of the number of members in an item."""
        return self._first("count")

    @cached_property
    def sums(self) -> dict[str, Sum]:
        """The pointers in an item at which something adds up over the items of child resources."""
        return {pointer: each for one in self.operations for pointer, each in one.declared.sums.items()}

    def _first(self, name: str) -> str | None:
        values = (getattr(each.declared, name) for each in self.operations)
        return next((value for value in values if value is not None), None)


def resource_types(document: dict[str, Any], operations: Iterable[Operation]) -> dict[str, ResourceType]:
    """Return every resource that operations of an assembled document declare, by its name."""
    declared: dict[str, list[ResourceOperation]] = {}
    children: dict[str, dict[str, None]] = {}
    for operation in operations:
        resource, success = operation.behavior.resource, operation.success
        if resource is None:
            continue
        media = success.json if success else None
        declared.setdefault(resource.name, []).append(ResourceOperation(operation, resource, media, document))
        if resource.parent:
            children.setdefault(resource.parent.name, {})[resource.name] = None
    return {name: ResourceType(name, tuple(each), tuple(children.get(name, ()))) for name, each in declared.items()}
