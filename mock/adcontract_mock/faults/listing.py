"""Where the faults of lists apply, and what several of them do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adcontract_mock.faults.place import Place


def paged(place: Place) -> bool:
    """Return whether the operation is a list that is divided into pages."""
    return place.action("list") and place.behavior.pagination is not None


def several_pages(place: Place) -> bool:
    """Return whether the operation is a list that can have more than one page."""
    pagination = place.behavior.pagination
    return paged(place) and pagination is not None and (pagination.size or pagination.default) is not None


def numbered(place: Place) -> bool:
    """Return whether the operation is a list whose pages are asked for by a number, and not by a cursor."""
    return paged(place) and place.behavior.cursor is None


def without(query: dict[str, Any], *names: str | None) -> dict[str, Any]:
    """Return the values of a query without some of its parameters."""
    return {name: value for name, value in query.items() if name not in names}
