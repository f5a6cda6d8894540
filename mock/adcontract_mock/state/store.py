"""The store of all items: SQLite, in a file that processes and restarts share, or in memory."""

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

_PAUSE = 0.001
"""Seconds between two attempts to write."""

_MOST = 200
"""The number of sessions that are kept."""

_EDITION = 1
"""The version of these tables, which a file holds as its `PRAGMA user_version`; change it with them."""

_LIVE = ""
"""The name of the state that requests see; any other is that of a snapshot."""

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

    `id` is its id as text, `parent` that of its parent, empty without one; the two together are unique.
    """

    __slots__ = ("_data", "_item", "id", "parent")

    def __init__(self, item_id: str, parent: str, data: bytes) -> None:
        """Take an item as JSON, which is parsed when it is needed: most items are on other pages."""
        self.id = item_id
        self.parent = parent
        self._data = data
        self._item: dict[str, Any] | None = None

    @property
    def item(self) -> dict[str, Any]:
        """The item; after a change of it call `SessionState.change`."""
        if self._item is None:
            self._item = orjson.loads(self._data)
        return self._item


class Store:
    """Keeps the state of at most 200 sessions; for one more the longest unused is forgotten.

    Every use is one transaction; there is one writer at a time.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Open `file`, which is created if it does not exist; None keeps everything in memory.

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
                hint = "Delete it, or name another file with --state."
                raise UsageError(f"{file} is not a state of this edition of the mock. {hint}")

    @contextmanager
    def session_state(self, session: str, document: str = "") -> Iterator[SessionState]:
        """Give the state of a session to change, in a transaction that an error rolls back."""
        with self._transaction():
            seed_items = self._touch(session)
            yield SessionState(self._connection, session, document, seed_items)

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
        """Begin to write as soon as no other process does; SQLite would wait longer and longer between attempts."""
        patient = time.monotonic() + _PATIENCE
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patient:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def _touch(self, session: str) -> int | None:
        """Note that a session is used, forget those beyond the limit, and return its number of seed items, if any."""
        run = self._connection.execute
        run("INSERT OR IGNORE INTO sessions VALUES (?, 0, NULL)", (session,))
        run("UPDATE sessions SET used = ? WHERE session = ?", (time.time(), session))
        for unused in run("SELECT session FROM sessions ORDER BY used DESC LIMIT -1 OFFSET ?", (_MOST,)).fetchall():
            for table in _KEPT:
                run(f"DELETE FROM {table} WHERE session = ?", unused)
        (seed_items,) = run("SELECT seeds FROM sessions WHERE session = ?", (session,)).fetchone()
        return None if seed_items is None else int(seed_items)

    def clear(self) -> None:
        """Forget the state of every session."""
        with self._transaction():
            for table in _KEPT:
                self._connection.execute(f"DELETE FROM {table}")

    def check(self) -> None:
        """Check that items can be written.

        Raises:
            UsageError: if they cannot.
        """
        try:
            with self._transaction():
                self._connection.execute("SELECT 1 FROM sessions")
        except sqlite3.Error as error:
            raise UsageError(f"The state cannot be used: {error}.") from None

    def sizes(self) -> tuple[int, int, int]:
        """Return the numbers of sessions, of items in all of them and their snapshots, and of bytes."""
        with self._lock:
            run = self._connection.execute
            (sessions,), (items,) = (run(f"SELECT COUNT(*) FROM {each}").fetchone() for each in ("sessions", "items"))
            (pages,), (size,) = run("PRAGMA page_count").fetchone(), run("PRAGMA page_size").fetchone()
            return int(sessions), int(items), int(pages) * int(size)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


