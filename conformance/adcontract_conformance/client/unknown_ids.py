"""Ids that no item has."""

from __future__ import annotations

from typing import Any

_NUMBER = 2_000_000_011
_TEXT = "adcontract-unknown"
_HEX = "0123456789abcdef"


def unknown_id(known: Any) -> Any:
    """Return an id that looks like a known one and that no item should have."""
    if isinstance(known, int):
        return _NUMBER
    text = str(known)
    if text.isdecimal():
        return str(_NUMBER)
    if "-" in text and all(letter in f"{_HEX}-" for letter in text.lower()):
        return "".join(letter if letter == "-" else "0f"[index % 2] for index, letter in enumerate(text))
    return _TEXT


def unknown_ids(known: list[Any]) -> list[Any]:
    """Return an id like each of the known ones that no item should have, and no two the same."""
    found = list[Any]()
    for number, each in enumerate(known):
        other = unknown_id(each)
        if isinstance(other, int):
            found.append(other + number)
        elif other.isdecimal():
            found.append(str(int(other) + number))
        elif other == _TEXT:
            found.append(f"{other}-{number}" if number else other)
        else:
            end = f"{number:x}"
            found.append(other[: -len(end)] + end)
    return found


def beginning_of(known: Any) -> Any:
    """Return an id of the same type without its last character; None where nothing of it would be left."""
    shorter = str(known)[:-1]
    if isinstance(known, int):
        return int(shorter) if shorter.isdecimal() and int(shorter) else None
    return shorter or None
