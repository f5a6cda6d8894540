"""The tables of the database that keeps the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_mock.state.session import BEGUN, SNAPSHOT

if TYPE_CHECKING:
    from psycopg import Connection

VERSION = 2
"""The version of these tables, and of the records in them, which `adcontract_state` holds; change it with them."""

_LOCK = 0x6164636F6E747261
"""The advisory lock that is held while the tables are created."""

_TABLES = """
CREATE TABLE adcontract_state (version integer NOT NULL, number bigint NOT NULL,
 page_token text NOT NULL DEFAULT gen_random_uuid());
CREATE TABLE adcontract_sessions (session text PRIMARY KEY, used double precision NOT NULL, version bigint NOT NULL,
 anew bigint NOT NULL, size bigint NOT NULL);
CREATE TABLE adcontract_records (session text, name text, version bigint NOT NULL, data bytea NOT NULL,
 PRIMARY KEY (session, name));
CREATE INDEX adcontract_records_by_change ON adcontract_records (session, version);
CREATE TABLE adcontract_shared (digest text PRIMARY KEY, data bytea NOT NULL);
CREATE TABLE adcontract_log (number bigserial PRIMARY KEY, entry bytea NOT NULL);
ALTER TABLE adcontract_log ALTER COLUMN entry SET STORAGE EXTERNAL
"""

_FIRST = "INSERT INTO adcontract_state VALUES (%s, extract(epoch FROM now()) * 1000)"
"""Begins to count changes, with higher numbers than earlier tables had: mocks may remember these."""

_UNSHARED = (
    "DELETE FROM adcontract_shared WHERE NOT EXISTS (SELECT 1 FROM adcontract_records WHERE"
    f" (starts_with(name, '[\"{BEGUN}\"') OR starts_with(name, '[\"{SNAPSHOT}\"'))"
    " AND position(convert_to(digest, 'UTF8') IN data) > 0)"
)
"""Forgets the items with which no session begins any more."""


WRITE = "LOCK TABLE adcontract_state IN EXCLUSIVE MODE"
"""Waits until no other process writes, and lets none; the lock of a row would not let each have its turn."""


class DatabaseUnfitError(Exception):
    """A database cannot keep the state; the text says why, and what helps."""


def check_version(version: int | None) -> None:
    """Check that this mock knows the tables of a version; None if they have lost their rows.

    Raises:
        DatabaseUnfitError: if it does not.
    """
    if version is None:
        raise DatabaseUnfitError("its tables were emptied. Start the mock again, which fills them")
    if version != VERSION:
        known = f"it has version {version} of the mock's state, and this mock knows {VERSION}"
        raise DatabaseUnfitError(f"{known}. Run one version of the mock, or name another database with --state")


def prepare(connection: Connection) -> None:
    """Create the tables where they are missing; several mocks may do so at once.

    Raises:
        DatabaseUnfitError: if their version or the encoding of the database is another one; then it is as it was.
        psycopg.Error: if it cannot be used.
    """
    with connection.transaction():
        query = "SELECT pg_advisory_xact_lock(%s), current_setting('server_encoding')"
        encoding = connection.execute(query, (_LOCK,)).fetchone()
        if encoding is None or encoding[1] != "UTF8":
            raise DatabaseUnfitError("its encoding is not UTF8. Name another database with --state")
        exists = connection.execute("SELECT to_regclass('adcontract_state') IS NOT NULL").fetchone()
        if exists is None or not exists[0]:
            connection.execute(_TABLES.encode())
        connection.execute(WRITE.encode())
        found = connection.execute("SELECT version FROM adcontract_state").fetchone()
        if found is None:
            connection.execute(_FIRST, (VERSION,))
        else:
            check_version(found[0])
            connection.execute(_UNSHARED.encode())
