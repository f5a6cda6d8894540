"""Keeping the state of sessions, and a log of requests, where other processes, and a restart, find them.

A session is kept as records: each has a name and data, and the number of the change by which it got them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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

    def page_token(self) -> str | None:
        """Return the token by which control pages prove themselves to any of the mocks; None if each has its own."""

    def log(self, entries: Sequence[bytes]) -> None:
        """Add entries to the log, and from time to time forget the oldest beyond the limits."""

    def logged(self, before: int, most: int) -> list[tuple[int, bytes]]:
        """Return the newest entries with numbers below `before`, 0 for any, at most so many, the newest first."""

    def log_state(self) -> tuple[str, int, int]:
        """Return the name of the log, how many entries it keeps, and the number of the last one that it ever had."""

    def forget_log(self) -> None:
        """Forget the entries of the log; the numbers go on."""

    def size(self) -> int:
        """Return the bytes of everything that is kept."""

    def clear(self) -> None:
        """Forget everything."""

    def close(self) -> None:
        """End."""
