"""Order: a sorted list has all that the unsorted one has, in the order asked for, over all of its pages."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from adcontract.ordering import natural
from adcontract_conformance.behavior.law import broken, law
from adcontract_conformance.behavior.world import MISSING, Untried, at, canonical, largest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract.behaviour import Behaviour, Order
    from adcontract_conformance.behavior.world import Found, World

KEYWORD = "x-sort"


def _sorted(behaviour: Behaviour) -> bool:
    return bool(behaviour.sorts)


@law("sort-all", "a sorted list has every item of the unsorted one, once", _sorted)
def permutation(world: World, operation: Operation) -> Iterator[Found]:
    """Compare a sorted walk with a plain one."""
    plain = world.whole(operation)
    if len(plain.rows) < 2:
        raise Untried(f"the list has {len(plain.rows)} items")
    every = Counter(world.keys(operation, plain))
    for sort in world.behaviour(operation).sorts:
        for value in sort.orders:
            walk = world.whole(operation, query={sort.parameter: value})
            if Counter(world.keys(operation, walk)) != every:
                sentence = f"{sort.parameter}={value} gives {len(walk.rows)} items, not the same {len(plain.rows)}."
                yield broken(operation, KEYWORD, walk.replies[0], sentence, part=sort.parameter)


@law("sort-order", "a sorted list is in the order asked for, over all of its pages", _sorted)
def ordered(world: World, operation: Operation) -> Iterator[Found]:
    """Look at the order of every list in small pages: numbers as numbers, dates as dates, equal ones as they like."""
    total, tried = len(world.whole(operation).rows), False
    for sort in world.behaviour(operation).sorts:
        for value, order in sort.orders.items():
            walk = world.walk(operation, query={sort.parameter: value}, size=_third(world, operation, total))
            values = [at(row, order.field) for row in walk.rows]
            if len({canonical(each) for each in values}) < 2:
                continue
            tried = True
            if fault := _disorder(values, order):
                sentence = f"{sort.parameter}={value}: {fault}."
                yield broken(operation, KEYWORD, walk.replies[0], sentence, part=sort.parameter)
    if not tried:
        raise Untried("no two items differ in what the list is sorted by")


def _third(world: World, operation: Operation, total: int) -> int | None:
    """Return a size of the page that a list has three of, or more if they are too large; None where it has one size."""
    pagination = world.behaviour(operation).pagination
    if pagination is None or pagination.size is None:
        return None
    return min(max(1, -(-total // 3)), largest(pagination))


@law("sort-reverse", "the other direction is the reverse", _sorted)
def reverse(world: World, operation: Operation) -> Iterator[Found]:
    """Compare the values of the two directions of each field."""
    tried = False
    for sort in world.behaviour(operation).sorts:
        pairs: dict[str, dict[bool, str]] = {}
        for value, order in sort.orders.items():
            pairs.setdefault(order.field, {})[order.descending] = value
        for field, directions in pairs.items():
            if len(directions) < 2:
                continue
            up, down = (world.whole(operation, query={sort.parameter: directions[each]}) for each in (False, True))
            rising, falling = (_present(field, walk.rows) for walk in (up, down))
            tried = tried or len(set(rising)) > 1
            if rising != falling[::-1] and len(rising) == len(falling):
                sentence = f"{sort.parameter}={directions[True]} is not the reverse of {directions[False]}."
                yield broken(operation, KEYWORD, down.replies[0], sentence, part=sort.parameter)
    if not tried:
        raise Untried("no two items differ in what the list is sorted by, or it has one direction")


def _present(field: str, rows: tuple[Any, ...]) -> list[bytes]:
    """Return the values of a field; where nothing stands may be first or last in both directions."""
    values = (at(row, field) for row in rows)
    return [canonical(_folded(value)) for value in values if value is not MISSING and value is not None]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _disorder(values: list[Any], order: Order) -> str | None:
    """Return what is out of order; texts may be ordered by their letters or by their codes."""
    present = [value for value in values if value is not MISSING and value is not None]
    faults = [_first(present, key, descending=order.descending) for key in _keys(present)]
    fault = None if any(each is None for each in faults) else faults[0]
    if fault is None and _scattered(values):
        return "items without a value stand between those with one"
    return fault


def _first(values: list[Any], key: Callable[[Any], Any], *, descending: bool) -> str | None:
    for one, two in pairwise(values):
        if key(one) < key(two) if descending else key(one) > key(two):
            return f"{one!r} stands before {two!r}"
    return None


def _scattered(values: list[Any]) -> bool:
    absent = [value is MISSING or value is None for value in values]
    return sum(one != two for one, two in pairwise(absent)) > 1


def _keys(values: list[Any]) -> list[Callable[[Any], Any]]:
    """Return by what values may be compared."""
    if key := natural(values):
        return [key]
    if not all(isinstance(value, str) for value in values):
        return [canonical]
    return [str.casefold, str, _letters]


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
