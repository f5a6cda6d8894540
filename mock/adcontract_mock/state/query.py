"""What a request leaves of a collection, and in which order: the declared filters and sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_mock.state.places import get

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from adcontract.behaviour import Filter, Sort
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
            found.sort(key=lambda row, field=order.field: _rank(get(row.item, field)), reverse=order.descending)  # type: ignore[misc]
    return found


def _fits(wanted: Filter, item: Any, query: Mapping[str, Any]) -> bool:
    value = query[wanted.parameter]
    values = value if isinstance(value, list) else [value]
    return any(_TESTS[each.op](get(item, each.field), one) for each in wanted.conditions for one in values)


def _same(found: Any, wanted: Any) -> bool:
    return found is not None and _text(found) == _text(wanted)


def _text(value: Any) -> str:
    """Return what a query string says for a value."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _contains(found: Any, wanted: Any) -> bool:
    return found is not None and _text(wanted).casefold() in _text(found).casefold()


def _has(found: Any, wanted: Any) -> bool:
    return isinstance(found, list) and any(_same(each, wanted) for each in found)


def _pairs(found: Any, wanted: Any) -> bool:
    return isinstance(found, dict) and any(name in found and _same(found[name], wanted[name]) for name in wanted)


def _rank(value: Any) -> tuple[int, float, str]:
    """Return what to sort by: nothing first, then numbers as numbers, then text."""
    if value is None:
        return 0, 0, ""
    return (1, value, "") if isinstance(value, (int, float)) else (2, 0, _text(value))


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": _same,
    "in": _same,
    "contains": _contains,
    "gte": lambda found, wanted: found is not None and _rank(found) >= _rank(wanted),
    "lte": lambda found, wanted: found is not None and _rank(found) <= _rank(wanted),
    "has": _has,
    "pairs": _pairs,
}