class SessionState:
    """The state of a session within one transaction: of one document, or of all.

    `seed_items` is how many items each of its collections begins with, None where the session did not say.
    """

    def __init__(self, connection: sqlite3.Connection, session: str, document: str, seed_items: int | None) -> None:
        self._connection = connection
        self._run = connection.execute
        self.session = session
        self.seed_items = seed_items
        self._document = document
        self._key = (session, _LIVE, document)
        self._counts: dict[str, int] = {}
        self._highest: dict[str, int] = {}

    def of_session(self, session: str) -> SessionState:
        """Return the state of another session within the same transaction."""
        return SessionState(self._connection, session, self._document, self.seed_items)

    def _select(self, columns: str, resource: str, condition: str = "", *more: Any) -> sqlite3.Cursor:
        query = f"SELECT {columns} FROM items WHERE session = ? AND state = ? AND document = ? AND kind = ? {condition}"
        return self._run(query, (*self._key, resource, *more))

    def begin(self, resource: str, parent: str = "") -> bool:
        """Note that a collection has begun, and return whether it had not before."""
        cursor = self._run("INSERT OR IGNORE INTO begun VALUES (?, ?, ?, ?, ?)", (*self._key, resource, parent))
        return cursor.rowcount == 1

    def rows(self, resource: str) -> list[Row]:
        """Return the items of a resource in the order of their creation."""
        found = self._select("id, parent, data", resource, "AND gone = 0 ORDER BY number")
        return [Row(*each) for each in found]

    def with_id(self, resource: str, item_id: str) -> list[Row]:
        """Return the items with that id: one, or one of each parent that has one."""
        return [Row(*each) for each in self._select("id, parent, data", resource, "AND id = ? AND gone = 0", item_id)]

    def taken(self, resource: str, item_id: str, parent: str | None) -> bool:
        """Return whether an item of `parent`, of any if None, has, or ever had, that id."""
        condition = "AND id = ? AND parent = ifnull(?, parent)"
        return self._select("1", resource, condition, item_id, parent).fetchone() is not None

    def count(self, resource: str) -> int:
        """Return how many items of a resource there have ever been."""
        if resource not in self._counts:
            self._counts[resource] = int(self._select("COUNT(*)", resource).fetchone()[0])
        return self._counts[resource]

    def highest(self, resource: str) -> int:
        """Return the highest numeric id that an item of a resource has ever had, 0 for none."""
        if resource not in self._highest:
            self._highest[resource] = int(self._select("MAX(CAST(id AS INTEGER))", resource).fetchone()[0] or 0)
        return self._highest[resource]

    def add(self, resource: str, item_id: str, parent: str, item: dict[str, Any]) -> Row:
        """Put an item at the end of its collection."""
        data, number = orjson.dumps(item), self.count(resource) + 1
        self._run(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (*self._key, resource, item_id, number, parent, data),
        )
        self._counts[resource] = number
        if item_id.isdecimal():
            self._highest[resource] = max(self.highest(resource), int(item_id))
        return Row(item_id, parent, data)

    def change(self, resource: str, row: Row) -> None:
        """Store a changed item."""
        self._run(
            "UPDATE items SET data = ?"
            " WHERE session = ? AND state = ? AND document = ? AND kind = ? AND id = ? AND parent = ?",
            (orjson.dumps(row.item), *self._key, resource, row.id, row.parent),
        )

    def remove(self, resource: str, row: Row) -> None:
        """Remove an item; its id is not used again."""
        self._run(
            "UPDATE items SET gone = 1"
            " WHERE session = ? AND state = ? AND document = ? AND kind = ? AND id = ? AND parent = ?",
            (*self._key, resource, row.id, row.parent),
        )

    def reset(self, seed_items: int | None = None) -> None:
        """Begin anew in all documents, with that many seed items in each collection; None: as the mock was started."""
        self._clear(_LIVE)
        self._run("UPDATE sessions SET seeds = ? WHERE session = ?", (seed_items, self.session))

    def snapshot(self, name: str) -> None:
        """Keep a copy of the state of all documents under a name."""
        self._copy(_LIVE, name)
        # so that a state in which no collection has begun can be kept too
        self._run("INSERT OR IGNORE INTO begun VALUES (?, ?, '', '', '')", (self.session, name))

    def restore(self, name: str) -> None:
        """Replace the state by the copy with that name."""
        self._copy(name, _LIVE)

    def snapshots(self) -> list[str]:
        """Return the names of the copies."""
        found = self._run(
            "SELECT DISTINCT state FROM begun WHERE session = ? AND state != ? ORDER BY 1", (self.session, _LIVE)
        )
        return [name for (name,) in found]

    def dump(self) -> dict[str, dict[str, list[Any]]]:
        """Return every item, by document and resource, in the order of their creation."""
        items: dict[str, dict[str, list[Any]]] = {}
        found = self._run(
            "SELECT document, kind, data FROM items WHERE session = ? AND state = ? AND gone = 0"
            " ORDER BY document, kind, number",
            (self.session, _LIVE),
        )
        for document, resource, data in found:
            items.setdefault(document, {}).setdefault(resource, []).append(orjson.loads(data))
        return items

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
