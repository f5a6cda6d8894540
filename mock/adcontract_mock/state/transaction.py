"""What one request does to the state: all of it is kept, or none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from adcontract_mock.state.items import Items, Seeded, Undo
    from adcontract_mock.state.session import Session, Snapshot


@dataclass
class Written:
    """What a transaction writes to a session.

    `size` is that of the session before. `seeded` are the items that the records name, and `anew` is whether the
    session has nothing of before.
    """

    session: Session
    size: int
    records: dict[str, bytes] = field(default_factory=dict)
    seeded: list[Seeded] = field(default_factory=list)
    anew: bool = False


class Transaction:
    """Collects what is written to sessions, and how to undo it."""

    def __init__(self, current: Callable[[str], Session], begin: Callable[[Iterable[Session]], None]) -> None:
        """Take what returns a session by its name, and what begins to write to sessions."""
        self.undo: list[Undo] = []
        self.written: dict[str, Written] = {}
        self.is_writing = False
        self._sessions: dict[str, Session] = {}
        self._current = current
        self._begin = begin

    def session(self, name: str) -> Session:
        """Return a session."""
        if name not in self._sessions:
            self._sessions[name] = self._current(name)
        return self._sessions[name]

    def write(self) -> None:
        """Begin to write: nobody else does until the end of the transaction."""
        if not self.is_writing:
            self.is_writing = True
            self._begin(self._sessions.values())

    def note(self, session: Session, name: str, data: bytes, seeded: Iterable[Seeded] = ()) -> None:
        """Note a record that is written, and the items that it names."""
        written = self._written(session)
        written.records[name] = data
        written.seeded += seeded
        session.size += len(data)

    @property
    def grows(self) -> bool:
        """Whether a session is larger than before."""
        return any(each.session.size > each.size for each in self.written.values())

    def replace(
        self,
        session: Session,
        items: dict[tuple[str, str], Items],
        seed_items: int | None,
        snapshots: dict[str, Snapshot],
    ) -> None:
        """Let a session have other items, another number of seed items, and other snapshots."""
        before = session.items, session.seed_items, session.snapshots

        def undo() -> None:
            session.items, session.seed_items, session.snapshots = before

        self._written(session).anew = True
        self.undo.append(undo)
        session.items, session.seed_items, session.snapshots = items, seed_items, snapshots
        session.size = sum(map(len, session.everything().values()))

    def roll_back(self) -> None:
        """Let every session be as it was."""
        for undo in reversed(self.undo):
            undo()

    def _written(self, session: Session) -> Written:
        if session.name not in self.written:
            size = session.size
            self.undo.append(lambda: setattr(session, "size", size))
            self.written[session.name] = Written(session, size)
        return self.written[session.name]
