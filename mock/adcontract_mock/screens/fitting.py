"""Changing a value only as far as it fits its schema and the rules of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_mock.screens.places import replaced
from adcontract_mock.state.payload_pointers import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from adcontract_mock.screens.places import Path

    Holds = Callable[[Any], bool]


def changed(value: Any, changes: Sequence[tuple[Path, Any]], holds: Holds) -> Any:
    """Return a copy of `value` with the changes that it holds with: all, else those of each object, else each."""
    if not changes:
        return value
    whole = together(value, dict(changes), holds)
    if whole is not value:
        return whole
    objects: dict[Path, list[tuple[Path, Any]]] = {}
    for path, new in changes:
        objects.setdefault(path[:-1], []).append((path, new))
    parts = list(objects.values()) if len(objects) > 1 else [[each] for each in changes]
    for part in parts if len(changes) > 1 else ():
        value = changed(value, part, holds)
    return value


def together(value: Any, changes: Mapping[Path, Any], holds: Holds) -> Any:
    """Return a copy of `value` with all of the changes, or `value` itself if it does not hold with them."""
    candidate = copied(value)
    for path, new in changes.items():
        candidate = replaced(candidate, path, new)
    return candidate if holds(candidate) else value
