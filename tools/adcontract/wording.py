"""Words that depend on a number."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: `1 finding`, `2 findings`, `1,200 requests`. `noun` is the singular."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
