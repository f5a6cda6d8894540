"""The items of one resource in one session, as a process has them in memory."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

import orjson

from adcontract_mock.state.rows import Row, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Undo = Callable[[], None]


_SEEN = 64
"""The number of parents whose items are remembered as a list."""

_LONG = 16
"""From so many digits on the id of an item leaves no number that could come after it, and is no highest one."""


class Seeded:
    """The items with which a collection begins, which all sessions share that have the same ones."""

    def __init__(self, parent: str, rows: Iterable[Row]) -> None:
        """Take the parent of the collection, empty for that of all, and its first rows, of this or of other parents."""
        self.items = Items()
        for row in rows:
            self.items.put(row)
        self.items.begun[parent] = self
        self.items.is_shared = True

    @cached_property
    def size(self) -> int:
        """The bytes of the rows."""
        return sum(len(row.data) for row in self.items.rows())

    @cached_property
    def data(self) -> bytes:
        """The rows as JSON."""
        return orjson.dumps([[row.id, row.parent, row.number, orjson.Fragment(row.data)] for row in self.items.rows()])

    @cached_property
    def digest(self) -> str:
        """The name of these items: others have another."""
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def read(cls, parent: str, data: bytes) -> Seeded:
        """Return the items that `data` has as JSON."""
        return cls(
            parent,
            (Row(item_id, owner, number, orjson.dumps(item)) for item_id, owner, number, item in orjson.loads(data)),
        )


class Items:
    """The items of one resource in one session: of all parents, in the order of their creation.

    `begun` are the parents whose collections have begun, each with the items with which it began, None where they are
    kept one by one. `count` is how many items there have ever been, `highest` the highest numeric id of these, 0
    without one. While `is_shared`, other sessions have the same items: to change them take a `copy`.
    """

    def __init__(self) -> None:
        self.begun: dict[str, Seeded | None] = {}
        self.is_shared = False
        self.count = 0
        self.highest = 0
        self._in_order = True
        self._rows: dict[tuple[str, str], Row] = {}
        self._known: dict[str, dict[str, Row]] = {}
        self._seen: dict[tuple[str | None, str | None], Rows] = {}

    def copy(self) -> Items:
        """Return the same items, to be changed."""
        copied = Items()
        copied.begun = dict(self.begun)
        copied.count, copied.highest = self.count, self.highest
        copied._rows, copied._known = dict(self._rows), dict(self._known)
        copied._seen, copied._in_order = self._seen, self._in_order
        return copied

    def rows(self, parent: str | None = None, field: str | None = None) -> Rows:
        """Return all items, or those that belong to a parent; see `Row.belongs_to`."""
        key = (parent, field)
        self._sort()
        if key not in self._seen:
            if len(self._seen) >= _SEEN:
                self._seen.clear()
            found: Iterable[Row] = self._rows.values()
            self._seen[key] = Rows(found if parent is None else (row for row in found if row.belongs_to(parent, field)))
        return self._seen[key]

    def own(self) -> Iterator[Row]:
        """Yield the items that are not as the collections began; those that are gone are empty."""
        for known in self._known.values():
            for row in known.values():
                if not any(each and each.items.has(row) for each in self.begun.values()):
                    yield row

    def has(self, row: Row) -> bool:
        """Return whether a row is one of these."""
        return self._rows.get((row.id, row.parent)) is row

    def with_id(self, item_id: str) -> list[Row]:
        """Return the items with that id: one, or one of each parent that has one."""
        return [row for row in self._known.get(item_id, {}).values() if row.data]

    def taken(self, item_id: str, parent: str | None) -> bool:
        """Return whether an item of `parent`, of any if None, has, or ever had, that id."""
        known = self._known.get(item_id)
        return known is not None and (parent is None or parent in known)

    def begin(self, parent: str) -> Undo:
        """Note that the collection of a parent has begun."""
        self.begun[parent] = None

        def undo() -> None:
            del self.begun[parent]

        return undo

    def put(self, row: Row) -> Undo:
        """Add an item at the end, or replace the one with its id and parent; one without data is gone."""
        key, count, highest, known = (row.id, row.parent), self.count, self.highest, self._known.get(row.id, {})
        before = self._rows.get(key)

        def undo() -> None:
            self.count, self.highest = count, highest
            self._known[row.id] = known
            if not known:
                del self._known[row.id]
            self._rows.pop(key, None)
            if before:
                self._rows[key] = before
            self._in_order = False
            self._seen = {}

        # copies have the same dictionaries of parents
        self._known[row.id] = {**known, row.parent: row}
        if row.data:
            self._in_order &= before is not None or row.number > count
            self._rows[key] = row
        else:
            self._rows.pop(key, None)
        self.count = max(count, row.number)
        if row.id.isdecimal() and len(row.id) < _LONG:
            self.highest = max(highest, int(row.id))
        self._seen = {}
        return undo

    def _sort(self) -> None:
        """Put the items into the order of their creation."""
        if not self._in_order:
            self._rows = dict(sorted(self._rows.items(), key=lambda each: each[1].number))
            self._in_order = True
            self._seen = {}
