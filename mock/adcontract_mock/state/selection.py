"""What a request leaves of a collection, and in which order: the declared filters and sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.ordering import natural, not_below
from adcontract.openapi.text import as_text
from adcontract_mock.state.payload_pointers import get

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from adcontract.contract.behavior import Filter, Order, Sort
    from adcontract_mock.state.store import Row


def chosen(rows: Sequence[Row], filters: Sequence[Filter], query: Mapping[str, Any]) -> list[Row]:
    """Return the rows that fit every filter in `query`, and those that an alternative one adds, in their order."""
    asked = [each for each in filters if query.get(each.parameter) not in (None, "", [], {}, each.all)]
    narrow = [each for each in asked if not each.alternative]
    wide = [each for each in asked if each.alternative]
    return [
        row
        for row in rows
        if all(_fits(each, row.item, query) for each in narrow) or any(_fits(each, row.item, query) for each in wide)
    ]


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


def _fits(wanted: Filter, item: Any, query: Mapping[str, Any]) -> bool:
    value = query[wanted.parameter]
    values = value if isinstance(value, list) else [value]
    return any(_TESTS[each.op](get(item, each.field), one) for each in wanted.conditions for one in values)


def _same(found: Any, wanted: Any) -> bool:
    return found is not None and as_text(found) == as_text(wanted)


def _contains(found: Any, wanted: Any) -> bool:
    return found is not None and as_text(wanted).casefold() in as_text(found).casefold()


def _has(found: Any, wanted: Any) -> bool:
    return isinstance(found, list) and any(_same(each, wanted) for each in found)


def _pairs(found: Any, wanted: Any) -> bool:
    return isinstance(found, dict) and any(name in found and _same(found[name], wanted[name]) for name in wanted)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": _same,
    "in": _same,
    "contains": _contains,
    "gte": lambda found, wanted: found is not None and not_below(found, wanted),
    "lte": lambda found, wanted: found is not None and not_below(wanted, found),
    "has": _has,
    "pairs": _pairs,
}
