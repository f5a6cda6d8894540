"""Which values of a row a filter can be tried with."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior import BOUNDS
from adcontract.openapi.ordering import is_day, moment
from adcontract.openapi.text import as_text
from adcontract_conformance.client.replies import at
from adcontract_conformance.laws.words import searches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Operation
    from adcontract.contract.behavior import Condition, Filter
    from adcontract_conformance.client.client import Client

_LONGEST = 40
"""The longest text that is tried as a value of a filter, in characters."""

NONSENSE = ("zqxjkvbw", 987654321)
"""Values that no item should have."""


def changes_meanwhile(client: Client, lister: Operation, each: Filter, rows: Sequence[Any]) -> bool:
    """Return whether a filter of a list looks at the state of items some of which change by themselves."""
    resource = lister.behavior.resource
    states = client.sender.checked.contract.resources[resource.name].states if resource else None
    if states is None or all(condition.field != states.field for condition in each.conditions):
        return False
    return not all(states.is_final(at(row, states.field)) for row in rows)


def values_in(condition: Condition, rows: Sequence[Any]) -> Iterator[Any]:
    """Yield values that match a row by the condition, each once, in the order of the rows: scalars, or a pair."""
    seen: set[str] = set()
    for row in rows:
        for value in _offered(condition, at(row, condition.field)):
            key = repr(value)
            if key not in seen:
                seen.add(key)
                yield value


def telling(values: Sequence[Any], count: int) -> list[Any]:
    """Return some of the values: the first, one that is the beginning of another where there is one, and others."""
    plain = [each for each in values[1:] if not isinstance(each, list)]
    texts = {_as_text(each) for each in (*values[:1], *plain)}
    short = [each for each in plain if any(text.startswith(_as_text(each)) for text in texts - {_as_text(each)})][:1]
    return [*values[:1], *short, *(each for each in values[1:] if each not in short)][:count]


def beginnings(condition: Condition, rows: Sequence[Any]) -> Iterator[Any]:
    """Yield the beginnings of values that rows have, where a condition asks for a value as a whole."""
    if condition.op in ("equals", "in", "has"):
        yield from (_beginning(value) for value in values_in(condition, rows) if len(as_text(value)) > 1)
    if condition.op == "pairs":
        pairs = (pair for value in values_in(condition, rows) for pair in value.items())
        yield from ({name: _beginning(value)} for name, value in pairs if len(as_text(value)) > 1)


def extensions(condition: Condition, rows: Sequence[Any]) -> Iterator[Any]:
    """Yield texts that rows have with one more letter, the longest first, where a condition asks for a whole text."""
    if condition.op in ("equals", "in", "has", "pairs"):
        known = [each for each in values_in(condition, rows) if isinstance(each, str | dict)]
        for value in sorted(known, key=lambda each: -len(_as_text(each))):
            yield value + "x" if isinstance(value, str) else {name: f"{one}x" for name, one in value.items()}


def crossings(condition: Condition, rows: Sequence[Any]) -> Iterator[Any]:
    """Yield pairs that no row has of a name and a value that rows have: the value of another name."""
    known = [pair for value in values_in(condition, rows) for pair in value.items()] if condition.op == "pairs" else []
    crossed = ((name, value) for (name, _), (other, value) in permutations(known, 2) if name != other)
    yield from ({name: value} for name, value in crossed if (name, value) not in known)


NEAR = (beginnings, extensions, crossings)
"""What gives values for a filter that are near to those of rows, and should match none."""


def insides(condition: Condition, rows: Sequence[Any]) -> Iterator[str]:
    """Yield parts of texts with which none of their words begins, where a condition asks for a part."""
    for held in (at(row, condition.field) for row in rows) if condition.op == "contains" else ():
        word = max(held.split(), key=len, default="") if isinstance(held, str) and _plain(held) else ""
        if len(word) > 3 and word.isalpha():
            yield word[1:]


def unheard_of(condition: Condition, rows: Sequence[Any]) -> Iterator[Any]:
    """Yield values that no row should have by a condition: for pairs, under a name that a row has."""
    names = (name for value in values_in(condition, rows) for name in value) if condition.op == "pairs" else ()
    yield from ({name: NONSENSE[0]} for name in names)
    if condition.op in ("equals", "in", "contains", "has"):
        yield from NONSENSE
    if condition.op == "words":
        yield NONSENSE[0]


def _beginning(value: Any) -> Any:
    text = as_text(value)[:-1]
    return int(text) if text.isdecimal() and not isinstance(value, str) else text


def _as_text(value: Any) -> str:
    pairs = value.items() if isinstance(value, dict) else [("", value)]
    return "&".join(f"{name}={as_text(one)}" for name, one in pairs)


def _offered(condition: Condition, held: Any) -> list[Any]:
    if condition.op == "has":
        return [one for one in held if _plain(one)] if isinstance(held, list) else []
    if condition.op == "pairs":
        return [{name: one} for name, one in held.items() if _plain(one)] if isinstance(held, dict) else []
    if condition.op == "words":
        return searches(held)
    if not _plain(held):
        return []
    if condition.op in BOUNDS and isinstance(held, str) and not is_day(held) and moment(held):
        return [held, held[:10]]
    return [_middle(held)] if condition.op == "contains" else [held]


def _plain(value: Any) -> bool:
    """Return whether a value can be written into a query without being taken for several."""
    if isinstance(value, str):
        return 0 < len(value) <= _LONGEST and value.isascii() and value.isprintable() and "," not in value
    return value is not None and isinstance(value, int | float)


def _middle(text: Any) -> Any:
    """Return a part of a text in the other case, without a blank at its ends."""
    if not isinstance(text, str):
        return text
    word = max(text.split(), key=len, default=text)
    return (word[: max(3, len(word) - 1)]).swapcase()
