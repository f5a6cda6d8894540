"""The items of a collection as a list shows them: filtered and ordered, with what that needs computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.filters import given_filters, meeting
from adcontract.openapi.pointer import get
from adcontract_mock.state.sorting import asked_orders, order_key, positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from adcontract import Order, Sort
    from adcontract.contract.behavior import Filter

_REMEMBERED = 64
"""The number of filters with a value of which it is remembered what they keep."""


class Row:
    """An item of a collection.

    `id` is its id as text, `parent` that of its parent, empty without one; the two together are unique. `number` is its
    place in the order of creation, and `data` the item as JSON.
    """

    __slots__ = ("_item", "_shown", "_shown_of", "data", "id", "number", "parent")

    def __init__(self, item_id: str, parent: str, number: int, data: bytes) -> None:
        self.id = item_id
        self.parent = parent
        self.number = number
        self.data = data
        self._item: dict[str, Any] | None = None
        self._shown: dict[str | None, dict[str, Any]] = {}
        self._shown_of: object = None

    @property
    def item(self) -> dict[str, Any]:
        """The item, which is parsed once. Sessions share it: to change it take a `copy`."""
        if self._item is None:
            self._item = orjson.loads(self.data)
        return self._item

    def copy(self) -> Row:
        """Return the row with an item of its own, to be changed and given to `SessionState.change`."""
        return Row(self.id, self.parent, self.number, self.data)

    def belongs_to(self, parent: str, field: str | None) -> bool:
        """Return whether the item belongs to a parent, of which an item may have the id at the pointer `field`."""
        return self.parent == parent or (bool(field) and str(get(self.item, field or "")) == parent)

    def shown(
        self, resource: object, schema: str | None, show: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return what a response with this schema of items shows of the item, which `show` makes once.

        Another `resource` is that of a contract that has changed since.
        """
        if self._shown_of is not resource:
            self._shown, self._shown_of = {}, resource
        if schema not in self._shown:
            self._shown[schema] = show(self.item)
        return self._shown[schema]


class Rows(list[Row]):
    """Some items of a resource in the order of their creation, which stay as they are."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        super().__init__(rows)
        self._columns: dict[str, list[Any]] = {}
        self._groups: dict[str, list[tuple[Any, list[int]]]] = {}
        self._orders: dict[tuple[str, bool], tuple[list[int], bool]] = {}
        self._kept: dict[Any, list[int]] = {}

    def listed(self, filters: Sequence[Filter], sorts: Sequence[Sort], query: Mapping[str, Any]) -> Sequence[int]:
        """Return the positions of the rows that the filters keep for the values of a query, in the order it asks for.

        They are fewer to copy than rows, of which a page has some.
        """
        found = self._matching(filters, query)
        orders = list(asked_orders(sorts, query))
        if len(orders) == 1:
            return self._ordered(found, orders[0])
        for order in orders:
            found = self._reordered(found, order)
        return found

    def _column(self, field: str) -> list[Any]:
        """Return the value that each row has at a pointer."""
        if field not in self._columns:
            self._columns[field] = [get(row.item, field) for row in self]
        return self._columns[field]

    def _matching(self, filters: Sequence[Filter], query: Mapping[str, Any]) -> Sequence[int]:
        """Return the positions of the rows that the filters keep, as `selection` decides of one item."""
        given = given_filters(filters, query)
        every = range(len(self))
        if not given:
            return every
        narrow: list[Sequence[int]] = [self._met(each, value) for each, value in given if not each.alternative]
        wide = [self._met(each, value) for each, value in given if each.alternative]
        if len(given) == len(narrow) == 1:
            return narrow[0]
        shortest, *others = sorted(narrow, key=len) or [every]
        kept = set(shortest).intersection(*others) if shortest else set()
        return sorted(kept.union(*wide))

    def _met(self, filter_: Filter, value: Any) -> list[int]:
        """Return the positions of the rows that meet one of the conditions of a filter."""
        key = (filter_.conditions, repr(value))
        known = self._kept.pop(key, None)
        if known is None:
            met = {
                position
                for condition in filter_.conditions
                for found in self._alike(condition.field, meeting(condition, value))
                for position in found
            }
            known = sorted(met)
            if len(self._kept) >= _REMEMBERED:
                self._kept.pop(next(iter(self._kept)))
        self._kept[key] = known
        return known

    def _alike(self, field: str, is_met: Callable[[Any], bool]) -> Iterator[list[int]]:
        """Yield the positions of the rows that meet a condition at a pointer, those with the same value at once."""
        if field not in self._groups:
            groups: dict[Any, tuple[Any, list[int]]] = {}
            for position, held in enumerate(self._column(field)):
                groups.setdefault((type(held), repr(held)), (held, []))[1].append(position)
            self._groups[field] = list(groups.values())
        for held, found in self._groups[field]:
            if is_met(held):
                yield found

    def _ordered(self, found: Sequence[int], order: Order) -> Sequence[int]:
        """Return positions, which ascend, in an order; those that are equal in it keep theirs."""
        key = (order.field, order.descending)
        column = self._column(order.field)
        if key not in self._orders:
            self._orders[key] = positions(column, order), order_key(column) is not None
        whole, is_natural = self._orders[key]
        if len(found) == len(self):
            return whole
        if is_natural:
            kept = set(found)
            return [each for each in whole if each in kept]
        # a part of the rows may be comparable in a way that all of them are not
        return self._reordered(found, order)

    def _reordered(self, found: Sequence[int], order: Order) -> Sequence[int]:
        """Return positions in an order; those that are equal in it keep theirs."""
        column = self._column(order.field)
        return [found[position] for position in positions([column[each] for each in found], order)]
