"""Members of a collection: added once, removed alone, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import split
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import ResourceFactory, made_ids
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.laws.law import does, law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"


class Collection:
    """A collection that was made for a law, another beside it, and ids that can be members of it."""

    def __init__(self, client: Client, operation: Operation) -> None:
        self.operation = operation
        self.kind, self.resource = ResourceFactory.of(client, operation)
        if self.resource.members is None or self.resource.named is None:
            raise NotTestable("the contract does not say where the members are")
        self.ids = self._learned() or at(client.documented(operation).body, self.resource.named)
        if not isinstance(self.ids, list) or len(self.ids) < 2:
            raise NotTestable("fewer than two ids are known that could be members")
        self.thing: Item = self.kind.make()
        self.start = {as_text(each) for each in self._ids(self.kind.look(self.thing)[0])}
        self.neighbour = self.kind.another(self.thing)
        self.beside, _ = self.kind.look(self.neighbour)

    def _learned(self) -> list[Any]:
        """Return ids of members that the target's own collections have; none if there are too few."""
        seen = {
            as_text(id_): id_
            for _, _, row, _ in self.kind.rows()
            for id_ in self._ids(row)
            if not isinstance(id_, dict | list)
        }
        return list(seen.values())[:3] if len(seen) > 2 else []

    def _ids(self, item: Any) -> list[Any]:
        members, place = at(item, str(self.resource.members)), self.resource.member_id
        if not isinstance(members, list):
            return []
        return [at(each, place) if place and isinstance(each, dict) else each for each in members]

    def send(self, operation: Operation, ids: list[Any]) -> Reply:
        """Add or remove members."""
        body = dict(self.kind.client.documented(operation).body)
        body[split(str(self.kind.resource(operation).named))[0]] = ids
        return self.kind.do(operation, self.thing, body)

    def sent(self, operation: Operation, ids: list[Any]) -> Reply:
        """Add or remove members that are to be had.

        Raises:
            NotTestable: if that is refused.
        """
        reply = self.send(operation, ids)
        if not reply.ok:
            raise NotTestable(f"{operation.id} answers {reply.status} to what is documented")
        return reply

    def has(self, expected: set[str], part: str) -> Iterator[Found]:
        """Yield if the members are others than expected, or are one twice, or are counted wrong.

        Raises:
            NotTestable: if they are not shown.
        """
        item, reply = self.kind.look(self.thing)
        if not isinstance(at(item, str(self.resource.members)), list):
            raise NotTestable("no answer shows the members")
        members = [as_text(each) for each in self._ids(item)]
        if set(members) != expected:
            sentence = f"The members are {_list(set(members))}, not {_list(expected)}."
            yield broken(self.operation, KEYWORD, reply, sentence, part=part)
        if len(set(members)) < len(members):
            twice = {each for each in members if members.count(each) > 1}
            yield broken(self.operation, KEYWORD, reply, f"{_list(twice)} is a member twice.", part="twice")
        said = at(item, self.resource.count) if self.resource.count else MISSING
        if said is not MISSING and not kept(len(members), said):
            sentence = f"{self.resource.count} is {said!r}; there are {len(members)}."
            yield broken(self.operation, KEYWORD, reply, sentence, part="count")

    def alone(self) -> Iterator[Found]:
        """Yield if another collection has changed, too."""
        now, reply = self.kind.look(self.neighbour)
        if moved := self.kind.moved(self.beside, now):
            sentence = f"{', '.join(moved[:3]) or 'All'} of {self.neighbour.id} changed, which was not named."
            yield broken(self.operation, KEYWORD, reply, sentence, part="neighbour")

    def tells(self, reply: Reply, done: set[str], ignored: set[str]) -> Iterator[Found]:
        """Yield if an answer that tells what was done and ignored tells something else."""
        for role, expected in (("done", done), ("ignored", ignored)):
            place = getattr(self.resource, role)
            told = reply.at(place)
            if isinstance(told, list) and {as_text(each) for each in told} != expected:
                sentence = f"{place} names {_list({as_text(each) for each in told})}, not {_list(expected)}."
                yield broken(self.operation, KEYWORD, reply, sentence, part=role)


