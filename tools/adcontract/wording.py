"""Words that depend on a number, and words of others that are shown."""

from __future__ import annotations

import re

_OBEYED = re.compile(
    "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
    "\\ud800-\\udfff\\ufff9-\\ufffb\\U000e0000-\\U000e0fff]"
)


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: `1 finding`, `2 findings`, `1,200 requests`. `noun` is the singular."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun[-2:-1] not in "aeiou" and noun[-1] == "y" else f"{number:,} {noun}s"


def printable(text: str) -> str:
    r"""Return a text as one line that a terminal shows and does not obey: control characters are escapes, as in `\x1b`.

    Those that change the direction of the text are among them, and ends of lines; a tab is not.
    """
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, each of them as `printable` has it."""
    return "\n".join(map(printable, text.split("\n")))


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message."""
    message = getattr(error, "message", "") or str(error)
    return next((line.strip() for line in message.splitlines() if line.strip()), type(error).__name__)
