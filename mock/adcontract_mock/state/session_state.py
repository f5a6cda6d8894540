"""The state of a session within one transaction, in which requests read and change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from adcontract_mock.state import bounds
from adcontract_mock.state.errors import FORGET, full
from adcontract_mock.state.items import Items
from adcontract_mock.state.rows import Row, Rows
from adcontract_mock.state.session import (
    BEGUN,
    ITEM,
    NOTE,
    SNAPSHOT,
    Session,
    Snapshot,
    begun_data,
    item_data,
    record_name,
)
from adcontract_mock.state.transaction import Transaction

if TYPE_CHECKING:
    from adcontract_mock.state.items import Seeded

KEYS = "Idempotency-Key"
"""The name under which the keys of requests are kept, which no resource has: among the items, but shown to nobody."""

_NONE = Items()
"""The items of a resource that has none yet, which are only read."""


class SessionState:
    """The state of a session within one transaction: of one document, or of all."""

    def __init__(self, transaction: Transaction, session: str, document: str) -> None:
        self._transaction = transaction
        self._session = transaction.session(session)
        self._document = document

    @property
    def session(self) -> str:
        """The name of the session."""
        return self._session.name

    @property
    def seed_items(self) -> int | None:
        """How many items each of its collections begins with, None where the session did not say."""
        return self._session.seed_items

    def note(self, name: str) -> Any:
        """Return what is kept with the session under a name, None for nothing."""
        return self._session.notes.get(name)

    def put_note(self, name: str, value: Any) -> None:
        """Keep a value, as JSON, with the session under a name; it is no part of a snapshot, and outlives a reset."""
        self._transaction.write()
        session, before = self._session, self._session.notes
        self._transaction.undo.append(lambda: setattr(session, "notes", before))
        session.notes = {**before, name: value}
        self._transaction.note(session, record_name(NOTE, name), orjson.dumps(value))

    def of_session(self, session: str) -> SessionState:
        """Return the state of another session within the same transaction."""
        return SessionState(self._transaction, session, self._document)

    def of_nobody(self) -> SessionState:
        """Return the state of a session without items, which is not kept."""
        return SessionState(Transaction(Session, lambda _: None), "", self._document)

    def begin(self, resource: str, parent: str = "", *, alike: bool = False) -> bool:
        """Note that a collection has begun, and return whether it had not before.

        One that begins `alike` in every session in which nothing else was written is not kept until something is.
        """
        if parent in self._known(resource).begun:
            return False
        if not alike or self._session.version:
            self._transaction.write()
            if parent in self._known(resource).begun:
                return False
        self._begun(resource, parent, None)
        return True

    def seed(self, resource: str, parent: str, seeded: Seeded) -> None:
        """Let a resource that has no items yet have those with which others began, too."""
        known = self._known(resource)
        items = seeded.items
        if set(known.begun) != {parent}:
            items = items.copy()
            items.begun = {**known.begun, parent: seeded}
        self._replace(resource, items)
        self._begun(resource, parent, seeded)

    def rows(self, resource: str, parent: str | None = None, field: str | None = None) -> Rows:
        """Return the items of a resource, or of a parent, in the order of their creation; see `Row.belongs_to`."""
        return self._known(resource).rows(parent, field)

    def with_id(self, resource: str, item_id: str) -> list[Row]:
        """Return the items with that id: one, or one of each parent that has one."""
        return self._known(resource).with_id(item_id)

    def taken(self, resource: str, item_id: str, parent: str | None) -> bool:
        """Return whether an item of `parent`, of any if None, has, or ever had, that id."""
        return self._known(resource).taken(item_id, parent)

    def count(self, resource: str) -> int:
        """Return how many items of a resource there have ever been."""
        return self._known(resource).count

    def highest(self, resource: str) -> int:
        """Return the highest numeric id that an item of a resource has ever had, 0 for none."""
        return self._known(resource).highest

    def add(self, resource: str, item_id: str, parent: str, item: dict[str, Any]) -> Row:
        """Put an item at the end of its collection.

        Raises:
            StateError: if there are as many as there may be.
        """
        self._transaction.write()
        number = self.count(resource) + 1
        if number > bounds.ITEMS:
            raise full(f"a session may have had {bounds.ITEMS} items of {resource}, deleted ones included")
        row = Row(item_id, parent, number, orjson.dumps(item))
        self._put(resource, row)
        return row

    def change(self, resource: str, row: Row) -> Row:
        """Store a changed item, and return it as it is stored."""
        self._transaction.write()
        stored = Row(row.id, row.parent, row.number, orjson.dumps(row.item))
        self._put(resource, stored)
        return stored

    def remove(self, resource: str, row: Row) -> None:
        """Remove an item; its id is not used again."""
        self._transaction.write()
        self._put(resource, Row(row.id, row.parent, row.number, b""))

    def reset(self, seed_items: int | None = None) -> None:
        """Begin anew in all documents, with that many seed items in each collection; None: as the mock was started."""
        self._transaction.write()
        self._transaction.replace(self._session, {}, seed_items, self._session.snapshots)

    def snapshot(self, name: str) -> None:
        """Keep a copy of the state of all documents under a name.

        Raises:
            StateError: if there are as many as there may be.
        """
        self._transaction.write()
        session = self._session
        snapshots = {**session.snapshots, name: Snapshot.of(session)}
        if len(snapshots) > bounds.SNAPSHOTS:
            raise full(f"a session may have {bounds.SNAPSHOTS} snapshots", FORGET)
        if sum(len(each.data) for each in snapshots.values()) > bounds.SNAPSHOT_BYTES:
            raise full(f"the snapshots of a session may have {bounds.SNAPSHOT_BYTES >> 20} MB", FORGET)
        before = session.snapshots
        self._transaction.undo.append(lambda: setattr(session, "snapshots", before))
        session.snapshots = snapshots
        self._transaction.note(session, record_name(SNAPSHOT, name), snapshots[name].data, snapshots[name].seeded)

    def restore(self, name: str) -> None:
        """Replace the state by the copy with that name."""
        self._transaction.write()
        session = self._session
        self._transaction.replace(session, session.snapshots[name].items(), session.seed_items, session.snapshots)

    def forget(self, name: str) -> None:
        """Remove the copy with that name."""
        self._transaction.write()
        session = self._session
        snapshots = {each: snapshot for each, snapshot in session.snapshots.items() if each != name}
        self._transaction.replace(session, session.items, session.seed_items, snapshots)

    def snapshots(self) -> list[str]:
        """Return the names of the copies."""
        return sorted(self._session.snapshots)

    def dump(self) -> dict[str, dict[str, list[Any]]]:
        """Return every item, by document and resource, in the order of their creation."""
        found: dict[str, dict[str, list[Any]]] = {}
        for (document, resource), items in sorted(self._session.items.items()):
            if resource != KEYS and (rows := items.rows()):
                found.setdefault(document, {})[resource] = [row.item for row in rows]
        return found

    def _known(self, resource: str) -> Items:
        return self._session.items.get((self._document, resource)) or _NONE

    def _own(self, resource: str) -> Items:
        """Return the items of a resource, to be changed."""
        known = self._session.items.get((self._document, resource))
        if known is None or known.is_shared:
            known = known.copy() if known else Items()
            self._replace(resource, known)
        return known

    def _replace(self, resource: str, items: Items) -> None:
        key, all_items = (self._document, resource), self._session.items
        before = all_items.get(key)

        def undo() -> None:
            all_items.pop(key)
            if before:
                all_items[key] = before

        all_items[key] = items
        self._transaction.undo.append(undo)

    def _begun(self, resource: str, parent: str, seeded: Seeded | None) -> None:
        if seeded is None:
            self._transaction.undo.append(self._own(resource).begin(parent))
        name = record_name(BEGUN, self._document, resource, parent)
        self._transaction.note(self._session, name, begun_data(seeded), (seeded,) if seeded else ())

    def _put(self, resource: str, row: Row) -> None:
        self._transaction.undo.append(self._own(resource).put(row))
        name = record_name(ITEM, self._document, resource, row.parent, row.id)
        self._transaction.note(self._session, name, item_data(row))
