"""A collection that was created for a law, and the ids that can be members of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import split
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept, touches
from adcontract_conformance.client.factory import Item, ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, at, text_of
from adcontract_conformance.laws.bystanders import Bystanders, filled, neighbor_of
from adcontract_conformance.laws.storing import seen_in
from adcontract_conformance.model.promises import NEIGHBOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"


ENOUGH = 3
"""The number of ids of members that suffice."""


def member_ids(resource: Resource, shown: Any) -> list[Any]:
    """Return the ids of the members that an item of a resource shows."""
    members, place = at(shown, str(resource.members)), resource.member_id
    if not isinstance(members, list):
        return []
    return [at(each, place) if place and isinstance(each, dict) else each for each in members]


class Collection:
    """A collection that was created for a law, another one beside it, and ids that can be members of it.

    `ids` are those that the target takes, the ones that are not in a new collection first, and `others` those that it
    does not: a target may have a catalog that lacks some.
    """

    def __init__(self, client: Client, operation: Operation) -> None:
        self.operation = operation
        self.factory, self.resource = ResourceFactory.of(client, operation)
        if self.resource.members is None or self.resource.named is None:
            raise NotTestable("the contract does not say where the members are")
        learned = self._learned()
        known = learned if len(learned) >= ENOUGH else {**learned, **self._documented()}
        taken = self._taken(known, learned.keys())
        self.item: Item = filled(self.factory)
        found = {as_text(each): each for each in self.ids_in(self.factory.look(self.item)[0])}
        self.start = set(found)
        fresh = {text: id_ for text, id_ in known.items() if text in taken and text not in self.start}
        self.ids = [*fresh.values(), *found.values()]
        self.fresh = [*fresh.values()]
        self.others = [id_ for text, id_ in known.items() if text not in taken and text not in self.start]
        self.neighbor = neighbor_of(self.factory, self.item)
        self.beside, _ = self.factory.look(self.neighbor)
        self.before, _ = self.factory.look(self.item)
        with suppress(NotTestable):  # a list may be too long
            self.factory.visit(self.item)
        self.bystanders = Bystanders(self.factory, self.item)

    def _learned(self) -> dict[str, Any]:
        """Return ids of members that the target's own collections have, by their text."""
        seen = dict[str, Any]()
        for _, parent_ids, row, reply in self.factory.rows():
            shown, id_ = row, at(row, self.resource.id or "/id")
            if at(row, str(self.resource.members)) is MISSING and id_ is not MISSING:
                for reader in self.factory.every("read")[:1]:
                    read = self.factory.do(reader, Item(id_, parent_ids, reply, shown=row))
                    shown = self.factory.item_in(reader, read) if read.ok else row
            seen |= {as_text(id_): id_ for id_ in self.ids_in(shown) if not isinstance(id_, dict | list)}
        # a new collection may have the documented ones from the start
        documented = self._documented()
        return dict(sorted(seen.items(), key=lambda each: each[0] in documented)[:ENOUGH])

    def _documented(self) -> dict[str, Any]:
        """Return the ids that the documented requests name, by their text."""
        found = dict[str, Any]()
        for each in (self.operation, *self.factory.every("add", "remove", "create")):
            place = self.factory.resource(each).named
            ids = at(self.factory.client.documented(each).body, place) if place else MISSING
            found |= {as_text(id_): id_ for id_ in (ids if isinstance(ids, list) else ())}
        return found

    def _taken(self, known: dict[str, Any], learned: Set[str]) -> set[str]:
        """Return which ids can be added: those that another new collection has once they were, or should have.

        It should have those that the reply says were added, and does not say were ignored. Where it says nothing, it
        should have those that other collections have.
        """
        client, adds = self.factory.client, self.factory.every("add")[:1]
        taken = set[str]()
        for adder in adds if known else ():
            probe = self.factory.create()
            reply = self.send(adder, [*known.values()], probe)
            if not reply.ok:
                raise NotTestable(f"{adder.id} answers {reply.status} to ids that could be members")
            resource = self.factory.resource(adder)
            done, ignored = (
                {as_text(each) for each in listed} if isinstance(listed := reply.at(place), list) else None
                for place in (resource.done, resource.ignored)
            )
            if ignored is not None:
                taken = known.keys() - ignored
            elif done is not None:
                taken = known.keys() & done
            else:
                taken = {*learned}
            has = {as_text(each) for each in self.ids_in(self.factory.look(probe)[0])}
            if taken - has and not client.patient:
                client.patient = True
                later = {as_text(each) for each in self.ids_in(self.factory.look(probe)[0])}
                client.patient, has = later != has, later
            taken |= known.keys() & has
        return taken

    def ids_in(self, shown: Any) -> list[Any]:
        """Return the ids of the members that an item shows."""
        return member_ids(self.resource, shown)

    def send(self, operation: Operation, ids: list[Any], item: Item | None = None) -> Reply:
        """Add or remove members, of the created collection unless it is another."""
        body = dict(self.factory.client.documented(operation).body)
        body[split(str(self.factory.resource(operation).named))[0]] = ids
        return self.factory.do(operation, item or self.item, body)

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
        members, where = [as_text(each) for each in self.ids_in(shown)], seen_in(self.operation, reply)
        if set(members) != expected:
            sentence = f"The members are {_list(set(members))}{where}, not {_list(expected)}."
            is_grave = bool(expected - set(members)) or part == "removed"
            yield broken(self.operation, KEYWORD, reply, sentence, part=part, grave=is_grave)
        if len(set(members)) < len(members):
            twice = {each for each in members if members.count(each) > 1}
            yield broken(self.operation, KEYWORD, reply, f"{_list(twice)} is a member twice{where}.", part="twice")
        said = at(shown, self.resource.count) if self.resource.count else MISSING
        if said is not MISSING and not kept(len(members), said):
            sentence = f"{self.resource.count} is {said!r}{where}; there are {len(members)}."
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
        """Yield a breach if another collection has changed as well, or anything but the members of this one."""
        after, seen = self.factory.look(self.item)
        if moved := [each for each in self.factory.moved(self.before, after) if not touches(each, self._places())]:
            was, is_ = text_of(at(self.before, moved[0])), text_of(at(after, moved[0]))
            sentence = f"{moved[0]} changed from {was} to {is_}, and was not named."
            yield broken(self.operation, KEYWORD, seen, sentence, part="else")
        yield from self._elsewhere(after)
        now, reply = self.factory.look(self.neighbor)
        if moved := self.factory.moved(self.beside, now):
            sentence = f"{', '.join(moved[:3]) or 'All'} of {self.neighbor.id} changed, and was not named."
            yield broken(self.operation, KEYWORD, reply, sentence, part=NEIGHBOR, grave=True)
        doing = "Adding to" if self.resource.action == "add" else "Removing from"
        yield from self.bystanders.touched(self.operation, f"{doing} {self.item.id}")

    def _elsewhere(self, after: Any) -> Iterator[Found]:
        """Yield a breach if another operation shows a member that is gone, or another number of them.

        A list may show some of the members only.
        """
        members, count = {as_text(each) for each in self.ids_in(after)}, self.resource.count
        with suppress(NotTestable):  # a list may be too long
            for shower, row, page in self.factory.shown_too(self.item):
                part = f"shown {shower.id}"
                if gone := {as_text(each) for each in self.ids_in(row)} - members:
                    sentence = f"{shower.id} shows {_list(gone)}, which is no member."
                    yield broken(self.operation, KEYWORD, page, sentence, part=part)
                said, held = (at(each, count) if count else MISSING for each in (after, row))
                if MISSING not in (said, held) and not kept(said, held):
                    sentence = f"Once changed, {count} is {text_of(held)} in {shower.id}, not {text_of(said)}."
                    yield broken(self.operation, KEYWORD, page, sentence, part=part)

    def _places(self) -> set[str]:
        return {place for place in (self.resource.members, self.resource.count) if place is not None}

    def fill_neighbor(self, ids: list[Any]) -> None:
        """Add members to the other collection, so that a removal of them shows."""
        if self.send(self.factory.the("add"), ids, self.neighbor).ok:
            self.beside, _ = self.factory.look(self.neighbor)

    def reports(self, reply: Reply, done: set[str], ignored: set[str]) -> Iterator[Found]:
        """Yield a breach if a reply that lists the ids that were done and ignored lists others.

        Each id of the request is one or the other. Why an id is ignored may only be inferred.
        """
        if unnamed := list(self.unnamed(reply, done | ignored)):
            yield from unnamed
            return
        for role, expected in (("done", done), ("ignored", ignored)):
            place = getattr(self.resource, role)
            listed = reply.at(place)
            if isinstance(listed, list) and {as_text(each) for each in listed} != expected:
                sentence = f"{place} names {_list({as_text(each) for each in listed})}, not {_list(expected)}."
                yield broken(self.operation, KEYWORD, reply, sentence, part=role)

    def unnamed(self, reply: Reply, ids: set[str]) -> Iterator[Found]:
        """Yield a breach if a reply that lists the ids that were done and ignored names some of the request in none."""
        lists = [reply.at(place) for place in (self.resource.done, self.resource.ignored)]
        if all(isinstance(each, list) for each in lists):
            named = {as_text(each) for listed in lists for each in listed}
            if ids - named:
                sentence = f"{self.resource.done} and {self.resource.ignored} do not name {_list(ids - named)}."
                yield broken(self.operation, KEYWORD, reply, sentence, part="unnamed")


def _list(ids: set[str]) -> str:
    return ", ".join(sorted(ids)) or "none"
