"""The states in which every value of a kind is unusual: long, null, of other scripts, large."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from adcontract_mock.generation.samples import like

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.screens.places import Place

    Changed = Callable[[Place, int], Any]

UNCHANGED = object()
"""What a change returns for a value that it leaves as it is."""

_NO_PROSE = re.compile(
    r"(^|_)(ids?|uuid|guid|token|key|code|hash|slug|currency|country|locale|language|lang|timezone|type|status|state|role"
    r"|color|format|mime|url|uri|href|link|website|e?mail|phone|host|domain|ip|version|path|image|logo|icon|password"
    r"|secret|date|time|at|method|zip|isbn|sku|gtin|ean)$"
)
_ID = re.compile(r"(^|_)(ids?|uuid|guid|token|key|code)$")
_NAME = re.compile(r"(^|_)(name|title|label|headline|tag|brand|city)$")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|www\.|/\S*$|\S+@\S+\.\S+$")
_OPAQUE = re.compile(r"[A-Za-z0-9+/=_.-]{24,}")
_AMOUNT = re.compile(r"-?[0-9]+\.([0-9]+)")

_LONG_NAME = 255
_LONG_TEXT = 1000
_LONGEST = 5000
_FILLER = (
    "Pneumonoultramicroscopicsilicovolcanoconiosisandevenlongerthanthat is a word without any place to break it, "
    "in a text that goes on and on and wraps over several lines. "
)
_SCRIPTS = (
    "Zo\u00eb \u00c5str\u00f6m-\u0141uk\u00e1\u0161 \u00df\u0130\u0131\u00f1",
    "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0 \u4e2d\u6587 \ud55c\uad6d\uc5b4",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1f8\U0001f1ea \U0001f44d\U0001f3fd",
    "e\u0301a\u030a n\u0303 \ufb01 \u00bd \u201equoted\u201d <b>&amp;</b> \u2013 \u2026",
)
"""Accents, wide characters, right to left, emoji of several code points, combining characters and markup."""

_SAFE = 2**53 - 1
"""The highest integer that JSON numbers of JavaScript hold (RFC 8259, 6)."""

_FORMATS = {"int32": 2**31 - 1}
_LARGE = 999_999_999_999.99


@dataclass(frozen=True)
class Change:
    """A state in which every value of a kind is changed.

    `changed` returns the other value of a place, or `UNCHANGED`; its number makes neighbors differ. Where the values of
    one object are invalid together, all of them are `alike` instead, if that is not None.
    """

    name: str
    description: str
    changed: Changed
    alike: Callable[[list[Any]], Any] | None


CHANGES: dict[str, Change] = {}
"""Every such state by its name, in the order in which they are listed."""


def change(
    name: str, description: str, alike: Callable[[list[Any]], Any] | None = None
) -> Callable[[Changed], Changed]:
    """Register the function below as the state `name`; `description` says in a few words what it shows."""

    def register(function: Changed) -> Changed:
        CHANGES[name] = Change(name, description, function, alike)
        return function

    return register


def _least(values: list[Any]) -> Any:
    """Return the least of several numbers, so that sums of them stay equal; amounts in texts are left out."""
    return min((each for each in values if not isinstance(each, str)), default=UNCHANGED)


@change("long-text", "texts as long as allowed, with a word that does not break")
def _long_text(place: Place, _: int) -> Any:
    if not _is_prose(place):
        return UNCHANGED
    usual = _LONG_NAME if _NAME.search(place.name) else _LONG_TEXT
    length = min(place.least("maxLength") or usual, _LONGEST)
    if len(place.value) >= length:
        return UNCHANGED
    return f"{place.value} {_FILLER * (length // len(_FILLER) + 1)}".lstrip()[:length].rstrip().ljust(length, ".")


@change("null-fields", "null wherever it is allowed")
def _null_fields(place: Place, _: int) -> Any:
    return None if place.path and place.value is not None and place.is_nullable else UNCHANGED


@change("unicode", "texts of several scripts, right to left, with emoji and markup")
def _unicode(place: Place, number: int) -> Any:
    if not _is_prose(place):
        return UNCHANGED
    return f"{_SCRIPTS[number % len(_SCRIPTS)]} {place.value}"[: place.least("maxLength")].rstrip()


@change("big-numbers", "numbers as large as allowed", alike=_least)
def _big_numbers(place: Place, _: int) -> Any:
    if _ID.search(place.name) or place.choices:
        return UNCHANGED
    large = _large(place)
    return UNCHANGED if large is None or large == place.value else large


def _large(place: Place) -> Any:
    """Return the largest value that fits a number, or an amount in a text; None for any other value."""
    if isinstance(place.value, str):
        amount = _AMOUNT.fullmatch(place.value)
        return f"{int(_LARGE)}.{'9' * len(amount[1])}" if amount else None
    if isinstance(place.value, bool) or not isinstance(place.value, int | float):
        return None
    limit = place.least("maximum")
    if limit is not None and any(schema.get("exclusiveMaximum") is True for schema in place.schemas):
        limit -= 1
    if isinstance(place.value, float) or not any(schema.get("type") == "integer" for schema in place.schemas):
        return _LARGE if limit is None else limit
    formats = [_FORMATS[schema["format"]] for schema in place.schemas if schema.get("format") in _FORMATS]
    return min([_SAFE, *formats, *([] if limit is None else [limit])])


def _is_prose(place: Place) -> bool:
    """Return whether a value is a text that people write and read: no code, address, date, number or choice."""
    value = place.value
    if not isinstance(value, str) or place.choices or place.has("format", "pattern") or _NO_PROSE.search(place.name):
        return False
    forms = (_ADDRESS.match, _AMOUNT.fullmatch, _OPAQUE.fullmatch)
    return not any(form(value) for form in forms) and like(value, Random(0)) is None
