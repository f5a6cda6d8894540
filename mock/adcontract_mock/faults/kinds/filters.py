"""Filters of lists that are not as declared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import is_met, matches, selection
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_mock.faults.listing import paged, without
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Behavior, Condition, Filter
    from adcontract.contract.behavior import Op
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("lists")


def _filtered(*ops: str) -> Callable[[Place], bool]:
    """Return whether a list has a filter with one of these comparisons, any without ops."""

    def applies(place: Place) -> bool:
        conditions = [condition for each in place.behavior.filters for condition in each.conditions]
        return place.action("list") and any(not ops or each.op in ops for each in conditions)

    return applies


def _given(acting: Acting, *ops: str) -> Filter | None:
    """Return the first filter with one of these comparisons for which the request has a value."""
    return next(
        (
            each
            for each in acting.behavior.filters
            if acting.query.get(each.parameter) not in (None, "", [], {}, each.all)
            and (not ops or any(condition.op in ops for condition in each.conditions))
        ),
        None,
    )


def _kept(acting: Acting, ops: tuple[str, ...], keeps: Callable[[Condition, Any, Any], bool]) -> Any:
    """Return the list where a filter keeps the items of which `keeps` is true for one of its conditions."""
    filter_ = _given(acting, *ops)
    if filter_ is None:
        return acting.run()
    value = acting.query[filter_.parameter]

    def kept(item: Any) -> bool:
        return any(keeps(condition, get(item, condition.field), value) for condition in filter_.conditions)

    query = without(acting.query, filter_.parameter)
    return acting.run(query=query, rows=lambda rows: [row for row in rows if kept(row.item)])


def _texts(value: Any) -> list[str]:
    return [as_text(each) for each in (value if isinstance(value, list) else [value])]


@_kinds.acts("filter-ignored", "A filter is ignored.", _filtered())
def _filter_ignored(acting: Acting) -> Any:
    filter_ = _given(acting)
    return acting.run(query=without(acting.query, filter_.parameter) if filter_ else None)


@_kinds.acts("filter-inverted", "A filter leaves out what it should keep.", _filtered())
def _inverted(acting: Acting) -> Any:
    filter_ = _given(acting)
    if filter_ is None:
        return acting.run()
    value, query = acting.query[filter_.parameter], without(acting.query, filter_.parameter)
    return acting.run(query=query, rows=lambda rows: [row for row in rows if not matches(filter_, row.item, value)])


@_kinds.acts(
    "filter-partial", "A filter for equal values keeps those that contain the value.", _filtered("equals", "in")
)
def _partial(acting: Acting) -> Any:
    return _kept(
        acting,
        ("equals", "in"),
        lambda _, held, value: held is not None and any(each in as_text(held) for each in _texts(value)),
    )


@_kinds.acts("filter-by-prefix", "A search finds only what begins with the text.", _filtered("contains"))
def _prefix(acting: Acting) -> Any:
    return _kept(
        acting,
        ("contains",),
        lambda _, held, value: held is not None and as_text(held).casefold().startswith(as_text(value).casefold()),
    )


@_kinds.acts("filter-with-case", "A search looks at the case of letters.", _filtered("contains"))
def _case(acting: Acting) -> Any:
    return _kept(acting, ("contains",), lambda _, held, value: held is not None and as_text(value) in as_text(held))


@_kinds.acts("filter-whole-text", "A search finds only the whole text.", _filtered("contains"))
def _whole_text(acting: Acting) -> Any:
    return _kept(acting, ("contains",), lambda _, held, value: as_text(held).casefold() == as_text(value).casefold())


def _with_ops(behavior: Behavior, ops: dict[Op, Op]) -> Behavior:
    """Return the behavior with other comparisons in its filters."""
    filters = tuple(
        replace(each, conditions=tuple(replace(one, op=ops.get(one.op, one.op)) for one in each.conditions))
        for each in behavior.filters
    )
    return replace(behavior, filters=filters)


@_kinds.acts("bound-reversed", "A lower bound is an upper one, and the other way round.", _filtered("gte", "lte"))
def _reversed_bound(acting: Acting) -> Any:
    return acting.run(behavior=_with_ops(acting.behavior, {"gte": "lte", "lte": "gte"}))


@_kinds.acts("bound-excluded", "A bound leaves out what is equal to it.", _filtered("gte", "lte"))
def _excluded(acting: Acting) -> Any:
    filter_ = _given(acting, "gte", "lte")
    if filter_ is None:
        return acting.run()
    texts = _texts(acting.query[filter_.parameter])

    def inside(item: Any) -> bool:
        return not any(as_text(get(item, each.field)) in texts for each in filter_.conditions)

    return acting.run(rows=lambda rows: [row for row in rows if inside(row.item)])


@_kinds.acts("bound-exact", "A bound keeps only what is equal to it.", _filtered("gte", "lte"))
def _exact(acting: Acting) -> Any:
    return acting.run(behavior=_with_ops(acting.behavior, {"gte": "equals", "lte": "equals"}))


@_kinds.acts("first-value-only", "A filter with several values looks at the first alone.", _filtered("in", "has"))
def _first_value(acting: Acting) -> Any:
    query = {
        name: value[:1]
        if isinstance(value, list) and any(each.parameter == name for each in acting.behavior.filters)
        else value
        for name, value in acting.query.items()
    }
    return acting.run(query=query)


@_kinds.acts("all-values-needed", "A filter with several values keeps what has all of them.", _filtered("in", "has"))
def _all_values(acting: Acting) -> Any:
    def keeps(condition: Condition, held: Any, value: Any) -> bool:
        return all(is_met(condition, held, each) for each in (value if isinstance(value, list) else [value]))

    return _kept(acting, ("in", "has"), keeps)


@_kinds.acts(
    "or-for-and",
    "Of several filters one is enough.",
    lambda place: _filtered()(place) and sum(not each.alternative for each in place.behavior.filters) > 1,
)
def _or_for_and(acting: Acting) -> Any:
    behavior = acting.behavior
    filters = [each for each in behavior.filters if not each.alternative and _is_given(acting, each)]
    if len(filters) < 2:
        return acting.run()
    alone = [selection([each], acting.query) for each in filters]
    query = without(acting.query, *(each.parameter for each in filters))
    return acting.run(query=query, rows=lambda rows: [row for row in rows if any(each(row.item) for each in alone)])


def _is_given(acting: Acting, filter_: Filter) -> bool:
    return acting.query.get(filter_.parameter) not in (None, "", [], {}, filter_.all)


@_kinds.acts(
    "alternative-narrows",
    "An alternative filter narrows the list.",
    lambda place: place.action("list") and any(each.alternative for each in place.behavior.filters),
)
def _narrows(acting: Acting) -> Any:
    filters = tuple(replace(each, alternative=False) for each in acting.behavior.filters)
    return acting.run(behavior=replace(acting.behavior, filters=filters))


@_kinds.acts(
    "one-field-searched",
    "A filter over several fields looks at the first alone.",
    lambda place: place.action("list") and any(len(each.conditions) > 1 for each in place.behavior.filters),
)
def _one_field(acting: Acting) -> Any:
    filters = tuple(replace(each, conditions=each.conditions[:1]) for each in acting.behavior.filters)
    return acting.run(behavior=replace(acting.behavior, filters=filters))


@_kinds.acts(
    "filter-inside-page", "A filter looks at one page alone.", lambda place: _filtered()(place) and paged(place)
)
def _inside_page(acting: Acting) -> Any:
    filter_ = _given(acting)
    if filter_ is None:
        return acting.run()
    value = acting.query[filter_.parameter]
    body = acting.run(query=without(acting.query, filter_.parameter))
    return acting.with_items(body, [each for each in acting.items(body) if matches(filter_, each, value)])


@_kinds.acts("filter-misses-last", "A filter finds all but the last item that matches.", _filtered())
def _misses_last(acting: Acting) -> Any:
    filter_ = _given(acting)
    if filter_ is None:
        return acting.run()
    is_left = selection(acting.behavior.filters, acting.query)

    def others(rows: list[Any]) -> list[Any]:
        last = next((row for row in reversed(rows) if is_left(row.item)), None)
        return [row for row in rows if row is not last]

    return acting.run(rows=others)
