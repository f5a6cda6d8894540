"""Orders by several keys: the first decides, and the next orders what is equal in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice, permutations
from typing import TYPE_CHECKING, Any

from adcontract.openapi.ordering import is_day, moment
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import NotTestable, at, canonical
from adcontract_conformance.laws.disorder import disorder, keys_of
from adcontract_conformance.laws.law import law
from adcontract_conformance.laws.order import KEYWORD, directions_of, lacking, walked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Operation
    from adcontract.contract.behavior import Order, Sort
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.model.promises import Found

PAIRS = 2
"""The number of pairs of fields that are tried."""

WAYS = ((False, False), (False, True), (True, False))
"""Whether each of two keys descends: a server may take one direction for both, or none for the second."""


def _takes_several(operation: Operation) -> bool:
    return any(sort.separator for sort in operation.behavior.sorts)


@law(
    "sort-several",
    "a list sorted by several keys has the order of the first, and of the next where items are equal in that",
    _takes_several,
    needs=("page-walk",),
)
def several(client: Client, operation: Operation) -> Iterator[Found]:
    """Sort by two keys, of which the second decides between some items, in several directions."""
    plain, tried = client.lists.walk(operation), False
    every = Counter(client.lists.keys(operation, plain))
    for sort in (each for each in operation.behavior.sorts if each.separator):
        if any(client.was_broken(each, operation, sort.parameter) for each in ("sort-all", "sort-order")):
            continue
        for keys in _pairs(sort, plain.rows):
            tried = True
            walk = walked(client, operation, sort, *keys)
            fault = _fault(walk.rows, sort.orders[keys[0]], sort.orders[keys[1]])
            if fault is None and walk.whole and plain.whole:
                fault = lacking(Counter(client.lists.keys(operation, walk)), every)
            if fault:
                asked = f"{sort.parameter}={(sort.separator or '').join(keys)}"
                yield broken(operation, KEYWORD, walk.replies[0], f"{asked}: {fault}.", part=sort.parameter)
                break
    if not tried:
        raise NotTestable("no two items that are equal in a key that the list is sorted by differ in another one")


def _pairs(sort: Sort, rows: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield pairs of keys of which the second decides between some rows."""
    fields = directions_of(sort)
    deciding = (pair for pair in permutations(fields, 2) if _decides(rows, *pair))
    for first, second in islice(deciding, PAIRS):
        ways = ((fields[first].get(one), fields[second].get(other)) for one, other in WAYS)
        yield from ((one, other) for one, other in ways if one and other)


def _decides(rows: Sequence[Any], first: str, second: str) -> bool:
    """Return whether rows that are equal in a field differ in another one."""
    groups = _tied([at(row, first) for row in rows])
    return any(len({canonical(at(rows[place], second)) for place in group}) > 1 for group in groups)


def _fault(rows: Sequence[Any], first: Order, second: Order) -> str | None:
    """Return what is out of order by two keys, None for nothing."""
    values, others = ([at(row, order.field) for row in rows] for order in (first, second))
    if fault := disorder(values, first):
        return fault
    keys = keys_of(others)
    found = (disorder([others[place] for place in group], second, keys) for group in _tied(values))
    return next((f"where {first.field} is equal, {fault}" for fault in found if fault), None)


def _tied(values: Sequence[Any]) -> Iterator[list[int]]:
    """Yield the places of values that are equal.

    Those of numbers with a fraction and of times may be stored with more digits than they are shown with.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, value in enumerate(values):
        if isinstance(value, int) or (isinstance(value, str) and (is_day(value) or moment(value) is None)):
            groups[repr(value)].append(place)
    yield from groups.values()
