"""Reading and writing parts of payloads by JSON Pointer (RFC 6901)."""

from __future__ import annotations

from typing import Any

from adcontract.openapi.pointer import lookup, split

HIGHEST = 2**63 - 1
"""The highest integer that what is kept, and an answer, can hold."""


def get(payload: Any, pointer: str) -> Any:
    """Return what stands at `pointer`, None if nothing does."""
    try:
        return lookup(payload, pointer)
    except (LookupError, TypeError):
        return None


def put(payload: Any, pointer: str, value: Any) -> Any:
    """Return `payload` with `value` at `pointer`: it is changed, and objects on the way are made."""
    if not pointer:
        return value
    *way, last = split(pointer)
    holder = payload
    for part in way:
        if not isinstance(holder.get(part), dict):
            holder[part] = {}
        holder = holder[part]
    holder[last] = value
    return payload


def drop(payload: Any, pointer: str) -> None:
    """Take what stands at `pointer` out of `payload`, if anything does."""
    holder, _, last = pointer.rpartition("/")
    found = get(payload, holder)
    if isinstance(found, dict):
        found.pop(split(f"/{last}")[0], None)


def clipped(value: Any) -> Any:
    """Return a copy of `value` in which integers that are too high are the highest there is."""
    if isinstance(value, dict):
        return {name: clipped(each) for name, each in value.items()}
    if isinstance(value, list):
        return [clipped(each) for each in value]
    too_high = isinstance(value, float | int) and abs(value) > HIGHEST
    return (HIGHEST if value > 0 else -HIGHEST) if too_high else value


def has(payload: Any, pointer: str) -> bool:
    """Return whether anything stands at `pointer`."""
    try:
        lookup(payload, pointer)
    except (LookupError, TypeError):
        return False
    return True
