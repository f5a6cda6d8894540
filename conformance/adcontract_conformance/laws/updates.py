"""Updates and actions: they last, and change what they name, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept, touches
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.laws.creates import echoed
from adcontract_conformance.laws.law import does, law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

PARTS = 3
"""How many fields are changed alone."""


@law(
    "change",
    "a change lasts, changes what it names and nothing else, and does no harm when repeated",
    does("update", "set"),
)
def change(client: Client, operation: Operation) -> Iterator[Found]:
    """Change one of two things that were made for it: all that can be, then single fields, each twice."""
    kind, resource = ResourceFactory.of(client, operation)
    thing = kind.make()
    neighbour = kind.another(thing)
    _turn(kind, resource, thing)
    beside = kind.look(neighbour)[0] if kind.is_shown else MISSING
    tried = False
    for alternatives in _bodies(client, operation, resource):
        for body in alternatives:
            before = kind.look(thing)[0] if kind.is_shown else MISSING
            reply = kind.do(operation, thing, body)
            if reply.ok:
                sent = body if body is not MISSING else client.documented(operation).body
                yield from _changed(kind, operation, thing, before, (sent, reply))
                tried = True
                break
    if not tried:
        raise NotTestable(f"{operation.id} answers {reply.status} for what was just created")
    still, seen = kind.look(neighbour) if kind.is_shown else (MISSING, reply)
    if moved := kind.moved(beside, still):
        sentence = f"Changing {thing.id} changed {', '.join(moved[:3])} of {neighbour.id}."
        yield broken(operation, KEYWORD, seen, sentence, part="neighbour")


def _changed(
    kind: ResourceFactory, operation: Operation, thing: Item, before: Any, change: tuple[Any, Reply]
) -> Iterator[Found]:
    """Look at a thing after a change, and after the same change again; `change` is the body and the answer."""
    resource, (body, reply) = kind.resource(operation), change
    if not kind.is_shown:
        yield from echoed(operation, resource, body, kind.item(operation, reply), reply)
        return
    after, seen = kind.look(thing)
    if after is MISSING:
        yield broken(operation, KEYWORD, seen, "What was changed is gone.", part="gone")
        return
    yield from echoed(operation, resource, body, after, seen)
    named = {ours for ours, theirs in resource.echo.items() if at(body, theirs) is not MISSING} | set(resource.set)
    for lister, row, page in kind.listed(thing):
        for pointer in sorted(named):
            if at(row, pointer) is not MISSING and not kept(at(after, pointer), at(row, pointer)):
                sentence = f"Changed, {pointer} is {at(row, pointer)!r} in {lister.id}, not {at(after, pointer)!r}."
                yield broken(operation, KEYWORD, page, sentence, part=f"listed {lister.id}")
    for pointer in kind.moved(before, after):
        if not touches(pointer, named):
            sentence = f"{pointer} changed from {at(before, pointer)!r} to {at(after, pointer)!r}, unasked."
            yield broken(operation, KEYWORD, seen, sentence, part="else")
    kind.do(operation, thing, body if operation.body else MISSING)
    again, last = kind.look(thing)
    if moved := kind.moved(after, again):
        sentence = f"Repeated, the request changes {', '.join(moved[:3])}."
        yield broken(operation, KEYWORD, last, sentence, part="repeat")


def _turn(kind: ResourceFactory, resource: Resource, thing: Item) -> None:
    """Bring about another state by another action, where there is one, so that this one can be seen to do something."""
    for other in kind.every("set"):
        values = kind.resource(other).set
        if any(values.get(pointer, value) != value for pointer, value in resource.set.items()):
            kind.do(other, thing)
            return


def _bodies(client: Client, operation: Operation, resource: Resource) -> list[list[Any]]:
    """Return bodies to change a thing by, each with others in its place where the target refuses it."""
    documented = client.documented(operation).body
    if not operation.body or not isinstance(documented, dict):
        return [[MISSING]]
    names = [name for name in (theirs.removeprefix("/") for theirs in resource.echo.values()) if name in documented]
    others = {name: _other(documented[name]) for name in names}
    others = {name: value for name, value in others.items() if value is not MISSING}
    prose = {name: value for name, value in others.items() if isinstance(value, str)}
    singles = [{name: others.get(name, documented[name])} for name in names] if resource.action == "update" else []
    schema = f"{operation.body[0].pointer}/schema"
    valid = [
        [body for body in alternatives if body is MISSING or client.sender.checked.schemas.valid(schema, body)]
        for alternatives in (
            [{**documented, **others}, {**documented, **prose}, MISSING],
            *([single] for single in singles[:PARTS]),
        )
    ]
    return [alternatives for alternatives in valid if alternatives]


def _other(value: Any) -> Any:
    """Return another value than the documented one; `MISSING` where it may name something that has to be there."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value} 2" if isinstance(value, str) and " " in value.strip() else MISSING
