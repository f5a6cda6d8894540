"""Whether two values are the same to a client, and what differs between two states of an item."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adcontract.openapi.ordering import moment
from adcontract.openapi.pointer import join
from adcontract.openapi.text import as_text
from adcontract_conformance.client.replies import MISSING, at

_is_number = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?").fullmatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


CENT = Decimal("0.005")
"""By how much a number may differ: a target may round to cents."""


def kept(sent: Any, held: Any) -> bool:
    """Return whether a sent value was kept.

    A number may become text and be rounded to cents, a day become a time, an object grow, and a text lose its case and
    the blanks around it. A field that was sent as null may be left out.
    """
    if isinstance(sent, dict):
        return isinstance(held, dict) and all(kept(value, held.get(name, MISSING)) for name, value in sent.items())
    if isinstance(sent, list):
        return isinstance(held, list) and len(sent) == len(held) and all(map(kept, sent, held))
    if sent == held or (sent in (None, "") and held in (None, "")):
        return True
    if sent is None and held is MISSING:
        return True
    if held is MISSING or isinstance(held, dict | list) or held is None:
        return False
    return _close(_number(sent), _number(held)) and _moment(sent) == _moment(held) and _plain(sent) == _plain(held)


def _close(one: Decimal | None, two: Decimal | None) -> bool:
    if one is None or two is None or one == one.to_integral_value():
        return one == two
    return abs(one - two) <= CENT


def _number(value: Any) -> Decimal | None:
    """Return the number that a value is or states, with all of its digits; `007` and `1e5` are texts."""
    if isinstance(value, bool):
        return Decimal(value)
    return Decimal(str(value)) if isinstance(value, int | float) or _is_number(str(value)) else None


def _moment(value: Any) -> datetime | None:
    return moment(value) if isinstance(value, str) and _number(value) is None else None


def _plain(value: Any) -> str:
    """Return a value as text where it is neither a number nor a time, which are compared as such."""
    is_text = _number(value) is None and _moment(value) is None
    return " ".join(as_text(value).split()).casefold() if is_text else ""


def differences(one: Any, two: Any, pointer: str = "") -> Iterator[str]:
    """Yield the pointer of everything in which two states differ; a list is one value."""
    if isinstance(one, dict) and isinstance(two, dict):
        for name in [*one, *(name for name in two if name not in one)]:
            yield from differences(one.get(name, MISSING), two.get(name, MISSING), join(pointer, name))
    elif one is MISSING or two is MISSING or one != two:
        yield pointer


def changes(before: Any, after: Any) -> Iterator[str]:
    """Yield the pointer of everything that changed except time stamps."""
    for pointer in differences(before, after):
        values = (at(before, pointer), at(after, pointer))
        if not all(value is None or value is MISSING or (isinstance(value, str) and moment(value)) for value in values):
            yield pointer


def shared(one: Any, two: Any, pointer: str = "") -> Iterator[str]:
    """Yield the pointer of everything that both values have and that differs."""
    if isinstance(one, dict) and isinstance(two, dict):
        for name in one:
            if name in two:
                yield from shared(one[name], two[name], join(pointer, name))
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for index, (ours, theirs) in enumerate(zip(one, two, strict=True)):
            yield from shared(ours, theirs, join(pointer, str(index)))
    elif not kept(one, two):
        yield pointer


def touches(pointer: str, others: Mapping[str, Any] | set[str]) -> bool:
    """Return whether `pointer` is, holds, or is inside one of the others."""
    return any(f"{pointer}/".startswith(f"{other}/") or f"{other}/".startswith(f"{pointer}/") for other in others)
