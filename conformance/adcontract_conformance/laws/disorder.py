"""Whether values are in an order, by any of the ways in which a server may compare them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias
from unicodedata import combining, normalize

from adcontract.openapi.ordering import natural
from adcontract.openapi.text import letters
from adcontract_conformance.client.replies import MISSING, canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcontract.contract.behavior import Order

Key: TypeAlias = Callable[[Any], Any]


def disorder(values: list[Any], order: Order, keys: Sequence[Key] | None = None) -> str | None:
    """Return what is out of order, None for nothing; `keys` are those of `keys_of`, if it is about more values.

    Texts may be ordered by their letters, with accents or without, or by their code points.
    """
    present = [value for value in values if value is not MISSING and value is not None]
    faults = [_first(present, key, descending=order.descending) for key in keys or keys_of(present)]
    fault = None if any(each is None for each in faults) else faults[0]
    if fault is None and _scattered(values):
        return "items without a value stand between those with one"
    return fault


def _first(values: list[Any], key: Key, *, descending: bool) -> str | None:
    for one, two in pairwise(values):
        if key(one) < key(two) if descending else key(one) > key(two):
            return f"{one!r} stands before {two!r}"
    return None


def _scattered(values: list[Any]) -> bool:
    absent = [value is MISSING or value is None for value in values]
    return sum(one != two for one, two in pairwise(absent)) > 1


def keys_of(values: Sequence[Any]) -> list[Key]:
    """Return the keys by which values may be ordered, apart from those that are missing."""
    values = [value for value in values if value is not MISSING and value is not None]
    if key := natural(values):
        return [key]
    if not all(isinstance(value, str) for value in values):
        return [canonical]
    return [str.casefold, str, letters, _bare]


def _bare(text: str) -> str:
    """Return the letters and digits of a text, in lower case and without accents."""
    return letters("".join(each for each in normalize("NFKD", text) if not combining(each)))