def _list(ids: set[str]) -> str:
    return ", ".join(sorted(ids)) or "none"


@law("add", "what is added is there once; what is there already is ignored, and said to be", does("add"))
def add(client: Client, operation: Operation) -> Iterator[Found]:
    """Add what is documented, and then once more."""
    kind, resource = ResourceFactory.of(client, operation)
    if resource.members is not None:
        yield from _members(Collection(client, operation))
    elif resource.makes:
        yield from _items(kind, operation)
    else:
        yield from _entries(kind, operation)


def _members(group: Collection) -> Iterator[Found]:
    """Add one, named twice where the target takes that; then all; then all once more."""
    operation = group.operation
    first, every, start = {as_text(group.ids[0])}, {as_text(each) for each in group.ids}, group.start
    if not group.send(operation, group.ids[:1] * 2).ok:
        group.sent(operation, group.ids[:1])
    yield from group.has(start | first, "added")
    answer = group.sent(operation, group.ids)
    yield from group.tells(answer, every - first - start, every & (first | start))
    yield from group.has(start | every, "added")
    answer = group.sent(operation, group.ids)
    yield from group.tells(answer, set(), every)
    yield from group.has(start | every, "again")
    yield from group.alone()


def _items(kind: ResourceFactory, operation: Operation) -> Iterator[Found]:
    """Look for the item of each id, one for each."""
    resource, thing = kind.resource(operation), kind.make()
    for part in ("added", "again"):
        if part == "again":
            kind.do_at(operation, thing.parent_ids, thing.body)
        lister = kind.the("list")
        walk = kind.walk(lister, thing.parent_ids)
        for ours, ids in made_ids(resource, thing.body):
            held = [as_text(value) for row in walk.rows if (value := at(row, ours)) not in (MISSING, None)]
            for id_ in sorted(ids):
                if (count := held.count(id_)) != 1:
                    sentence = f"{id_} was added, and {count} items in {lister.id} have it as {ours}."
                    yield broken(operation, KEYWORD, walk.replies[-1], sentence, part=part)


def _entries(kind: ResourceFactory, operation: Operation) -> Iterator[Found]:
    """Look for each entry in the lists of what was made for it, and of another."""
    resource, thing = kind.resource(operation), kind.make()
    neighbour = kind.another(thing)
    beside, _ = kind.look(neighbour)
    body = kind.client.documented(operation).body
    for part in ("added", "again"):
        if not (reply := kind.do(operation, thing)).ok:
            raise NotTestable(f"{operation.id} answers {reply.status} to what is documented")
        item, seen = kind.look(thing)
        for ours, theirs in resource.echo.items():
            held = at(item, ours)
            for entry in at(body, theirs) or ():
                count = sum(kept(entry, each) for each in held) if isinstance(held, list) else 0
                if count != 1:
                    sentence = f"{entry!r} was added, and is {count} times in {ours}."
                    yield broken(operation, KEYWORD, seen, sentence, part=part)
    still, seen = kind.look(neighbour)
    if moved := kind.moved(beside, still):
        sentence = f"Adding to {thing.id} changed {', '.join(moved[:3])} of {neighbour.id}."
        yield broken(operation, KEYWORD, seen, sentence, part="neighbour")


@law("remove", "what is removed is no member any more, and all the others are", does("remove"))
def remove(client: Client, operation: Operation) -> Iterator[Found]:
    """Fill a collection but for one; remove one member and what is none, twice."""
    group = Collection(client, operation)
    inside, outside = group.ids[:2], [each for each in group.ids[2:3] if as_text(each) not in group.start]
    group.sent(group.kind.the("add"), inside)
    filled, gone = group.start | {as_text(each) for each in inside}, {as_text(inside[0])}
    named, none = [inside[0], *outside], {as_text(each) for each in outside}
    yield from group.has(filled, "filled")
    answer = group.sent(operation, named)
    yield from group.tells(answer, gone, none)
    yield from group.has(filled - gone, "removed")
    again = group.send(operation, named)
    if again.ok:
        yield from group.tells(again, set(), gone | none)
    yield from group.has(filled - gone, "again")
    yield from group.alone()
