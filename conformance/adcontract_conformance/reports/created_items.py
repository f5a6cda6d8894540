"""What a run has created and left on its target, as a report has it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class _Data(Struct, frozen=True, omit_defaults=True):
    """Data of a report; what has its default is not written."""


class LeftItem(_Data, frozen=True, kw_only=True):
    """An item that was created and could not be removed."""

    api: str
    resource: str
    id: Any
    reason: str


class Count(_Data, frozen=True, kw_only=True):
    """How many items of a resource, or how often an operation."""

    api: str
    name: str
    count: int


class CreatedItems(_Data, frozen=True, kw_only=True):
    """What a run has created: how much was removed, what is left and in which file that stands.

    `unremovable` and `undone` are what the contract cannot take back, `marked` what can be read although it was
    deleted, and `unnamed` what could not be removed because no response named it.
    """

    removed: int
    left: tuple[LeftItem, ...]
    file: str | None
    unremovable: tuple[Count, ...]
    marked: tuple[Count, ...]
    unnamed: tuple[Count, ...]
    undone: tuple[Count, ...]
