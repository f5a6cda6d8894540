"""A batch as the laws try it: its entries, each unlike the others, and what has become of their items."""

from __future__ import annotations

import copy
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.openapi.pointer import put
from adcontract_conformance.client.batches import batch_of, entries_of, results_of, with_entries, with_ids
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import Item, ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.laws.storing import echoed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.batches import Result
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.items import ParentIds
    from adcontract_conformance.client.replies import Reply

ENTRIES = 3
"""The number of entries in a batch of the laws: with two, an order that is reversed and one that is rotated are one."""


class BatchTrial:
    """One batch: the operation, the `action` for each entry, and the `parent_ids` of the items that are tried."""

    def __init__(self, client: Client, operation: Operation) -> None:
        self.client, self.operation = client, operation
        self.factory, self.resource = ResourceFactory.of(client, operation)
        self.batch = batch_of(self.resource)
        self.action = ACTIONS[self.resource.action].each
        self.documented = client.documented(operation).body
        self._schema = f"{operation.body[0].pointer}/schema" if operation.body else ""
        self.documented_entries = entries_of(self.resource, self.documented)
        if not self.documented_entries:
            raise NotTestable("no documented request has an entry")
        self.parent_ids: ParentIds = {}
        self._differing = list(self.resource.echo.values())

    def begin(self) -> None:
        """Choose the parent of new items, and look at its lists.

        Raises:
            NotTestable: if no operation removes such an item.
        """
        if self.factory.every("delete"):
            first, *others = self.factory.parent_ids_of(self.operation)
            # of several parents, the documented one among them, not each need be there
            self.parent_ids = self.factory.create().parent_ids if others and self.factory.every("create") else first
        else:
            self.parent_ids = self.factory.create_parent(self.operation)
        self._choose_field()
        self.factory.look_first(self.operation, self.parent_ids)

    def _choose_field(self) -> None:
        """Keep the fields whose value may differ by what a single create takes: others may name what there is not."""
        creates = self.factory.creates
        if (
            not self.factory.every("delete")
            or not creates
            or self.factory.resource(creates[0]).echo != self.resource.echo
        ):
            return
        documented, fields = self.documented_entries[0], self._differing
        for field in fields:
            self._differing = [field]
            other = self._unlike(documented, 0)
            if other == documented:
                continue
            try:
                self.factory.create(self.parent_ids, body=other)
            except NotTestable:
                continue
            return
        self._differing = fields

    def items(self, count: int) -> list[Item]:
        """Create items for the entries, all of one parent."""
        first = self.factory.create()
        self.parent_ids = first.parent_ids
        return [first, *(self.factory.create(parent_ids=first.parent_ids) for _ in range(count - 1))]

    def entries(self, count: int, items: list[Item] | None = None) -> list[Any]:
        """Return entries with different values, where the contract lets them have some; about `items`, if there are."""
        known = self.documented_entries
        found = [self._unlike(known[place % len(known)], place) for place in range(count)]
        return self.about(found, [self.id_of(each) for each in items]) if items else found

    def about(self, entries: list[Any], ids: list[Any]) -> list[Any]:
        """Return entries that are about the items with some ids."""
        return with_ids(self.resource, entries, ids)

    def _unlike(self, entry: Any, place: int) -> Any:
        """Return an entry with other values than those at the other places of the body."""
        for theirs in self._differing:
            now = at(entry, theirs)
            if isinstance(now, bool) or not isinstance(now, str | int | float):
                continue
            other = f"{now} {place + 1}" if isinstance(now, str) else now + place + 1
            changed = put(copy.deepcopy(entry), theirs, other)
            if self.is_valid([changed, *self.documented_entries[1:]]):
                return changed
        return entry

    def count(self, least: int) -> int:
        """Return the number of entries that the contract allows: that of the laws, else of the documented request.

        Raises:
            NotTestable: if that is below `least`.
        """
        for number in (ENTRIES, len(self.documented_entries)):
            if number >= least and self.is_valid(self.entries(number)):
                return number
        raise NotTestable(f"the contract does not allow {least} entries")

    def is_valid(self, entries: list[Any]) -> bool:
        """Return whether the contract allows a body with these entries."""
        body = with_entries(self.resource, self.documented, entries)
        return self.client.sender.checked.schemas.valid(self._schema, body)

    def invalid(self, entry: Any) -> Iterator[Any]:
        """Yield entries like one that the contract does not allow."""
        for name in entry if isinstance(entry, dict) else ():
            without = {each: value for each, value in entry.items() if each != name}
            for other in (without, {**entry, name: {"adcontract": [1]}}):
                if not self.is_valid([other, *self.documented_entries[1:]]):
                    yield other

    def send(self, entries: list[Any]) -> Reply:
        """Send entries.

        Raises:
            NotTestable: if they are carried out later than they are answered.
        """
        body = with_entries(self.resource, self.documented, entries)
        reply = self.factory.do_at(self.operation, self.parent_ids, body)
        if reply.status == HTTPStatus.ACCEPTED:
            raise NotTestable(f"{self.operation.id} answers 202: when the entries are carried out is not known")
        return reply

    def results(self, reply: Reply) -> list[Result] | None:
        """Return the results of a reply; None where the contract has none.

        Raises:
            NotTestable: if they are not where the contract says; the checks of the schema report that.
        """
        found = results_of(self.resource, reply.value)
        if found is None and self.batch.results is not None:
            raise NotTestable("the response has no list where the contract has one")
        return found

    def keeps(self, entry: Any, shown: Any, reply: Reply) -> bool:
        """Return whether an item has what an entry says."""
        return shown is not MISSING and not any(echoed(self.factory, self.operation, entry, shown, reply))

    def is_deleted(self, shown: Any) -> bool | None:
        """Return whether an item is deleted, as the contract marks it; None where it does not show the mark."""
        if shown is MISSING:
            return True
        if self.resource.gone != "status":
            return False
        marks = [(value, at(shown, pointer)) for pointer, value in self.resource.set.items()]
        return None if any(held is MISSING for _, held in marks) else all(kept(*each) for each in marks)

    def id_of(self, item: Item) -> Any:
        """Return the value by which an entry names an item."""
        return self.factory.id_for(self.operation, item)

    def look(self, item: Item) -> tuple[Any, Reply]:
        """Return an item as it is now, and the reply that shows it.

        Raises:
            NotTestable: if no operation shows it.
        """
        return self.factory.look(item)

    def known(self) -> set[bytes] | None:
        """Return the keys in the list of new items; None where no list shows them all."""
        rows = self._rows()
        return None if rows is None else {*rows}

    def new_rows(self, known: set[bytes] | None) -> list[Any]:
        """Return the rows of that list that it did not have when it had the keys `known`."""
        rows = self._rows() if known is not None else {}
        return [row for key, row in (rows or {}).items() if key not in (known or ())]

    def note_new(self, known: set[bytes] | None, entries: list[Any], reply: Reply) -> None:
        """Note to remove the items with the values of some entries that only the list shows, and no result."""
        for row in self.new_rows(known):
            if any(self.keeps(entry, row, reply) for entry in entries):
                id_ = at(row, self.factory.resource(self.factory.every("list")[0]).id or "/id")
                self.factory.note(Item(id_, self.parent_ids, reply, shown=row))

    def _rows(self) -> dict[bytes, Any] | None:
        for lister in self.factory.every("list"):
            if self.factory.left_out_by(lister):
                continue
            try:
                walk = self.factory.walk(lister, self.parent_ids)
            except NotTestable:
                continue
            return {self.factory.key(lister, row): row for row in walk.rows}
        return None
