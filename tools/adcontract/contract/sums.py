"""The sums of `x-resource`: what adds up over the items of a child resource, in decimal arithmetic."""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract.contract.behavior import Sum

EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Arithmetic that keeps all digits."""

_is_decimal = re.compile(r"-?[0-9]+(\.[0-9]+)?").fullmatch


def decimal(value: Any) -> Decimal | None:
    """Return the number that a value is, or states as text, with all of its digits; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value)
    if isinstance(value, str) and not _is_decimal(text):
        return None
    found = Decimal(text)
    return found if found.is_finite() else None


def added_up(declared: Sum, items: Iterable[Any]) -> Decimal | None:
    """Return the sum of a field over some items, or their number; None if an item has something else in the field.

    An item without the field, or with null in it, adds nothing.
    """
    if declared.field is None:
        return Decimal(sum(1 for _ in items))
    held = (get(item, declared.field) for item in items)
    numbers = [decimal(value) for value in held if value is not None]
    known = [number for number in numbers if number is not None]
    with localcontext(EXACT):
        return sum(known, Decimal(0)) if len(known) == len(numbers) else None
