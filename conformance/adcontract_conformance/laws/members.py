"""Members of a collection: each is added once, removed without the others, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import split
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import ResourceFactory, created_ids
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.laws.law import NEIGHBOR, does, law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"


class Collection:
    """A collection that was created for a law, another one beside it, and ids that can be members of it."""

    def __init__(self, client: Client, operation: Operation) -> None:
        self.operation = operation
        self.factory, self.resource = ResourceFactory.of(client, operation)
        if self.resource.members is None or self.resource.named is None:
            raise NotTestable("the contract does not say where the members are")
        self.ids = self._learned() or at(client.documented(operation).body, self.resource.named)
        if not isinstance(self.ids, list) or len(self.ids) < 2:
            raise NotTestable("fewer than two ids are known that could be members")
        self.item: Item = self.factory.create()
        self.start = {as_text(each) for each in self._ids(self.factory.look(self.item)[0])}
        self.neighbor = self.factory.create_another(self.item)
        self.beside, _ = self.factory.look(self.neighbor)

    def _learned(self) -> list[Any]:
        """Return ids of members that the target's own collections have; none if there are too few."""
        seen = {
            as_text(id_): id_
            for _, _, row, _ in self.factory.rows()
            for id_ in self._ids(row)
            if not isinstance(id_, dict | list)
        }
        return list(seen.values())[:3] if len(seen) > 2 else []

    def _ids(self, shown: Any) -> list[Any]:
        members, place = at(shown, str(self.resource.members)), self.resource.member_id
        if not isinstance(members, list):
            return []
        return [at(each, place) if place and isinstance(each, dict) else each for each in members]

    def send(self, operation: Operation, ids: list[Any]) -> Reply:
        """Add or remove members."""
        body = dict(self.factory.client.documented(operation).body)
        body[split(str(self.factory.resource(operation).named))[0]] = ids
        return self.factory.do(operation, self.item, body)

    def sent(self, operation: Operation, ids: list[Any]) -> Reply:
        """Add or remove members, which the target has to accept.

        Raises:
            NotTestable: if that is refused.
        """
        reply = self.send(operation, ids)
        if not reply.ok:
            raise NotTestable(f"{operation.id} answers {reply.status} to the documented request")
        return reply

    def has(self, expected: set[str], part: str) -> Iterator[Found]:
        """Yield a breach if the members are not the expected ones, if one is there twice, or if their number is wrong.

        Raises:
            NotTestable: if they are not shown.
        """
        shown, reply = self.factory.look(self.item)
        if not isinstance(at(shown, str(self.resource.members)), list):
            raise NotTestable("no response shows the members")
        members = [as_text(each) for each in self._ids(shown)]
        if set(members) != expected:
            sentence = f"The members are {_list(set(members))}, not {_list(expected)}."
            yield broken(self.operation, KEYWORD, reply, sentence, part=part)
        if len(set(members)) < len(members):
            twice = {each for each in members if members.count(each) > 1}
            yield broken(self.operation, KEYWORD, reply, f"{_list(twice)} is a member twice.", part="twice")
        said = at(shown, self.resource.count) if self.resource.count else MISSING
        if said is not MISSING and not kept(len(members), said):
            sentence = f"{self.resource.count} is {said!r}; there are {len(members)}."
            yield broken(self.operation, KEYWORD, reply, sentence, part="count")

    def unmoved(self, operation: Operation, expected: set[str]) -> Iterator[Found]:
        """Yield a breach if a list without ids changes the members; a target may refuse it."""
        place = split(str(self.factory.resource(operation).named))
        body = {**self.factory.client.documented(operation).body, place[0]: []}
        pointer = f"{operation.body[0].pointer}/schema"
        if len(place) == 1 and self.factory.client.sender.checked.schemas.valid(pointer, body):
            self.send(operation, [])
            yield from self.has(expected, "none")

    def alone(self) -> Iterator[Found]:
        """Yield a breach if the other collection has changed as well."""
        now, reply = self.factory.look(self.neighbor)
        if moved := self.factory.moved(self.beside, now):
            sentence = f"{', '.join(moved[:3]) or 'All'} of {self.neighbor.id} changed, and was not named."
            yield broken(self.operation, KEYWORD, reply, sentence, part=NEIGHBOR)

    def reports(self, reply: Reply, done: set[str], ignored: set[str]) -> Iterator[Found]:
        """Yield a breach if a reply that lists the ids that were done and ignored lists others."""
        for role, expected in (("done", done), ("ignored", ignored)):
            place = getattr(self.resource, role)
            listed = reply.at(place)
            if isinstance(listed, list) and {as_text(each) for each in listed} != expected:
                sentence = f"{place} names {_list({as_text(each) for each in listed})}, not {_list(expected)}."
                yield broken(self.operation, KEYWORD, reply, sentence, part=role)


