"""Other notations of a value: a request may have one, and a response another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.ordering import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNREAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}:[0-9]{2}))?")
"""The form of a date or a moment, whether or not a calendar has it, such as the 31st of April."""

_DIGITS = 18
"""What has more digits than this may be too long for an integer."""


def notations(value: Any) -> Iterator[Any]:
    """Yield `value`, then other notations of it: a date or a moment in other forms, a number as text and back."""
    yield value
    if not isinstance(value, str):
        yield str(value)
    elif found := moment(value):
        bare = found.replace(tzinfo=None)
        yield from (bare.isoformat(" ", "seconds"), f"{bare.isoformat('T', 'seconds')}Z", value[: len("2026-11-21")])
    elif written := _UNREAL.fullmatch(value):
        day, time = written[1], written[2] or "00:00:00"
        yield from (f"{day} {time}", f"{day}T{time}Z", day)
    elif value.isascii() and value.isdecimal() and len(value) <= _DIGITS:
        yield int(value)
