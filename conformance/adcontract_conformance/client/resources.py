"""One resource of a contract: its operations, where its items are, and what is shown of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from adcontract.contract.narrowing import may_leave_out, narrowing
from adcontract.contract.resources import ResourceType
from adcontract_conformance.client.equality import changes, kept, touches
from adcontract_conformance.client.items import address, id_for, under
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import MediaType, Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.items import Address, Item, ParentIds
    from adcontract_conformance.client.lists import Walk
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.client.requester import Parameters

CANDIDATES = 5
"""How many items are tried as a parent."""


class ResourceClient:
    """The operations of one resource, by action."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name
        self.type = client.sender.checked.contract.resources.get(name, ResourceType(name, ()))

    @property
    def a(self) -> str:
        """Its name with the article."""
        return f"{'an' if self.name[0] in 'aeio' else 'a'} {self.name}"

    @classmethod
    def of(cls, client: Client, operation: Operation) -> tuple[Self, Resource]:
        """Return the resource that an operation is about, and what the operation declares."""
        resource = operation.behavior.resource
        if resource is None:
            raise TypeError(operation.id)
        return cls(client, resource.name), resource

    def every(self, *actions: str) -> list[Operation]:
        """Return the operations with one of these actions; all operations if none is named."""
        return [each.operation for each in (self.type.of(*actions) if actions else self.type.operations)]

    @property
    def is_shown(self) -> bool:
        """Whether an operation shows its items."""
        return self.type.is_readable

    def the(self, action: str) -> Operation:
        """Return the first operation with an action.

        Raises:
            NotTestable: if there is none.
        """
        for operation in self.every(action):
            return operation
        raise NotTestable(f"the contract has no operation of the action {action} for {self.a}")

    def resource(self, operation: Operation) -> Resource:
        """Return what an operation declares of the resource."""
        resource = operation.behavior.resource
        if resource is None:
            raise TypeError(operation.id)
        return resource

    # addresses

    def parent_ids_of(self, operation: Operation) -> list[ParentIds]:
        """Return parents for the items of an operation: the documented one, then those that the target lists."""
        parent = self.resource(operation).parent
        if parent is None:
            return [{}]
        place = self.client.documented(operation)
        found = [{under(parent): getattr(place, parent.key.location).get(parent.key.name)}]
        for others in type(self)(self.client, parent.name).every("list"):
            resource = others.behavior.resource
            if resource and resource.id is not None and resource.parent is None:
                rows: tuple[Any, ...] = ()
                with suppress(NotTestable):  # a target may have a part of the contract only
                    rows = tuple(self.client.lists.walk(others).rows[:CANDIDATES])
                for row in rows:
                    own = {(parent.name, ""): at(row, resource.id)}
                    found.append(own | ({under(parent): at(row, parent.id)} if parent.id else {}))
        known = {canonical(parent_ids[under(parent)]): parent_ids for parent_ids in reversed(found)}
        return [
            parent_ids
            for parent_ids in found
            if parent_ids[under(parent)] is not MISSING and known[canonical(parent_ids[under(parent)])] is parent_ids
        ]

    def completed(self, operation: Operation, parent_ids: ParentIds) -> ParentIds:
        """Return parents with the id by which an operation names its own one, if the target shows that."""
        parent = self.resource(operation).parent
        if parent is None or parent.id is None or under(parent) in parent_ids or (parent.name, "") not in parent_ids:
            return parent_ids
        others = type(self)(self.client, parent.name)
        usual = {others.resource(lister).id for lister in others.every("list")}
        for reader in others.every("read"):
            resource = others.resource(reader)
            if resource.key and resource.parent is None and resource.id in usual:
                reply = self.client.ask(reader, **others.address(reader, parent_ids[parent.name, ""], {}))
                own = at(others.item_in(reader, reply), parent.id) if reply.ok else MISSING
                if own not in (MISSING, None):
                    return {**parent_ids, under(parent): own}
        return parent_ids

    def address(self, operation: Operation, id: Any, parent_ids: ParentIds) -> Address:  # noqa: A002
        """Return the values of the path and the query that lead to an item.

        Raises:
            NotTestable: if the parent of the item is not known.
        """
        return address(self.resource(operation), id, parent_ids)

    # doing

    def do(self, operation: Operation, item: Item, body: Any = MISSING, headers: Parameters = None) -> Reply:
        """Carry out an operation on an item."""
        address = self.address(operation, self.id_for(operation, item), item.parent_ids)
        return self.client.ask(operation, **address, body=body, headers=headers)

    def write(self, operation: Operation, item: Item, media: MediaType, body: Any) -> Reply:
        """Carry out an operation on an item with a body of one of its media types."""
        address = self.address(operation, self.id_for(operation, item), item.parent_ids)
        return self.client.write(operation, **address, media=media, body=body)

    def do_at(self, operation: Operation, parent_ids: ParentIds, body: Any = MISSING) -> Reply:
        """Carry out an operation that names no item."""
        return self.client.ask(operation, **self.address(operation, MISSING, parent_ids), body=body)

    def id_for(self, operation: Operation, item: Item) -> Any:
        """Return the value by which an operation names an item: its id, or another field.

        Raises:
            NotTestable: if it is not known.
        """
        return id_for(self.type, self.resource(operation), item.id, item.shown)

    def item_in(self, operation: Operation, reply: Reply) -> Any:
        """Return the item in a reply, or `MISSING`."""
        return reply.at(self.resource(operation).item)

    # what is shown

    def moved(self, before: Any, after: Any, dated: Iterable[str] = ()) -> list[str]:
        """Return the pointers of the changed fields, of those that an operation declares; others may be derived.

        A time may be a stamp that the target sets, except where one of the pointers `dated` leads. What did not show
        before has not changed: a target may show late what was written. Nor has what may have changed by itself.
        """
        if before is MISSING or (after is MISSING and self.leaves):
            return []
        declared = set[str]()
        for resource in map(self.resource, self.every()):
            field = resource.parent.field if resource.parent else None
            places = (resource.id, resource.members, resource.count, field)
            declared |= {*resource.echo, *resource.set, *(place for place in places if place is not None)}
        found = [pointer for pointer in changes(before, after) if touches(pointer, declared)]
        found = [pointer for pointer in found if not self.may_become(pointer, at(before, pointer), at(after, pointer))]
        times = ((pointer, at(before, pointer), at(after, pointer)) for pointer in dated if pointer not in found)
        return found + [pointer for pointer, was, is_ in times if MISSING not in (was, is_) and not kept(was, is_)]

    @property
    def leaves(self) -> bool:
        """Whether an item that changes by itself is not read any more at its end."""
        return False

    def may_become(self, pointer: str, before: Any, after: Any) -> bool:
        """Return whether a field may have another value later without a request: that with the state of an item."""
        states = self.type.states
        return states is not None and pointer == states.field and states.may_become(before, after)

    def look(self, item: Item) -> tuple[Any, Reply]:
        """Return an item as it is now, or `MISSING` if it is gone, and the reply that shows it.

        Raises:
            NotTestable: if the contract has neither an operation that reads one nor a list of them.
        """
        for reader in self.every("read"):
            reply = self.do(reader, item)
            return (self.item_in(reader, reply) if reply.ok else MISSING), reply
        for lister in self.every("list"):
            row, reply = self.row(lister, item)
            if row is MISSING and (why := self.left_out_by(lister)):
                raise NotTestable(f"the item is not listed by {why}")
            return row, reply
        raise NotTestable(f"the contract has no operation that shows {self.a}")

    def left_out_by(self, lister: Operation, item: Item | None = None) -> str:
        """Return a list, and why it does not have to show an item, or whatever item; empty if it has to show it."""
        names = [*narrowing(self.type, lister)]
        if names and item is not None:
            read = next((self.item_in(each, self.do(each, item)) for each in self.every("read")), MISSING)
            shown = item.shown if read is MISSING else read
            asked = self.client.documented(lister)
            sent = {**asked.path, **asked.query}
            names = [*may_leave_out(self.type, lister, sent, None if shown is MISSING else shown)]
        return f"{lister.id}, which is asked for with {' and '.join(names)}, and may leave items out" if names else ""

    def key(self, lister: Operation, row: Any) -> bytes:
        """Return the id of a row."""
        return canonical(at(row, self.resource(lister).id or "/id"))

    def keys(self, lister: Operation, item: Item) -> list[bytes]:
        """Return the ids of all items of the list in which an item is."""
        return [self.key(lister, row) for row in self.walk(lister, item.parent_ids).rows]

    def walk(self, lister: Operation, parent_ids: ParentIds) -> Walk:
        """Return a walk over the list of the items of a parent. See `Lists.whole`."""
        address = self.address(lister, MISSING, parent_ids)
        return self.client.lists.whole(lister, address["path"], address["query"])

    def listed(self, item: Item) -> Iterator[tuple[Operation, Any, Reply]]:
        """Yield every list in which an item should be, with its row there, or `MISSING`, and the page that shows it.

        Raises:
            NotTestable: if a list is too long to be walked.
        """
        for lister in self.every("list"):
            parent = self.resource(lister).parent
            if parent is None or under(parent) in item.parent_ids:
                yield lister, *self.row(lister, item)

    def shown_too(self, item: Item) -> Iterator[tuple[Operation, Any, Reply]]:
        """Yield every operation that shows an item besides the one by which `look` sees it, with what it shows of it.

        Raises:
            NotTestable: if a list is too long to be walked.
        """
        for reader in self.every("read")[1:]:
            reply = self.do(reader, item)
            yield reader, self.item_in(reader, reply) if reply.ok else MISSING, reply
        yield from self.listed(item)

    def visit(self, item: Item) -> None:
        """Read an item, and its row in every list, so that a cache on the way has them before something changes."""
        for reader in self.every("read"):
            self.do(reader, item)
        for lister in self.every("list"):
            parent = self.resource(lister).parent
            if parent is None or under(parent) in item.parent_ids:
                address = self.address(lister, item.id, item.parent_ids)
                another = lambda row, lister=lister: self.key(lister, row) != canonical(item.id)  # noqa: E731
                self.client.lists.walk(lister, address["path"], address["query"], right=another)

    def row(self, lister: Operation, item: Item) -> tuple[Any, Reply]:
        """Return the row of an item in a list, or `MISSING`, and the page that it is on, or the last.

        Raises:
            NotTestable: if the list is too long to be walked.
        """
        address = self.address(lister, item.id, item.parent_ids)
        walk = self.client.lists.walk(lister, address["path"], address["query"])
        for reply in walk.replies:
            for row in self.client.lists.rows(lister, reply):
                if self.key(lister, row) == canonical(item.id):
                    return row, reply
        if not walk.whole:
            raise NotTestable(f"the list is longer than the {len(walk.rows)} items that the suite reads")
        return MISSING, walk.replies[-1]

    def rows(self) -> Iterator[tuple[Operation, ParentIds, Any, Reply]]:
        """Yield the first, the middle, the last and a random row of each list, the list, its parent and the page."""
        for lister in self.every("list"):
            for parent_ids in self.parent_ids_of(lister):
                reply = self.client.ask(lister, **self.address(lister, MISSING, parent_ids))
                rows = self.client.lists.rows(lister, reply) if reply.ok else []
                random_place = self.client.rng.randrange(len(rows)) if rows else 0
                places = dict.fromkeys((0, len(rows) // 2, len(rows) - 1, random_place)) if rows else {}
                yield from ((lister, parent_ids, rows[place], reply) for place in places)
                if rows:
                    break