def _list(ids: set[str]) -> str:
    return ", ".join(sorted(ids)) or "none"


@law("add", "an added member is there once; one that was there before is ignored and reported as ignored", does("add"))
def add(client: Client, operation: Operation) -> Iterator[Found]:
    """Add what is documented, and then add it again."""
    factory, resource = ResourceFactory.of(client, operation)
    if resource.members is not None:
        yield from _members(Collection(client, operation))
    elif resource.makes:
        yield from _items(factory, operation)
    else:
        yield from _entries(factory, operation)


def _members(group: Collection) -> Iterator[Found]:
    """Add one member, named twice where the target accepts that; then all; then all again."""
    operation = group.operation
    first, every, start = {as_text(group.ids[0])}, {as_text(each) for each in group.ids}, group.start
    if not group.send(operation, group.ids[:1] * 2).ok:
        group.sent(operation, group.ids[:1])
    yield from group.has(start | first, "added")
    reply = group.sent(operation, group.ids)
    yield from group.reports(reply, every - first - start, every & (first | start))
    yield from group.has(start | every, "added")
    reply = group.sent(operation, group.ids)
    yield from group.reports(reply, set(), every)
    yield from group.has(start | every, "again")
    yield from group.unmoved(operation, start | every)
    yield from group.alone()


def _items(factory: ResourceFactory, operation: Operation) -> Iterator[Found]:
    """Look for exactly one item of each id."""
    resource, item = factory.resource(operation), factory.create()
    for part in ("added", "again"):
        if part == "again":
            factory.do_at(operation, item.parent_ids, item.body)
        lister = factory.the("list")
        walk = factory.walk(lister, item.parent_ids)
        for ours, ids in created_ids(resource, item.body):
            held = [as_text(value) for row in walk.rows if (value := at(row, ours)) not in (MISSING, None)]
            for id_ in sorted(ids):
                if (count := held.count(id_)) != 1:
                    sentence = f"{id_} was added, and {lister.id} has {count} items with it as {ours}."
                    yield broken(operation, KEYWORD, walk.replies[-1], sentence, part=part)


def _entries(factory: ResourceFactory, operation: Operation) -> Iterator[Found]:
    """Look for each entry in the lists of the created item, and see that another item does not change."""
    resource, item = factory.resource(operation), factory.create()
    neighbor = factory.create_another(item)
    beside, _ = factory.look(neighbor)
    body = factory.client.documented(operation).body
    for part in ("added", "again"):
        if not (reply := factory.do(operation, item)).ok:
            raise NotTestable(f"{operation.id} answers {reply.status} to the documented request")
        shown, seen = factory.look(item)
        for ours, theirs in resource.echo.items():
            held = at(shown, ours)
            for entry in at(body, theirs) or ():
                count = sum(kept(entry, each) for each in held) if isinstance(held, list) else 0
                if count != 1:
                    sentence = f"{entry!r} was added, and {ours} has it {count} times."
                    yield broken(operation, KEYWORD, seen, sentence, part=part)
    still, seen = factory.look(neighbor)
    if moved := factory.moved(beside, still):
        sentence = f"Adding to {item.id} changed {', '.join(moved[:3])} of {neighbor.id}."
        yield broken(operation, KEYWORD, seen, sentence, part=NEIGHBOR)


@law("remove", "a removed member is gone, and all the others remain", does("remove"))
def remove(client: Client, operation: Operation) -> Iterator[Found]:
    """Add all members but one; remove one of them together with the one that is not a member, twice."""
    group = Collection(client, operation)
    inside, outside = group.ids[:2], [each for each in group.ids[2:3] if as_text(each) not in group.start]
    group.sent(group.factory.the("add"), inside)
    filled, gone = group.start | {as_text(each) for each in inside}, {as_text(inside[0])}
    named, none = [inside[0], *outside], {as_text(each) for each in outside}
    yield from group.has(filled, "filled")
    yield from group.unmoved(operation, filled)
    reply = group.sent(operation, named)
    yield from group.reports(reply, gone, none)
    yield from group.has(filled - gone, "removed")
    again = group.send(operation, named)
    if again.ok:
        yield from group.reports(again, set(), gone | none)
    yield from group.has(filled - gone, "again")
    yield from group.alone()
