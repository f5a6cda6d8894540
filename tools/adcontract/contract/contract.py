"""A contract: one self-contained OpenAPI document, the same for every tool."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.operations import Operation, operations_of
from adcontract.errors import Location

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.contract.catalog import DocumentName


@dataclass(frozen=True)
class Change:
    """One action of an overlay: what `snapshot` changed, in a sentence, and what it touches.

    `touched` has the pointer and the place of each node that the action removes or adds; both for one that it replaces.
    """

    snapshot: str
    sentence: str
    where: Location
    touched: tuple[tuple[str, Location], ...]


@dataclass(frozen=True)
class Contract:
    """An assembled contract. Its references are `#/components/…` only; its examples are in it."""

    name: DocumentName
    folder: Path
    _document: bytes = field(repr=False)
    _origin_json: bytes = field(repr=False)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document, shared by all: do not change it. `copy()` is for a library that changes what it is given."""
        return self.copy()

    def copy(self) -> dict[str, Any]:
        """Return the document anew."""
        document: dict[str, Any] = orjson.loads(self._document)
        return document

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return operations_of(self.document)

    @cached_property
    def _origin(self) -> dict[str, Any]:
        origin: dict[str, Any] = orjson.loads(self._origin_json)
        return origin

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What later snapshots changed, the newest first: the actions that were undone to get this document."""

        def location(place: list[Any]) -> Location:
            file, line, column = place
            return Location(self.folder / file, line, column)

        return tuple(
            Change(snapshot, sentence, location(where), tuple((pointer, location(each)) for pointer, each in touched))
            for snapshot, sentence, where, touched in self._origin["changes"]
        )

    def where(self, pointer: str) -> Location:
        """Return the file, line and column in `spec/` of what stands at `pointer` (RFC 6901) in the document."""
        places = self._origin["places"]
        while pointer and pointer not in places:
            pointer = pointer.rpartition("/")[0]
        file, line, column = places.get(pointer, ["openapi.yaml", 1, 1])
        return Location(self.folder / file, line, column)
