"""Creates items of a resource for the laws."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import split
from adcontract.openapi.text import as_text
from adcontract_conformance.client.allowance import NotSent
from adcontract_conformance.client.entry import Entry
from adcontract_conformance.client.interrupts import unhurried
from adcontract_conformance.client.items import Item, ParentIds, created_ids, under
from adcontract_conformance.client.named_ids import id_to_name
from adcontract_conformance.client.new_ids import new_id
from adcontract_conformance.client.progress import AGAIN, EndNotTried, looks
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical
from adcontract_conformance.client.resources import ResourceClient
from adcontract_conformance.client.seen import key_of

if TYPE_CHECKING:
    from adcontract import Operation, States
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply

__all__ = [
    "Item",
    "ParentIds",
    "RefusedError",
    "ResourceFactory",
    "ThereBeforeError",
    "TwiceError",
    "UnlistedError",
    "created_ids",
    "under",
]


class RefusedError(NotTestable):
    """No item can be created, for the target refuses the request: `reply`."""

    def __init__(self, create: Operation, reply: Reply) -> None:
        super().__init__(f"{create.id} answers {reply.status} to the documented request")
        self.reply = reply


class ThereBeforeError(NotTestable):
    """No item can be created, for the target answers with one that was there before: `reply`."""

    def __init__(self, create: Operation, reply: Reply, item: Item) -> None:
        super().__init__(f"{create.id} is answered with the item {item.id}, which was there before")
        self.reply = reply


class UnlistedError(NotTestable):
    """Something was created whose id no response shows, and its list has nothing new: `reply` of the `lister`."""

    def __init__(self, create: Operation, lister: Operation, reply: Reply) -> None:
        super().__init__(f"{create.id} created an item, and {lister.id} lists no new one")
        self.lister, self.reply = lister, reply


class TwiceError(NotTestable):
    """A create has made several equal items: `reply` of the `lister` of their new parent."""

    def __init__(self, create: Operation, lister: Operation, reply: Reply) -> None:
        super().__init__(f"{create.id} created several equal items, which {lister.id} lists")
        self.lister, self.reply = lister, reply


class ResourceFactory(ResourceClient):
    """A resource, and the ways to get an item of it: create it, add it, or create its parent."""

    def __init__(self, client: Client, name: str) -> None:
        super().__init__(client, name)
        self._spare: list[Item] = []

    @property
    def leaves(self) -> bool:
        """Whether an item that changes by itself is not read any more at its end. It is tried with a new one."""
        known, readers = self.client.leaving, self.every("read")
        if self.type.states is None or not readers:
            return False
        if self.name not in known:
            known[self.name] = False  # what is created for it is not asked about
            known[self.name] = self._leaves(readers[0], self.type.states)
        return known[self.name]

    def _leaves(self, reader: Operation, states: States) -> bool:
        try:
            item = self.create()
            is_seen, final = False, 0
            for look in looks(self, reader, states, item):
                if look.is_over:
                    return look.leads_on or is_seen
                is_seen = True
                final += states.is_final(at(self.item_in(reader, look.reply), states.field))
                if final > AGAIN:
                    return False
        except (NotSent, EndNotTried):
            return True  # an unknown end does not speak against the target
        except NotTestable:
            return False
        return False

    def create(self, parent_ids: ParentIds | None = None, *, by: Operation | None = None, body: Any = MISSING) -> Item:
        """Create an item as documented, or with another body, `by` the first operation or by another one.

        An item that no operation removes is created in a new parent, and removed with it.

        Raises:
            NotTestable: if it cannot be created, or not be removed.
        """
        if creates := [by] if by else self.creates:
            if not self.every("delete"):
                return self._create(creates[0], [self.create_parent(creates[0])], body)
            parents = [parent_ids] if parent_ids is not None else self.parent_ids_of(creates[0])
            return self._create(creates[0], parents, body)
        if self.type.operations and self.type.is_single:
            operation = self.every()[0]
            parent_ids = self.create_parent(operation)
            return Item(next(iter(parent_ids.values())), parent_ids, self.do_at(operation, parent_ids))
        if any(self.resource(each).makes for each in self.every("add")):
            self._spare = self._spare or self._add(parent_ids)
            return self._spare.pop(0)
        raise NotTestable(f"the contract has no operation that creates {self.a}")

    def create_another(self, item: Item, *, body: Any = MISSING) -> Item:
        """Create a second item, under the parent of the first where it can have two. See `create`."""
        together = self.every("delete") and not any(self.resource(each).takes for each in self.every("create"))
        return self.create(parent_ids=item.parent_ids if together else None, body=body)

    def create_parent(self, operation: Operation) -> ParentIds:
        """Create a parent for the items of an operation, and return its ids.

        Raises:
            NotTestable: if it cannot be created, or not be removed.
        """
        parent = self.resource(operation).parent
        if parent is None:
            raise NotTestable(f"the contract has no operation that removes {self.a}")
        factory = ResourceFactory(self.client, parent.name)
        item = factory.create()
        shown = factory.look(item)[0] if factory.is_shown else item.shown
        parents = [own for each in self.every() if (own := self.resource(each).parent) and own.name == parent.name]
        return {under(each): at(shown, each.id) if each.id else item.id for each in parents}

    @property
    def creates(self) -> list[Operation]:
        """The operations that create an item."""
        return [each.operation for each in self.type.creating]

    def _create(self, create: Operation, parent_ids_of: list[ParentIds], body: Any) -> Item:
        if self.client.loses_items(create):
            raise NotTestable(f"the target does not keep an item of its own for each {create.id}: see behavior.create")
        for each in parent_ids_of:
            self.look_first(create, each)
            id_ = id_to_name(self, create, each) if self.resource(create).action == "upsert" else MISSING
            reply = self.client.ask(create, **self.address(create, id_, each), body=body)
            if reply.ok:
                item = self.item(create, reply, each)
                if self.was_there(item):
                    raise ThereBeforeError(create, reply, item)
                return item
            if reply.status not in (403, 404):
                break
        raise RefusedError(create, reply)

    def look_first(self, create: Operation, parent_ids: ParentIds) -> None:
        """Look once at the lists of a parent before the first item is created there, to know what is somebody's."""
        checked, book = self.client.sender.checked, self.client.sender.book
        place = checked.title, create.id, canonical(sorted(self.address(create, MISSING, parent_ids)["path"].items()))
        if place in book.seen.looked_at:
            return
        book.seen.looked_at.add(place)
        for lister in self.every("list"):
            with suppress(NotTestable):
                address = self.address(lister, MISSING, parent_ids)
                self.client.lists.walk(lister, address["path"], address["query"])

    def was_there(self, item: Item) -> bool:
        """Return whether the target has answered a create with an item that it has shown before."""
        sender = self.client.sender
        key = key_of(sender.checked, self.name, item.id, item.parent_ids, item.shown)
        return key in sender.book.seen.answered

    def _add(self, first: ParentIds | None) -> list[Item]:
        """Add what is documented, or else what other lists of the target show, and return the new items.

        They are added to the `first` of the parents that takes them.
        """
        operation, lister = self.the("add"), self.the("list")
        others = [each for each in self.parent_ids_of(operation) if each != first]
        for parent_ids in others if first is None else [first, *others]:
            before = self.look_before(operation, parent_ids)
            documented = self.client.documented(operation).body
            for body in (documented, self._others(operation, lister, parent_ids)):
                with unhurried():
                    if body is None or not self.do_at(operation, parent_ids, body).ok:
                        continue
                    if items := self._new(lister, parent_ids, body, before):
                        return items
                walk = self.walk(lister, parent_ids)
                # a target may not know the documented ids; it has shown the others itself
                is_told = body is not documented and not self.left_out_by(lister)
                if is_told and {self.key(lister, row) for row in walk.rows} <= before:
                    raise UnlistedError(operation, lister, walk.replies[-1])
        raise NotTestable("everything that could be added is there already, or is refused")

    def look_before(self, operation: Operation, parent_ids: ParentIds) -> set[bytes]:
        """Return the ids in the list that an operation adds to, and note them, so that what is added can be removed."""
        lister = self.the("list")
        before = {self.key(lister, row) for row in self.walk(lister, parent_ids).rows}
        sender, place = self.client.sender, self.address(operation, MISSING, parent_ids)
        sender.book.look(sender.checked, self.name, place, before)
        return before

    def _new(self, lister: Operation, parent_ids: ParentIds, body: Any, before: set[bytes]) -> list[Item]:
        """Return the new items of a list that a body named, and note to remove them."""
        named = list(created_ids(self.resource(self.the("add")), body))
        walk, items = self.walk(lister, parent_ids), list[Item]()
        for row in walk.rows:
            held = ((at(row, where), ids) for where, ids in named)
            ours = any(as_text(value) in ids for value, ids in held if value not in (MISSING, None))
            if ours and self.key(lister, row) not in before:
                id_ = at(row, self.resource(lister).id or "/id")
                items.append(Item(id_, parent_ids, walk.replies[-1], body, row))
                self.note(items[-1])
        return items

    def _others(self, operation: Operation, lister: Operation, parent_ids: ParentIds) -> Any:
        """Return the documented body with other ids, which lists of the target show; None if they show none."""
        body, rows = dict(self.client.documented(operation).body), self.walk(lister, parent_ids).rows
        for ours, theirs in self.resource(operation).makes.items():
            factory = ResourceFactory(self.client, split(ours)[0].replace("_", "-"))
            held = {as_text(value) for row in rows if (value := at(row, ours)) not in (MISSING, None)}
            ids = (
                at(row, "/id") for others in factory.every("list")[:1] for row in self.client.lists.walk(others).rows
            )
            id_ = next((each for each in ids if each is not MISSING and as_text(each) not in held), None)
            if id_ is None:
                return None
            name, *rest = split(theirs)
            body[name] = [{**body[name][0], rest[-1]: id_}] if rest else [id_]
        return body

    def item(self, create: Operation, reply: Reply, parent_ids: ParentIds) -> Item:
        """Return the item that a reply says was created.

        Raises:
            NotTestable: if the reply does not show its id.
            UnlistedError: if the list of its parent does not show it either.
            TwiceError: if that list shows it more than once.
        """
        sender, shown = self.client.sender, self.item_in(create, reply)
        found = new_id(sender.checked, reply.exchange, sender.target.url)
        if found in (MISSING, None, "") and not self.every("delete"):
            shown, found = self._only(create, parent_ids)
        if found in (MISSING, None, ""):
            raise NotTestable(f"{create.id} created a {self.name} and does not show its id; it is left behind")
        for remover in self.every("delete")[:1]:
            parent = self.resource(remover).parent
            if parent and under(parent) not in parent_ids and parent.field:
                parent_ids = {**parent_ids, under(parent): at(shown, parent.field)}
        return Item(found, parent_ids, reply, self.client.documented(create).body, shown)

    def _only(self, create: Operation, parent_ids: ParentIds) -> tuple[Any, Any]:
        """Return the only item of a new parent, and its id, as a list shows it."""
        for lister in self.every("list"):
            walk = self.walk(lister, parent_ids)
            rows = walk.rows
            if not rows and not self.left_out_by(lister):
                raise UnlistedError(create, lister, walk.replies[-1])
            if len(rows) == 1:
                return rows[0], at(rows[0], self.resource(lister).id or "/id")
            places = (*self.resource(create).takes, *self.resource(create).echo)
            if places and len({canonical([at(row, each) for each in places]) for row in rows}) == 1:
                raise TwiceError(create, lister, walk.replies[-1])
        return MISSING, MISSING

    def note(self, item: Item) -> None:
        """Note to remove an item that no response has shown as created."""
        sender = self.client.sender
        sender.book.add(Entry(sender.checked, self.name, item.id, item.parent_ids, item.shown, sender))
