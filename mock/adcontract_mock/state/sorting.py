"""The order of a list that a request asks for (`x-sort`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from adcontract.openapi.ordering import natural
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract import Order, Sort


class HasItem(Protocol):
    """Something with the item of a list."""

    @property
    def item(self) -> Any:
        """The item."""


Row = TypeVar("Row", bound=HasItem)


def sorted_rows(rows: list[Row], sorts: Sequence[Sort], query: Mapping[str, Any]) -> list[Row]:
    """Return the rows in the order that `query` asks for; those that are equal in it keep theirs."""
    for sort in sorts:
        order = sort.orders.get(str(query.get(sort.parameter)))
        if order:
            rows = _sorted(rows, order)
    return rows


def _sorted(rows: list[Row], order: Order) -> list[Row]:
    """Return the rows in order; those without a value stand before all others, or after them if it descends."""
    values = [get(row.item, order.field) for row in rows]
    key = natural(value for value in values if value is not None) or as_text
    ranks = [(value is not None, None if value is None else key(value)) for value in values]
    numbers = sorted(range(len(rows)), key=ranks.__getitem__, reverse=order.descending)
    return [rows[number] for number in numbers]
