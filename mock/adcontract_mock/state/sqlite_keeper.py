"""Keeps the state in a file of SQLite, which several processes of one machine share."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract import UsageError
from adcontract_mock.state import bounds
from adcontract_mock.state.errors import RESET, StateError
from adcontract_mock.state.keeper import Changes
from adcontract_mock.state.sqlite_tables import SHORTEN_LOG, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PATIENCE = 10
"""Seconds to wait for another process that writes."""

_LOG_PATIENCE = 0.1
"""Seconds that an entry of the log waits for it, before it is kept later."""

_PAUSE = 0.001
"""Seconds between two attempts to write."""

_HEAD = b"SQLite format 3\0"
"""The beginning of every file of SQLite that is not empty."""

_FULL = frozenset((sqlite3.SQLITE_FULL, sqlite3.SQLITE_TOOBIG))
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the file is read-only",
    sqlite3.SQLITE_BUSY: f"another process has locked the file for {PATIENCE} s",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is damaged",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; its folder has to exist and to be writable",
    sqlite3.SQLITE_IOERR: "the file cannot be read or written",
}


class SqliteKeeper:
    """Keeps the state in a file. What was committed outlives the end of every process; see `PRAGMA synchronous`."""

    def __init__(self, file: Path) -> None:
        """Open a file, which is created if it does not exist.

        Raises:
            UsageError: if it cannot be used; then it is as it was.
        """
        self._file = file
        self._logged = 0
        try:
            _check_head(file)
            self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=0)
            self._run = self._connection.execute
            prepare(self._connection, file, self._begin)
        except (sqlite3.Error, OSError) as error:
            reason = _reason(error) if isinstance(error, sqlite3.Error) else error.strerror
            raise UsageError(f"{file} cannot keep the state: {reason}. Name another file with --state.") from None

    def stamp(self) -> object:
        """Return a value that is another one once another process has changed something."""
        with self._explained():
            return self._run("PRAGMA data_version").fetchone()[0]

    def changes(self, session: str, since: int) -> Changes | None:
        """Return what has changed in a session after the change with that number; None if it is not kept."""
        with self._explained(), self._one_view():
            found = self._run("SELECT version, anew FROM sessions WHERE session = ?", (session,)).fetchone()
            if found is None:
                return None
            version, anew = found
            since = 0 if since < anew else since
            query = "SELECT name, data FROM records WHERE session = ? AND version > ?"
            return Changes(version, dict(self._run(query, (session, since)).fetchall()), whole=not since)

    def begin(self) -> None:
        """Begin to write as soon as no other process does; SQLite would wait longer and longer between attempts."""
        with self._explained():
            self._begin()

    def _begin(self, patience: float | None = None) -> None:
        patient = time.monotonic() + (PATIENCE if patience is None else patience)
        while True:
            try:
                self._run("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > patient:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def commit(self) -> None:
        """Keep what was written since `begin`."""
        with self._explained():
            self._run("COMMIT")

    def rollback(self) -> None:
        """Forget what was written since `begin`."""
        if self._connection.in_transaction:
            self._run("ROLLBACK")

    def write(self, session: str, records: Mapping[str, bytes], *, anew: bool) -> int:
        """Put records into a session, with `anew` in place of all that it has; return the number of this change."""
        with self._explained():
            self._run("UPDATE changes SET number = number + 1")
            (number,) = self._run("SELECT number FROM changes").fetchone()
            self._run(
                "INSERT INTO sessions VALUES (?1, ?2, ?3, ?3)"
                " ON CONFLICT DO UPDATE SET version = ?3, anew = iif(?4, ?3, anew)",
                (session, time.time(), number, anew),
            )
            if anew:
                self._run("DELETE FROM records WHERE session = ?", (session,))
            self._connection.executemany(
                "INSERT INTO records VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT DO UPDATE SET version = excluded.version, data = excluded.data",
                [(session, name, number, data) for name, data in records.items()],
            )
            return int(number)

    def shared(self, digest: str) -> bytes:
        """Return what sessions share under a name."""
        with self._explained():
            found = self._run("SELECT data FROM shared WHERE digest = ?", (digest,)).fetchone()
            if found is None:
                raise sqlite3.DatabaseError("items with which a session began are missing")
            data: bytes = found[0]
            return data

    def share(self, digest: str, data: bytes) -> None:
        """Keep what sessions share under a name, unless it is kept already."""
        with self._explained():
            if self._run("SELECT 1 FROM shared WHERE digest = ?", (digest,)).fetchone() is None:
                self._run("INSERT INTO shared VALUES (?, ?)", (digest, data))

    def used(self, when: Mapping[str, float]) -> None:
        """Note when sessions were last used, and forget the longest unused of those beyond the limit."""
        with self._explained():
            self._connection.executemany(
                "UPDATE sessions SET used = ? WHERE session = ?", [(used, session) for session, used in when.items()]
            )
            query = "SELECT session FROM sessions ORDER BY used DESC LIMIT -1 OFFSET ?"
            for unused in self._run(query, (bounds.SESSIONS,)).fetchall():
                for table in ("records", "sessions"):
                    self._run(f"DELETE FROM {table} WHERE session = ?", unused)

    def page_token(self) -> str | None:
        """Return None: mocks with one file are reached at addresses of their own, and so are their pages."""
        return None

    def log(self, entries: Sequence[bytes]) -> None:
        """Add entries to the log, and from time to time forget the oldest beyond the limits.

        Every request has one, which is to wait for a moment only.
        """
        with self._written(_LOG_PATIENCE):
            self._connection.executemany("INSERT INTO log (entry) VALUES (?)", [(each,) for each in entries])
            self._logged += len(entries)
            if self._logged >= bounds.LOG_EXCESS:
                self._logged = 0
                self._run(SHORTEN_LOG, (bounds.LOG, bounds.LOG_BYTES))

    def logged(self, before: int, most: int) -> list[tuple[int, bytes]]:
        """Return the newest entries with numbers below `before`, 0 for any, at most so many, the newest first."""
        with self._explained():
            query = "SELECT number, entry FROM log WHERE ?1 = 0 OR number < ?1 ORDER BY number DESC LIMIT ?2"
            return self._run(query, (before, most)).fetchall()

    def log_state(self) -> tuple[str, int, int]:
        """Return the name of the log, how many entries it keeps, and the number of the last one that it ever had."""
        with self._explained():
            (kept,) = self._run("SELECT count(*) FROM log").fetchone()
            last = self._run("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone()
            return str(self._file), kept, last[0] if last else 0

    def forget_log(self) -> None:
        """Forget the entries of the log; the numbers go on."""
        with self._written():
            self._run("DELETE FROM log")

    def size(self) -> int:
        """Return the bytes of everything that is kept."""
        with self._explained():
            pages, free, size = (
                self._run(f"PRAGMA {each}").fetchone()[0] for each in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * size)

    def clear(self) -> None:
        """Forget everything."""
        with self._written():
            for table in ("records", "sessions", "shared"):
                self._run(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _written(self, patience: float | None = None) -> Iterator[None]:
        """Keep what is written meanwhile, all or none; see `_begin` for `patience`."""
        with self._explained():
            self._begin(patience)
        try:
            with self._explained():
                yield
            self.commit()
        except BaseException:
            self.rollback()
            raise

    @contextmanager
    def _one_view(self) -> Iterator[None]:
        """Let several queries see the same."""
        if self._connection.in_transaction:
            yield
            return
        self._run("BEGIN")
        try:
            yield
        finally:
            self.rollback()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Let an error say in one line what is wrong with the file, and what helps."""
        try:
            yield
        except sqlite3.Error as error:
            reason = f"The state cannot be used: {_reason(error)} ({self._file})."
            if _code(error) in _FULL:
                message = f"{reason} Free some space. {RESET}."
                raise StateError(HTTPStatus.INSUFFICIENT_STORAGE, message) from None
            message = f"{reason} Correct that, or start the mock with another --state."
            raise StateError(HTTPStatus.SERVICE_UNAVAILABLE, message) from None


def _check_head(file: Path) -> None:
    """Check that a file is one of SQLite, if there is one: it would take a short text for an empty file.

    Raises:
        sqlite3.DatabaseError: if it is not.
        OSError: if it cannot be read.
    """
    if file.exists():
        with file.open("rb") as opened:
            head = opened.read(len(_HEAD))
        if head not in (b"", _HEAD):
            raise sqlite3.DatabaseError("it is not a state")


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _reason(error: sqlite3.Error) -> str:
    return _REASONS.get(_code(error), str(error).rstrip("."))
