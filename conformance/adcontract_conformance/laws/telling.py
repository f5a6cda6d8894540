"""Values that a target may store otherwise than they were sent: long texts, unusual characters, and fractions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.factory import ResourceFactory

LENGTHS = (255, 120, 60, 40, 20)
"""The lengths of a text that is sent to see whether it is kept, in characters: the first that is valid."""


def telling_bodies(factory: ResourceFactory, operation: Operation, body: Any) -> Iterator[Any]:
    """Yield a body with a long text of all kinds of characters for each title, and fractions for numbers with one.

    The values of maps are such texts as well, and are not in a second body, for a target that refuses them. None is
    yielded where nothing in the body can have another value.
    """
    seen: list[Any] = [body]
    for maps in (True, False):
        changed = _telling_body(factory, operation, body, maps=maps)
        if changed not in seen:
            seen.append(changed)
            yield changed


def _telling_body(factory: ResourceFactory, operation: Operation, body: Any, *, maps: bool) -> Any:
    resource, changed = factory.resource(operation), body
    if not operation.body or not isinstance(body, dict):
        return body
    pointer = f"{operation.body[0].pointer}/schema"
    for name in (theirs.removeprefix("/") for theirs in resource.echo.values()):
        for value in _telling(body.get(name), maps=maps):
            if factory.client.sender.checked.schemas.valid(pointer, {**changed, name: value}):
                changed = {**changed, name: value}
                break
    return changed


def _telling(value: Any, *, maps: bool) -> Iterator[Any]:
    if isinstance(value, float):
        yield int(value) + 0.37
    if isinstance(value, str) and " " in value.strip():
        yield from _texts()
    if maps and isinstance(value, dict) and value and all(isinstance(each, str) for each in value.values()):
        yield from (dict.fromkeys(value, text) for text in _texts())


def _texts() -> Iterator[str]:
    text = 'Tom & Jerry\'s "Käse", 5 %, a/b; ' + "and so on " * 30
    return (f"{text[: length - 2].strip()}.".ljust(length - 1, ".") + "!" for length in LENGTHS)
