"""Making things of one kind, to try laws on, and removing them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import every, split
from adcontract.openapi.text import as_text
from adcontract_conformance.client.interrupts import unhurried
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.client.resources import Item, ParentIds, ResourceClient, under

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply

__all__ = ["Item", "ParentIds", "RefusedError", "ResourceFactory", "created_ids", "under"]


class RefusedError(NotTestable):
    """A thing cannot be made, for the target refuses it: `reply`."""

    def __init__(self, create: Operation, reply: Reply) -> None:
        super().__init__(f"{create.id} answers {reply.status} to the documented request")
        self.reply = reply


class ResourceFactory(ResourceClient):
    """One kind of thing, and the ways to make one: create it, add it, or make what it belongs to."""

    def __init__(self, client: Client, name: str) -> None:
        super().__init__(client, name)
        self._spare: list[Item] = []

    def create(self, parent_ids: ParentIds | None = None) -> Item:
        """Make a thing as documented, and keep in mind to remove it.

        What the contract does not remove is made in a parent that is made for it, with which it goes.

        Raises:
            NotTestable: if it cannot be made, or not be removed.
        """
        if creates := self.every("create"):
            if not self.every("delete"):
                return self._create(creates[0], [self.create_parent(creates[0])])
            return self._create(creates[0], [parent_ids] if parent_ids is not None else self.parent_ids_of(creates[0]))
        if self.type.operations and self.type.is_single:
            operation = self.every()[0]
            parent_ids = self.create_parent(operation)
            return Item(next(iter(parent_ids.values())), parent_ids, self.do_at(operation, parent_ids))
        if any(self.resource(each).makes for each in self.every("add")):
            self._spare = self._spare or self._add()
            return self._spare.pop(0)
        raise NotTestable(f"the contract has no operation that creates {self.a}")

    def create_another(self, item: Item) -> Item:
        """Make a second thing, beside one that was made where there can be two. See `make`."""
        together = self.every("delete") and not any(self.resource(each).takes for each in self.every("create"))
        return self.create(parent_ids=item.parent_ids if together else None)

    def create_parent(self, operation: Operation) -> ParentIds:
        """Make what a thing of an operation can belong to, and return it as its home.

        Raises:
            NotTestable: if that cannot be made, or not be removed.
        """
        parent = self.resource(operation).parent
        if parent is None:
            raise NotTestable(f"the contract has no operation that removes {self.a}")
        factory = ResourceFactory(self.client, parent.name)
        item = factory.create()
        shown = factory.look(item)[0] if factory.is_shown else item.shown
        parents = [own for each in self.every() if (own := self.resource(each).parent) and own.name == parent.name]
        return {under(each): at(shown, each.id) if each.id else item.id for each in parents}

    def _create(self, create: Operation, parent_ids_of: list[ParentIds]) -> Item:
        for each in parent_ids_of:
            with unhurried():
                reply = self.do_at(create, each)
                if reply.ok:
                    return self.note(create, reply, each)
            if reply.status not in (403, 404):
                break
        raise RefusedError(create, reply)

    def _add(self) -> list[Item]:
        """Add what is documented, or else what other lists of the target show, and return what is new by it."""
        operation, lister = self.the("add"), self.the("list")
        for parent_ids in self.parent_ids_of(operation):
            before = {self.key(lister, row) for row in self.walk(lister, parent_ids).rows}
            for body in (self.client.documented(operation).body, self._others(operation, lister, parent_ids)):
                with unhurried():
                    if body is None or not self.do_at(operation, parent_ids, body).ok:
                        continue
                    if items := self._new(lister, parent_ids, body, before):
                        return items
        raise NotTestable("all that it could add is there already, or is refused")

    def _new(self, lister: Operation, parent_ids: ParentIds, body: Any, before: set[bytes]) -> list[Item]:
        """Return what has come to a list and was named in a body, and keep in mind to remove it."""
        named = list(created_ids(self.resource(self.the("add")), body))
        walk, items = self.walk(lister, parent_ids), list[Item]()
        for row in walk.rows:
            held = ((at(row, where), ids) for where, ids in named)
            ours = any(as_text(value) in ids for value, ids in held if value not in (MISSING, None))
            if ours and self.key(lister, row) not in before:
                id_ = at(row, self.resource(lister).id or "/id")
                items.append(Item(id_, parent_ids, walk.replies[-1], body, row))
                self._later(self.the("delete"), items[-1])
        return items

    def _others(self, operation: Operation, lister: Operation, parent_ids: ParentIds) -> Any:
        """Return the documented body with other ids, of things as the item names them; None where none are known."""
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

    def note(self, create: Operation, reply: Reply, parent_ids: ParentIds) -> Item:
        """Return the thing that an answer says was created, and keep in mind to remove it, if it does not go by itself.

        Raises:
            NotTestable: if the answer does not show its id.
        """
        resource, shown = self.resource(create), self.item_in(create, reply)
        found = reply.at(resource.shows_id) if resource.shows_id else at(shown, resource.id or "/id")
        if found in (MISSING, None, "") and not self.every("delete"):
            shown, found = self._only(parent_ids)
        if found in (MISSING, None, ""):
            raise NotTestable(f"{create.id} made a {self.name} and does not show its id; it is left behind")
        for remover in self.every("delete")[:1]:
            parent = self.resource(remover).parent
            if parent and under(parent) not in parent_ids and parent.field:
                parent_ids = {**parent_ids, under(parent): at(shown, parent.field)}
        item = Item(found, parent_ids, reply, self.client.documented(create).body, shown)
        for remover in self.every("delete")[:1]:
            self._later(remover, item)
        return item

    def _only(self, parent_ids: ParentIds) -> tuple[Any, Any]:
        """Return the one item, and its id, that is listed in a home that was made for it, if there is one."""
        for lister in self.every("list"):
            rows = self.walk(lister, parent_ids).rows
            if len(rows) == 1:
                return rows[0], at(rows[0], self.resource(lister).id or "/id")
        return MISSING, MISSING

    def _later(self, remover: Operation, item: Item) -> None:
        self.client.cleanup.later(f"the {self.name} {item.id}", lambda: self._removed(remover, item))

    def _removed(self, remover: Operation, item: Item) -> bool:
        """Remove a thing, and return whether it is gone."""
        reply = self.do(remover, item)
        if reply.ok or reply.status in (404, 410):
            return True
        return self.is_shown and self.look(item)[0] is MISSING


def created_ids(resource: Resource, body: Any) -> Iterator[tuple[str, set[str]]]:
    """Yield each place in an item that `makes` fills, with the ids, as text, that a body has for it."""
    for ours, theirs in resource.makes.items():
        yield ours, {as_text(id_) for id_ in every(body, theirs)}
