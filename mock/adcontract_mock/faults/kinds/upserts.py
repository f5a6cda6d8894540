"""Upserts that do not create an item where they should, or do not replace it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, put
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.faults.showing import is_shown_later
from adcontract_mock.state.action_context import UnknownItem
from adcontract_mock.state.payload_pointers import copied

if TYPE_CHECKING:
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("state")


def _upserts(place: Place) -> bool:
    """Return whether a client creates items at the operation that it can remove, and another one shows them."""
    return place.action("upsert") and place.is_acted_on("delete") and is_shown_later(place)


@_kinds.acts("upsert-of-new-refused", "An upsert of an item that is not there is answered as an unknown one.", _upserts)
def _refused(acting: Acting) -> Any:
    if acting.context.row_to_replace() is None:
        raise UnknownItem
    return acting.run()


@_kinds.acts("upsert-not-stored", "An upsert of an item that is not there is answered, and not stored.", _upserts)
def _not_stored(acting: Acting) -> Any:
    is_new, body = acting.context.row_to_replace() is None, acting.run()
    if is_new:
        acting.context.collections.session_state.remove(acting.context.resource.name, acting.context.row())
    return body


@_kinds.acts("upsert-replaces-nothing", "An upsert of an item that is there is answered, and not stored.", _upserts)
def _replaces_nothing(acting: Acting) -> Any:
    return acting.run() if acting.context.row_to_replace() is None else acting.run_without_storing()


@_kinds.acts(
    "upsert-makes-another",
    "An upsert of an item that is there makes another one beside it.",
    lambda place: _upserts(place) and place.is_acted_on("list"),
)
def _another(acting: Acting) -> Any:
    before, body = acting.context.row_to_replace(), acting.run()
    if before is not None:
        resource, collections = acting.context.resource, acting.context.collections
        item = put(copied(acting.context.row().item), resource.id, get(before.item, resource.id))
        state = collections.session_state
        state.add(resource.name, f"{before.id} {state.count(resource.name)}", before.parent, item)
    return body
