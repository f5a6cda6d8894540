"""What a request leaves of a collection, and in which order: the declared filters and sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import selection
from adcontract.openapi.ordering import natural
from adcontract.openapi.text import as_text
from adcontract_mock.state.payload_pointers import get

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract.contract.behavior import Filter, Order, Sort
    from adcontract_mock.state.store import Row


def chosen(rows: Sequence[Row], filters: Sequence[Filter], query: Mapping[str, Any]) -> list[Row]:
    """Return the rows that fit every filter in `query`, and those that an alternative one adds, in their order."""
    is_left = selection(filters, query)
    return [row for row in rows if is_left(row.item)]


def ordered(rows: Sequence[Row], sorts: Sequence[Sort], query: Mapping[str, Any]) -> list[Row]:
    """Return the rows in the order that `query` asks for; those that are equal in it keep theirs."""
    found = list(rows)
    for sort in sorts:
        order = sort.orders.get(str(query.get(sort.parameter)))
        if order:
            found = _ordered(found, order)
    return found


def _ordered(rows: list[Row], order: Order) -> list[Row]:
    """Return the rows in order; those that have nothing in that place stand before all others, or after them."""
    values = [get(row.item, order.field) for row in rows]
    key = natural(value for value in values if value is not None) or as_text
    ranks = [(value is not None, None if value is None else key(value)) for value in values]
    numbers = sorted(range(len(rows)), key=ranks.__getitem__, reverse=order.descending)
    return [rows[number] for number in numbers]
