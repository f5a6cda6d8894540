"""The items of a list that its declared filters keep (`x-filter`)."""

from __future__ import annotations

from string import punctuation
from typing import TYPE_CHECKING, Any

from adcontract.openapi.ordering import not_below
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from adcontract.contract.behavior import Condition, Filter


def selection(filters: Sequence[Filter], query: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return a predicate of items: whether the filters keep an item in the list for the values of a query.

    They keep an item that matches every filter that narrows the list, or one that is alternative.
    """
    given = given_filters(filters, query)
    narrow = [(each, value) for each, value in given if not each.alternative]
    wide = [(each, value) for each, value in given if each.alternative]

    def is_kept(item: Any) -> bool:
        return all(matches(each, item, value) for each, value in narrow) or any(
            matches(each, item, value) for each, value in wide
        )

    return is_kept


def given_filters(filters: Sequence[Filter], query: Mapping[str, Any]) -> list[tuple[Filter, Any]]:
    """Return the filters for which a query has a value that filters anything, each with that value."""
    return [(each, query[each.parameter]) for each in filters if _is_given(each, query.get(each.parameter))]


def matches(filter_: Filter, item: Any, value: Any) -> bool:
    """Return whether an item meets one of the conditions of a filter whose parameter has `value`."""
    return any(meets(condition, item, value) for condition in filter_.conditions)


def is_about(filter_: Filter, item: Any) -> bool:
    """Return whether the page says of an item that a filter keeps it if it matches."""
    return all(_same(get(item, field), value) for field, value in filter_.about)


def meets(condition: Condition, item: Any, value: Any) -> bool:
    """Return whether an item meets a condition; of a parameter with several values, for any of them.

    A negated one is met where that is not so, and by an item without the field.
    """
    return is_met(condition, get(item, condition.field), value)


def is_met(condition: Condition, held: Any, value: Any) -> bool:
    """Return whether what an item has in the field of a condition meets it; None stands for nothing. See `meets`."""
    return meeting(condition, value)(held)


def meeting(condition: Condition, value: Any) -> Callable[[Any], bool]:
    """Return the predicate of what items have in the field of a condition: whether it meets it. See `is_met`."""
    test = _TESTS[condition.op]
    tests = [test(one) for one in (value if isinstance(value, list) else [value])]
    if condition.negated:
        return lambda held: held is None or not any(test(held) for test in tests)
    if len(tests) == 1:
        only = tests[0]
        return lambda held: held is not None and only(held)
    return lambda held: held is not None and any(test(held) for test in tests)


def words_of(held: Any) -> set[str]:
    """Return the words of a text, or of those in a list: what is between blanks, in lower case, without punctuation."""
    if isinstance(held, list):
        return {word for each in held for word in words_of(each)}
    return {word for each in as_text(held).casefold().split() if (word := each.strip(punctuation))}


def _is_given(each: Filter, value: Any) -> bool:
    return value not in (None, "", [], {}, each.all)


def _same(held: Any, value: Any) -> bool:
    return as_text(held) == as_text(value)


def _equals(value: Any) -> Callable[[Any], bool]:
    text = as_text(value)
    return lambda held: as_text(held) == text


def _contains(value: Any) -> Callable[[Any], bool]:
    text = as_text(value).casefold()
    return lambda held: text in as_text(held).casefold()


def _has_words(value: Any) -> Callable[[Any], bool]:
    words = words_of(value)
    return lambda held: words <= words_of(held)


def _has(value: Any) -> Callable[[Any], bool]:
    return lambda held: isinstance(held, list) and any(each is not None and _same(each, value) for each in held)


def _pairs(value: Any) -> Callable[[Any], bool]:
    def has_one(held: Any) -> bool:
        if not isinstance(held, dict) or not isinstance(value, dict):
            return False
        return any(held.get(name) is not None and _same(held[name], one) for name, one in value.items())

    return has_one


_TESTS: dict[str, Callable[[Any], Callable[[Any], bool]]] = {
    "equals": _equals,
    "in": _equals,
    "contains": _contains,
    "words": _has_words,
    "gt": lambda value: lambda held: not not_below(value, held),
    "gte": lambda value: lambda held: not_below(held, value),
    "lt": lambda value: lambda held: not not_below(held, value),
    "lte": lambda value: lambda held: not_below(value, held),
    "has": _has,
    "pairs": _pairs,
}
