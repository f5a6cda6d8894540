"""How values compare: numbers as numbers and dates as dates, also where they are written as text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, Any

from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def moment(text: str) -> datetime | None:
    """Return the time, in UTC, that a text states (ISO 8601, RFC 3339); None for any other text.

    A date is its midnight, and a time without a zone is in UTC.
    """
    if not _DAY.match(text):
        return None  # `datetime` reads 20261121 too, which is as likely a number
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def is_day(text: str) -> bool:
    """Return whether a text is a date without a time."""
    return _DAY.fullmatch(text) is not None


def natural(values: Iterable[Any]) -> Callable[[Any], Any] | None:
    """Return the key to sort these values by if all are numbers or all are dates, else None."""
    found = list(values)
    if all(isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)) for value in found):
        return _number
    if all(isinstance(value, str) and moment(value) for value in found):
        return moment
    return None


def _number(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def not_below(greater: Any, less: Any) -> bool:
    """Return whether a value is at least another; if one is a date without a time, only the dates are compared."""
    key = natural([greater, less]) or as_text
    if key is moment and any(map(is_day, (greater, less))):
        return str(greater)[:10] >= str(less)[:10]
    return bool(key(greater) >= key(less))
