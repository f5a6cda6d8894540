"""Keeps the state in a database of PostgreSQL, which mocks of several machines share.

It uses psycopg alone: few of these statements would do for SQLite too, and none of the locks and errors, so that
SQLAlchemy Core would save nothing. A process has one connection. Writers wait for each other at the
table `adcontract_state`, so that no transaction has to be repeated for a conflict.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from adcontract import UsageError
from adcontract_mock.state import bounds
from adcontract_mock.state import postgres_statements as statements
from adcontract_mock.state.errors import RESET, StateError
from adcontract_mock.state.keeper import Changes
from adcontract_mock.state.postgres_address import Address
from adcontract_mock.state.postgres_tables import WRITE, DatabaseUnfitError, check_version, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection, Cursor

PATIENCE = 10
"""Seconds to wait for another process that writes."""

_ABANDONED = 60
"""Seconds after which the transaction of a mock that has stopped in it ends."""

_SIZE_HOLDS = 1
"""Seconds for which the size of everything is not counted again."""

PAUSE = 1
"""Seconds after a failed attempt to connect in which there is no other one: requests without a state do not wait."""


class PostgresKeeper:
    """Keeps the state in a database. What was committed outlives the end of every mock, as its server is set up."""

    def __init__(self, url: str, *, may_be_gone: bool = False) -> None:
        """Open the database at a URL, and create its tables if it has none; with `may_be_gone` once it is there.

        Raises:
            UsageError: if it cannot be used.
        """
        self._address = Address(url)
        self._connection: Connection | None = None
        self._failed: tuple[float, psycopg.Error] | None = None
        self._is_writing = False
        self._number = 0
        self._to_write: list[tuple[str, Any]] = []
        self._new: set[str] = set()
        self._size: tuple[float, int] | None = None
        self._logged = 0
        try:
            self._connection = self._connect()
        except (psycopg.Error, DatabaseUnfitError) as error:
            if may_be_gone and isinstance(error, psycopg.OperationalError):
                return
            reason, fix = self._why(error, "Start it, or correct the URL of --state, or the password in PGPASSWORD")
            raise UsageError(f"{self._address} cannot keep the state: {reason}. {fix}.") from None

    def stamp(self) -> object:
        """Return another value each time: to ask whether something has changed takes as long as to ask for that."""
        return object()

    def changes(self, session: str, since: int) -> Changes | None:
        """Return what has changed in a session after the change with that number; None if it is not kept."""
        with self._explained():
            rows = self._run(statements.CHANGES, {"session": session, "since": since}).fetchall()
            check_version(rows[0][0] if rows else None)
            _, version, anew, *_ = rows[0]
            if version is None:
                self._new.add(session)
                return None
            records = {name: data for *_, name, data in rows if name is not None}
            return Changes(version, records, whole=not anew <= since <= version)

    def begin(self) -> None:
        """Begin to write as soon as no other process does."""
        try:
            with self._explained():
                cursor = self._run(f"BEGIN; {WRITE}; SELECT version, number FROM adcontract_state")
                self._is_writing, self._to_write, self._new = True, [], set()
                while cursor.nextset():
                    pass
                version, self._number = cursor.fetchone() or (None, 0)
                check_version(version)
        except StateError:
            self.rollback()
            raise

    def commit(self) -> None:
        """Keep what was written since `begin`, which is sent at once: others wait no longer than that."""
        with self._explained(), self._connection.pipeline() if self._connection else nullcontext():
            for statement, values in self._to_write:
                self._run(statement, values)
            self._run("COMMIT")
        self._is_writing = False

    def rollback(self) -> None:
        """Forget what was written since `begin`; a server that is gone does so by itself."""
        self._is_writing = False
        if self._connection is not None and self._connection.info.transaction_status != TransactionStatus.IDLE:
            try:
                self._connection.execute("ROLLBACK")
            except psycopg.Error:
                self.close()

    def write(self, session: str, records: Mapping[str, bytes], *, anew: bool) -> int:
        """Put records into a session, with `anew` in place of all that it has; return the number of this change."""
        if anew:
            self._size = None
            self._to_write.append(("DELETE FROM adcontract_records WHERE session = %s", (session,)))
        written = {"session": session, "now": time.time(), "anew": anew}
        data = {"names": list(records), "data": list(records.values())}
        self._to_write.append((statements.PUT, {**written, **data}))
        self._number += 1
        return self._number

    def shared(self, digest: str) -> bytes:
        """Return what sessions share under a name."""
        with self._explained():
            found = self._run("SELECT data FROM adcontract_shared WHERE digest = %s", (digest,)).fetchone()
            if found is None:
                raise psycopg.DatabaseError("items with which a session began are missing")
            return bytes(found[0])

    def share(self, digest: str, data: bytes) -> None:
        """Keep what sessions share under a name, unless it is kept already."""
        with self._explained():
            if self._run("SELECT 1 FROM adcontract_shared WHERE digest = %s", (digest,)).fetchone() is None:
                self._run("INSERT INTO adcontract_shared VALUES (%s, %s)", (digest, data))

    def used(self, when: Mapping[str, float]) -> None:
        """Note when sessions were last used, and forget the longest unused of those beyond the limit."""
        self._to_write.append((statements.USED, (list(when), list(when.values()))))
        if self._new:
            self._to_write.append((statements.FORGET, (bounds.SESSIONS,)))

    def page_token(self) -> str | None:
        """Return the token by which control pages prove themselves: a balancer may lead them to any of the mocks."""
        with self._explained():
            found = self._run("SELECT page_token FROM adcontract_state").fetchone()
            return str(found[0]) if found else None

    def log(self, entries: Sequence[bytes]) -> None:
        """Add entries to the log, and from time to time forget the oldest beyond the limits."""
        with self._explained():
            self._run(statements.LOG, (list(entries),))
            self._logged += len(entries)
            if self._logged >= bounds.LOG_EXCESS:
                self._logged = 0
                self._run(statements.SHORTEN_LOG, (bounds.LOG, bounds.LOG_BYTES))

    def logged(self, before: int, most: int) -> list[tuple[int, bytes]]:
        """Return the newest entries with numbers below `before`, 0 for any, at most so many, the newest first."""
        with self._explained():
            return self._run(statements.LOGGED, {"before": before, "most": most}).fetchall()

    def log_state(self) -> tuple[str, int, int]:
        """Return the name of the log, how many entries it keeps, and the number of the last one that it ever had."""
        with self._explained():
            name, kept, last = self._run(statements.LOG_STATE).fetchone() or ("", 0, 0)
            return str(name), int(kept), int(last)

    def forget_log(self) -> None:
        """Forget the entries of the log; the numbers go on."""
        with self._explained():
            self._run("DELETE FROM adcontract_log")

    def size(self) -> int:
        """Return the bytes of everything that is kept, as it was at most a second ago."""
        now = time.monotonic()
        if self._size is None or now > self._size[0] + _SIZE_HOLDS:
            with self._explained():
                (size,) = self._run(statements.SIZE).fetchone() or (0,)
                self._size = now, int(size)
        return self._size[1]

    def clear(self) -> None:
        """Forget everything."""
        self._size = None
        self.begin()
        try:
            with self._explained():
                self._run(
                    "DELETE FROM adcontract_records; DELETE FROM adcontract_sessions; DELETE FROM adcontract_shared"
                )
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _run(self, query: str, values: Any = None) -> Cursor[Any]:
        """Run a statement, on a new connection if the last has ended and nothing was written on it."""
        connection, has_values = self._connection, values is not None
        if connection and (self._is_writing or not connection.closed):
            try:
                return connection.execute(query.encode(), values, binary=has_values)
            except psycopg.OperationalError:
                if self._is_writing or not connection.closed:
                    raise
        return self._connected_anew().execute(query.encode(), values, binary=has_values)

    def _connected_anew(self) -> Connection:
        """Return a new connection; after a failure none is tried for a while."""
        if self._failed and time.monotonic() < self._failed[0] + PAUSE:
            raise self._failed[1].with_traceback(None)
        try:
            self._connection = self._connect()
        except psycopg.Error as error:
            self._failed = time.monotonic(), error
            raise
        self._failed = None
        return self._connection

    def _connect(self) -> Connection:
        connection = psycopg.connect(**self._address.parameters, autocommit=True)
        try:
            for name, value in _settings().items():
                connection.execute("SELECT set_config(%s, %s, false)", (name, value))
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Let an error say in one line what is wrong with the database, and what helps."""
        try:
            yield
        except (psycopg.Error, DatabaseUnfitError) as error:
            reason, fix = self._why(error, "The mock goes on as soon as it is back")
            is_full = isinstance(error, errors.DiskFull)
            status = HTTPStatus.INSUFFICIENT_STORAGE if is_full else HTTPStatus.SERVICE_UNAVAILABLE
            raise StateError(status, f"The state cannot be used: {reason} ({self._address}). {fix}.") from None

    def _why(self, error: psycopg.Error | DatabaseUnfitError, return_: str) -> tuple[str, str]:
        """Return what is wrong with the database, and what helps; `return_` is that where it is gone."""
        if isinstance(error, DatabaseUnfitError):
            reason, _, fix = str(error).partition(". ")
            return reason, fix
        reason = self._address.reason(error)
        for kinds, explained, fix in _REMEDIES:
            if isinstance(error, kinds):
                return explained or reason, fix
        is_gone = error.sqlstate is None or isinstance(error, _GONE)
        return reason, return_ if is_gone else "Correct that, or name another database with --state"


def _settings() -> Mapping[str, str]:
    """Return the settings of a connection.

    Tables are read by their indexes: a plan that is made while they are small would read them whole for ever.
    """
    return {
        "lock_timeout": f"{PATIENCE}s",
        "idle_in_transaction_session_timeout": f"{_ABANDONED}s",
        "default_transaction_isolation": "read committed",
        "enable_seqscan": "off",
        "jit": "off",
    }


_GONE = (errors.OperatorIntervention, errors.IdleInTransactionSessionTimeout, errors.TooManyConnections)
_REMEDIES: tuple[tuple[Any, str, str], ...] = (
    (errors.DiskFull, "the disk of the database is full", f"Free some space. {RESET}"),
    (errors.LockNotAvailable, f"another mock has written for {PATIENCE} s", "Try again"),
    (errors.UndefinedTable, "its tables are gone", "Start the mock again, which creates them"),
    (errors.InsufficientPrivilege, "", "Grant that to the user, or name another database with --state"),
    (errors.ReadOnlySqlTransaction, "it is read-only", "Name the one that may be written with --state"),
)
"""Kinds of errors with a remedy of their own: the reason, empty for that which the server gives, and the remedy."""
