"""Where worlds are kept: SQLite, in a file that processes and restarts share, or in memory."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE = 60
"""Seconds to wait for another process that writes."""

_LIVE = ""
"""The name of the state that requests see; any other is a snapshot's."""

_TABLES = """
CREATE TABLE IF NOT EXISTS seeds (session TEXT PRIMARY KEY, items INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS begun (
    session TEXT, state TEXT, document TEXT, kind TEXT, parent TEXT,
    PRIMARY KEY (session, state, document, kind, parent)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS items (
    session TEXT, state TEXT, document TEXT, kind TEXT, id TEXT, number INTEGER, parent TEXT, gone INTEGER, data BLOB,
    PRIMARY KEY (session, state, document, kind, id, parent)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_in_order ON items (session, state, document, kind, number);
"""
_COLUMNS = {"begun": "document, kind, parent", "items": "document, kind, id, number, parent, gone, data"}


@dataclass(slots=True)
class Row:
    """An item of a collection.

    `id` is its id as text, `parent` that of what it belongs to, empty for nothing; the two together name it.
    """

    id: str
    item: dict[str, Any]
    parent: str = ""


class Store:
    """Keeps the worlds of all sessions. Every use is one transaction: there is one writer at a time."""

    def __init__(self, file: Path | None = None) -> None:
        """Open `file`, which is made if it is not there; None keeps all in memory.

        Raises:
            UsageError: if it cannot be used.
        """
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(
                file or ":memory:", timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            if file:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_TABLES)
        except sqlite3.Error as error:
            raise UsageError(f"{file} cannot keep the state: {error}. Name another file with --state.") from None

    @contextmanager
    def world(self, session: str, document: str = "") -> Iterator[World]:
        """Give the world of a session, of which nobody else changes anything meanwhile; it is as before on an error."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield World(self._connection, session, document)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def clear(self) -> None:
        """Forget all of every session."""
        with self._lock:
            for table in ("seeds", *_COLUMNS):
                self._connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


class World:
    """What a session has of one document, or of all, within one transaction."""

    def __init__(self, connection: sqlite3.Connection, session: str, document: str) -> None:
        self._run = connection.execute
        self.session = session
        self._place = (session, _LIVE, document)

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
        return [_row(*each) for each in found]

    def called(self, kind: str, name: str) -> list[Row]:
        """Return the items of that id: one, or one of each parent that has such a one."""
        return [_row(*each) for each in self._of_kind("id, parent, data", kind, "AND id = ? AND gone = 0", name)]

    def taken(self, kind: str, name: str, parent: str | None) -> bool:
        """Return whether an item of `parent`, of any if None, has, or ever had, that id."""
        return (
            self._of_kind("1", kind, "AND id = ? AND parent = ifnull(?, parent)", name, parent).fetchone() is not None
        )

    def count(self, kind: str) -> int:
        """Return how many items of a kind there have ever been."""
        return int(self._of_kind("COUNT(*)", kind).fetchone()[0])

    def highest(self, kind: str) -> int:
        """Return the highest id that an item of a kind has ever had, read as a number."""
        return int(self._of_kind("MAX(CAST(id AS INTEGER))", kind).fetchone()[0] or 0)

    def add(self, kind: str, row: Row) -> None:
        """Put an item at the end of its collection."""
        number = self.count(kind) + 1
        self._run(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (*self._place, kind, row.id, number, row.parent, orjson.dumps(row.item)),
        )

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

    def seeds(self, default: int) -> int:
        """Return how many items each collection of the session starts with."""
        found = self._run("SELECT items FROM seeds WHERE session = ?", (self.session,)).fetchone()
        return int(found[0]) if found else default

    def reset(self, seeds: int | None = None) -> None:
        """Begin anew in all documents, with `seeds` items in each collection, the usual number if None."""
        self._clear(_LIVE)
        self._run("DELETE FROM seeds WHERE session = ?", (self.session,))
        if seeds is not None:
            self._run("INSERT INTO seeds VALUES (?, ?)", (self.session, seeds))

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


def _row(name: str, parent: str, data: bytes) -> Row:
    return Row(name, orjson.loads(data), parent)
