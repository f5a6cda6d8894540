"""The message of a breach of a JSON Schema, which names what an enumeration allows."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Any

_LONGEST = 160
"""The length of a list of values that is shown as a whole, in characters."""

_NEAREST = 3
"""The number of values that are shown of a longer list."""


def message_of(error: Any) -> str:
    """Return the message of an error of jsonschema_rs; of an enumeration it names all values, of many the nearest."""
    message: str = error.message
    if error.kind.name != "enum":
        return message
    options = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in error.kind.options]
    cut = f" is not one of {', '.join(options[:2])} or {len(options) - 2} other candidates"
    return (
        f"{message.removesuffix(cut)} is not one of {_listed(options, error.instance)}" if cut in message else message
    )


def _listed(options: list[str], given: Any) -> str:
    if sum(map(len, options)) <= _LONGEST:
        return f"{', '.join(options[:-1])} or {options[-1]}"
    nearest = get_close_matches(json.dumps(given, ensure_ascii=False), options, n=_NEAREST)
    shown = [*nearest, *(each for each in options if each not in nearest)][:_NEAREST]
    return f"{', '.join(shown)} or {len(options) - len(shown)} others"
