"""The life of a thing: read as it is listed, created and found again, changed alone, deleted for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_conformance.behavior.law import broken, law
from adcontract_conformance.behavior.same import changes, kept, shared, touches
from adcontract_conformance.behavior.things import Kind, under
from adcontract_conformance.behavior.world import MISSING, Untried, at, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract.behaviour import Behaviour, Resource
    from adcontract_conformance.behavior.things import Thing
    from adcontract_conformance.behavior.world import Found, Reply, World

KEYWORD = "x-resource"

_UNKNOWN_NUMBER = 2_000_000_011
_UNKNOWN_TEXT = "adcontract-unknown"
_HEX = "0123456789abcdef"


def _does(*actions: str) -> Callable[[Behaviour], bool]:
    return lambda behaviour: behaviour.resource is not None and behaviour.resource.action in actions


def _about(world: World, operation: Operation) -> tuple[Kind, Resource]:
    resource = world.behaviour(operation).resource
    if resource is None:
        raise TypeError(operation.id)
    return Kind(world, resource.name), resource


@law("read", "what is read is what the list shows, and has the id that was asked for", _does("read"))
def read(world: World, operation: Operation) -> Iterator[Found]:
    """Read some of the items that a list shows."""
    kind, resource = _about(world, operation)
    if resource.id is None or resource.key is None:
        raise Untried("the contract names no id")
    tried = False
    for lister, home, row, _ in kind.rows():
        id_ = at(row, resource.id)
        if id_ in (MISSING, None) or (resource.parent and under(resource.parent) not in home):
            continue
        tried = True
        reply = world.ask(operation, **kind.address(operation, id_, home))
        if not reply.ok:
            sentence = f"The item {id_} is listed; reading it is answered with {reply.status}."
            yield broken(operation, KEYWORD, reply, sentence, part="read")
            continue
        item = kind.item(operation, reply)
        if canonical(at(item, resource.id)) != canonical(id_):
            sentence = f"Asked for {id_}, the answer has the id {at(item, resource.id)!r}."
            yield broken(operation, KEYWORD, reply, sentence, part="id")
        if differing := sorted(shared(row, item)):
            sentence = f"Read, the item {id_} has another {', '.join(differing[:3])} than in {lister.id}."
            yield broken(operation, KEYWORD, reply, sentence, part="row")
    if not tried:
        raise Untried("no list shows an item that can be read")


@law("unknown", "an id that nothing has is refused", _does("read", "update", "replace", "delete", "set"))
def unknown(world: World, operation: Operation) -> Iterator[Found]:
    """Ask for an id that is none."""
    kind, resource = _about(world, operation)
    if resource.key is None:
        raise Untried("the operation takes no id")
    place = getattr(world.documented(operation), resource.key.place)
    id_ = unknown_id(place.get(resource.key.name))
    for home in kind.homes(operation)[:1]:
        reply = world.ask(operation, **kind.address(operation, id_, home))
        if not reply.refused:
            sentence = f"The id {id_}, which nothing has, is answered with {reply.status}."
            yield broken(operation, KEYWORD, reply, sentence, part="unknown")


def unknown_id(known: Any) -> Any:
    """Return an id in the shape of a known one that nothing should have."""
    if isinstance(known, int):
        return _UNKNOWN_NUMBER
    text = str(known)
    if text.isdecimal():
        return str(_UNKNOWN_NUMBER)
    if "-" in text and all(letter in f"{_HEX}-" for letter in text.lower()):
        return "".join(letter if letter == "-" else "0f"[index % 2] for index, letter in enumerate(text))
    return _UNKNOWN_TEXT


@law("create", "what is created has an id of its own, is kept as it was sent, and is read and listed", _does("create"))
def create(world: World, operation: Operation) -> Iterator[Found]:
    """Create two things as documented."""
    kind, resource = _about(world, operation)
    first = kind.make()
    second = kind.make(home=first.home)
    if canonical(first.id) == canonical(second.id):
        sentence = f"Two requests created the same id {first.id}."
        yield broken(operation, KEYWORD, second.reply, sentence, part="id")
    item = kind.item(operation, first.reply)
    if item is not MISSING:
        yield from _echo(operation, resource, first.body, item, first.reply)
    for reader in kind.every("read"):
        reply = kind.do(reader, first)
        if not reply.ok:
            sentence = f"What was created as {first.id} cannot be read: {reply.status}."
            yield broken(operation, KEYWORD, reply, sentence, part="read")
        else:
            seen = kind.item(reader, reply)
            if item is MISSING:
                yield from _echo(operation, resource, first.body, seen, reply)
            elif differing := [each for each in changes(item, seen) if at(item, each) is not MISSING]:
                told = [each for each in differing if at(seen, each) is not MISSING]
                if told:
                    sentence = f"Read, what was created has another {', '.join(told[:3])}."
                    yield broken(operation, KEYWORD, reply, sentence, part="kept")
    for thing in (first, second):
        yield from _listed(kind, operation, thing)


def _listed(kind: Kind, operation: Operation, thing: Thing) -> Iterator[Found]:
    for lister in kind.every("list"):
        parent = kind.resource(lister).parent
        if parent is not None and under(parent) not in thing.home:
            continue
        row, reply = kind.row(lister, thing)
        if row is MISSING:
            sentence = f"What was created as {thing.id} is not in {lister.id}."
            yield broken(operation, KEYWORD, reply, sentence, part=f"listed {lister.id}")


def _echo(operation: Operation, resource: Resource, body: Any, item: Any, reply: Reply) -> Iterator[Found]:
    for ours, theirs in resource.echo.items():
        sent, held = at(body, theirs), at(item, ours)
        if sent is not MISSING and not kept(sent, held):
            shown = "nothing" if held is MISSING else repr(held)
            sentence = f"{theirs} was sent as {sent!r}; {ours} is {shown}."
            yield broken(operation, KEYWORD, reply, sentence, part="echo")


@law(
    "change",
    "a change lasts, changes what it names and nothing else, and does no harm when repeated",
    _does("update", "replace", "set"),
)
def change(world: World, operation: Operation) -> Iterator[Found]:
    """Change one of two things that were made for it, twice."""
    kind, resource = _about(world, operation)
    thing = kind.make()
    neighbour = kind.make(home=thing.home)
    before, _ = kind.look(thing)
    beside, _ = kind.look(neighbour)
    body = _varied(world, operation, resource)
    reply = kind.do(operation, thing, body)
    if not reply.ok and body is not MISSING:
        body = MISSING
        reply = kind.do(operation, thing)
    if not reply.ok:
        raise Untried(f"{operation.id} answers {reply.status} for what was just created")
    sent = body if body is not MISSING else world.documented(operation).body
    after, seen = kind.look(thing)
    yield from _effect(operation, resource, sent, after, seen)
    yield from _nothing_else(kind, operation, resource, sent, (before, after), seen)
    still, other = kind.look(neighbour)
    if moved := list(changes(beside, still)):
        sentence = f"Changing {thing.id} changed {', '.join(moved[:3])} of {neighbour.id}."
        yield broken(operation, KEYWORD, other, sentence, part="neighbour")
    kind.do(operation, thing, body)
    again, last = kind.look(thing)
    if moved := list(changes(after, again)):
        sentence = f"Repeated, the request changes {', '.join(moved[:3])}."
        yield broken(operation, KEYWORD, last, sentence, part="repeat")


def _effect(operation: Operation, resource: Resource, sent: Any, after: Any, seen: Reply) -> Iterator[Found]:
    if after is MISSING:
        yield broken(operation, KEYWORD, seen, "What was changed is gone.", part="gone")
        return
    yield from _echo(operation, resource, sent, after, seen)
    for pointer, value in resource.set.items():
        if at(after, pointer) != value:
            sentence = f"Afterwards {pointer} is {at(after, pointer)!r}, not {value!r}."
            yield broken(operation, KEYWORD, seen, sentence, part="set")


def _nothing_else(
    kind: Kind, operation: Operation, resource: Resource, sent: Any, states: tuple[Any, Any], seen: Reply
) -> Iterator[Found]:
    """Yield what changed unnamed: anything, if it is known where all that was sent is kept; else what others name."""
    named = {ours for ours, theirs in resource.echo.items() if at(sent, theirs) is not MISSING} | set(resource.set)
    known = set(resource.echo.values())
    closed = not isinstance(sent, dict) or all(touches(f"/{name}", known) for name in sent)
    owned = {resource.id or "/id"} | {
        ours for each in kind.every("create", "update", "replace") for ours in kind.resource(each).echo
    }
    if states[1] is MISSING:
        return
    for pointer in changes(*states):
        if not touches(pointer, named) and (closed or touches(pointer, owned)):
            sentence = f"{pointer} changed from {at(states[0], pointer)!r} to {at(states[1], pointer)!r}, unasked."
            yield broken(operation, KEYWORD, seen, sentence, part="else")


def _varied(world: World, operation: Operation, resource: Resource) -> Any:
    """Return the documented body with another text in the first field that takes it, so that a change can be seen."""
    documented = world.documented(operation)
    if not operation.body or not isinstance(documented.body, dict):
        return MISSING
    schema = f"{operation.body[0].pointer}/schema"
    for theirs in resource.echo.values():
        name = theirs.removeprefix("/")
        text = documented.body.get(name)
        if isinstance(text, str) and " " in text.strip():
            body = {**documented.body, name: f"{text} 2"}
            if world.sources.subject.schemas.valid(schema, body):
                return body
    return MISSING


@law("delete", "what is deleted is gone, stays gone, and takes nothing else with it", _does("delete"))
def delete(world: World, operation: Operation) -> Iterator[Found]:
    """Delete one of two things that were made for it, twice."""
    kind, resource = _about(world, operation)
    thing = kind.make()
    neighbour = kind.make(home=thing.home)
    beside, _ = kind.look(neighbour)
    reply = kind.do(operation, thing)
    if not reply.ok:
        yield broken(operation, KEYWORD, reply, f"Deleting what was just created is answered with {reply.status}.")
        return
    yield from _gone(kind, operation, resource, thing)
    again = kind.do(operation, thing)
    if not again.refused and resource.gone != "status":
        sentence = f"Deleting {thing.id} a second time is answered with {again.status}."
        yield broken(operation, KEYWORD, again, sentence, part="again")
    still, other = kind.look(neighbour)
    if moved := list(changes(beside, still)):
        sentence = f"Deleting {thing.id} changed {', '.join(moved[:3]) or 'all'} of {neighbour.id}."
        yield broken(operation, KEYWORD, other, sentence, part="neighbour")


def _gone(kind: Kind, operation: Operation, resource: Resource, thing: Thing) -> Iterator[Found]:
    for reader in kind.every("read"):
        reply = kind.do(reader, thing)
        yield from _dead(operation, resource, kind.item(reader, reply) if reply.ok else MISSING, reply, reader.id)
    for lister in kind.every("list"):
        parent = kind.resource(lister).parent
        if parent is None or under(parent) in thing.home:
            row, reply = kind.row(lister, thing)
            yield from _dead(operation, resource, row, reply, lister.id)


def _dead(operation: Operation, resource: Resource, item: Any, reply: Reply, where: str) -> Iterator[Found]:
    """Yield if something is there that should not be; what keeps a status may be shown, and may be gone."""
    if item is MISSING:
        return
    marks = resource.set if resource.gone == "status" else {}
    wrong = [pointer for pointer, value in marks.items() if at(item, pointer) not in (value, MISSING)]
    if not marks:
        yield broken(operation, KEYWORD, reply, f"What was deleted is still in {where}.", part=f"gone {where}")
    elif wrong:
        sentence = f"What was deleted has {wrong[0]} {at(item, wrong[0])!r} in {where}, not {marks[wrong[0]]!r}."
        yield broken(operation, KEYWORD, reply, sentence, part=f"gone {where}")
