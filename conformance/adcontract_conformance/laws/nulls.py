"""Null in a change: it takes a value away, after which a field may have the one that a new item has in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.replies import MISSING, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.factory import Item, ResourceFactory


def without_defaults(
    factory: ResourceFactory, operation: Operation, item: Item, body: Any, states: tuple[Any, Any]
) -> Any:
    """Return a body without the nulls that have taken a value away, after which the field has another one.

    `states` are the item before and after the change. Where the value is the same, it is set to another one and taken
    away again, for it may have been the default one before.
    """
    before, after = states
    if not isinstance(body, dict):
        return body
    rest = dict(body)
    for ours, theirs in factory.resource(operation).echo.items():
        name, was, held = theirs.removeprefix("/"), at(before, ours), at(after, ours)
        if rest.get(name, MISSING) is None and not kept(None, held):
            if kept(was, held) and not _is_default(factory, operation, item, (body, name, ours), held):
                continue
            del rest[name]
    return rest


def _is_default(
    factory: ResourceFactory, operation: Operation, item: Item, field: tuple[Any, str, str], held: Any
) -> bool:
    """Return whether null gives a field back the value `held`, once it was set to another one."""
    body, name, ours = field
    pointer = f"{operation.body[0].pointer}/schema"
    for other in other_values(held):
        changed = {**body, name: other}
        if not factory.client.sender.checked.schemas.valid(pointer, changed):
            continue
        if factory.do(operation, item, changed).ok and kept(other, at(factory.look(item)[0], ours)):
            return factory.do(operation, item, body).ok and not kept(other, at(factory.look(item)[0], ours))
    return False


def other_values(value: Any) -> Iterator[Any]:
    """Yield other values of the type of one, the nearest first; none for null, an object or an array."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        yield f"{value} 2"
