"""Filters by an order that are not as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior import BOUNDS
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_mock.faults.filtering import at_filters, fields_of, given, texts, with_ops

if TYPE_CHECKING:
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place


def _shows_equals(place: Place) -> bool:
    """Return whether a client sees what is equal to a bound: two times may differ by less than they show."""
    return not any(schema.get("format") == "date-time" for each in fields_of(place) for schema in place.shown(each))


@at_filters("bound-reversed", "A lower bound is an upper one, and the other way round.", *BOUNDS)
def _reversed_bound(acting: Acting) -> Any:
    return with_ops(acting, {"gte": "lte", "lte": "gte", "gt": "lt", "lt": "gt"})


@at_filters("bound-excluded", "A bound leaves out what is equal to it.", "gte", "lte", also=_shows_equals)
def _excluded(acting: Acting) -> Any:
    filter_ = given(acting)
    if filter_ is None:
        return acting.run()
    excluded = texts(acting.query[filter_.parameter])

    def inside(item: Any) -> bool:
        return not any(as_text(get(item, each.field)) in excluded for each in filter_.conditions)

    return acting.run(rows=lambda rows: [row for row in rows if inside(row.item)])


@at_filters("bound-exact", "A bound keeps only what is equal to it.", *BOUNDS)
def _exact(acting: Acting) -> Any:
    return with_ops(acting, dict.fromkeys(BOUNDS, "equals"))


@at_filters("bound-included", "A bound keeps what is equal to it.", "gt", "lt", also=_shows_equals)
def _included(acting: Acting) -> Any:
    return with_ops(acting, {"gt": "gte", "lt": "lte"})
