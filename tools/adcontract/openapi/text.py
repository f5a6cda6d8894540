"""Values as texts, as they stand in a URL or a header."""

from __future__ import annotations

import json
from typing import Any


def letters(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return "".join(each for each in text.casefold() if each.isalnum())


def as_text(value: Any) -> str:
    """Return a value as it stands in a path, a query or a header (style `simple` for arrays)."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, list):
        return ",".join(as_text(item) for item in value)
    return "" if value is None else json.dumps(value)
