"""One session as a process has it in memory, and the records by which it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from adcontract_mock.state.items import Items
from adcontract_mock.state.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adcontract_mock.state.items import Seeded

SEEDS, BEGUN, ITEM, SNAPSHOT, NOTE = "seeds", "begun", "item", "snapshot", "note"
"""The kinds of records."""


@dataclass(frozen=True)
class Snapshot:
    """A copy of the state of a session: its records as JSON, and what these name."""

    data: bytes
    seeded: tuple[Seeded, ...]

    @classmethod
    def of(cls, session: Session) -> Snapshot:
        """Return a copy of the state of a session, as it is now."""
        records = {name: orjson.Fragment(data) for name, data in session.records().items()}
        begun = (each for items in session.items.values() for each in items.begun.values())
        return cls(orjson.dumps(records), tuple(each for each in begun if each))

    def items(self) -> dict[tuple[str, str], Items]:
        """Return the items that the session had."""
        known = {seeded.digest: seeded for seeded in self.seeded}
        records = {name: orjson.dumps(value) for name, value in orjson.loads(self.data).items()}
        session = Session("")
        session.take(records, lambda _, digest: known[digest])
        return session.items


@dataclass
class Session:
    """The state of a session: its items by document and resource, its snapshots by name.

    `notes` are what others keep with it, by name. `seed_items` is how many items each collection begins with, None
    where the session did not say. `version` is the number of its last change that was kept, 0 for none, and `stamp`
    what the keeper said when that was so.
    """

    name: str
    seed_items: int | None = None
    items: dict[tuple[str, str], Items] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    version: int = 0
    stamp: object = None

    def forget(self) -> None:
        """Have nothing any more."""
        self.items, self.snapshots, self.notes = {}, {}, {}
        self.seed_items, self.size, self.version = None, 0, 0

    def everything(self) -> dict[str, bytes]:
        """Return all records."""
        snapshots = {record_name(SNAPSHOT, name): each.data for name, each in self.snapshots.items()}
        notes = {record_name(NOTE, name): orjson.dumps(each) for name, each in self.notes.items()}
        return {record_name(SEEDS): orjson.dumps(self.seed_items), **notes, **snapshots, **self.records()}

    def records(self) -> dict[str, bytes]:
        """Return the records of its items."""
        found: dict[str, bytes] = {}
        for (document, resource), items in self.items.items():
            for parent, seeded in items.begun.items():
                found[record_name(BEGUN, document, resource, parent)] = begun_data(seeded)
            for row in items.own():
                found[record_name(ITEM, document, resource, row.parent, row.id)] = item_data(row)
        return found

    def take(self, records: Mapping[str, bytes], seeded_of: Callable[[str, str], Seeded]) -> None:
        """Take over records that were kept; `seeded_of` returns seeded items by parent and digest."""
        named = [(orjson.loads(name), data) for name, data in records.items()]
        changed: dict[tuple[str, str], Items] = {}

        def items_of(document: str, resource: str) -> Items:
            key = (document, resource)
            if key not in changed:
                known = self.items.get(key) or Items()
                self.items[key] = changed[key] = known.copy() if known.is_shared else known
            return changed[key]

        # seeded items first, as others are changes of them
        for (kind, *where), data in sorted(named, key=lambda each: (each[0][0] != BEGUN, each[1] == b"null")):
            value: Any = orjson.loads(data)
            if kind == SEEDS:
                self.seed_items = value
            elif kind == NOTE:
                self.notes[where[0]] = value
            elif kind == SNAPSHOT:
                self.snapshots[where[0]] = _read_snapshot(data, seeded_of)
            elif kind == BEGUN:
                document, resource, parent = where
                items, seeded = items_of(document, resource), seeded_of(parent, value) if value else None
                if seeded and not items.count:
                    begun, items = items.begun, seeded.items.copy()
                    items.begun |= begun
                    self.items[document, resource] = changed[document, resource] = items
                items.begun[parent] = seeded
            else:
                document, resource, parent, item_id = where
                number, item = value
                written = b"" if item is None else orjson.dumps(item)
                items_of(document, resource).put(Row(item_id, parent, number, written))
            self.size += len(data)


def record_name(*parts: str) -> str:
    """Return the name of a record: its kind, and of what it is."""
    return orjson.dumps(parts).decode()


def begun_data(seeded: Seeded | None) -> bytes:
    """Return the data of a record that a collection has begun."""
    return orjson.dumps(seeded.digest if seeded else None)


def item_data(row: Row) -> bytes:
    """Return the data of the record of an item."""
    return b"[%d,%b]" % (row.number, row.data or b"null")


def _read_snapshot(data: bytes, seeded_of: Callable[[str, str], Seeded]) -> Snapshot:
    named = ((orjson.loads(name), value) for name, value in orjson.loads(data).items())
    return Snapshot(data, tuple(seeded_of(name[3], value) for name, value in named if name[0] == BEGUN and value))
