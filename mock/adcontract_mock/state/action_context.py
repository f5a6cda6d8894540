"""What an action works with: the request, the state of its session, and the resource that it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract.openapi.paths import fill, parameter_names
from adcontract.openapi.pointer import get, put
from adcontract.openapi.text import as_text
from adcontract_mock.state.conditions import check, etag_of
from adcontract_mock.state.cursors import BodySchema
from adcontract_mock.state.patching import Fields, complete, is_patch, keepable, patch
from adcontract_mock.state.payload_pointers import HIGHEST, copied, drop, has
from adcontract_mock.state.progress import step
from adcontract_mock.state.sums import with_sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Key, Parent, Resource, ResourceOperation, SchemaError, Values
    from adcontract_mock.state.collections import Collections
    from adcontract_mock.state.item_factory import ItemFactory
    from adcontract_mock.state.rows import Row, Rows
    from adcontract_mock.state.stateful_resource import StatefulResource


class UnknownItem(Exception):  # noqa: N818 - it is answered, not an error of the mock
    """A request names an item that does not exist."""


class UnfitItem(Exception):  # noqa: N818 - it carries the error of the schema
    """An item that a request creates or changes does not fit the response of `operation`, which would show it."""

    def __init__(self, operation: ResourceOperation, error: SchemaError) -> None:
        super().__init__(error.message)
        self.operation = operation
        self.error = error


@dataclass
class ActionContext:
    """One request that acts on a resource. `path` and `query` are as they were sent.

    `headers` are those of the response which the action decides, and so is its `status`, where that is not None.
    """

    operation: ResourceOperation
    collections: Collections
    values: Values
    path: str
    query: str
    headers: dict[str, str] = field(default_factory=dict)
    status: str | None = None

    @property
    def declared(self) -> Resource:
        """The declaration of the operation (`x-resource`)."""
        return self.operation.declared

    @property
    def factory(self) -> ItemFactory:
        """Creates items."""
        return self.collections.factory

    @cached_property
    def resource(self) -> StatefulResource:
        """The resource that the operation is about."""
        return self.factory.resources[self.declared.name]

    @property
    def body_schema(self) -> BodySchema | None:
        """The schema of the body of the response, None where it has none."""
        return BodySchema.of(self.factory.document, self.operation.media)

    @cached_property
    def body(self) -> Any:
        """What an item may keep of the body of the request, in a form that can be kept; see `keepable`."""
        return self.factory.writable(self.values.media, keepable(self.values.body))

    @cached_property
    def parent_id(self) -> str:
        """The id of the parent that the request names, empty where it names none.

        Raises:
            UnknownItem: if there is no such parent.
        """
        return self._id_of(self.declared.parent, self.declared.key) if self.declared.parent else ""

    def _id_of(self, parent: Parent, *keys: Key | None) -> str:
        """Return the id of a parent that the request names; of one that belongs to another, where it names that, too.

        `keys` are the parameters that hold the ids of what is below.

        Raises:
            UnknownItem: if there is no such parent.
        """
        value, resource = self.value_of(parent.key), self.factory.resources.get(parent.name)
        keys = (*keys, parent.key)
        holder = resource.holder(self.operation.operation, *keys) if resource and resource.is_nested else None
        if resource is None or not (resource.has_one_collection or (holder and resource.is_readable)):
            return str(value)
        above = self._id_of(holder, *keys) if holder else ""
        self.collections.begin(resource, above)
        row = self.collections.find(resource, parent.id or resource.id, value, above)
        if row is None:
            raise UnknownItem
        return row.id

    def value_of(self, key: Key) -> Any:
        """Return the value of a parameter that holds an id.

        Raises:
            UnknownItem: if the request lacks it, or it is a number that no id can be.
        """
        values: dict[str, Any] = getattr(self.values, key.location)
        if key.name not in values:
            raise UnknownItem
        value = values[key.name]
        if isinstance(value, int) and abs(value) > HIGHEST:
            raise UnknownItem
        return value

    def rows(self) -> Rows:
        """Return the items of the collection that the request is about."""
        self.collections.begin(self.resource, self.parent_id)
        parent, state = self.declared.parent, self.collections.session_state
        if self.is_chosen_by_sums:
            for row in state.rows(self.resource.name):
                self.with_sums(row)
        if parent is None:
            return state.rows(self.resource.name)
        return state.rows(self.resource.name, self.parent_id, parent.field)

    @property
    def is_chosen_by_sums(self) -> bool:
        """Whether a filter or an order of the operation looks at a sum, so that every item has to have it."""
        if not self.resource.sums:
            return False
        behavior = self.operation.operation.behavior
        fields = {each.field for filter_ in behavior.filters for each in filter_.conditions}
        fields |= {order.field for sort in behavior.sorts for order in sort.orders.values()}
        return not fields.isdisjoint(self.resource.sums)

    def row(self) -> Row:
        """Return the item that the request is about, to be changed; one that changes by itself does so before.

        Raises:
            UnknownItem: if it does not exist, or belongs to another parent.
            ConditionNotMet: if the request names a condition that it does not meet.
            UnfitItem: if an operation could not show it in its next state.
        """
        found = self._found()
        if found is None or not self._belongs(found):
            raise UnknownItem
        row, states = self.with_sums(found).copy(), self.operation.operation.behavior.states
        if states and step(self.factory, self.resource, states, row.item):
            self.keep(row)
        check(self.operation.operation.conditions, self.values.header, row.item)
        return row

    def row_to_replace(self) -> Row | None:
        """Return the item that a request replaces, to be changed; None where it creates one. See `row`.

        Raises:
            UnknownItem: also if there is no such parent, or another one has the item.
        """
        return self.row() if self._found() is not None else None

    def _found(self) -> Row | None:
        """Return the item that the request names, of any parent where ids are of no parent; None without one."""
        key = self.declared.key
        if key is None:
            return next(iter(self.rows()), None)
        self.collections.begin(self.resource, self.parent_id)
        pointer = self.declared.id or self.resource.id
        return self.collections.find(self.resource, pointer, self.value_of(key), self.parent_id)

    def with_sums(self, row: Row) -> Row:
        """Return an item of the resource with its sums as they are now."""
        return with_sums(self.collections, self.resource, row)

    def take_over(self, item: dict[str, Any]) -> None:
        """Put into `item` whatever it keeps of the request.

        Raises:
            RefusedBody: if the body is a patch that cannot be applied to it, or cannot be kept.
        """
        media, echo = self.values.media, self.declared.echo
        if media is not None and is_patch(media):
            kept = patch(media, self.body, item, Fields(echo, self.resource.is_read_only))
            for pointer in (pointer for pointer in echo if pointer not in kept):
                drop(item, pointer)
        else:
            kept = {pointer: get(self.body, source) for pointer, source in echo.items() if has(self.body, source)}
        for pointer, value in kept.items():
            self._put(item, pointer, self.resource.protected(pointer, get(item, pointer), value))
        if is_patch(media):
            complete(self.factory, self.resource, item)
        for pointer, key in self.declared.takes.items():
            self._put(item, pointer, self.value_of(key))

    def set_declared(self, item: dict[str, Any]) -> None:
        """Put the values into `item` that the declaration sets, and those that follow from others by invariants."""
        for pointer, value in self.declared.set.items():
            put(item, pointer, copied(value))
        declared = self.declared
        self.factory.settle(self.resource, item, {*declared.echo, *declared.takes, *declared.set, *self.resource.ids})

    def named_members(self) -> list[Any]:
        """Return the ids of the members that the request names, each once."""
        return list(dict.fromkeys(get(self.body, self.declared.named or "") or []))

    def put_members(self, item: dict[str, Any], members: list[Any]) -> None:
        """Put members, and their number, into `item`."""
        put(item, self.declared.members or "", members)
        if self.declared.count:
            put(item, self.declared.count, len(members))

    def keep(self, row: Row) -> None:
        """Store a changed item.

        Raises:
            UnfitItem: if an operation could not show it any more.
        """
        self.check(row.item)
        self.collections.session_state.change(self.resource.name, row)

    def check(self, item: dict[str, Any]) -> None:
        """Check that the response of every operation can show `item`.

        Raises:
            UnfitItem: if one cannot.
        """
        misfit = self.factory.misfit(self.resource, item)
        if misfit:
            raise UnfitItem(*misfit)

    def shown(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return what the list shows of an item.

        Raises:
            UnfitItem: if that does not fit its schema.
        """
        schema = self.operation.item_schema
        shown = self.resource.visible(item, schema)
        for error in self.factory.faults(schema, shown) if schema else ():
            raise UnfitItem(self.operation, error)
        return shown

    def response(self, template: Any, item: dict[str, Any]) -> Any:
        """Return the body of the response with `item`, or with its id, in place, and note the headers about it."""
        conditions = self.operation.operation.conditions
        if conditions.etag:
            self.headers[conditions.etag] = etag_of(item)
        if conditions.location and (location := self._location(item)):
            self.headers[conditions.location] = location
        if self.declared.item is not None and self.operation.media:
            return put(template, self.declared.item, self.resource.visible(item, self.operation.item_schema))
        if self.declared.shows_id:
            return put(template, self.declared.shows_id, get(item, self.resource.id))
        return template

    def _location(self, item: dict[str, Any]) -> str | None:
        """Return the path at which a new item is read, None where the contract has no such operation."""
        prefix = self.path.removesuffix(fill(self.operation.operation.path, self._texts(self.values.path)))
        for reader in self.resource.of("read"):
            key, parent = reader.declared.key, reader.declared.parent
            values = dict(self.values.path)
            if key and key.location == "path":
                values[key.name] = get(item, reader.declared.id or self.resource.id)
            if parent and self.declared.parent and parent.key.location == "path":
                values[parent.key.name] = self.value_of(self.declared.parent.key)
            if all(values.get(name) is not None for name in parameter_names(reader.operation.path)):
                return prefix + fill(reader.operation.path, self._texts(values))
        return None

    @staticmethod
    def _texts(values: Mapping[str, Any]) -> dict[str, str]:
        return {name: quote(as_text(value), safe="") for name, value in values.items()}

    def _put(self, item: dict[str, Any], pointer: str, value: Any) -> None:
        put(item, pointer, copied(self.factory.typed(self.resource, pointer, value)))

    def _belongs(self, row: Row) -> bool:
        """Return whether an item belongs to the parent that the request names."""
        parent = self.declared.parent
        return parent is None or row.belongs_to(self.parent_id, parent.field)
