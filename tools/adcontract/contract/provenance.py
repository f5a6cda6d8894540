"""Documented, or inferred: what an `x-inferred` says of a node of a contract."""

from __future__ import annotations

from typing import Any


def inferred(node: Any, keyword: str | None = None) -> str | None:
    """Return why `node`, or its `keyword`, is not on the vendor's page but inferred; None if it is documented."""
    mark = node.get("x-inferred") if isinstance(node, dict) else None
    if isinstance(mark, dict):
        reason = mark.get(keyword) if keyword else None
        return str(reason) if reason is not None else None
    return mark if isinstance(mark, str) else None
