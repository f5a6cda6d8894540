"""The state of all sessions: in the process, and where a keeper has it for others and for the next start."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING
from weakref import WeakSet, WeakValueDictionary

from adcontract_mock.state import bounds
from adcontract_mock.state.errors import StateError, full
from adcontract_mock.state.items import Seeded
from adcontract_mock.state.session import Session
from adcontract_mock.state.session_state import SessionState
from adcontract_mock.state.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract_mock.state.keeper import Keeper
    from adcontract_mock.state.transaction import Written

_UNNOTED = 60
"""Seconds after which it is noted that a session was used that nothing was written to."""


class Store:
    """Holds the sessions that were used last, as many as `bounds.SESSIONS`.

    Every use is one transaction. The items of a session stay parsed in the process; with a keeper they are read again
    once another process has changed something, and a change is answered only after it is kept.
    """

    def __init__(self, keeper: Keeper | None = None) -> None:
        """Take what keeps the state; None if this process alone has it, until it ends."""
        self._lock = threading.RLock()
        self._keeper = keeper
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._used: dict[str, float] = {}
        self._noted = time.time()
        self._seeded: WeakValueDictionary[str, Seeded] = WeakValueDictionary()
        self._alive: WeakSet[Seeded] = WeakSet()

    @contextmanager
    def session_state(self, session: str, document: str = "", *, writes: bool = True) -> Iterator[SessionState]:
        """Give the state of a session to read and change, in a transaction that an error undoes.

        With `writes` nobody else writes while it lasts; without it only from the first change on.

        Raises:
            StateError: if it cannot be read or kept; then nothing has changed.
        """
        with self._lock:
            transaction = Transaction(self._current, self._begin)
            try:
                if writes:
                    transaction.write()
                state = SessionState(transaction, session, document)
                yield state
                if transaction.is_writing and transaction.grows and self.size() > bounds.BYTES:
                    raise full(f"it may have {bounds.BYTES >> 20} MB")
                self._keep(transaction)
            except BaseException:
                transaction.roll_back()
                if self._keeper and transaction.is_writing:
                    self._keeper.rollback()
                raise
            self._note_use()

    @contextmanager
    def keeping(self) -> Iterator[Keeper]:
        """Give what keeps the state, for its log, outside of any transaction.

        Raises:
            StateError: if the state is not kept.
        """
        with self._lock:
            if self._keeper is None:
                raise StateError(HTTPStatus.SERVICE_UNAVAILABLE, "The state is not kept: name a place with --state.")
            yield self._keeper

    def _current(self, name: str) -> Session:
        """Return a session as it is now."""
        session = self._sessions.get(name)
        if session is None:
            session = self._sessions[name] = Session(name)
            if len(self._sessions) > bounds.SESSIONS:
                self._sessions.popitem(last=False)
        self._sessions.move_to_end(name)
        if self._keeper:
            self._refresh(self._keeper, session)
            if session.version:
                self._used[name] = time.time()
        return session

    def _begin(self, sessions: Iterable[Session]) -> None:
        """Begin to write, with these sessions as they are then."""
        if self._keeper:
            self._keeper.begin()
            for session in sessions:
                self._refresh(self._keeper, session)

    def size(self) -> int:
        """Return the bytes of the whole state.

        Raises:
            StateError: if they cannot be counted.
        """
        with self._lock:
            if self._keeper:
                return self._keeper.size()
            return sum(session.size for session in self._sessions.values()) + sum(each.size for each in self._alive)

    def clear(self) -> None:
        """Forget the state of every session."""
        with self._lock:
            if self._keeper:
                self._keeper.clear()
            self._sessions.clear()
            self._used.clear()

    def check(self) -> None:
        """Check that sessions can be written.

        Raises:
            StateError: if they cannot.
        """
        with self._lock:
            if self._keeper:
                self._keeper.begin()
                self._keeper.rollback()

    def sizes(self) -> tuple[int, int]:
        """Return the numbers of sessions and of their items in this process."""
        with self._lock:
            counts = (items.count for session in self._sessions.values() for items in session.items.values())
            return len(self._sessions), sum(counts)

    def close(self) -> None:
        """End the use of what keeps the state."""
        with self._lock:
            if self._keeper:
                self._keeper.close()

    def _refresh(self, keeper: Keeper, session: Session) -> None:
        """Let a session have what other processes have written to it."""
        stamp = keeper.stamp()
        if session.stamp == stamp:
            return
        changes = keeper.changes(session.name, session.version)
        if changes.whole if changes else session.version:
            session.forget()
        if changes:
            session.take(changes.records, lambda parent, digest: self._shared(keeper, parent, digest))
            session.version = changes.version
        session.stamp = stamp

    def _shared(self, keeper: Keeper, parent: str, digest: str) -> Seeded:
        known = self._seeded.get(digest)
        if known is None:
            known = self._seeded[digest] = Seeded.read(parent, keeper.shared(digest))
        return known

    def _keep(self, transaction: Transaction) -> None:
        """Keep what a transaction has written."""
        if self._keeper is None:
            self._alive.update(seeded for each in transaction.written.values() for seeded in each.seeded)
            return
        if not transaction.is_writing:
            return
        versions = {name: self._write(self._keeper, each) for name, each in transaction.written.items()}
        self._keeper.used(self._used)
        self._keeper.commit()
        for name, version in versions.items():
            transaction.written[name].session.version = version
        self._used.clear()
        self._noted = time.time()

    def _write(self, keeper: Keeper, written: Written) -> int:
        session, seeded = written.session, written.seeded
        anew = written.anew or not session.version
        if anew:
            begun = (each for items in session.items.values() for each in items.begun.values() if each)
            seeded = [*begun, *(each for snapshot in session.snapshots.values() for each in snapshot.seeded)]
        for each in seeded:
            self._seeded[each.digest] = each
            keeper.share(each.digest, each.data)
        records = session.everything() if anew else written.records
        return keeper.write(session.name, records, anew=anew)

    def _note_use(self) -> None:
        """Note from time to time which sessions were used, so that others are forgotten first."""
        if self._keeper and self._used and time.time() - self._noted > _UNNOTED:
            self._noted = time.time()
            try:
                self._keeper.begin()
                self._keeper.used(self._used)
                self._keeper.commit()
                self._used.clear()
            except StateError:
                self._keeper.rollback()  # the request has its response, and the next one says what is wrong
