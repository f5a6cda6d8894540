"""Values that a target may store otherwise than they were sent: long texts, unusual characters, and fractions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.replies import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.factory import ResourceFactory

LENGTHS = (255, 120, 60, 40, 20)
"""The lengths of a text that is sent to see whether it is kept, in characters: the first that is valid."""


def telling_body(factory: ResourceFactory, operation: Operation, body: Any) -> Any:
    """Return a body with a long text of all kinds of characters for each title, and fractions for numbers with one.

    `MISSING` where nothing in the body can have another value.
    """
    resource, changed = factory.resource(operation), body
    if not operation.body or not isinstance(body, dict):
        return MISSING
    pointer = f"{operation.body[0].pointer}/schema"
    for name in (theirs.removeprefix("/") for theirs in resource.echo.values()):
        for value in _telling(body.get(name)):
            if factory.client.sender.checked.schemas.valid(pointer, {**changed, name: value}):
                changed = {**changed, name: value}
                break
    return MISSING if changed is body else changed


def _telling(value: Any) -> Iterator[Any]:
    if isinstance(value, float):
        yield int(value) + 0.37
    if isinstance(value, str) and " " in value.strip():
        text = 'Tom & Jerry\'s "Käse", 5 %, a/b; ' + "and so on " * 30
        yield from (f"{text[: length - 2].strip()}.".ljust(length - 1, ".") + "!" for length in LENGTHS)
