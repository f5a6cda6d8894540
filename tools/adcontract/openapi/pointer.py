"""JSON Pointers (RFC 6901) as plain strings: the empty string is the whole document."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator


def join(pointer: str, *parts: str) -> str:
    """Return `pointer` with `parts` appended, escaped as RFC 6901 asks."""
    # few parts have anything to escape, and the assembly of a document joins some hundred thousand
    for part in parts:
        pointer += "/" + (part.replace("~", "~0").replace("/", "~1") if "~" in part or "/" in part else part)
    return pointer


def split(pointer: str) -> list[str]:
    """Return the parts of `pointer`, unescaped."""
    return list(_parts(pointer))


@lru_cache(4096)  # a mock looks up the same few hundred, for every item of a list
def _parts(pointer: str) -> tuple[str, ...]:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def lookup(document: Any, pointer: str) -> Any:
    """Return the value at `pointer`.

    Raises:
        LookupError: if there is none.
    """
    return step(document, _parts(pointer))


def step(node: Any, parts: Iterable[str]) -> Any:
    """Return the value that `parts` lead to from `node`.

    Raises:
        LookupError: if a part is missing.
    """
    for part in parts:
        if isinstance(node, list):
            if not part.isdecimal():
                raise LookupError(part)
            node = node[int(part)]
        elif isinstance(node, dict):
            node = node[part]
        else:
            raise LookupError(part)
    return node


def get(payload: Any, pointer: str) -> Any:
    """Return the value at `pointer`, None if there is none."""
    try:
        return lookup(payload, pointer)
    except LookupError:
        return None


def nearest(pointer: str, known: Container[str]) -> str:
    """Return the longest pointer at or above `pointer` that is known; the empty one if there is none."""
    while pointer and pointer not in known:
        pointer = pointer.rpartition("/")[0]
    return pointer


def every(payload: Any, pointer: str) -> list[Any]:
    """Return the values at `pointer`, where `*` is every entry of a list; for a list at its end, the entries."""
    found = [payload]
    for part in split(pointer):
        if part == "*":
            found = [each for one in found if isinstance(one, list) for each in one]
        else:
            found = [one[part] for one in found if isinstance(one, dict) and part in one]
    return [each for one in found for each in (one if isinstance(one, list) else [one])]


def walk(node: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every node below and including `node`, each with its pointer, parents first."""
    yield pointer, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, join(pointer, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, join(pointer, str(index)))


def put(payload: Any, pointer: str, value: Any) -> Any:
    """Return a payload with a value at a pointer; it is changed in place, and objects that it lacks are created."""
    if not pointer:
        return value
    *parts, last = _parts(pointer)
    holder = payload
    for part in parts:
        if not isinstance(holder.get(part), dict):
            holder[part] = {}
        holder = holder[part]
    holder[last] = value
    return payload
