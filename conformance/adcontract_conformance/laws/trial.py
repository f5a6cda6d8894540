"""One try of the filters of a list: the values for it, and what the list has to show for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import combinations, islice, pairwise, product, starmap
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from adcontract import inferred
from adcontract.contract.filters import is_about, is_met, matches
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import NotTestable, at, canonical
from adcontract_conformance.laws.matching import NEAR, NONSENSE, insides, telling, values_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from adcontract import Operation
    from adcontract.contract.behavior import Filter, Op
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.lists import Walk
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-filter"

VALUES = 2
"""The number of values that are tried for each condition."""

OFFERED = 40
"""The number of values from which they are chosen."""

OPPOSITES: dict[Op, Op] = {"equals": "contains", "contains": "equals"}
"""The comparisons of which a page that only names a field leaves either open."""

PAGES = 2
"""The number of pages in which a filtered list is read."""

UNSAID = "No page says how a filtered list is cut into pages."


def _written(name: str, value: Any) -> list[str]:
    """Return a parameter of a query as one or more pairs, for a person to read."""
    if isinstance(value, dict):
        return [f"{name}[{key}]={as_text(one)}" for key, one in value.items()]
    return [f"{name}={as_text(one)}" for one in (value if isinstance(value, list) else [value])]


class Trial:
    """The filters of one list that are not known to be broken, and the rows from which their values are learned.

    The first row stays first: what a page documents is there, if it is anywhere. A value counts as tried only if the
    contract says that it leaves an item out. `tried` has the parameters with such a value, `end` reports the others.
    """

    def __init__(self, client: Client, operation: Operation) -> None:
        self.client, self.operation, self.tried = client, operation, set[str]()
        self.all = client.lists.walk(operation)
        self.source = (*self.all.rows[:1], *client.rng.sample(self.all.rows[1:], len(self.all.rows[1:])))
        if len(self.all.rows) < 2:
            raise NotTestable(f"the list has {len(self.all.rows)} items")
        filters = [
            each for each in operation.behavior.filters if not client.was_broken("filter", operation, each.parameter)
        ]
        self.narrow = [each for each in filters if not each.alternative]
        self.widen = [each for each in filters if each.alternative]
        self.hidden = {each.parameter for each in filters if each.hidden}
        self.schemas = {each.name: each for each in operation.parameters if each.location == "query"}
        self._columns: dict[str, list[Any]] = {}
        self._values: dict[str, list[Any]] = {}
        self._matching: dict[tuple[str, bytes], set[int]] = {}

    def end(self, reason: str, filters: Iterable[Filter]) -> None:
        """End a law about some filters; those that were not tried are noted.

        Raises:
            NotTestable: if no value left an item out, because of the `reason` where no filter is hidden.
        """
        self.client.untried += [each.parameter for each in filters if each.parameter not in self.tried]
        if not self.tried:
            if self.hidden and all(each.hidden for each in self.narrow):
                reason = "its filters also look at fields that no response shows, so that any item may match"
            raise NotTestable(reason)

    # the values

    def values(self, each: Filter) -> list[Any]:
        """Return values for the parameter of a filter, a few for each condition, of those that leave an item out."""
        if each.parameter not in self._values:
            self._values[each.parameter] = list(self._chosen(each))
        return self._values[each.parameter]

    def _chosen(self, each: Filter) -> Iterator[Any]:
        for condition in each.conditions:
            known = (self.given(each, one) for one in values_in(condition, self.source))
            fitting = list(islice((one for one in known if self.fits(each, one)), OFFERED))
            narrowing = [one for one in fitting if self._narrows(each, one)]
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
        return len(self.matching(each, value)) < len(self.all.rows)

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

    # the list

    def walk(self, query: dict[str, Any], wanted: Callable[[Any], bool]) -> Walk:
        """Return a walk over the list that a query asks for, up to a row that is not wanted.

        A few items, or all where none is due, are asked for in a few pages, to see that the filter holds and looks
        beyond the first. Where any item may be listed, the pages are large.
        """
        right = None if not self.hidden.isdisjoint(query) else wanted
        size = self._size(query, sum(map(wanted, self.all.rows)))
        return self.client.lists.walk(self.operation, query=query, size=size, right=right)

    def _size(self, query: dict[str, Any], due: int) -> int | None:
        is_open = not self.hidden.isdisjoint(query) or not self.all.whole
        return None if is_open else self.client.lists.part(self.operation, due or len(self.all.rows), PAGES)

    def held(self, query: dict[str, Any], wanted: Callable[[Any], bool], part: str, says: str) -> Iterator[Found]:
        """Yield a breach if a filtered list has an item that is not `wanted`, lacks one that is, or has one twice."""
        client, operation = self.client, self.operation
        due = [row for row in self.all.rows if wanted(row)]
        walk = self.walk(query, wanted)
        asked = ", ".join(pair for name, value in query.items() for pair in _written(name, value))

        def found(sentence: str, reply: Reply = walk.replies[0], rows: Sequence[Any] = ()) -> Found:
            guess = self.guessed(query, rows)
            of = "op" if guess else ""
            return broken(operation, KEYWORD, reply, f"{asked} {sentence}", part=guess or part, of=of)

        if self.hidden.isdisjoint(query):
            if len(due) < len(self.all.rows):
                self.tried.update(query)
            for reply in walk.replies:
                if wrong := [row for row in client.lists.rows(operation, reply) if not wanted(row)]:
                    yield found(f"lists {self.name(wrong)}, which {says}.", reply, wrong)
                    return
        if walk.whole:
            yield from self._complete(query, walk, due, found)

    def _complete(
        self, query: dict[str, Any], walk: Walk, due: list[Any], found: Callable[..., Found]
    ) -> Iterator[Found]:
        """Yield a breach if a whole walk lacks an item that is `due`, has one twice, or is counted or cut wrongly."""
        client, operation, lists = self.client, self.operation, self.client.lists
        got = Counter(lists.keys(operation, walk))
        if doubled := [row for row in walk.rows if got[lists.key(operation, row)] > 1]:
            yield found(f"lists {self.name(doubled)} more than once.")
        sure = [row for row in due if all(is_about(each, row) for each in self.narrow if each.parameter in query)]
        if lost := [row for row in sure if lists.key(operation, row) not in got]:
            yield found(f"does not list {self.name(lost)}, which matches.", rows=lost)
        size = None if lost or client.was_broken("page-size", operation) else self._size(query, len(due))
        for sentence, reply in lists.oddities(operation, walk, size or 0):
            each = found(sentence, reply)
            yield replace(each, breach=replace(each.breach, inferred=each.breach.inferred or UNSAID))
        total = None if client.was_broken("page-total", operation) else lists.total(operation, walk)
        if total not in (None, len(walk.rows)):
            yield found(f"says that there are {total}, and lists {len(walk.rows)}.")

    def guessed(self, query: dict[str, Any], rows: Sequence[Any]) -> str | None:
        """Return the parameter whose comparison is inferred, if the opposite one explains all of some wrong rows."""
        for each in (*self.narrow, *self.widen):
            if rows and each.parameter in query and inferred(self.operation.data[KEYWORD][each.parameter], "op"):
                conditions = tuple(replace(one, op=OPPOSITES.get(one.op, one.op)) for one in each.conditions)
                other, value = replace(each, conditions=conditions), query[each.parameter]
                if isinstance(value, dict) and len(value) > 1:  # that one pair is enough may be inferred
                    return each.parameter
                if all(matches(each, row, value) != matches(other, row, value) for row in rows):
                    return each.parameter
        return None

    def name(self, rows: list[Any]) -> str:
        """Return the id of the first of some items, and how many others there are."""
        key = self.client.lists.key(self.operation, rows[0]).decode()[:40]
        return f"the item {key}" + (f" (and {len(rows) - 1} more)" if len(rows) > 1 else "")
