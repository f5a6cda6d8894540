"""Where the faults of filters apply, and what several of them do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_mock.faults.listing import without
from adcontract_mock.faults.parts import filters
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Condition, Filter
    from adcontract.contract.behavior import Op
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place
    from adcontract_mock.faults.registry import Act, Applies

_kinds = Kinds("lists")


def at_filters(name: str, description: str, *ops: str, also: Applies | None = None) -> Callable[[Act], Act]:
    """Register a kind of fault of a filter that has one of these comparisons and is not negated, any without ops."""

    def applies(place: Place) -> bool:
        compared = [each.op for each in place.filter.conditions if not each.negated] if place.filter else []
        return (not ops or any(each in ops for each in compared)) and (also is None or also(place))

    return _kinds.acts(name, description, applies, filters)


def given(acting: Acting) -> Filter | None:
    """Return the filter that has the fault, None where the request has no value for it."""
    filter_ = acting.place.filter
    return filter_ if filter_ and is_given(acting, filter_) else None


def is_given(acting: Acting, filter_: Filter) -> bool:
    """Return whether the request has a value for a filter."""
    return acting.query.get(filter_.parameter) not in (None, "", [], {}, filter_.all)


def kept(acting: Acting, keeps: Callable[[Condition, Any, Any], bool]) -> Any:
    """Return the list where the filter keeps the items of which `keeps` is true for one of its conditions."""
    filter_ = given(acting)
    if filter_ is None:
        return acting.run()
    value = acting.query[filter_.parameter]

    def is_kept(item: Any) -> bool:
        return any(keeps(condition, get(item, condition.field), value) for condition in filter_.conditions)

    query = without(acting.query, filter_.parameter)
    return acting.run(query=query, rows=lambda rows: [row for row in rows if is_kept(row.item)])


def texts(value: Any) -> list[str]:
    """Return the values of a parameter as texts."""
    return [as_text(each) for each in (value if isinstance(value, list) else [value])]


def fields_of(place: Place) -> list[str]:
    """Return the fields that the filter looks at."""
    return [each.field for each in place.filter.conditions] if place.filter else []


def has_letters(place: Place) -> bool:
    """Return whether a field that the filter looks at is a text."""
    return any(schema.get("type") == "string" for each in fields_of(place) for schema in place.shown(each))


def with_filter(acting: Acting, change: Callable[[Filter], Filter]) -> Any:
    """Return the list with the filter changed."""
    own = acting.place.filter
    changed = tuple(change(each) if each == own else each for each in acting.behavior.filters)
    return acting.run(behavior=replace(acting.behavior, filters=changed))


def with_ops(acting: Acting, ops: dict[Op, Op]) -> Any:
    """Return the list with other comparisons in the filter."""
    return with_filter(
        acting,
        lambda own: replace(own, conditions=tuple(replace(one, op=ops.get(one.op, one.op)) for one in own.conditions)),
    )
