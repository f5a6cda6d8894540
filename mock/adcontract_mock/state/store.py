"""Where worlds are kept: SQLite, in a file that processes and restarts share, or in memory."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE = 60
"""Seconds to wait for another process that writes."""

_MOMENT = 0.001
"""Seconds until it is tried again."""

_MOST = 200
"""Sessions that are kept."""

_EDITION = 1
"""The number by which a file says that it has these tables (`PRAGMA user_version`); other tables, another number."""

_LIVE = ""
"""The name of the state that requests see; any other is a snapshot's."""

_TABLES = (
    "CREATE TABLE sessions (session TEXT PRIMARY KEY, used REAL NOT NULL, seeds INTEGER) WITHOUT ROWID",
    "CREATE TABLE begun (session TEXT, state TEXT, document TEXT, kind TEXT, parent TEXT,"
    " PRIMARY KEY (session, state, document, kind, parent)) WITHOUT ROWID",
    "CREATE TABLE items (session TEXT, state TEXT, document TEXT, kind TEXT, id TEXT, number INTEGER, parent TEXT,"
    " gone INTEGER, data BLOB, PRIMARY KEY (session, state, document, kind, id, parent)) WITHOUT ROWID",
    "CREATE INDEX items_in_order ON items (session, state, document, kind, number)",
)
_COLUMNS = {"begun": "document, kind, parent", "items": "document, kind, id, number, parent, gone, data"}
_KEPT = ("sessions", *_COLUMNS)


class Row:
    """An item of a collection.

    `id` is its id as text, `parent` that of what it belongs to, empty for nothing; the two together name it.
    """

    __slots__ = ("_data", "_item", "id", "parent")

    def __init__(self, name: str, parent: str, data: bytes) -> None:
        """Take an item as the JSON that it is kept as, which is read when it is needed: most are on other pages."""
        self.id = name
        self.parent = parent
        self._data = data
        self._item: dict[str, Any] | None = None

    @property
    def item(self) -> dict[str, Any]:
        """The item; what is changed in it is kept by `SessionState.change`."""
        if self._item is None:
            self._item = orjson.loads(self._data)
        return self._item


class Store:
    """Keeps the worlds of sessions, of which there are no more than 200: for one more the longest unused is forgotten.

    Every use is one transaction: there is one writer at a time.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Open `file`, which is made if it is not there; None keeps all in memory.

        Raises:
            UsageError: if it cannot be used.
        """
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(file or ":memory:", isolation_level=None, check_same_thread=False)
            self._prepare(file)
            if file:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.execute("PRAGMA busy_timeout = 0")
        except sqlite3.Error as error:
            raise UsageError(f"{file} cannot keep the state: {error}. Name another file with --state.") from None

    def _prepare(self, file: Path | None) -> None:
        with self._transaction():
            if self._connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
                for table in _TABLES:
                    self._connection.execute(table)
                self._connection.execute(f"PRAGMA user_version = {_EDITION}")
            elif self._connection.execute("PRAGMA user_version").fetchone() != (_EDITION,):
                way_out = "Delete it, or name another file with --state."
                raise UsageError(f"{file} is not a state of this edition of the mock. {way_out}")

    @contextmanager
    def session_state(self, session: str, document: str = "") -> Iterator[SessionState]:
        """Give the world of a session, of which nobody else changes anything meanwhile; it is as before on an error."""
        with self._transaction():
            seeds = self._used(session)
            yield SessionState(self._connection, session, document, seeds)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._begin()
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _begin(self) -> None:
        """Begin to write, when no other process does: SQLite would wait ever longer, and be overtaken all the while."""
        patient = time.monotonic() + _PATIENCE
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patient:
                    raise
                time.sleep(_MOMENT)
            else:
                return

    def _used(self, session: str) -> int | None:
        """Note that a session is used, forget those that are too many, and return what it starts with."""
        run = self._connection.execute
        run("INSERT OR IGNORE INTO sessions VALUES (?, 0, NULL)", (session,))
        run("UPDATE sessions SET used = ? WHERE session = ?", (time.time(), session))
        for unused in run("SELECT session FROM sessions ORDER BY used DESC LIMIT -1 OFFSET ?", (_MOST,)).fetchall():
            for table in _KEPT:
                run(f"DELETE FROM {table} WHERE session = ?", unused)
        (seeds,) = run("SELECT seeds FROM sessions WHERE session = ?", (session,)).fetchone()
        return None if seeds is None else int(seeds)

    def clear(self) -> None:
        """Forget all of every session."""
        with self._transaction():
            for table in _KEPT:
                self._connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


