"""Corrections of the text of a file: its byte order mark, the ends of its lines, tabs, and its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.files.source import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Callable

_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


def without_mark(text: str) -> str:
    """Return a text without its byte order mark."""
    return text.removeprefix(BYTE_ORDER_MARK)


def with_line_feeds(text: str) -> str:
    """Return a text whose lines end with LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_trailing_spaces(text: str) -> str:
    """Return a text without spaces and tabs at the end of its lines."""
    return _TRAILING.sub("", text)


def without_tabs(text: str) -> str:
    """Return a text with a space in place of each tab."""
    return text.replace("\t", " ")


def with_final_newline(text: str) -> str:
    """Return a text that ends with one line feed, if it has any line."""
    body = text.rstrip("\n")
    return f"{body}\n" if body else text


TEXT_FIXES: dict[str, Callable[[str], str]] = {
    "byte-order-mark": without_mark,
    "line-ending": with_line_feeds,
    "trailing-space": without_trailing_spaces,
    "tab": without_tabs,
    "final-newline": with_final_newline,
}
"""The corrections by the rule that asks for each, in the order in which they are applied."""
