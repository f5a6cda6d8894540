"""Filters: a filtered list has the items that match, all of them and no others."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, islice, product
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import matches
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import NotTestable, at, canonical
from adcontract_conformance.laws.law import law
from adcontract_conformance.laws.matching import values_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Filter
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.lists import Walk
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-filter"

VALUES = 2
"""The number of values that are tried for each condition."""

PAGES = 2
"""The number of pages in which a filtered list is read."""


def filtered(operation: Operation) -> bool:
    """Return whether a list has filters that narrow it."""
    return any(not each.alternative for each in operation.behavior.filters)


def _alternative(operation: Operation) -> bool:
    return any(each.alternative for each in operation.behavior.filters) and filtered(operation)


def _plural(operation: Operation) -> bool:
    arrays = {each.name for each in operation.parameters if each.data.get("schema", {}).get("type") == "array"}
    return any(each.parameter in arrays and not each.alternative for each in operation.behavior.filters)


def _several(operation: Operation) -> bool:
    return sum(not each.alternative for each in operation.behavior.filters) > 1


class Trial:
    """The filters of one list that are not known to be broken, and the rows from which their values are learned.

    The first row stays first: what a page documents is there, if it is anywhere.
    """

    def __init__(self, client: Client, operation: Operation) -> None:
        self.client, self.operation = client, operation
        self.all = client.lists.whole(operation)
        self.source = (*self.all.rows[:1], *client.rng.sample(self.all.rows[1:], len(self.all.rows[1:])))
        if len(self.all.rows) < 2:
            raise NotTestable(f"the list has {len(self.all.rows)} items")
        filters = [
            each for each in operation.behavior.filters if not client.was_broken("filter", operation, each.parameter)
        ]
        self.narrow = [each for each in filters if not each.alternative]
        self.widen = [each for each in filters if each.alternative]
        self.schemas = {each.name: each for each in operation.parameters if each.location == "query"}

    def values(self, each: Filter) -> Iterator[Any]:
        """Yield values for the parameter of a filter, a few for each of its conditions."""
        for condition in each.conditions:
            fitting = (one for one in values_in(condition, self.source) if self.fits(each, self.given(each, one)))
            for value in islice(fitting, VALUES):
                yield self.given(each, value)

    def pair(self, first: Filter, second: Filter) -> tuple[Any, Any] | None:
        """Return values of two filters, by which some item matches both and many only one; None if there are none."""

        def worth(values: tuple[Any, Any]) -> tuple[bool, int]:
            ours, theirs = self.matching(first, values[0]), self.matching(second, values[1])
            return bool(ours & theirs), len(ours ^ theirs)

        return max(product(self.values(first), self.values(second)), key=worth, default=None)

    def matching(self, each: Filter, value: Any) -> set[int]:
        """Return the indexes of the items that match a filter."""
        return {place for place, row in enumerate(self.all.rows) if matches(each, row, value)}

    def given(self, each: Filter, *values: Any) -> Any:
        """Return a value, or several, in the form that the parameter takes."""
        if self.is_array(each):
            return list(values)
        return values[0] if isinstance(values[0], dict) else self.typed(each, values[0])

    def is_array(self, each: Filter) -> bool:
        """Return whether the parameter takes several values."""
        return self.schema(each).get("type") == "array"

    def schema(self, each: Filter) -> dict[str, Any]:
        """Return the schema of the parameter."""
        pointer = f"{self.schemas[each.parameter].pointer}/schema"
        return self.client.sender.checked.schemas.schema(pointer)

    def typed(self, each: Filter, value: Any) -> Any:
        """Return a value with the type of the parameter, where it can have it."""
        wanted = self.schema(each).get("type")
        if wanted == "integer" and isinstance(value, str) and value.isdecimal():
            return int(value)
        return as_text(value) if wanted == "string" else value

    def takes(self, each: Filter, value: Any) -> bool:
        """Return whether a value is valid for the parameter."""
        pointer = f"{self.schemas[each.parameter].pointer}/schema"
        return self.client.sender.checked.schemas.valid(pointer, value)

    def fits(self, each: Filter, value: Any) -> bool:
        """Return whether a value is valid for the parameter and filters the list."""
        return value != each.all and self.takes(each, value)

    def widest(self) -> Iterator[tuple[Filter, Any]]:
        """Yield each filter with the value that most items match, and not all."""
        for each in self.narrow:
            counts = [(len(self.matching(each, value)), value) for value in self.values(each)]
            if some := [one for one in counts if 1 < one[0] < len(self.all.rows)]:
                yield each, max(some, key=itemgetter(0))[1]

    def differ(self, each: Filter, value: Any, field: str) -> bool:
        """Return whether the items that match a filter differ in a field."""
        held = (at(row, field) for row in self.all.rows if matches(each, row, value))
        return len({canonical(one) for one in held}) > 1

    def walk(self, query: dict[str, Any], wanted: Callable[[Any], bool]) -> Walk:
        """Return a walk over the list that a query asks for, in a few pages."""
        size = self.client.lists.part(self.operation, sum(map(wanted, self.all.rows)), PAGES)
        return self.client.lists.whole(self.operation, query=query, size=size)

    def held(self, query: dict[str, Any], wanted: Callable[[Any], bool], part: str, says: str) -> Iterator[Found]:
        """Yield a breach if a filtered list has an item that is not `wanted`, lacks one that is, or has one twice."""
        client, operation = self.client, self.operation
        due = [row for row in self.all.rows if wanted(row)]
        walk = self.walk(query, wanted)
        asked = ", ".join(f"{name}={value}" for name, value in query.items())

        def found(sentence: str) -> Found:
            return broken(operation, KEYWORD, walk.replies[0], f"{asked} {sentence}", part=part)

        wrong = [row for row in walk.rows if not wanted(row)]
        if wrong and not any(each.hidden for each in self.narrow + self.widen if each.parameter in query):
            yield found(f"lists {self.name(wrong)}, which {says}.")
        got = Counter(client.lists.keys(operation, walk))
        if lost := [row for row in due if client.lists.key(operation, row) not in got]:
            yield found(f"does not list {self.name(lost)}, which matches.")
        if doubled := [row for row in walk.rows if got[client.lists.key(operation, row)] > 1]:
            yield found(f"lists {self.name(doubled)} more than once.")
        total = None if client.was_broken("page-total", operation) else client.lists.total(operation, walk)
        if total not in (None, len(walk.rows)):
            yield found(f"says that there are {total}, and lists {len(walk.rows)}.")

    def name(self, rows: list[Any]) -> str:
        """Return the id of the first of some items, and how many others there are."""
        key = self.client.lists.key(self.operation, rows[0]).decode()[:40]
        return f"the item {key}" + (f" (and {len(rows) - 1} more)" if len(rows) > 1 else "")


@law("filter", "a filtered list has the items that match, all of them and no others", filtered, needs=("page-walk",))
def each_filter(client: Client, operation: Operation) -> Iterator[Found]:
    """Filter by values that the list shows, one parameter and one value at a time."""
    trial, tried = Trial(client, operation), False
    for each in trial.narrow:
        for value in trial.values(each):
            tried = True
            wanted = lambda row, each=each, value=value: matches(each, row, value)  # noqa: E731
            yield from trial.held({each.parameter: value}, wanted, each.parameter, "does not match")
    if not tried:
        raise NotTestable("the list shows no value that its filters take")


@law("filter-nothing", "a filter that no item matches gives an empty list", filtered, needs=("page-walk",))
def no_match(client: Client, operation: Operation) -> Iterator[Found]:
    """Search for a text that no item has, where a parameter takes any text."""
    trial, tried = Trial(client, operation), False
    for each in trial.narrow:
        for value in ("zqxjkvbw", 987654321):
            given = trial.given(each, value)
            if trial.fits(each, given) and not isinstance(given, dict) and _plain_op(each):
                if any(matches(each, row, given) for row in trial.all.rows):
                    continue
                tried = True
                yield from trial.held({each.parameter: given}, lambda _: False, each.parameter, "does not match")
                break
    if not tried:
        raise NotTestable("its filters take only values that an item may have")


def _plain_op(each: Filter) -> bool:
    return all(condition.op in ("equals", "in", "contains", "has") for condition in each.conditions)


@law("filter-all", "an empty value, and the one that means all, give the whole list", filtered, needs=("page-walk",))
def nothing_asked(client: Client, operation: Operation) -> Iterator[Found]:
    """Give each parameter the values that do not filter, where they are valid."""
    trial, tried = Trial(client, operation), False
    for each in trial.narrow:
        for value in ("", each.all):
            if value is not None and trial.takes(each, value):
                tried = True
                yield from trial.held({each.parameter: value}, lambda _: True, each.parameter, "")
    if not tried:
        raise NotTestable("its filters have no value that does not filter")


@law("filter-or", "several values of a filter give the items that match any of them", _plural, needs=("page-walk",))
def several_values(client: Client, operation: Operation) -> Iterator[Found]:
    """Give two values to each parameter that takes several."""
    trial, tried = Trial(client, operation), False
    for each in filter(trial.is_array, trial.narrow):
        values = list(islice(values_in(each.conditions[0], trial.all.rows), 2))
        given = trial.given(each, *values) if len(values) == 2 else None
        if given is not None and trial.fits(each, given):
            tried = True
            wanted = lambda row, each=each, given=given: matches(each, row, given)  # noqa: E731
            yield from trial.held({each.parameter: given}, wanted, each.parameter, "matches none of the values")
    if not tried:
        raise NotTestable("the list shows no two values for a filter that takes several")


@law("filter-and", "several filters give the items that match all of them", _several, needs=("page-walk",))
def several_filters(client: Client, operation: Operation) -> Iterator[Found]:
    """Give two parameters at once, with values that an item matches and that other items do not."""
    trial, tried = Trial(client, operation), False
    for first, second in combinations(trial.narrow, 2):
        pair = trial.pair(first, second)
        if pair is not None:
            tried, (ours, theirs) = True, pair

            def both(row: Any, first: Filter = first, second: Filter = second, a: Any = ours, b: Any = theirs) -> bool:
                return matches(first, row, a) and matches(second, row, b)

            query = {first.parameter: ours, second.parameter: theirs}
            yield from trial.held(query, both, second.parameter, "does not match both")
    if not tried:
        raise NotTestable("the list shows no values for two of its filters")


@law(
    "filter-alternative",
    "an item that matches an alternative filter is listed whatever the other filters say",
    _alternative,
    needs=("page-walk",),
)
def alternative(client: Client, operation: Operation) -> Iterator[Found]:
    """Filter by a value, and name an item that does not match it."""
    trial, tried = Trial(client, operation), False
    for each in trial.widen:
        for narrow in trial.narrow:
            for value in islice(trial.values(narrow), 1):
                others = tuple(row for row in trial.all.rows if not matches(narrow, row, value))
                known = (trial.given(each, one) for one in values_in(each.conditions[0], others))
                other = next((one for one in known if trial.fits(each, one)), None)
                if other is None:
                    continue
                tried = True

                def either(
                    row: Any, narrow: Filter = narrow, each: Filter = each, a: Any = value, b: Any = other
                ) -> bool:
                    return matches(narrow, row, a) or matches(each, row, b)

                query = {narrow.parameter: value, each.parameter: other}
                yield from trial.held(query, either, each.parameter, "matches neither")
    if not tried:
        raise NotTestable("every item matches each filter that can be tried")
