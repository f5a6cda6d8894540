"""Order: a sorted list has the items of the unsorted one, in the order that is asked for, over all of its pages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from adcontract.contract.filters import matches
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import MISSING, NotTestable, Reply, at, canonical
from adcontract_conformance.laws.disorder import disorder
from adcontract_conformance.laws.filters import filtered
from adcontract_conformance.laws.law import law
from adcontract_conformance.laws.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Sort
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.lists import Walk
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-sort"

_Fault: TypeAlias = tuple[str, str, Reply]
"""The field of an order that is not kept, the sentence, and the reply that shows it."""


def _sorted(operation: Operation) -> bool:
    return bool(operation.behavior.sorts)


PAGES = 3
"""The number of pages in which a sorted list is read, to see that it is sorted as a whole."""


def directions_of(sort: Sort) -> dict[str, dict[bool, str]]:
    """Return the keys of each field that a list can be sorted by, by whether they descend."""
    found: dict[str, dict[bool, str]] = {}
    for key, order in sort.orders.items():
        found.setdefault(order.field, {})[order.descending] = key
    return found


def walked(client: Client, operation: Operation, sort: Sort, *keys: str) -> Walk:
    """Return a walk over a list in the order of some keys, in a few pages."""
    size = client.lists.part(operation, len(client.lists.walk(operation).rows), PAGES)
    return client.lists.walk(operation, query={sort.parameter: sort.value(*keys)}, size=size)


def lacking(found: Counter[bytes], every: Counter[bytes]) -> str:
    """Return what a sorted list lacks of the items of the unsorted one, empty if it has each of them once."""
    lost, more = len(every - found), len(found - every)
    return f"lacks {lost} of the {every.total()} items, and has {more} others" if lost or more else ""


@law("sort-all", "a sorted list has every item of the unsorted one, once", _sorted, needs=("page-walk",))
def permutation(client: Client, operation: Operation) -> Iterator[Found]:
    """Compare the sorted list with the unsorted one."""
    plain = client.lists.whole(operation)
    if len(plain.rows) < 2:
        raise NotTestable(f"the list has {len(plain.rows)} items")
    every = Counter(client.lists.keys(operation, plain))
    for sort in operation.behavior.sorts:
        for value in sort.orders:
            walk = walked(client, operation, sort, value)
            if not walk.whole:
                raise client.lists.too_long(walk)
            if fault := lacking(Counter(client.lists.keys(operation, walk)), every):
                sentence = f"{sort.parameter}={value} {fault}."
                yield broken(operation, KEYWORD, walk.replies[0], sentence, part=sort.parameter)


@law(
    "sort-order",
    "a sorted list is in the order that is asked for, over all of its pages",
    _sorted,
    needs=("page-walk",),
)
def ordered(client: Client, operation: Operation) -> Iterator[Found]:
    """Look at the order of every list: numbers as numbers, dates as dates, equal ones in any order."""
    tried = False
    for sort in operation.behavior.sorts:
        fields, faults = set[str](), list[_Fault]()
        for value, order in sort.orders.items():
            walk = walked(client, operation, sort, value)
            values = [at(row, order.field) for row in walk.rows]
            if len({canonical(each) for each in values}) < 2:
                continue
            tried = True
            fields.add(order.field)
            if fault := disorder(values, order):
                faults.append((order.field, f"{sort.parameter}={value}: {fault}.", walk.replies[0]))
        yield from _breaches(operation, sort, fields, faults)
    if not tried:
        raise NotTestable("no two items differ in what the list is sorted by")


@law("sort-reverse", "the two directions of an order are the reverse of each other", _sorted, needs=("page-walk",))
def reverse(client: Client, operation: Operation) -> Iterator[Found]:
    """Compare the values of the two directions of each field."""
    tried = False
    for sort in operation.behavior.sorts:
        if client.was_broken("sort-all", operation, sort.parameter):
            continue
        fields, faults = set[str](), list[_Fault]()
        for field, directions in directions_of(sort).items():
            if len(directions) < 2:
                continue
            up, down = (walked(client, operation, sort, directions[each]) for each in (False, True))
            if not (up.whole and down.whole):
                raise client.lists.too_long(up)
            rising, falling = (_present(field, walk.rows) for walk in (up, down))
            if len(set(rising)) > 1:
                tried = True
                fields.add(field)
            if rising != falling[::-1] and len(rising) == len(falling):
                sentence = f"{sort.parameter}={directions[True]} is not the reverse of {directions[False]}."
                faults.append((field, sentence, down.replies[0]))
        yield from _breaches(operation, sort, fields, faults)
    if not tried:
        raise NotTestable("no two items differ in what the list is sorted by, or it has one direction")


def _breaches(operation: Operation, sort: Sort, fields: set[str], faults: list[_Fault]) -> Iterator[Found]:
    """Yield the breaches of an order, of which `fields` were tried.

    A list that is sorted by another field may lack one of those that the contract only infers. One that is sorted by
    none ignores the parameter.
    """
    some_work = fields > {field for field, _, _ in faults}
    for _, sentence, reply in faults:
        of = "fields" if some_work else ""
        yield broken(operation, KEYWORD, reply, sentence, part=sort.parameter, of=of)


def _sorted_and_filtered(operation: Operation) -> bool:
    return _sorted(operation) and filtered(operation)


@law(
    "sort-filtered",
    "a filtered list can be sorted, and a sorted list filtered",
    _sorted_and_filtered,
    needs=("page-walk", "filter"),
)
def with_filters(client: Client, operation: Operation) -> Iterator[Found]:
    """Sort by each parameter the items that match each filter."""
    trial, tried = Trial(client, operation), False
    for sort in operation.behavior.sorts:
        if any(client.was_broken(each, operation, sort.parameter) for each in ("sort-all", "sort-order")):
            continue
        for each, given in trial.widest():
            value, order = next(
                (one for one in reversed(sort.orders.items()) if trial.differ(each, given, one[1].field)), (None, None)
            )
            if value is None or order is None:
                continue
            tried = True
            query = {each.parameter: given, sort.parameter: sort.value(value)}
            wanted = lambda row, each=each, given=given: matches(each, row, given)  # noqa: E731
            yield from trial.held(query, wanted, each.parameter, "does not match")
            walk = trial.walk(query, wanted)
            values = [at(row, order.field) for row in walk.rows]
            if fault := disorder(values, order):
                sentence = f"{each.parameter}={given}, {sort.parameter}={value}: {fault}."
                yield broken(operation, KEYWORD, walk.replies[0], sentence, part=sort.parameter)
    if not tried:
        raise NotTestable("no filter matches items that differ in what the list is sorted by")


def _present(field: str, rows: tuple[Any, ...]) -> list[bytes]:
    """Return the values of a field; items without one may be first or last in both directions."""
    values = (at(row, field) for row in rows)
    return [canonical(_folded(value)) for value in values if value is not MISSING and value is not None]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
