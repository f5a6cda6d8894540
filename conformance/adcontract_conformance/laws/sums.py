"""Sums: what an item says of the items that belong to it, their number or the sum of a field, is true and stays so."""

from __future__ import annotations

import copy
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from adcontract.contract.sums import added_up, decimal
from adcontract.openapi.pointer import put
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import CENT
from adcontract_conformance.client.factory import Item, ResourceFactory
from adcontract_conformance.client.items import under
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical, text_of
from adcontract_conformance.laws.law import law

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Operation
    from adcontract.contract.behavior import Parent, Sum
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.items import ParentIds
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

ITEMS = 2
"""The number of items of others whose sums are looked at."""

AMOUNTS = ((0.1, 0.2), ("0.10", "0.20"), (1, 2))
"""Values for two new items, those first whose sum comes out otherwise where it is not added in decimals."""

PLACES = 2
"""The digits after the point of an amount that no target rounds."""


def _shows_sums(operation: Operation) -> bool:
    resource = operation.behavior.resource
    return resource is not None and bool(resource.sums) and resource.action in ("read", "list")


@law("sum", "a sum is that of all items it is about, and follows those that are created and deleted", _shows_sums)
def sums(client: Client, operation: Operation) -> Iterator[Found]:
    """Compare the sums of items that are there, then those of a new one, while items of it come and go."""
    reasons, judged = dict[str, None](), False
    _, resource = ResourceFactory.of(client, operation)
    for pointer, declared in resource.sums.items():
        each = _Sum(client, operation, pointer, declared)
        try:
            found = list(each.of_others()) or list(each.of_a_new_one())
        except NotTestable as reason:
            found, reasons[str(reason)] = [], None
        yield from found[:1]
        judged |= each.judged > 0
    if reasons or not judged:
        raise NotTestable("; ".join(reasons) or "no item shows a sum")


