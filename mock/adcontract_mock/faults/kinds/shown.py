"""Items that are not removed, read or listed as the declared action says."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get
from adcontract_mock.faults.answer import arises
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.faults.showing import (
    has_neighbors,
    hides_deleted,
    is_deleted,
    is_shown_later,
    lists_own,
    shows_changes,
)
from adcontract_mock.state.action_context import UnknownItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Resource
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place
    from adcontract_mock.state.rows import Row

_kinds = Kinds("state")
_SOON = 2.0


def _hides(action: str) -> Callable[[Place], bool]:
    """Return whether this is the action, and a delete leaves nothing for it."""
    return lambda place: place.action(action) and hides_deleted(place)


def _lists_new(place: Place) -> bool:
    return place.action("list") and place.is_acted_on("create", "upsert") and lists_own(place)


def _list_changes(place: Place) -> bool:
    return _lists_new(place) or _lists_deleted(place) or _shows_changed(place)


def _lists_deleted(place: Place) -> bool:
    return _hides("list")(place) and lists_own(place)


def _shows_changed(place: Place) -> bool:
    return place.action("list") and shows_changes(place) and lists_own(place)


def _deletes_one(place: Place) -> bool:
    return _deletes(place) and has_neighbors(place)


def _deletes(place: Place) -> bool:
    """Return whether this is a delete that a client can try and see: it leaves nothing, or others show its mark."""
    return place.action("delete") and is_deleted(place) and (hides_deleted(place) or is_shown_later(place))


def _others(acting: Acting, own: Row) -> list[Row]:
    """Return the other items of the same parent, the latest first where none is shown: a client knows those it made."""
    found = [row for row in acting.stored() if row.id != own.id and row.parent == own.parent]
    return found if acting.context.resource.is_readable else found[::-1]


@_kinds.acts("not-deleted", "A delete is answered, and not done.", _deletes)
def _not_deleted(acting: Acting) -> Any:
    row = acting.context.row()
    return acting.context.response(acting.template, row.item)


@_kinds.acts("neighbor-deleted", "A delete removes another item as well.", _deletes_one)
def _neighbor_deleted(acting: Acting) -> Any:
    own = acting.context.row()
    body, others = acting.run(), _others(acting, own)
    if others:
        acting.context.collections.session_state.remove(acting.context.resource.name, others[0])
    return body


@_kinds.acts("wrong-item-deleted", "A delete removes another item.", _deletes_one)
def _wrong_deleted(acting: Acting) -> Any:
    own = acting.context.row()
    if others := _others(acting, own):
        acting.context.collections.session_state.remove(acting.context.resource.name, others[0])
        return acting.context.response(acting.template, own.item)
    return acting.run()


@_kinds.acts("deleted-again", "A second delete of an item is a success.", _hides("delete"))
def _deleted_again(acting: Acting) -> Any:
    try:
        return acting.run()
    except UnknownItem:
        return acting.template


@_kinds.acts("deleted-still-read", "An item that is gone can still be read.", _hides("read"))
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
    lambda place: place.action("read") and shows_changes(place),
)
def _cached(acting: Acting) -> Any:
    body = acting.run()
    return copy.deepcopy(acting.remembered().setdefault(acting.context.path, body))


@_kinds.acts(
    "other-item-read",
    "The item after the one that is asked for is read.",
    lambda place: place.action("read") and has_neighbors(place),
)
def _other_read(acting: Acting) -> Any:
    body, own = acting.run(), acting.context.row()
    others = [row for row in acting.stored() if row.parent == own.parent and row.id != own.id]
    return acting.context.response(body, others[0].item) if others else body


def _reads_by_id(place: Place) -> bool:
    resource = place.resource
    return place.action("read") and has_neighbors(place) and resource is not None and _lists_ids(place, resource)


def _lists_ids(place: Place, resource: Resource) -> bool:
    """Return whether a list shows the ids by which the action reads."""
    lists = place.resource_type.of("list") if place.resource_type else []
    return any(each.declared.id == resource.id for each in lists)


@_kinds.acts("read-by-beginning", "The beginning of an id reads the item that has the id.", _reads_by_id)
def _by_beginning(acting: Acting) -> Any:
    try:
        return acting.run()
    except UnknownItem:
        key = acting.context.declared.key
        beginning = str(acting.context.value_of(key)) if key else ""
        rows = [row for row in acting.context.rows() if row.id.startswith(beginning)]
        if not rows:
            raise
        return acting.context.response(acting.template, rows[0].item)


@_kinds.acts("deleted-still-listed", "An item that is gone is still in the list.", _lists_deleted)
def _still_listed(acting: Acting) -> Any:
    known: dict[str, Any] = acting.remembered().setdefault(f"rows {acting.context.parent_id}", {})

    def with_gone(rows: list[Any]) -> list[Any]:
        known.update({row.id: row for row in rows})
        return list({**known, **{row.id: row for row in rows}}.values())

    return acting.run(rows=with_gone)


@_kinds.acts(
    "list-from-cache",
    "A list is as it first was.",
    _list_changes,
)
def _list_cached(acting: Acting) -> Any:
    body = acting.run()
    return copy.deepcopy(acting.remembered().setdefault(f"{acting.context.path}?{acting.context.query}", body))


@_kinds.acts("listed-late", "A new item is in the list after two seconds.", _lists_new)
def _late(acting: Acting) -> Any:
    remembered = acting.remembered()
    now, since = time.monotonic(), f"since {acting.context.parent_id}"
    is_first = since not in remembered
    known = remembered.setdefault(since, {})

    def settled(rows: list[Any]) -> list[Any]:
        for row in rows:
            known.setdefault(row.id, 0.0 if is_first else now)
        return [row for row in rows if known[row.id] == 0.0 or now - known[row.id] > _SOON]

    return acting.run(rows=settled)


@_kinds.acts(
    "listed-otherwise",
    "A list shows an item as it was when first listed.",
    _shows_changed,
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
    return arises(place, "unknown-item") and place.action("update", "set", "add", "remove")


@_kinds.acts(
    "unknown-item-read",
    "An item that does not exist is read as another one.",
    lambda place: place.action("read") and arises(place, "unknown-item"),
)
def _unknown_read(acting: Acting) -> Any:
    try:
        return acting.run()
    except UnknownItem:
        return acting.template
