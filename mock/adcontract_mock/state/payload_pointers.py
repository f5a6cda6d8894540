"""Parts of payloads by JSON Pointer (RFC 6901) removed and looked for, and values in a form that can be kept."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson

from adcontract.openapi.pointer import get, lookup, split

Value = TypeVar("Value")

HIGHEST = 2**63 - 1
"""The highest integer that the state, and a response, can hold."""


def copied(value: Value) -> Value:
    """Return a copy of a JSON value, several times faster than `copy.deepcopy`."""
    copy: Value = orjson.loads(orjson.dumps(value))
    return copy


def drop(payload: Any, pointer: str) -> None:
    """Remove whatever stands at `pointer` from `payload`."""
    holder, _, last = pointer.rpartition("/")
    found = get(payload, holder)
    if isinstance(found, dict):
        found.pop(split(f"/{last}")[0], None)


def has(payload: Any, pointer: str) -> bool:
    """Return whether anything stands at `pointer`, be it null."""
    try:
        lookup(payload, pointer)
    except LookupError:
        return False
    return True


def clipped(value: Any) -> Any:
    """Return a copy of `value` in which numbers beyond the highest integer are that integer."""
    if isinstance(value, dict):
        return {name: clipped(each) for name, each in value.items()}
    if isinstance(value, list):
        return [clipped(each) for each in value]
    too_high = isinstance(value, float | int) and abs(value) > HIGHEST
    return (HIGHEST if value > 0 else -HIGHEST) if too_high else value
