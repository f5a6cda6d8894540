"""Members of a collection: added once, removed alone, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.pointer import split
from adcontract_conformance.behavior.law import broken, law
from adcontract_conformance.behavior.things import Kind
from adcontract_conformance.behavior.world import MISSING, Untried, at, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract.behaviour import Behaviour, Resource
    from adcontract_conformance.behavior.things import Thing
    from adcontract_conformance.behavior.world import Found, Reply, World

KEYWORD = "x-resource"


def _does(action: str) -> Callable[[Behaviour], bool]:
    return lambda behaviour: behaviour.resource is not None and behaviour.resource.action == action


class Collection:
    """A collection that was made for a law, and the ids that the documented request names."""

    def __init__(self, world: World, operation: Operation) -> None:
        resource = world.behaviour(operation).resource
        if resource is None or resource.members is None or resource.named is None:
            raise Untried("the contract does not say where the members are")
        self.kind, self.resource, self.operation = Kind(world, resource.name), resource, operation
        self.named = at(world.documented(operation).body, resource.named)
        if not isinstance(self.named, list) or not self.named:
            raise Untried("the documented request names no members")
        self.thing: Thing = self.kind.make()

    def body(self, operation: Operation, ids: list[Any]) -> Any:
        """Return the documented body of an operation with other ids."""
        resource = self.kind.resource(operation)
        body = dict(self.kind.world.documented(operation).body)
        body[split(str(resource.named))[0]] = ids
        return body

    def send(self, operation: Operation, ids: list[Any]) -> Reply:
        """Add or remove members.

        Raises:
            Untried: if that is refused.
        """
        reply = self.kind.do(operation, self.thing, self.body(operation, ids))
        if not reply.ok:
            raise Untried(f"{operation.id} answers {reply.status} to what is documented")
        return reply

    def members(self) -> tuple[set[bytes], Any, Reply]:
        """Return the ids of the members as they are shown, the collection, and the answer that shows them.

        Raises:
            Untried: if they are not shown.
        """
        item, reply = self.kind.look(self.thing)
        members = at(item, str(self.resource.members))
        if not isinstance(members, list):
            raise Untried("no answer shows the members")
        return {canonical(self._id(each)) for each in members}, item, reply

    def _id(self, member: Any) -> Any:
        return at(member, self.resource.member_id) if self.resource.member_id and isinstance(member, dict) else member

    def counted(self) -> Iterator[Found]:
        """Yield if the number of members is not how many there are."""
        members, item, reply = self.members()
        said = at(item, self.resource.count) if self.resource.count else MISSING
        if said is not MISSING and said != len(members):
            sentence = f"{self.resource.count} is {said!r}; there are {len(members)}."
            yield broken(self.operation, KEYWORD, reply, sentence, part="count")


def _told(resource: Resource, reply: Reply, role: str) -> set[bytes] | None:
    """Return the ids that an answer tells as done or ignored; None where it tells none."""
    found = reply.at(getattr(resource, role))
    return {canonical(each) for each in found} if isinstance(found, list) else None


def _tells(
    operation: Operation, resource: Resource, reply: Reply, done: set[bytes], ignored: set[bytes]
) -> Iterator[Found]:
    for role, expected in (("done", done), ("ignored", ignored)):
        told = _told(resource, reply, role)
        if told is not None and told != expected:
            sentence = f"{getattr(resource, role)} names {_list(told)}, not {_list(expected)}."
            yield broken(operation, KEYWORD, reply, sentence, part=role)


def _list(ids: set[bytes]) -> str:
    return ", ".join(sorted(each.decode() for each in ids)) or "none"


@law("add", "what is added is a member once; what is one already is ignored, and said to be", _does("add"))
def add(world: World, operation: Operation) -> Iterator[Found]:
    """Add what is documented, in two parts and then once more."""
    group = Collection(world, operation)
    before, _, _ = group.members()
    first, every = group.named[:1], group.named
    group.send(operation, first)
    some, _, reply = group.members()
    if canonical(first[0]) not in some:
        if _told(group.resource, reply, "ignored"):
            raise Untried("the target does not take the documented members")
        yield broken(operation, KEYWORD, reply, f"{first[0]!r} was added and is no member.", part="added")
        return
    asked = {canonical(each) for each in every}
    answer = group.send(operation, every)
    after, _, seen = group.members()
    if after != some | asked:
        sentence = f"The members are {_list(after)}, not {_list(some | asked)}."
        yield broken(operation, KEYWORD, seen, sentence, part="added")
    yield from _tells(operation, group.resource, answer, asked - some, asked & some)
    yield from group.counted()
    again = group.send(operation, every)
    yield from _tells(operation, group.resource, again, set(), asked)
    last, item, seen = group.members()
    doubled = len(at(item, str(group.resource.members))) != len(last)
    if last != after or doubled:
        sentence = "Added a second time, what was a member already is one twice." if doubled else "They have changed."
        yield broken(operation, KEYWORD, seen, sentence, part="again")
    yield from group.counted()
    if not before <= after:
        yield broken(operation, KEYWORD, seen, "Adding took away what was there before.", part="kept")


@law("remove", "what is removed is no member any more, and all the others are", _does("remove"))
def remove(world: World, operation: Operation) -> Iterator[Found]:
    """Fill a collection, remove one member and what is none, and then the same again."""
    group = Collection(world, operation)
    add_operation = group.kind.the("add")
    documented = at(world.documented(add_operation).body, str(group.kind.resource(add_operation).named))
    group.send(add_operation, list({canonical(each): each for each in [*documented, *group.named]}.values()))
    before, _, _ = group.members()
    wanted = [each for each in [*group.named, *documented] if canonical(each) in before][:1]
    if not wanted or len(before) < 2:
        raise Untried("the target does not take the documented members")
    gone = {canonical(wanted[0])}
    answer = group.send(operation, wanted)
    after, _, seen = group.members()
    if after & gone:
        yield broken(operation, KEYWORD, seen, f"{wanted[0]!r} was removed and is still a member.", part="removed")
    if lost := before - gone - after:
        yield broken(operation, KEYWORD, seen, f"{_list(lost)} was not named and is gone.", part="others")
    yield from _tells(operation, group.resource, answer, gone, set())
    yield from group.counted()
    again = group.kind.do(operation, group.thing, group.body(operation, wanted))
    if again.ok:
        yield from _tells(operation, group.resource, again, set(), gone)
    last, _, seen = group.members()
    if last != after:
        yield broken(operation, KEYWORD, seen, "Removing what is no member changed the members.", part="again")
