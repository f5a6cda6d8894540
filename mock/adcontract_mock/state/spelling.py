"""Other spellings of a value: what a request says in one way, an answer may show in another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(?:[Zz]|[+-][0-9:]+)?)?"
)


def spellings(value: Any) -> Iterator[Any]:
    """Yield `value`, then what else stands for it: a date or a moment in other forms, a number as text and back."""
    yield value
    if isinstance(value, str):
        moment = _MOMENT.fullmatch(value)
        if moment:
            date, minutes, seconds = moment[1], moment[2] or "00:00", moment[3] or "00"
            yield from (f"{date} {minutes}:{seconds}", f"{date}T{minutes}:{seconds}Z", date)
        if value.isdecimal():
            yield int(value)
    else:
        yield str(value)
