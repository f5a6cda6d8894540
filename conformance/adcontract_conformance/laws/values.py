"""The values with which the filters of a list are tried, from the rows that it has."""

from __future__ import annotations

from functools import partial
from itertools import combinations, islice, pairwise, product, starmap
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import is_met, matches
from adcontract.contract.leeway import is_open
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_conformance.client.replies import NotTestable, at, canonical
from adcontract_conformance.laws.matching import NEAR, NONSENSE, changes_meanwhile, insides, telling, values_in
from adcontract_conformance.laws.words import single_and_several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Filter
    from adcontract_conformance.client.client import Client

VALUES = 2
"""The number of values that are tried for each condition."""

OFFERED = 40
"""The number of values from which they are chosen."""


class Values:
    """The filters of one list that are not known to be broken, and the rows from which their values are learned.

    The first row stays first: what a page documents is there, if it is anywhere.
    """

    def __init__(self, client: Client, operation: Operation) -> None:
        self.client, self.operation = client, operation
        self.all = client.lists.walk(operation)
        self.source = (*self.all.rows[:1], *client.rng.sample(self.all.rows[1:], len(self.all.rows[1:])))
        if len(self.all.rows) < 2:
            raise NotTestable(f"the list has {len(self.all.rows)} items")
        filters = [
            each for each in operation.behavior.filters if not client.was_broken("filter", operation, each.parameter)
        ]
        changing = [each for each in filters if changes_meanwhile(client, operation, each, self.all.rows)]
        client.untried += [each.parameter for each in changing if each.parameter not in client.untried]
        filters = [each for each in filters if each not in changing]
        self.narrow = [each for each in filters if not each.alternative]
        self.widen = [each for each in filters if each.alternative]
        self.inexact = {each.parameter for each in filters if not each.is_exact}
        self.schemas = {each.name: each for each in operation.parameters if each.location == "query"}
        self._columns: dict[str, list[Any]] = {}
        self._values: dict[str, list[Any]] = {}
        self._matching: dict[tuple[str, bytes], set[int]] = {}
        self._open: dict[tuple[str, bytes], set[int]] = {}

    def values(self, each: Filter) -> list[Any]:
        """Return values for the parameter of a filter, a few for each condition, of those that leave an item out."""
        if each.parameter not in self._values:
            self._values[each.parameter] = list(self._chosen(each))
        return self._values[each.parameter]

    def _chosen(self, each: Filter) -> Iterator[Any]:
        for condition in each.conditions:
            known = (self.given(each, one) for one in values_in(condition, self.source))
            fitting = list(islice((one for one in known if self.fits(each, one)), OFFERED))
            if condition.op == "words":
                yield from single_and_several([one for one in fitting if self._is_seldom(each, one)])
                continue
            narrowing = [one for one in fitting if self._narrows(each, one)]
            narrowing.sort(key=lambda one: not self.matching(each, one))
            yield from telling(narrowing or fitting, VALUES)
            inside = islice(insides(condition, self.source), OFFERED)
            yield from islice((one for one in inside if self.fits(each, one) and self._narrows(each, one)), 1)

    def unmatched(self, each: Filter) -> Iterator[Any]:
        """Yield what no item has: the beginning of a value, one with one more letter, the value of another name."""
        for condition, near in product(each.conditions, NEAR):
            known = (self.given(each, one) for one in islice(near(condition, self.source), OFFERED))
            yield from islice((one for one in known if self.fits(each, one) and not self.matching(each, one)), 1)

    def unused(self, each: Filter) -> Iterator[Any]:
        """Yield a value that a parameter documents and no item has, where no value that items have leaves one out."""
        schema = self.schema(each)
        schema = schema.get("items", {}) if self.is_array(each) else schema
        documented = schema.get("enum") or schema.get("x-extensible-enum") or ()
        known = [self.given(each, one) for one in ([True, False] if schema.get("type") == "boolean" else documented)]
        if any(self._narrows(each, value) for value in self.values(each)) or not any(
            self.matching(each, one) for one in known
        ):
            return
        yield from islice((one for one in known if self.fits(each, one) and not self.matching(each, one)), 1)

    def several(self, each: Filter) -> Any:
        """Return two values for a filter that takes several; None if there are none.

        They leave an item out, if any two do. The second may be one that no item has, where the others do not suffice.
        """
        known = list(islice(values_in(each.conditions[0], self.all.rows), OFFERED))
        if each.conditions[0].op == "pairs":
            twos = [(one, two) for one, two in combinations(known, 2) if one.keys() != two.keys()]
            twos.sort(key=lambda two: not self.differing(each, *two))
        else:
            items = self.schema(each).get("items", {})
            unused = [one for one in (*items.get("enum", ()), *NONSENSE) if one not in known]
            twos = [*pairwise(known), *product(known[:1], unused)]
        fitting = [two for two in starmap(partial(self.given, each), twos) if self.fits(each, two)]
        narrowing = [one for one in fitting if self._narrows(each, one)]
        return next(iter(narrowing or fitting), None)

    def _narrows(self, each: Filter, value: Any) -> bool:
        return len(self.matching(each, value) | self.open(each, value)) < len(self.all.rows)

    def _is_seldom(self, each: Filter, value: Any) -> bool:
        """Return whether less than half of the items have a word: an index may leave out what many have."""
        return 2 * len(self.matching(each, value)) < len(self.all.rows)

    def differing(self, each: Filter, one: Any, two: Any) -> bool:
        """Return whether each of two values of a filter matches an item that the other does not."""
        ours, theirs = self.matching(each, one), self.matching(each, two)
        return bool(ours - theirs) and bool(theirs - ours)

    def pair(self, first: Filter, second: Filter) -> tuple[Any, Any] | None:
        """Return values of two filters; None if there are none.

        Some item matches both, if possible, and others match only the one, and only the other.
        """

        def worth(values: tuple[Any, Any]) -> tuple[bool, int, int]:
            ours, theirs = self.matching(first, values[0]), self.matching(second, values[1])
            return bool(ours & theirs), bool(ours - theirs) + bool(theirs - ours), len(ours ^ theirs)

        return max(product(self.values(first), self.values(second)), key=worth, default=None)

    def matching(self, each: Filter, value: Any) -> set[int]:
        """Return the indexes of the items that match a filter."""
        key = each.parameter, canonical(value)
        if key not in self._matching:
            columns = [(condition, self._column(condition.field)) for condition in each.conditions]
            places = range(len(self.all.rows))
            self._matching[key] = {
                place for place in places if any(is_met(condition, held[place], value) for condition, held in columns)
            }
        return self._matching[key]

    def open(self, each: Filter, value: Any) -> set[int]:
        """Return the indexes of the items that the filter may keep or leave out."""
        key = each.parameter, canonical(value)
        if key not in self._open:
            self._open[key] = {place for place, row in enumerate(self.all.rows) if is_open(each, row, value)}
        return self._open[key]

    def is_open_for(self, query: dict[str, Any], row: Any) -> bool:
        """Return whether one of the filters of a query may keep a row or leave it out."""
        filters = (each for each in (*self.narrow, *self.widen) if each.parameter in query)
        return any(is_open(each, row, query[each.parameter]) for each in filters)

    def _column(self, field: str) -> list[Any]:
        """Return what all rows have in a field: the rows are compared with many values."""
        if field not in self._columns:
            self._columns[field] = [get(row, field) for row in self.all.rows]
        return self._columns[field]

    def given(self, each: Filter, *values: Any) -> Any:
        """Return a value, or several, in the form that the parameter takes."""
        if self.is_array(each):
            return list(values)
        if isinstance(values[0], dict):
            return {name: one for value in values for name, one in value.items()}
        return self.typed(each, values[0])

    def is_array(self, each: Filter) -> bool:
        """Return whether the parameter takes several values."""
        return self.schema(each).get("type") == "array"

    def is_plural(self, each: Filter) -> bool:
        """Return whether the parameter takes several values, or several pairs."""
        return self.is_array(each) or any(condition.op == "pairs" for condition in each.conditions)

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
