"""One try of the filters of a list: the values for it, and what the list has to show for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract import inferred
from adcontract.contract.filters import is_about, matches
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.laws.values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from adcontract import Operation
    from adcontract.contract.behavior import Filter, Op
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.lists import Walk
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-filter"

OPPOSITES: dict[Op, Op] = {
    "equals": "contains",
    "contains": "equals",
    "gt": "gte",
    "gte": "gt",
    "lt": "lte",
    "lte": "lt",
}
"""The comparisons of which a page that only names a field leaves either open."""

PAGES = 2
"""The number of pages in which a filtered list is read."""

UNSAID = "No page says how a filtered list is cut into pages."


def _written(name: str, value: Any) -> list[str]:
    """Return a parameter of a query as one or more pairs, for a person to read."""
    if isinstance(value, dict):
        return [f"{name}[{key}]={as_text(one)}" for key, one in value.items()]
    return [f"{name}={as_text(one)}" for one in (value if isinstance(value, list) else [value])]


class Trial(Values):
    """The filters of one list that are not known to be broken, held to what the contract says of them.

    A value counts as tried only if the contract says that it leaves an item out. `tried` has the parameters with such a
    value, `end` reports the others.
    """

    def __init__(self, client: Client, operation: Operation) -> None:
        super().__init__(client, operation)
        self.tried = set[str]()

    def end(self, reason: str, filters: Iterable[Filter]) -> None:
        """End a law about some filters; those that were not tried are noted.

        Raises:
            NotTestable: if no value left an item out, because of the `reason` where no filter is hidden.
        """
        self.client.untried += [each.parameter for each in filters if each.parameter not in self.tried]
        if not self.tried:
            if self.narrow and all(each.hidden for each in self.narrow):
                reason = "its filters also look at fields that no response shows, so that any item may match"
            raise NotTestable(reason)

    def walk(self, query: dict[str, Any], wanted: Callable[[Any], bool]) -> Walk:
        """Return a walk over the list that a query asks for, up to a row that is not wanted.

        A few items, or all where none is due, are asked for in a few pages, to see that the filter holds and looks
        beyond the first. Where any item may be listed, the pages are large.
        """
        right = None if not self.inexact.isdisjoint(query) else lambda row: wanted(row) or self.is_open_for(query, row)
        size = self._size(query, sum(map(wanted, self.all.rows)))
        return self.client.lists.walk(self.operation, query=query, size=size, right=right)

    def _size(self, query: dict[str, Any], due: int) -> int | None:
        is_open = not self.inexact.isdisjoint(query) or not self.all.whole
        return None if is_open else self.client.lists.part(self.operation, due or len(self.all.rows), PAGES)

    def held(
        self, query: dict[str, Any], wanted: Callable[[Any], bool], part: str, says: str, *, is_exact: bool = False
    ) -> Iterator[Found]:
        """Yield a breach if a filtered list has an item that is not `wanted`, lacks one that is, or has one twice.

        Filters that may keep other items list these too, unless the query `is_exact`.
        """
        client, operation = self.client, self.operation
        due = [row for row in self.all.rows if wanted(row)]
        walk = self.walk(query, wanted)
        asked = ", ".join(pair for name, value in query.items() for pair in _written(name, value))

        def found(sentence: str, reply: Reply = walk.replies[0], rows: Sequence[Any] = ()) -> Found:
            guess = self.guessed(query, rows)
            of = "op" if guess else ""
            return broken(operation, KEYWORD, reply, f"{asked} {sentence}", part=guess or part, of=of)

        if is_exact or self.inexact.isdisjoint(query):
            if any(not wanted(row) and not self.is_open_for(query, row) for row in self.all.rows):
                self.tried.update(query)
            for reply in walk.replies:
                rows = client.lists.rows(operation, reply)
                if wrong := [row for row in rows if not wanted(row) and not self.is_open_for(query, row)]:
                    yield found(f"lists {self.name(wrong)}, which {says}.", reply, wrong)
                    return
        elif 0 < len(due) < len(self.all.rows):
            self.tried.update(each.parameter for each in self.narrow if each.parameter in query and not each.hidden)
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
        asked = [each for each in self.narrow if each.parameter in query]
        sure = [row for row in due if all(is_about(each, row) for each in asked) and not self.is_open_for(query, row)]
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