class _Sum:
    """One sum of the items that an operation shows. `judged` counts the sums that were compared."""

    def __init__(self, client: Client, operation: Operation, pointer: str, declared: Sum) -> None:
        self.client, self.operation, self.pointer, self.declared = client, operation, pointer, declared
        self.factory, self.resource = ResourceFactory.of(client, operation)
        self.children = ResourceFactory(client, declared.of)
        self.judged = 0

    def of_others(self) -> Iterator[Found]:
        """Yield a breach if the sum of an item that is there is wrong; what is added may be shown rounded to cents."""
        seen = dict[str, Item]()
        for _, parent_ids, row, reply in self.factory.rows():
            id_ = at(row, self.resource.id or "/id")
            if id_ not in (MISSING, None):
                seen.setdefault(as_text(id_), Item(id_, parent_ids, reply, shown=row))
        for item in islice(seen.values(), ITEMS):
            yield from self._compared(item, "", is_of_others=True)

    def of_a_new_one(self) -> Iterator[Found]:
        """Yield a breach if the sum of a new item does not follow what is created for it, and deleted.

        Raises:
            NotTestable: if nothing can be created, or the list does not show it.
        """
        item = self.factory.create()
        yield from self._compared(item, "once it is created")
        create = self.children.the("create")
        ids, made = self._under(item, create), list[Item]()
        for body in self._bodies(create):
            reply = self.client.accepted(create, self.children.do_at(create, ids, body))
            made.append(self.children.item(create, reply, ids))
            yield from self._compared(item, f"once a {self.declared.of} is created", of=made)
        for remover in self.children.every("delete")[:1]:
            if self.children.resource(remover).gone == "hidden":
                self.client.accepted(remover, self.children.do(remover, made.pop()))
                yield from self._compared(item, f"once a {self.declared.of} is deleted", of=made)

    def _bodies(self, create: Operation) -> list[Any]:
        """Return bodies for two items with different amounts, of the documented kind if there is no choice."""
        documented = self.client.documented(create).body
        place = self.children.resource(create).echo.get(self.declared.field or "")
        for amounts in AMOUNTS if place else ():
            bodies = [put(copy.deepcopy(documented), place or "", each) for each in amounts]
            schema = f"{create.body[0].pointer}/schema"
            if all(self.client.sender.checked.schemas.valid(schema, each) for each in bodies):
                return bodies
        return [documented, documented]

    def _compared(
        self, item: Item, when: str, of: Sequence[Item] = (), *, is_of_others: bool = False
    ) -> Iterator[Found]:
        """Yield a breach if the sum that an item shows is not that of the items in the list; `of` have to be there.

        Raises:
            NotTestable: if that cannot be known.
        """
        held, reply = self._shown(item)
        rows = self._rows(item)
        total = added_up(self.declared, rows)
        if held is MISSING or total is None:
            return
        said = Decimal(0) if held is None else decimal(held)
        if said is None:
            raise NotTestable(f"{self.pointer} is {text_of(held)}, which is not a number")
        self.judged += 1
        is_exact = self.declared.field is None or not (is_of_others or total != round(total, PLACES))
        if abs(said - total) <= (0 if is_exact else CENT * (len(rows) + 1)):
            return
        if is_of_others:
            self._require_still(item, held, rows)
        else:
            self._require_listed(item, of, rows)
        what = f"the {self.declared.field} of the" if self.declared.field else "the number of the"
        sentence = (
            f"{self.pointer} of {item.id} is {text_of(held)}{f' {when}' if when else ''}; "
            f"{what} {len(rows)} items in {self._lister(item).id} is {format(total, 'f')}."
        )
        yield broken(self.operation, KEYWORD, reply, sentence, part=self.pointer, of="sums")

    def _require_listed(self, item: Item, of: Sequence[Item], rows: list[Any]) -> None:
        """Check that a list has what was created.

        Raises:
            NotTestable: if it lacks some, which another law reports.
        """
        lister = self._lister(item)
        known = {as_text(at(row, self.children.resource(lister).id or "/id")) for row in rows}
        if not {as_text(each.id) for each in of} <= known:
            raise NotTestable(f"{lister.id} does not list what was created")

    def _require_still(self, item: Item, held: Any, rows: list[Any]) -> None:
        """Look at a sum of others and its items again.

        Raises:
            NotTestable: if they have changed meanwhile, or the list may lack items that are only marked as deleted.
        """
        if any(self.children.resource(each).gone == "status" for each in self.children.every("delete")):
            raise NotTestable(f"whether a deleted {self.declared.of} counts is not said")
        self.client.lists.forget()
        if canonical([self._shown(item)[0], self._rows(item)]) != canonical([held, rows]):
            raise NotTestable("others write to the list during the check")

    def _shown(self, item: Item) -> tuple[Any, Reply]:
        """Return the sum that the operation shows of an item, `MISSING` without one, and the reply that shows it."""
        if self.resource.action == "list":
            row, reply = self.factory.row(self.operation, item)
            return at(row, self.pointer), reply
        reply = self.client.accepted(self.operation, self.factory.do(self.operation, item))
        return at(self.factory.item_in(self.operation, reply), self.pointer), reply

    def _rows(self, item: Item) -> list[Any]:
        """Return the items that belong to an item, from all pages of their list."""
        lister = self._lister(item)
        parent = self._parent(lister)
        walk = self.children.walk(lister, self._under(item, lister))
        total = self.client.lists.total(lister, walk) if lister.behavior.pagination else None
        if total not in (None, len(walk.rows)):
            raise NotTestable(f"{lister.id} says that it has {total} items, and shows {len(walk.rows)}")
        if self.children.resource(lister).parent is not None:
            return list(walk.rows)
        return [row for row in walk.rows if as_text(at(row, parent.field or "")) == as_text(item.id)]

    def _lister(self, item: Item) -> Operation:
        """Return an operation that lists what belongs to an item, all of it.

        Raises:
            NotTestable: if there is none.
        """
        for lister in self.children.every("list"):
            parent, is_nested = self._parent(lister), self.children.resource(lister).parent is not None
            is_told = under(parent) in self._under(item, lister) if is_nested else parent.field is not None
            if is_told and not self.children.left_out_by(lister):
                return lister
        raise NotTestable(f"the contract has no operation that lists every {self.declared.of} of {self.factory.a}")

    def _parent(self, operation: Operation) -> Parent:
        own = self.children.resource(operation).parent
        parents = [own] if own else self.children.type.parents
        for each in parents:
            if each and each.name == self.factory.name:
                return each
        raise NotTestable(f"{operation.id} is not about what belongs to {self.factory.a}")

    def _under(self, item: Item, operation: Operation) -> ParentIds:
        """Return the id of an item as that of the parent for an operation on what belongs to it."""
        parent = self._parent(operation)
        if parent.id is None:
            return {under(parent): item.id}
        found = at(item.shown, parent.id)
        return {} if found is MISSING else {under(parent): found}
