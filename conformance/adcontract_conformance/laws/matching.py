"""Which values of a row a filter can be tried with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.replies import at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.behavior import Condition

_LONGEST = 40
"""The longest text that is tried as a value of a filter, in characters."""


def values_in(condition: Condition, rows: tuple[Any, ...]) -> Iterator[Any]:
    """Yield values that match a row by the condition, each once, in the order of the rows: scalars, or a pair."""
    seen: set[str] = set()
    for row in rows:
        for value in _offered(condition, at(row, condition.field)):
            key = repr(value)
            if key not in seen:
                seen.add(key)
                yield value


def _offered(condition: Condition, held: Any) -> list[Any]:
    if condition.op == "has":
        return [one for one in held if _plain(one)] if isinstance(held, list) else []
    if condition.op == "pairs":
        return [{name: one} for name, one in held.items() if _plain(one)] if isinstance(held, dict) else []
    if not _plain(held):
        return []
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
