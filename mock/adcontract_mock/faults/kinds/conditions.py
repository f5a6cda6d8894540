"""Conditional requests that are not heeded, and places of new items that are not theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.listing import without
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from adcontract import Parameter
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("state")


def _is_created(place: Place) -> bool:
    """Return whether a client has items of its own: it writes to no others."""
    return place.resource_type is not None and bool(place.resource_type.creating)


def _is_changed(place: Place) -> bool:
    return (
        _is_created(place)
        and place.resource_type is not None
        and bool(place.resource_type.of("update", "set", "upsert"))
    )


def _shows_tag(place: Place) -> bool:
    return place.action("read") and place.operation.conditions.etag is not None


def _reads(place: Place) -> bool:
    return _shows_tag(place) and place.operation.conditions.if_none_match is not None and _is_created(place)


def _unconditionally(acting: Acting, condition: Parameter | None) -> Any:
    header = acting.context.values.header
    return acting.run(header=without(header, condition.name if condition else None))


@_kinds.acts(
    "etag-constant",
    "The ETag stays the same when the item changes.",
    lambda place: _shows_tag(place) and _is_changed(place),
)
def _constant(acting: Acting) -> Any:
    body = acting.run()
    acting.context.headers[acting.place.operation.conditions.etag or ""] = '"1"'
    return body


@_kinds.acts("if-none-match-ignored", "An item that has not changed is sent again.", _reads)
def _none_match_ignored(acting: Acting) -> Any:
    return _unconditionally(acting, acting.place.operation.conditions.if_none_match)


@_kinds.acts("not-modified-always", "Every If-None-Match is answered with 304.", _reads)
def _always(acting: Acting) -> Any:
    condition, header = acting.place.operation.conditions.if_none_match, acting.context.values.header
    if condition is None or condition.name not in header:
        return acting.run()
    return acting.run(header={**header, condition.name: "*"})


@_kinds.acts(
    "if-match-ignored",
    "A write is done whatever its If-Match says.",
    lambda place: (
        place.action("update", "set", "upsert", "delete")
        and place.operation.conditions.if_match is not None
        and _is_created(place)
    ),
)
def _match_ignored(acting: Acting) -> Any:
    return _unconditionally(acting, acting.place.operation.conditions.if_match)


def _is_read(place: Place) -> bool:
    return place.resource_type is not None and any(each.declared.key for each in place.resource_type.of("read"))


@_kinds.acts(
    "location-of-other",
    "The Location of a new item leads to another one.",
    lambda place: place.action("create") and place.operation.conditions.location is not None and _is_read(place),
)
def _of_other(acting: Acting) -> Any:
    body, name = acting.run(), acting.place.operation.conditions.location or ""
    acting.context.headers[name] = f"{acting.context.headers[name]}0"
    return body
