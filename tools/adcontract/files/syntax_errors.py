"""The place of a syntax error as a reader sees it, which is often before the one where the parser stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import json


def place_in_yaml(error: Any, text: str) -> tuple[int, int]:
    """Return line and column of an error: where the parser stopped, or where that begins which it found no end of."""
    stopped, begun, context = error.problem_mark, error.context_mark, str(error.context)
    has_no_end = "quoted scalar" in context or "flow" in context or "simple key" in context
    if has_no_end and begun and begun.line < stopped.line:
        return begun.line + 1, begun.column + 1
    lines = text.splitlines()[: stopped.line + 1]
    if "mapping values" in str(error.problem) and len(lines) > 1:
        # a key without its colon is a text that goes on in the next line
        before, here = lines[-2], lines[-1]
        indent = len(before) - len(before.lstrip())
        if before.strip() and ":" not in before and indent == len(here) - len(here.lstrip()):
            return stopped.line, indent + 1
    return stopped.line + 1, stopped.column + 1


def place_in_json(error: json.JSONDecodeError, text: str) -> tuple[int, int]:
    """Return line and column of an error; a comma is missing, or too many, before the token where the parser stops."""
    place, before = error.pos, len(text[: error.pos].rstrip())
    if error.msg.startswith("Invalid control character"):
        place = text.rindex('"', 0, place)  # a text without its closing quotation mark goes on to the end of the line
    elif error.msg == "Expecting ',' delimiter":
        place = before
    elif text[:before].endswith(",") and text[place : place + 1] in ("]", "}"):
        place = before - 1
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
