"""Items of which a page does not say whether a filter keeps them (`x-filter`), although it says how it compares."""

from __future__ import annotations

from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior import BOUNDS
from adcontract.contract.filters import is_met
from adcontract.openapi.ordering import is_day, moment, natural
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text, letters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adcontract.contract.behavior import Condition, Filter, Op

_COMPARE: dict[Op, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def is_open(filter_: Filter, item: Any, value: Any) -> bool:
    """Return whether a filter whose parameter has `value` may keep an item or leave it out.

    One that is negated or compares by an order is open for an item without the field. So is the order of texts that
    differ in case, signs or accents, that of a time and a day within a day of each other, and that of two times within
    a second, which may be stored with more digits than are shown. A negated filter may find texts in another case.
    """
    if not any(_has_leeway(each) for each in filter_.conditions):
        return False
    held = [(each, get(item, each.field)) for each in filter_.conditions]
    is_sure = [not _is_open(condition, one, value) for condition, one in held]
    met = [is_met(condition, one, value) for condition, one in held]
    return not all(is_sure) and not any(sure and one for sure, one in zip(is_sure, met, strict=True))


def _has_leeway(condition: Condition) -> bool:
    return condition.negated or condition.op in BOUNDS


def _is_open(condition: Condition, held: Any, value: Any) -> bool:
    if not _has_leeway(condition):
        return False
    if held is None:
        return True
    values = value if isinstance(value, list) else [value]
    if condition.op in BOUNDS:
        return any(_is_unsure(condition.op, held, one) for one in values)
    return is_met(condition, _folded(held), _folded(value)) != is_met(condition, held, value)


def _is_unsure(op: Op, held: Any, value: Any) -> bool:
    key = natural([held, value])
    if key is moment:
        return _is_near(held, value)
    if key is not None:
        return False
    texts = [held, value]
    if not all(isinstance(each, str) and each.isascii() for each in texts):
        return True
    orders: Sequence[Callable[[str], str]] = (as_text, str.casefold, letters)
    return len({_COMPARE[op](order(held), order(value)) for order in orders}) > 1


def _is_near(one: str, other: str) -> bool:
    """Return whether two days or times may compare either way, by their zones or by digits that are not shown."""
    first, second = moment(one), moment(other)
    assert first is not None
    assert second is not None
    days = [is_day(one), is_day(other)]
    if all(days):
        return False
    return abs((first.date() - second.date()).days) <= 1 if any(days) else abs((first - second).total_seconds()) < 1


def _folded(value: Any) -> Any:
    if isinstance(value, list):
        return [_folded(each) for each in value]
    if isinstance(value, dict):
        return {name: _folded(each) for name, each in value.items()}
    return value.casefold() if isinstance(value, str) else value
