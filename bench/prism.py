"""Installs Prism, an independent mock and validating proxy, once below `build/`; it needs npm."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import npm

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "5.14.2"
_ESCAPE = re.compile(r"\\([^\w^$\\.*+?()\[\]{}|/-])|\\.")
"""An escape in a pattern; its group is a character that needs none."""


def installed() -> tuple[Path | None, str]:
    """Return the program and an empty text, or None and the reason that it is missing."""
    return npm.installed("@stoplight/prism-cli", VERSION, "prism")


def readable(document: Any) -> Any:
    """Return a document with patterns that Prism can read, which mean the same.

    It compiles them with the flag `u`, which allows few escapes. If it cannot, it lets every response of the operation
    pass without a word.
    """
    if isinstance(document, list):
        return [readable(each) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        key: _ESCAPE.sub(lambda found: found[1] or found[0], value)
        if key == "pattern" and isinstance(value, str)
        else readable(value)
        for key, value in document.items()
    }