class SessionState:
    """What a session has of one document, or of all, within one transaction.

    `seeds` is how many items each of its collections starts with, None where it did not say.
    """

    def __init__(self, connection: sqlite3.Connection, session: str, document: str, seeds: int | None) -> None:
        self._run = connection.execute
        self.session = session
        self.seeds = seeds
        self._place = (session, _LIVE, document)
        self._counts: dict[str, int] = {}
        self._highest: dict[str, int] = {}

    def _of_kind(self, what: str, kind: str, condition: str = "", *more: Any) -> sqlite3.Cursor:
        query = f"SELECT {what} FROM items WHERE session = ? AND state = ? AND document = ? AND kind = ? {condition}"
        return self._run(query, (*self._place, kind, *more))

    def begin(self, kind: str, parent: str = "") -> bool:
        """Note that a collection has begun, and return whether it had not before."""
        cursor = self._run("INSERT OR IGNORE INTO begun VALUES (?, ?, ?, ?, ?)", (*self._place, kind, parent))
        return cursor.rowcount == 1

    def rows(self, kind: str) -> list[Row]:
        """Return the items of a kind in the order in which they were made."""
        found = self._of_kind("id, parent, data", kind, "AND gone = 0 ORDER BY number")
        return [Row(*each) for each in found]

    def called(self, kind: str, name: str) -> list[Row]:
        """Return the items of that id: one, or one of each parent that has such a one."""
        return [Row(*each) for each in self._of_kind("id, parent, data", kind, "AND id = ? AND gone = 0", name)]

    def taken(self, kind: str, name: str, parent: str | None) -> bool:
        """Return whether an item of `parent`, of any if None, has, or ever had, that id."""
        return (
            self._of_kind("1", kind, "AND id = ? AND parent = ifnull(?, parent)", name, parent).fetchone() is not None
        )

    def count(self, kind: str) -> int:
        """Return how many items of a kind there have ever been."""
        if kind not in self._counts:
            self._counts[kind] = int(self._of_kind("COUNT(*)", kind).fetchone()[0])
        return self._counts[kind]

    def highest(self, kind: str) -> int:
        """Return the highest id that an item of a kind has ever had, read as a number."""
        if kind not in self._highest:
            self._highest[kind] = int(self._of_kind("MAX(CAST(id AS INTEGER))", kind).fetchone()[0] or 0)
        return self._highest[kind]

    def add(self, kind: str, name: str, parent: str, item: dict[str, Any]) -> Row:
        """Put an item at the end of its collection."""
        data, number = orjson.dumps(item), self.count(kind) + 1
        self._run(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (*self._place, kind, name, number, parent, data),
        )
        self._counts[kind] = number
        if name.isdecimal():
            self._highest[kind] = max(self.highest(kind), int(name))
        return Row(name, parent, data)

    def change(self, kind: str, row: Row) -> None:
        """Keep what an item has become."""
        self._run(
            "UPDATE items SET data = ?"
            " WHERE session = ? AND state = ? AND document = ? AND kind = ? AND id = ? AND parent = ?",
            (orjson.dumps(row.item), *self._place, kind, row.id, row.parent),
        )

    def remove(self, kind: str, row: Row) -> None:
        """Let an item be gone; its id is not used again."""
        self._run(
            "UPDATE items SET gone = 1"
            " WHERE session = ? AND state = ? AND document = ? AND kind = ? AND id = ? AND parent = ?",
            (*self._place, kind, row.id, row.parent),
        )

    def reset(self, seeds: int | None = None) -> None:
        """Begin anew in all documents, with `seeds` items in each collection, the usual number if None."""
        self._clear(_LIVE)
        self._run("UPDATE sessions SET seeds = ? WHERE session = ?", (seeds, self.session))

    def snapshot(self, name: str) -> None:
        """Keep all that there is in all documents under a name."""
        self._copy(_LIVE, name)
        # so that a world in which nothing has begun can be kept too
        self._run("INSERT OR IGNORE INTO begun VALUES (?, ?, '', '', '')", (self.session, name))

    def restore(self, name: str) -> None:
        """Put back what was kept under a name."""
        self._copy(name, _LIVE)

    def snapshots(self) -> list[str]:
        """Return the names under which something is kept."""
        found = self._run(
            "SELECT DISTINCT state FROM begun WHERE session = ? AND state != ? ORDER BY 1", (self.session, _LIVE)
        )
        return [name for (name,) in found]

    def dump(self) -> dict[str, dict[str, list[Any]]]:
        """Return every item, by document and kind, in the order in which they were made."""
        told: dict[str, dict[str, list[Any]]] = {}
        found = self._run(
            "SELECT document, kind, data FROM items WHERE session = ? AND state = ? AND gone = 0"
            " ORDER BY document, kind, number",
            (self.session, _LIVE),
        )
        for document, kind, data in found:
            told.setdefault(document, {}).setdefault(kind, []).append(orjson.loads(data))
        return told

    def _clear(self, state: str) -> None:
        for table in _COLUMNS:
            self._run(f"DELETE FROM {table} WHERE session = ? AND state = ?", (self.session, state))

    def _copy(self, source: str, target: str) -> None:
        self._clear(target)
        for table, columns in _COLUMNS.items():
            self._run(
                f"INSERT INTO {table} (session, state, {columns})"
                f" SELECT session, ?, {columns} FROM {table} WHERE session = ? AND state = ?",
                (target, self.session, source),
            )
