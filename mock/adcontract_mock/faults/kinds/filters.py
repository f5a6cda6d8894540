"""Filters of lists that are not as declared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import is_met, matches, selection
from adcontract.openapi.text import as_text
from adcontract_mock.faults.filtering import (
    at_filters,
    fields_of,
    given,
    has_letters,
    is_given,
    kept,
    texts,
    with_filter,
)
from adcontract_mock.faults.listing import several_pages, without
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from adcontract import Condition, Filter
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("lists")


def _is_exact(place: Place) -> bool:
    """Return whether what does not match the filter is left out: one that also looks at what is hidden may keep it."""
    if place.filter is None or place.filter.hidden:
        return False
    # an alternative one keeps everything where no other filter narrows the list
    return not place.filter.alternative or any(map(_narrows, place.behavior.filters))


@at_filters("filter-ignored", "A filter is ignored.", also=_is_exact)
def _filter_ignored(acting: Acting) -> Any:
    filter_ = given(acting)
    return acting.run(query=without(acting.query, filter_.parameter) if filter_ else None)


@at_filters("filter-inverted", "A filter leaves out what it should keep.")
def _inverted(acting: Acting) -> Any:
    filter_ = given(acting)
    if filter_ is None:
        return acting.run()
    value, query = acting.query[filter_.parameter], without(acting.query, filter_.parameter)
    return acting.run(query=query, rows=lambda rows: [row for row in rows if not matches(filter_, row.item, value)])


def _has_longer_values(place: Place) -> bool:
    """Return whether a value of the filter can be a part of a longer one."""
    values = [schema for each in fields_of(place) for schema in place.shown(each)]
    asked = [each.schema for each in place.inputs_at("query")]
    closed = next((each["enum"] for each in (*asked, *values) if "enum" in each), None)
    if closed is not None:
        return any(one != other and as_text(one) in as_text(other) for one in closed for other in closed)
    return not any(each.get("type") == "boolean" or "format" in each for each in (*asked, *values))


@at_filters(
    "filter-partial",
    "A filter for equal values keeps those that contain the value.",
    *("equals", "in"),
    also=lambda place: _is_exact(place) and _has_longer_values(place),
)
def _partial(acting: Acting) -> Any:
    return kept(
        acting,
        lambda _, held, value: held is not None and any(each in as_text(held) for each in texts(value)),
    )


@at_filters("filter-by-prefix", "A search finds only what begins with the text.", "contains")
def _prefix(acting: Acting) -> Any:
    return kept(
        acting,
        lambda _, held, value: held is not None and as_text(held).casefold().startswith(as_text(value).casefold()),
    )


@at_filters("filter-with-case", "A search looks at the case of letters.", "contains", also=has_letters)
def _case(acting: Acting) -> Any:
    return kept(acting, lambda _, held, value: held is not None and as_text(value) in as_text(held))


@at_filters("filter-whole-text", "A search finds only the whole text.", "contains")
def _whole_text(acting: Acting) -> Any:
    return kept(acting, lambda _, held, value: as_text(held).casefold() == as_text(value).casefold())


def _takes_several(place: Place) -> bool:
    arrays = (each.schema for each in place.inputs_at("query") if each.schema.get("type") == "array")
    return any(each.get("maxItems", 2) > 1 for each in arrays)


@at_filters(
    "first-value-only", "A filter with several values looks at the first alone.", "in", "has", also=_takes_several
)
def _first_value(acting: Acting) -> Any:
    filter_ = given(acting)
    if filter_ is None:
        return acting.run()
    return acting.run(query={**acting.query, filter_.parameter: acting.query[filter_.parameter][:1]})


@at_filters(
    "all-values-needed", "A filter with several values keeps what has all of them.", "in", "has", also=_takes_several
)
def _all_values(acting: Acting) -> Any:
    def keeps(condition: Condition, held: Any, value: Any) -> bool:
        return all(is_met(condition, held, each) for each in (value if isinstance(value, list) else [value]))

    return kept(acting, keeps)


@_kinds.acts(
    "or-for-and",
    "Of several filters one is enough.",
    lambda place: place.action("list") and sum(_narrows(each) for each in place.behavior.filters) > 1,
)
def _or_for_and(acting: Acting) -> Any:
    behavior = acting.behavior
    asked = [each for each in behavior.filters if _narrows(each) and is_given(acting, each)]
    if len(asked) < 2:
        return acting.run()
    alone = [selection([each], acting.query) for each in asked]
    query = without(acting.query, *(each.parameter for each in asked))
    return acting.run(query=query, rows=lambda rows: [row for row in rows if any(each(row.item) for each in alone)])


def _narrows(filter_: Filter) -> bool:
    return not filter_.alternative and filter_.is_exact


@at_filters(
    "alternative-narrows",
    "An alternative filter narrows the list.",
    also=lambda place: place.filter is not None and place.filter.alternative and len(place.behavior.filters) > 1,
)
def _alternative_narrows(acting: Acting) -> Any:
    return with_filter(acting, lambda own: replace(own, alternative=False))


@at_filters(
    "one-field-searched",
    "A filter over several fields looks at the first alone.",
    also=lambda place: place.filter is not None and len(place.filter.conditions) > 1,
)
def _one_field(acting: Acting) -> Any:
    return with_filter(acting, lambda own: replace(own, conditions=own.conditions[:1]))


@at_filters("filter-inside-page", "A filter looks at one page alone.", also=several_pages)
def _inside_page(acting: Acting) -> Any:
    filter_ = given(acting)
    if filter_ is None:
        return acting.run()
    value = acting.query[filter_.parameter]
    body = acting.run(query=without(acting.query, filter_.parameter))
    return acting.with_items(body, [each for each in acting.items(body) if matches(filter_, each, value)])


@at_filters("filter-misses-last", "A filter finds all but the last item that matches.")
def _misses_last(acting: Acting) -> Any:
    filter_ = given(acting)
    if filter_ is None:
        return acting.run()
    is_left = selection(acting.behavior.filters, acting.query)

    def others(rows: list[Any]) -> list[Any]:
        last = next((row for row in reversed(rows) if is_left(row.item)), None)
        return [row for row in rows if row is not last]

    return acting.run(rows=others)
