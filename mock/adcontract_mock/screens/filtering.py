"""Rows that the filters of a request keep in a list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import is_met, selection
from adcontract.openapi.ordering import moment, natural
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_mock.state.notations import notations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adcontract.contract.behavior import Condition, Filter
    from adcontract_mock.screens.rows import Rows


def fitted(row: Any, number: int, filters: Sequence[Filter], query: Mapping[str, Any], rows: Rows) -> Any:
    """Return a row that the filters of a request keep in the list, None if none was found.

    It is `row`, changed where that is needed; `number` is its number in the list, by which rows differ.
    """
    given = [each for each in filters if each.parameter in query]
    kept = selection(given, query)
    for each in given:
        if kept(row):
            return row
        if not each.alternative and not selection([each], query)(row):
            row = next((new for new in _candidates(row, number, each, query[each.parameter], rows)), row)
    return row if kept(row) else None


def _candidates(row: Any, number: int, filter_: Filter, value: Any, rows: Rows) -> Iterator[Any]:
    """Yield valid copies of a row that one filter keeps: those that differ in an id last."""
    for condition in sorted(filter_.conditions, key=lambda each: each.field in rows.listed.ids):
        is_id = condition.field in rows.listed.ids
        for held in _held(get(row, condition.field), condition, number, value, is_id=is_id):
            new = rows.with_value(row, condition.field, held)
            if new is not None and is_met(condition, get(new, condition.field), value):
                yield new


def _held(held: Any, condition: Condition, number: int, value: Any, *, is_id: bool) -> Iterator[Any]:
    """Yield what a field may have so that it meets a condition."""
    several = value if isinstance(value, list) else [value]
    if is_id:
        one = several[number] if number < len(several) else None
    else:
        one = several[number % len(several)] if several else None
    if one is None:
        return
    if condition.negated:
        yield from _others(held)
    elif condition.op in ("gt", "lt"):
        yield from _beyond(one, 1 if condition.op == "gt" else -1)
    elif condition.op == "has":
        yield from ([*(held or []), each] for each in notations(one))
    elif condition.op == "pairs":
        if isinstance(one, dict) and one:
            pairs = list(one.items())
            name, pair = pairs[number % len(pairs)]
            yield from ({**(held if isinstance(held, dict) else {}), name: each} for each in notations(pair))
    elif condition.op in ("contains", "words") and isinstance(held, str):
        yield from (f"{held} {as_text(one)}", as_text(one))
    else:
        yield from notations(one)


def _others(held: Any) -> Iterator[Any]:
    """Yield other values than the one that a field has."""
    if isinstance(held, bool):
        yield not held
    elif isinstance(held, int | float):
        yield held + 1
    elif isinstance(held, str):
        yield f"{held} x"


def _beyond(bound: Any, step: int) -> Iterator[Any]:
    """Yield values that are above a bound or, for -1, below it: a number, or a day or a time a day away."""
    text = as_text(bound)
    if key := natural([bound]):
        if key is float:
            yield from notations(int(float(text)) + step)
        elif time := moment(text):
            other = time + timedelta(days=step)
            yield from (f"{other:%Y-%m-%d}", f"{other:%Y-%m-%dT%H:%M:%SZ}")
