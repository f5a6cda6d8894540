"""What each action of `x-resource` does to a world."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import every
from adcontract_mock.state.items import visible
from adcontract_mock.state.pagination import Page
from adcontract_mock.state.payload_pointers import HIGHEST, clipped, get, has, put
from adcontract_mock.state.selection import chosen, ordered

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import SchemaError, Values
    from adcontract.contract.behavior import Key, Resource
    from adcontract_mock.state.collections import Collections
    from adcontract_mock.state.items import Items
    from adcontract_mock.state.resources import ResourceOperation, ResourceType
    from adcontract_mock.state.store import Row

EFFECTS: dict[str, Callable[[ActionContext, Any], Any]] = {}
"""By name: each takes a turn and an answer to fill in, and gives that answer."""


class UnknownItem(Exception):  # noqa: N818 - it says what it is
    """There is no such thing as a request names."""


class UnfitItem(Exception):  # noqa: N818 - it says what it is
    """What a request makes does not fit an answer that would show it."""

    def __init__(self, resource_operation: ResourceOperation, fault: SchemaError) -> None:
        super().__init__(fault.message)
        self.resource_operation = resource_operation
        self.fault = fault


@dataclass
class ActionContext:
    """One request that does something: the operation, the world that it does it to, and what it says."""

    resource_operation: ResourceOperation
    collections: Collections
    values: Values
    address: tuple[str, str]
    """The path and the query as they were sent."""

    @property
    def resource(self) -> Resource:
        """What is declared of the operation."""
        return self.resource_operation.resource

    @property
    def items(self) -> Items:
        """What makes items."""
        return self.collections.items

    @cached_property
    def kind(self) -> ResourceType:
        """What the operation is about."""
        return self.items.kinds[self.resource.name]

    @cached_property
    def body(self) -> Any:
        """The body of the request, as it can be kept."""
        return clipped(self.values.body)

    @cached_property
    def parent(self) -> str:
        """The id of what the request says that items belong to, empty where it says nothing.

        Raises:
            Unknown: if there is no such thing.
        """
        declared = self.resource.parent
        if declared is None:
            return ""
        name = self.said(declared.key)
        kind = self.items.kinds.get(declared.name)
        if kind is None or not kind.has_collection:
            return str(name)
        self.collections.begin(kind, "")
        row = self.collections.find(kind, declared.id or kind.id, name, "")
        if row is None:
            raise UnknownItem
        return row.id

    def said(self, key: Key) -> Any:
        """Return the value of a parameter that says which thing is meant.

        Raises:
            Unknown: if the request does not have it, or nothing can have that number.
        """
        values: dict[str, Any] = getattr(self.values, key.location)
        if key.name not in values:
            raise UnknownItem
        value = values[key.name]
        if isinstance(value, int) and abs(value) > HIGHEST:
            raise UnknownItem
        return value

    def rows(self) -> list[Row]:
        """Return the items of the collection that the request is about."""
        self.collections.begin(self.kind, self.parent)
        return [row for row in self.collections.session_state.rows(self.kind.name) if self._belongs(row)]

    def row(self) -> Row:
        """Return the item that the request is about.

        Raises:
            Unknown: if there is none, or it belongs to another parent.
        """
        key = self.resource.key
        if key is None:
            found = next(iter(self.rows()), None)
        else:
            self.collections.begin(self.kind, self.parent)
            found = self.collections.find(self.kind, self.resource.id or self.kind.id, self.said(key), self.parent)
        if found is None or not self._belongs(found):
            raise UnknownItem
        return found

    def echo(self, item: dict[str, Any]) -> None:
        """Let `item` keep what the request says of it."""
        for pointer, source in self.resource.echo.items():
            if has(self.body, source):
                self._keep(item, pointer, get(self.body, source))
        for pointer, key in self.resource.takes.items():
            self._keep(item, pointer, self.said(key))

    def write(self, item: dict[str, Any]) -> None:
        """Let `item` have what the action writes."""
        for pointer, value in self.resource.set.items():
            put(item, pointer, copy.deepcopy(value))

    def named(self) -> list[Any]:
        """Return the ids of members that the request names, each once."""
        return list(dict.fromkeys(get(self.body, self.resource.named or "") or []))

    def member(self, name: Any) -> Any:
        """Return the member of that id."""
        return self.items.member(self.kind, name)

    def members(self, item: dict[str, Any], found: list[Any]) -> None:
        """Let `item` have these members, and their number."""
        put(item, self.resource.members or "", found)
        if self.resource.count:
            put(item, self.resource.count, len(found))

    def keep(self, row: Row) -> None:
        """Keep a changed item.

        Raises:
            Misfit: if an operation could not show it any more.
        """
        self.fit(row.item)
        self.collections.session_state.change(self.kind.name, row)

    def fit(self, item: dict[str, Any]) -> None:
        """Make sure that every operation can show `item`.

        Raises:
            Misfit: if one cannot.
        """
        found = self.items.misfit(self.kind, item)
        if found:
            raise UnfitItem(*found)

    def answer(self, template: Any, item: dict[str, Any]) -> Any:
        """Return the answer that tells of `item`."""
        if self.resource.item is not None and self.resource_operation.media:
            return put(template, self.resource.item, visible(self.resource_operation, item))
        if self.resource.shows_id:
            return put(template, self.resource.shows_id, get(item, self.kind.id))
        return template

    def _keep(self, item: dict[str, Any], pointer: str, value: Any) -> None:
        put(item, pointer, copy.deepcopy(self.items.typed(self.kind, pointer, value)))

    def _belongs(self, row: Row) -> bool:
        declared = self.resource.parent
        if declared is None or row.parent == self.parent:
            return True
        return bool(declared.field) and str(get(row.item, declared.field or "")) == self.parent


def action(name: str) -> Callable[[Callable[[ActionContext, Any], Any]], Callable[[ActionContext, Any], Any]]:
    """Register what an action does."""

    def register(function: Callable[[ActionContext, Any], Any]) -> Callable[[ActionContext, Any], Any]:
        EFFECTS[name] = function
        return function

    return register


@action("list")
def _list(turn: ActionContext, template: Any) -> Any:
    query = turn.values.query
    rows = ordered(
        chosen(turn.rows(), turn.resource_operation.behavior.filters, query),
        turn.resource_operation.behavior.sorts,
        query,
    )
    if turn.resource_operation.behavior.pagination:
        page = Page(turn.resource_operation.behavior.pagination, query, rows, *turn.address)
        template, rows = page.written(template), page.rows
    return put(template, turn.resource.items or "", [visible(turn.resource_operation, row.item) for row in rows])


@action("read")
def _read(turn: ActionContext, template: Any) -> Any:
    return turn.answer(template, turn.row().item)


@action("create")
def _create(turn: ActionContext, template: Any) -> Any:
    # what is there before is older, also where nobody has looked at it yet
    turn.collections.begin(turn.kind, turn.parent)
    shown = next(turn.resource_operation.shown(), None)
    like = turn.items.like(turn.kind, 0) if shown is None else copy.deepcopy(shown)
    item = turn.items.complete(turn.kind, like)
    for pointer, name in turn.items.other_names(
        turn.kind, f"new {turn.collections.session_state.count(turn.kind.name)}"
    ).items():
        put(item, pointer, name)
    turn.echo(item)
    turn.write(item)
    if turn.resource.members and turn.resource.named:
        turn.members(item, [turn.member(name) for name in turn.named()])
    row = turn.collections.add(turn.kind, item, turn.parent, new=True)
    turn.collections.begin_empty(turn.kind, row.id)
    turn.fit(row.item)
    return turn.answer(template, row.item)


@action("update")
@action("set")
def _change(turn: ActionContext, template: Any) -> Any:
    row = turn.row()
    turn.echo(row.item)
    turn.write(row.item)
    turn.keep(row)
    return turn.answer(template, row.item)


@action("delete")
def _delete(turn: ActionContext, template: Any) -> Any:
    row = turn.row()
    if turn.resource.gone == "status":
        turn.write(row.item)
        turn.keep(row)
    else:
        turn.collections.session_state.remove(turn.kind.name, row)
    return turn.answer(template, row.item)


@action("add")
def _add(turn: ActionContext, template: Any) -> Any:
    if turn.resource.makes:
        return _make(turn, template)
    if turn.resource.members is None:
        return _append(turn, template)
    row, members = _with_members(turn)
    done = [name for name in turn.named() if str(name) not in members]
    found = [*members.values(), *(turn.member(name) for name in done)]
    return _moved(turn, template, row, done, found)


def _make(turn: ActionContext, template: Any) -> Any:
    """Make an item of every id in the body of which the parent has none."""
    for pointer, source in turn.resource.makes.items():
        others = [other for other in turn.resource.makes if other != pointer]
        known = {str(get(row.item, pointer)) for row in turn.rows()}
        for name in dict.fromkeys(every(turn.body, source)):
            if str(name) not in known:
                item = turn.items.made(turn.kind, pointer, name, others)
                turn.fit(turn.collections.add(turn.kind, item, turn.parent, new=True).item)
    return template


def _append(turn: ActionContext, template: Any) -> Any:
    """Append to each list of the item what it lacks of the one in the body."""
    row = turn.row()
    for pointer, source in turn.resource.echo.items():
        known = get(row.item, pointer) or []
        put(row.item, pointer, known + [each for each in get(turn.body, source) or [] if each not in known])
    turn.keep(row)
    return turn.answer(template, row.item)


@action("remove")
def _remove(turn: ActionContext, template: Any) -> Any:
    row, members = _with_members(turn)
    done = [name for name in turn.named() if str(name) in members]
    found = [member for name, member in members.items() if name not in map(str, done)]
    return _moved(turn, template, row, done, found)


def _with_members(turn: ActionContext) -> tuple[Row, dict[str, Any]]:
    """Return the item, and its members by id."""
    row = turn.row()
    members = get(row.item, turn.resource.members or "") or []
    return row, {str(get(member, turn.resource.member_id or "")): member for member in members}


def _moved(turn: ActionContext, template: Any, row: Row, done: list[Any], found: list[Any]) -> Any:
    turn.members(row.item, found)
    turn.keep(row)
    ignored = [name for name in turn.named() if name not in done]
    for pointer, names in ((turn.resource.done, done), (turn.resource.ignored, ignored)):
        if pointer is not None:
            template = put(template, pointer, names)
    if turn.resource.shows_id:
        template = put(template, turn.resource.shows_id, get(row.item, turn.kind.id))
    return turn.answer(template, row.item) if turn.resource.item is not None else template
