"""Changes of JSON values, as the media type of a change says: JSON Merge Patch (RFC 7396), JSON Patch (RFC 6902)."""

from __future__ import annotations

from itertools import chain
from typing import Any, NamedTuple, TypeGuard

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
PATCHES = (MERGE_PATCH, JSON_PATCH)
"""The media types of a body that says what to change, and not what there is afterwards."""

TEST = "test"
"""The operation of a JSON Patch that changes nothing, and demands a value."""

_WITH_VALUE = ("add", "replace", TEST)
_OPERATIONS = (*_WITH_VALUE, "remove", "move", "copy")

DEEPEST = 200
"""How deep the arrays and objects of a changed value may be nested: JSON is not read, or written, much deeper."""

LARGEST = 1_000_000
"""How many values and characters a JSON Patch may copy and move altogether: a copy may double what there is."""


class PatchError(Exception):
    """A JSON Patch cannot be applied: `is_malformed` is whether that is so for every value. The message says why."""

    def __init__(self, message: str, *, is_malformed: bool = False) -> None:
        super().__init__(message)
        self.is_malformed = is_malformed


class Step(NamedTuple):
    """One operation of a JSON Patch. `source` is the pointer that it names as `from`, None where it has none."""

    op: str
    path: str
    source: str | None
    value: Any

    @property
    def changed(self) -> tuple[str, ...]:
        """The pointers of the values that it changes."""
        if self.op == TEST:
            return ()
        return (self.path, self.source) if self.op == "move" and self.source is not None else (self.path,)


def merged(target: Any, patch: Any) -> Any:
    """Return `target` changed by a JSON Merge Patch (RFC 7396, section 2); it stays as it is."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def steps(patch: Any) -> list[Step]:
    """Return the operations of a JSON Patch.

    Raises:
        PatchError: if it is not one.
    """
    if not isinstance(patch, list):
        raise PatchError("is not an array of operations", is_malformed=True)
    return [_step(index, each) for index, each in enumerate(patch)]


def _step(index: int, node: Any) -> Step:
    if not isinstance(node, dict):
        raise _malformed(index, "is not an object")
    op, path = node.get("op"), node.get("path")
    has_source = op in ("move", "copy")
    source = node.get("from") if has_source else ""
    if op not in _OPERATIONS:
        raise _malformed(index, "has an `op` that JSON Patch does not have")
    if not _is_pointer(path) or not _is_pointer(source):
        raise _malformed(index, "lacks a JSON Pointer")
    if op in _WITH_VALUE and "value" not in node:
        raise _malformed(index, "lacks a `value`")
    if op == "move" and path.startswith(f"{source}/"):
        raise _malformed(index, "moves a value into itself")
    return Step(op, path, source if has_source else None, node.get("value"))


def _malformed(index: int, what: str) -> PatchError:
    return PatchError(f"operation {index} {what}", is_malformed=True)


def _is_pointer(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and (not value or value.startswith("/"))


def patched(target: Any, patch: list[Step]) -> Any:
    """Return `target` changed by the operations of a JSON Patch, one after the other; it stays as it is.

    Raises:
        PatchError: if one of them cannot be done, a test fails, or the result is larger or deeper than it may be.
    """
    holder, left = {"": _copied(target)}, LARGEST
    for index, step in enumerate(patch):
        try:
            value = _copied(step.value) if step.source is None else _value(*_place(holder, step.source))
            size, depth = _extent(value) if step.source is None else _extent(value, left)
            left -= 0 if step.source is None else size
            if left < 0:
                raise PatchError(f"operation {index} makes more than {LARGEST:,} values and characters of copies")
            if depth + step.path.count("/") > DEEPEST:
                raise PatchError(f"operation {index} makes values that are nested deeper than {DEEPEST} levels")
            _do(holder, step, value)
        except LookupError:
            raise PatchError(f"operation {index} names a place that is not there") from None
        except _FailedTestError:
            raise PatchError(f"operation {index} tests for a value that is not there") from None
    return holder[""]


class _FailedTestError(Exception):
    pass


def _copied(value: Any) -> Any:
    """Return a copy of a value of JSON."""
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def depth_of(value: Any) -> int:
    """Return how deep the arrays and objects of a value are nested, 0 for any other value."""
    return _extent(value)[1]


def _extent(value: Any, most: float = float("inf")) -> tuple[int, int]:
    """Return the number of values and characters of a value, and its depth; of one with more than `most` a part's."""
    size, depth, level = 0, -1, [value]
    while level and size <= most:
        depth += 1
        objects = [each for each in level if isinstance(each, dict)]
        texts = chain((each for each in level if isinstance(each, str)), *objects)
        size += len(level) + sum(map(len, texts))
        arrays = (each for each in level if isinstance(each, list))
        level = list(chain.from_iterable([*arrays, *(each.values() for each in objects)]))
    return size, depth


def _do(holder: dict[str, Any], step: Step, value: Any) -> None:
    if step.op == TEST:
        if not same(_value(*_place(holder, step.path)), value):
            raise _FailedTestError
    elif step.op == "remove":
        _remove(holder, step.path)
    elif step.op == "replace":
        node, name = _place(holder, step.path)
        _value(node, name)
        node[name] = value
    else:
        if step.op == "move":
            _remove(holder, step.source or "")
        _add(holder, step.path, _copied(value) if step.op == "copy" else value)


def _add(holder: dict[str, Any], path: str, value: Any) -> None:
    node, name = _place(holder, path)
    if isinstance(node, list):
        node.insert(len(node) if name == "-" else name, value)
    else:
        node[name] = value


def _remove(holder: dict[str, Any], path: str) -> None:
    if not path:
        raise LookupError(path)
    node, name = _place(holder, path)
    _value(node, name)
    del node[name]


def _place(holder: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Return the object or the array that a pointer leads into, and the name or the index in it."""
    node: Any = holder
    *parts, last = ["", *(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])]
    for part in parts:
        node = _value(node, _name(node, part))
    return node, _name(node, last)


def _name(node: Any, part: str) -> str | int:
    """Return the name of a member, or the index of an entry, that a part of a pointer is (RFC 6901, section 4)."""
    if isinstance(node, dict) or (isinstance(node, list) and part == "-"):
        return part
    is_index = part.isascii() and part.isdecimal() and (part == "0" or not part.startswith("0"))
    # a number of thousands of digits is no integer of Python
    if not isinstance(node, list) or not is_index or len(part) > len(str(len(node))) or int(part) > len(node):
        raise LookupError(part)
    return int(part)


def _value(node: Any, name: Any) -> Any:
    if isinstance(node, list) and name == "-":
        raise LookupError(name)
    return node[name]


def same(one: Any, two: Any) -> bool:
    """Return whether two values of JSON are equal (RFC 6902, section 4.6): 1 is 1.0, and not true."""
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(value, two[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    return isinstance(one, bool) is isinstance(two, bool) and bool(one == two)


def assignment(pointer: str, value: Any, target: Any) -> dict[str, Any]:
    """Return the operation of a JSON Patch that gives `target` a value at `pointer`, which it may have or not."""
    try:
        _value(*_place({"": target}, pointer))
    except LookupError:
        return {"op": "add", "path": pointer, "value": value}
    return {"op": "replace", "path": pointer, "value": value}
