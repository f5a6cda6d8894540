"""Items that are not removed, read or listed as the declared action says."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import get
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.state.action_context import UnknownItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("state")
_SOON = 2.0
_CHANGING = ("update", "set", "add", "remove")


def _is(action: str, *others: str) -> Callable[[Place], bool]:
    """Return whether this is the action, and another operation has one of the others on the same resource."""
    return lambda place: place.action(action) and (not others or place.is_acted_on(*others))


def _shows_changes(action: str) -> Callable[[Place], bool]:
    """Return whether this is the action, and its response shows a field that another operation changes."""

    def applies(place: Place) -> bool:
        resource_type = place.resource_type
        if not place.action(action) or resource_type is None:
            return False
        own = next(each for each in resource_type.operations if each.operation.id == place.operation.id)
        declared = [each.declared for each in resource_type.of(*_CHANGING)]
        pointers = [pointer for each in declared for pointer in (*each.echo, *each.takes, *each.set)]
        pointers += [pointer for each in declared for pointer in (each.members, each.count) if pointer]
        schema = own.item_schema
        return schema is not None and any(reach(place.document, schema, pointer) for pointer in pointers)

    return applies


@_kinds.acts("not-deleted", "A delete is answered, and not done.", _is("delete"))
def _not_deleted(acting: Acting) -> Any:
    row = acting.context.row()
    return acting.context.response(acting.template, row.item)


@_kinds.acts("neighbor-deleted", "A delete removes another item as well.", _is("delete"))
def _neighbor_deleted(acting: Acting) -> Any:
    own = acting.context.row()
    body = acting.run()
    for row in acting.stored():
        if row.id != own.id and row.parent == own.parent:
            acting.context.collections.session_state.remove(acting.context.resource.name, row)
            break
    return body


@_kinds.acts("wrong-item-deleted", "A delete removes another item.", _is("delete"))
def _wrong_deleted(acting: Acting) -> Any:
    own = acting.context.row()
    for row in acting.stored():
        if row.id != own.id and row.parent == own.parent:
            acting.context.collections.session_state.remove(acting.context.resource.name, row)
            return acting.context.response(acting.template, own.item)
    return acting.run()


@_kinds.acts("deleted-again", "A second delete of an item is a success.", _is("delete"))
def _deleted_again(acting: Acting) -> Any:
    try:
        return acting.run()
    except UnknownItem:
        return acting.template


@_kinds.acts("deleted-still-read", "An item that is gone can still be read.", _is("read", "delete"))
def _still_read(acting: Acting) -> Any:
    known = acting.remembered()
    where = acting.context.path
    try:
        known[where] = acting.run()
    except UnknownItem:
        if where not in known:
            raise
    return copy.deepcopy(known[where])


@_kinds.acts(
    "read-from-cache",
    "An item is read as it was when it was first read.",
    _shows_changes("read"),
)
def _cached(acting: Acting) -> Any:
    body = acting.run()
    return copy.deepcopy(acting.remembered().setdefault(acting.context.path, body))


@_kinds.acts("other-item-read", "The item after the one that is asked for is read.", _is("read"))
def _other_read(acting: Acting) -> Any:
    body, own = acting.run(), acting.context.row()
    others = [row for row in acting.stored() if row.parent == own.parent and row.id != own.id]
    return acting.context.response(body, others[0].item) if others else body


@_kinds.acts("deleted-still-listed", "An item that is gone is still in the list.", _is("list", "delete"))
def _still_listed(acting: Acting) -> Any:
    known: dict[str, Any] = acting.remembered().setdefault(f"rows {acting.context.parent_id}", {})

    def with_gone(rows: list[Any]) -> list[Any]:
        known.update({row.id: row for row in rows})
        return list({**known, **{row.id: row for row in rows}}.values())

    return acting.run(rows=with_gone)


@_kinds.acts(
    "list-from-cache",
    "A list is as it first was.",
    _is("list", "create", "delete", *_CHANGING),
)
def _list_cached(acting: Acting) -> Any:
    body = acting.run()
    return copy.deepcopy(acting.remembered().setdefault(f"{acting.context.path}?{acting.context.query}", body))


@_kinds.acts("listed-late", "A new item is in the list after two seconds.", _is("list", "create"))
def _late(acting: Acting) -> Any:
    remembered = acting.remembered()
    now, known = time.monotonic(), remembered.setdefault(f"since {acting.context.parent_id}", {})
    is_first = not known

    def settled(rows: list[Any]) -> list[Any]:
        for row in rows:
            known.setdefault(row.id, 0.0 if is_first else now)
        return [row for row in rows if known[row.id] == 0.0 or now - known[row.id] > _SOON]

    return acting.run(rows=settled)


@_kinds.acts(
    "listed-otherwise",
    "A list shows an item as it was when first listed.",
    _shows_changes("list"),
)
def _listed_stale(acting: Acting) -> Any:
    known = acting.remembered().setdefault("items", {})
    body = acting.run()
    pointer = acting.context.resource.id
    items = [known.setdefault(str(get(each, pointer)), copy.deepcopy(each)) for each in acting.items(body)]
    return acting.with_items(body, copy.deepcopy(items))


@_kinds.acts(
    "unknown-item-changed", "A change of an item that does not exist is a success.", lambda place: _on_item(place)
)
def _unknown_changed(acting: Acting) -> Any:
    try:
        return acting.run()
    except UnknownItem:
        return acting.template


def _on_item(place: Place) -> bool:
    return place.resource is not None and ACTIONS[place.resource.action].on_item and not place.action("read", "delete")


@_kinds.acts("unknown-item-read", "An item that does not exist is read as another one.", _is("read"))
def _unknown_read(acting: Acting) -> Any:
    try:
        return acting.run()
    except UnknownItem:
        return acting.template
