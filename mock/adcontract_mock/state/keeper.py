"""Keeping the state of sessions where other processes, and a restart, find it.

A session is kept as records: each has a name and data, and the number of the change by which it got them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Changes:
    """What has changed in a session up to the change with the number `version`: records by name.

    `whole` is whether they are all that it has.
    """

    version: int
    records: Mapping[str, bytes]
    whole: bool


class Keeper(Protocol):
    """Keeps sessions. Whatever cannot be kept or read raises `StateError`, and then nothing has changed."""

    def stamp(self) -> object:
        """Return a value that is another one once another process has changed something."""

    def changes(self, session: str, since: int) -> Changes | None:
        """Return what has changed in a session after the change with that number; None if it is not kept."""

    def begin(self) -> None:
        """Begin to write: no other process does until `commit` or `rollback`."""

    def commit(self) -> None:
        """Keep what was written since `begin`."""

    def rollback(self) -> None:
        """Forget what was written since `begin`."""

    def write(self, session: str, records: Mapping[str, bytes], *, anew: bool) -> int:
        """Put records into a session, with `anew` in place of all that it has; return the number of this change."""

    def shared(self, digest: str) -> bytes:
        """Return what sessions share under a name."""

    def share(self, digest: str, data: bytes) -> None:
        """Keep what sessions share under a name, unless it is kept already."""

    def used(self, when: Mapping[str, float]) -> None:
        """Note when sessions were last used, and forget the longest unused of those beyond the limit."""

    def size(self) -> int:
        """Return the bytes of everything that is kept."""

    def clear(self) -> None:
        """Forget everything."""

    def close(self) -> None:
        """End."""
