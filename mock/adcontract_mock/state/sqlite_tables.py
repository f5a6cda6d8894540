"""The tables of the file that keeps the state, and files of an earlier version."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import orjson

from adcontract import UsageError
from adcontract_mock.state.session import BEGUN, ITEM, SEEDS, SNAPSHOT, record_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_VERSION = 2
"""The version of these tables, which a file holds as its `PRAGMA user_version`; change it with them."""

_BEFORE = 1
"""The version that is converted."""

_TABLES = (
    "CREATE TABLE sessions"
    " (session TEXT PRIMARY KEY, used REAL NOT NULL, version INTEGER NOT NULL, anew INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE records (session TEXT, name TEXT, version INTEGER NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY (session, name)) WITHOUT ROWID",
    "CREATE INDEX records_by_change ON records (session, version)",
    "CREATE TABLE shared (digest TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE changes (number INTEGER NOT NULL)",
    "INSERT INTO changes VALUES (1)",
    f"PRAGMA user_version = {_VERSION}",
)

_LOG = "CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY AUTOINCREMENT, entry BLOB NOT NULL)"
SHORTEN_LOG = (
    "DELETE FROM log WHERE number IN (SELECT number FROM (SELECT number, row_number() OVER newest AS place,"
    " sum(length(entry)) OVER newest AS bytes FROM log WINDOW newest AS (ORDER BY number DESC))"
    " WHERE place > ? OR bytes > ?)"
)

_UNSHARED = (
    "DELETE FROM shared WHERE NOT EXISTS (SELECT 1 FROM records"
    f" WHERE (name LIKE '[\"{BEGUN}\"%' OR name LIKE '[\"{SNAPSHOT}\"%') AND instr(data, CAST(digest AS BLOB)))"
)
"""Forgets the items with which no session begins any more."""


def prepare(connection: sqlite3.Connection, file: Path, begin: Callable[[], None]) -> None:
    """Create the tables, convert those of the version before, and set how the file is written.

    Raises:
        UsageError: if the file is of something else, or of a later version; then it is as it was.
        sqlite3.Error: if it cannot be used.
    """
    begin()
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError("the file is damaged")
        _create(connection, file)
        connection.execute(_LOG)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    # what is committed outlives a killed process, and not a cut of the power: FULL would, and takes a disk's time each
    connection.execute("PRAGMA synchronous = NORMAL")


def _create(connection: sqlite3.Connection, file: Path) -> None:
    run = connection.execute
    is_empty = run("SELECT 1 FROM sqlite_master").fetchone() is None
    (version,) = run("PRAGMA user_version").fetchone()
    if not is_empty and version == _VERSION:
        run(_UNSHARED)
        return
    if not is_empty and version != _BEFORE:
        found = f"of version {version} of the mock's state, this mock knows {_VERSION}" if version else "not a state"
        raise UsageError(f"{file} cannot keep the state: it is {found}. Name another file with --state.")
    before = [] if is_empty else _records_before(connection)
    if not is_empty:
        run("ALTER TABLE sessions RENAME TO sessions_before")
    for statement in _TABLES:
        run(statement)
    if not is_empty:
        run("INSERT INTO sessions SELECT session, used, 1, 1 FROM sessions_before")
        connection.executemany("INSERT INTO records VALUES (?, ?, 1, ?)", before)
        for table in ("sessions_before", "begun", "items"):
            run(f"DROP TABLE {table}")


def _records_before(connection: sqlite3.Connection) -> list[tuple[str, str, bytes]]:
    """Return the session, the name and the data of the records that a file of the version before has."""
    run, found, copies = connection.execute, list[tuple[str, str, bytes]](), dict[tuple[str, str], dict[str, bytes]]()
    for session, seeds in run("SELECT session, seeds FROM sessions"):
        found.append((session, record_name(SEEDS), orjson.dumps(seeds)))
    for session, state, name, data in _kept_before(connection):
        if state:
            copies.setdefault((session, state), {}).update({name: data} if name else {})
        else:
            found.append((session, name, data))
    for (session, state), records in copies.items():
        data = orjson.dumps({name: orjson.Fragment(each) for name, each in records.items()})
        found.append((session, record_name(SNAPSHOT, state), data))
    return found


def _kept_before(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str, bytes]]:
    run = connection.execute
    for session, state, document, kind, parent in run("SELECT session, state, document, kind, parent FROM begun"):
        yield session, state, record_name(BEGUN, document, kind, parent) if kind else "", b"null"
    items = run("SELECT session, state, document, kind, id, number, parent, gone, data FROM items")
    for session, state, document, kind, item_id, number, parent, gone, data in items:
        yield (
            session,
            state,
            record_name(ITEM, document, kind, parent, item_id),
            b"[%d,%b]"
            % (
                number,
                b"null" if gone else data,
            ),
        )
