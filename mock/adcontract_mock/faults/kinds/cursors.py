"""Pages of lists by cursor that are not as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, put
from adcontract_mock.faults.listing import several_pages, without
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.state.cursors import UnknownCursor

if TYPE_CHECKING:
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("lists")


def _by_cursor(place: Place) -> bool:
    return several_pages(place) and place.behavior.cursor is not None


def _bare(place: Place) -> bool:
    """Return whether the body has the cursor itself, and not in a link."""
    pagination = place.behavior.pagination
    return _by_cursor(place) and pagination is not None and "next_cursor" in pagination.envelope


@_kinds.acts("cursor-of-last-page", "The last page names the cursor by which it was asked for as the next one.", _bare)
def _of_last_page(acting: Acting) -> Any:
    body, pagination = acting.run(), acting.behavior.pagination
    if pagination is None:
        return body
    pointer, own = pagination.envelope["next_cursor"], acting.query.get(pagination.start)
    return put(body, pointer, own) if own and not get(body, pointer) else body


@_kinds.acts(
    "cursor-without-filters",
    "A page that is asked for by cursor has the rows of the whole list, without its filters.",
    lambda place: _by_cursor(place) and any(not each.hidden for each in place.behavior.filters),
)
def _without_filters(acting: Acting) -> Any:
    if acting.behavior.cursor not in acting.query:
        return acting.run()
    return acting.run(query=without(acting.query, *(each.parameter for each in acting.behavior.filters)))


@_kinds.acts(
    "unknown-cursor-accepted",
    "A cursor that no page has given leads to the first page.",
    lambda place: _by_cursor(place) and bool(place.behavior.pagination and place.behavior.pagination.refused),
)
def _unknown_accepted(acting: Acting) -> Any:
    try:
        return acting.run()
    except UnknownCursor:
        return acting.run(query=without(acting.query, acting.behavior.cursor))
