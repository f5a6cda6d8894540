"""Documented or inferred: whether the vendor's page shows a node of a contract (`x-inferred`)."""

from __future__ import annotations

from typing import Any

LIMITS = (
    "required",
    "enum",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
"""The keywords that a payload can satisfy, but not prove."""


def inferred(node: Any, keyword: str | None = None) -> str | None:
    """Return the sentence that says why `node`, or its `keyword`, is inferred; None if it is documented."""
    mark = node.get("x-inferred") if isinstance(node, dict) else None
    if isinstance(mark, dict):
        reason = mark.get(keyword) if keyword else None
        return str(reason) if reason is not None else None
    return mark if isinstance(mark, str) else None
