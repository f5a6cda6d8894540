"""Items that a request is not about: one that is created beside, and those that were there before."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.factory import RefusedError, ResourceFactory
from adcontract_conformance.client.items import Item, under
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.client.seen import key_of
from adcontract_conformance.laws.telling import seldom_bodies
from adcontract_conformance.laws.watching import comes_by_itself
from adcontract_conformance.model.promises import NEIGHBOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.items import ParentIds
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.client.seen import ItemKey
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

PAGES = 2
"""How many pages of a list are looked at."""

PARENTS = 2
"""Of how many parents the lists are looked at."""

SHIFTING = ("create", "delete", "update", "upsert")
"""Actions by which the place of others may change."""


class Row(NamedTuple):
    """An item as a list shows it: its id, its parents, the row, and the page that it is on."""

    id: Any
    parent_ids: ParentIds
    shown: Any
    reply: Reply


class Bystanders:
    """The items in the lists of a resource that are no concern of the run, as they are before a request about another.

    Those are the ones that it has not created, or that are marked as deleted.

    Only the first pages are looked at, of a few parents, and the first item is read as well. Where no list shows the
    items, those are their parents.
    """

    def __init__(self, factory: ResourceFactory, item: Item) -> None:
        parents = [each.name for each in factory.type.parents] if not factory.every("list") else []
        self._factory = ResourceFactory(factory.client, parents[0]) if parents else factory
        self._item, self._may_shift = item, False
        # what a parent counts or derives of its children changes with them
        self._own = {as_text(each) for each in item.parent_ids.values()} if parents else {as_text(item.id)}
        self._since = time.monotonic()
        self._rows: dict[ItemKey, Row] = {}
        self._is_whole, self._first = False, MISSING
        with suppress(NotTestable):  # what no list shows cannot be watched
            self._rows, self._is_whole = self._looked()
            self._first = self._read(next(iter(self._rows.values()), None))

    def touched(self, operation: Operation, doing: str) -> Iterator[Found]:
        """Yield a breach if one has changed or is gone, unless others write to the lists as well.

        Others may write so seldom that it does not show; so it is a breach only if every try of the law shows it.
        """
        moved, busy = None, self._factory.client.busy
        self._may_shift = self._factory.resource(operation).action in SHIFTING
        with suppress(NotTestable):
            now, is_whole = self._looked()
            moved = self._moved(now, is_whole=is_whole) if self._factory.name not in busy else None
        if moved is None:
            return
        if comes_by_itself(lambda: self._differs(now), self._since):
            busy.add(self._factory.name)
            return
        row, fields = moved
        what = f"changed {', '.join(fields[:3])} of {row.id}" if fields else f"removed {row.id}"
        sentence = f"{doing} {what}, which was there before."
        yield replace(broken(operation, KEYWORD, row.reply, sentence, part=NEIGHBOR, grave=True), steady=True)

    def _differs(self, then: dict[ItemKey, Row]) -> bool:
        """Return whether the lists show something else than they did, although nothing was asked of the target."""
        now, _ = self._looked()
        return now.keys() != then.keys() or any(
            self._factory.moved(row.shown, now[key].shown) for key, row in then.items()
        )

    def _moved(self, now: dict[ItemKey, Row], *, is_whole: bool) -> tuple[Row, list[str]] | None:
        """Return an item that has changed, and in which fields; none of them if it is gone."""
        for key, was in self._rows.items():
            if key not in now:
                if not self._factory.leaves and ((self._is_whole and is_whole) or self._is_gone(was)):
                    return was, []
            elif fields := self._disturbed(was.shown, now[key].shown):
                return now[key], fields
        first = next(iter(self._rows.values()), None)
        if first and self._first is not MISSING and (after := self._read(first)) is not MISSING:
            return (first, fields) if (fields := self._disturbed(self._first, after)) else None
        return None

    def _disturbed(self, before: Any, after: Any) -> list[str]:
        factory = self._factory
        return disturbed(factory, self._item, before, after) if self._may_shift else factory.moved(before, after)

    def _is_gone(self, row: Row) -> bool:
        """Return whether an item is neither read nor in the whole of the list that had it."""
        if any(self._factory.resource(each).key is not None for each in self._factory.every("read")):
            return self._read(row) is MISSING
        lister = row.reply.exchange.operation
        with suppress(NotTestable):  # a list that is too long does not say that it lacks the item
            key = self._factory.key(lister, row.shown)
            return all(
                self._factory.key(lister, each) != key for each in self._factory.walk(lister, row.parent_ids).rows
            )
        return False

    def _read(self, row: Row | None) -> Any:
        """Return an item as it is read, `MISSING` where no operation reads it."""
        for reader in self._factory.every("read") if row else ():
            if row and self._factory.resource(reader).key is not None:
                reply = self._factory.do(reader, Item(row.id, row.parent_ids, row.reply, shown=row.shown))
                return self._factory.item_in(reader, reply) if reply.ok else MISSING
        return MISSING

    def _looked(self) -> tuple[dict[ItemKey, Row], bool]:
        """Return the items in the first pages of the lists that the run has not created, and whether that is all."""
        factory, client = self._factory, self._factory.client
        checked, seen = client.sender.checked, client.sender.book.seen
        found: dict[ItemKey, Row] = {}
        is_whole = True
        for lister in factory.every("list"):
            resource, pagination = factory.resource(lister), lister.behavior.pagination
            for parent_ids in self._parents(lister):
                address = factory.address(lister, MISSING, parent_ids)
                keys, ended = set[bytes](), False
                most = PAGES if pagination else 1
                for reply in client.lists.pages(lister, address["path"], address["query"], most=most):
                    rows = client.lists.rows(lister, reply)
                    page = {client.lists.key(lister, row) for row in rows}
                    # a page that is not full says nothing: the target may give fewer than it is asked for
                    if page <= keys and not client.lists.has_cursors(lister):
                        ended = True
                        break
                    keys |= page
                    for row in rows:
                        id_ = at(row, resource.id or "/id")
                        key = key_of(checked, factory.name, id_, parent_ids, row)
                        is_old = seen.has(key) or key in self._rows or self._was_deleted(row)
                        if key is not None and is_old and key[-1] not in self._own:
                            found.setdefault(key, Row(id_, parent_ids, row, reply))
                    ended = client.lists.has_cursors(lister) and client.lists.next_cursor(lister, reply) is None
                is_whole &= ended or pagination is None
        return found, is_whole

    def _was_deleted(self, row: Any) -> bool:
        """Return whether an item has the values that mark it as deleted; it may be one of the run, which stays so."""
        deletes = map(self._factory.resource, self._factory.every("delete"))
        marks = [each.set for each in deletes if each.gone == "status"]
        return any(values and all(at(row, each) == value for each, value in values.items()) for values in marks)

    def _parents(self, lister: Operation) -> list[ParentIds]:
        parent = self._factory.resource(lister).parent
        if parent is None:
            return [{}]
        own = [self._item.parent_ids] if under(parent) in self._item.parent_ids else []
        mine = self._item.parent_ids.get(under(parent))
        others = [each for each in self._factory.parent_ids_of(lister) if each[under(parent)] != mine]
        return [*own, *others][:PARENTS]


def disturbed(factory: ResourceFactory, item: Item, before: Any, after: Any, places: int = 1) -> list[str]:
    """Return the pointers of the changed fields of another item than the one that comes, goes or changes.

    Where that has a place among the others, theirs may move by one, or by some `places` where several come.
    """
    counts = {factory.resource(each).count for each in factory.every()}
    moved = factory.moved(before, after)
    placed = [each for each in moved if each not in counts and type(at(item.shown, each)) is int]
    near = {each for each in placed if _is_near(at(before, each), at(after, each), places)}
    return [each for each in moved if each not in near]


def _is_near(one: Any, two: Any, places: int) -> bool:
    return type(one) is int and type(two) is int and abs(one - two) <= places


def filled(factory: ResourceFactory, beside: Item | None = None) -> Item:
    """Create an item with all fields that its create keeps, beside another; as documented where that is refused."""
    for create in factory.creates[:1]:
        documented = factory.client.documented(create).body
        for body in list(seldom_bodies(factory, create, documented))[:1]:
            try:
                return factory.create_another(beside, body=body) if beside else factory.create(body=body)
            except RefusedError:
                break
    return factory.create_another(beside) if beside else factory.create()


def neighbor_of(factory: ResourceFactory, item: Item) -> Item:
    """Create an item beside another, with all fields and in a state of its own, so that a reset of it shows."""
    neighbor = filled(factory, item)
    for action in factory.every("set") if factory.is_shown else ():
        if factory.resource(action).key is not None and factory.client.sender.checked.may_write(action):
            before = factory.look(neighbor)[0]
            if factory.do(action, neighbor).ok and factory.moved(before, factory.look(neighbor)[0]):
                break
    return neighbor
