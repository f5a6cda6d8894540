"""The order of a list that a request asks for (`x-sort`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from adcontract.openapi.ordering import natural
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from adcontract import Order, Sort


class HasItem(Protocol):
    """Something with the item of a list."""

    @property
    def item(self) -> Any:
        """The item."""


Row = TypeVar("Row", bound=HasItem)


def sorted_rows(rows: list[Row], sorts: Sequence[Sort], query: Mapping[str, Any]) -> list[Row]:
    """Return the rows in the order that `query` asks for; those that are equal in it keep theirs."""
    for order in asked_orders(sorts, query):
        rows = [rows[position] for position in positions([get(row.item, order.field) for row in rows], order)]
    return rows


def asked_orders(sorts: Sequence[Sort], query: Mapping[str, Any]) -> Iterator[Order]:
    """Yield the orders that `query` asks for; the last one matters most."""
    for sort in sorts:
        yield from reversed(sort.asked(query.get(sort.parameter)))


def positions(values: Sequence[Any], order: Order) -> list[int]:
    """Return the positions of values in order; those without one stand before all, or after them if it descends."""
    key = order_key(values) or as_text
    ranks = [(value is not None, None if value is None else key(value)) for value in values]
    return sorted(range(len(values)), key=ranks.__getitem__, reverse=order.descending)


def order_key(values: Sequence[Any]) -> Callable[[Any], Any] | None:
    """Return the key of values that are all numbers or all dates, None if they compare as texts."""
    return natural(value for value in values if value is not None)
