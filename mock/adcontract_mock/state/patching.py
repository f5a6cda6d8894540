"""Changing an item by a JSON Merge Patch or a JSON Patch, of which it keeps what `echo` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.openapi.patches import DEEPEST, MERGE_PATCH, PATCHES, PatchError, depth_of, merged, patched, steps
from adcontract.openapi.pointer import get, join, put
from adcontract_mock.state.payload_pointers import clipped, copied, has

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adcontract import MediaType
    from adcontract_mock.state.item_factory import ItemFactory
    from adcontract_mock.state.stateful_resource import StatefulResource

_MALFORMED = ("400", "422", "409")
_CONFLICT = ("409", "422", "400")
_UNFIT = ("422", "400", "409")
TOO_LARGE = ("413", *_UNFIT)
"""The statuses of refusals (RFC 5789, section 2.2), the first that an operation declares is taken."""


class RefusedBody(Exception):  # noqa: N818 - it is answered, not an error of the mock
    """A patch that cannot be applied to the item, or a body of which nothing can be kept. The message says why.

    `statuses` are those of the responses to it, the one that fits best first.
    """

    def __init__(self, message: str, statuses: tuple[str, ...] = _UNFIT) -> None:
        super().__init__(message)
        self.statuses = statuses


@dataclass(frozen=True)
class Fields:
    """What a patch may change: `echo` has the pointers of the fields of the item, each with the one in the patch.

    `is_read_only` returns whether only the server writes what is at a pointer in the item.
    """

    echo: Mapping[str, str]
    is_read_only: Callable[[str], bool]

    def takes(self, pointer: str) -> bool:
        """Return whether a patch may change the value at a pointer."""
        holders = ((ours, theirs) for ours, theirs in self.echo.items() if f"{pointer}/".startswith(f"{theirs}/"))
        return any(not self.is_read_only(f"{ours}{pointer.removeprefix(theirs)}") for ours, theirs in holders)


def keepable(body: Any) -> Any:
    """Return a copy of a body in a form that can be kept.

    Raises:
        RefusedBody: if it is nested too deep for that.
    """
    if depth_of(body) > DEEPEST:
        raise RefusedBody(f"is nested deeper than {DEEPEST} levels")
    return clipped(body)


def is_patch(media: MediaType | None) -> bool:
    """Return whether a body of a media type says what to change, and not what there is afterwards."""
    return media is not None and media.essence in PATCHES


def patch(media: MediaType, body: Any, item: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Return the fields that an item keeps once a patch of it is done, by their pointers in the item.

    What the patch removes is left out.

    Raises:
        RefusedBody: if it cannot be done, or changes something else.
    """
    target = copied(dict(item))
    for ours, theirs in fields.echo.items():
        if has(item, ours):
            put(target, theirs, get(item, ours))
    after = merged(target, body) if media.essence == MERGE_PATCH else _patched(target, body, fields)
    return {ours: get(after, theirs) for ours, theirs in fields.echo.items() if has(after, theirs)}


def _patched(target: Any, body: Any, fields: Fields) -> Any:
    try:
        todo = steps(body)
        for pointer in (changed for step in todo for changed in step.changed):
            if not fields.takes(pointer):
                raise RefusedBody(f"changes {pointer or 'the whole item'}, which this operation does not change")
        return patched(target, todo)
    except PatchError as error:
        raise RefusedBody(str(error), _MALFORMED if error.is_malformed else _CONFLICT) from None


def complete(factory: ItemFactory, resource: StatefulResource, item: dict[str, Any]) -> None:
    """Give null, or the default, to whatever responses require of an item and a patch has removed.

    Raises:
        RefusedBody: if a response cannot show the item even so.
    """
    while misfit := factory.misfit(resource, item):
        error = misfit[1]
        pointer = join("", *map(str, error.path))
        if error.keyword != "required" or has(item, pointer) or not all(isinstance(part, str) for part in error.path):
            raise RefusedBody(f"{error.field}: {error.message}")
        put(item, pointer, factory.without_value(resource, pointer))
