"""Whether a request contains another one, as the `x-request` of an example or a test writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adcontract import Values


def matches(expected: dict[str, Any], values: Values) -> bool:
    """Return whether a request contains everything in `expected`: values by location and name, and a body."""
    return all(contains(getattr(values, location), part) for location, part in expected.items())


def contains(whole: Any, part: Any) -> bool:
    """Return whether `whole` contains `part`: the named members of an object, every entry of a list, an equal value."""
    if isinstance(part, dict):
        # an empty value that the contract allows is read as none
        return isinstance(whole, dict) and all(
            contains(whole[name], value) if name in whole else value == "" for name, value in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) == len(whole) and all(map(contains, whole, part))
    return bool(part == whole) and isinstance(part, bool) == isinstance(whole, bool)
