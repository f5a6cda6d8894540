"""Creates: what is created is new, is kept as it was sent, and is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.checks.exchange_checks import NOT_ABOUT_THE_REQUEST
from adcontract_conformance.client.equality import kept, shared
from adcontract_conformance.client.factory import RefusedError, ResourceFactory
from adcontract_conformance.client.replies import MISSING, at, canonical
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


@law(
    "create",
    "what is documented is created, with an id of its own, kept as it was sent, read and listed",
    does("create"),
)
def create(client: Client, operation: Operation) -> Iterator[Found]:
    """Create two things as documented."""
    kind, resource = ResourceFactory.of(client, operation)
    try:
        first = kind.make()
    except RefusedError as error:
        if error.reply.status in NOT_ABOUT_THE_REQUEST:
            raise
        sentence = f"The documented request is answered with {error.reply.status}."
        yield broken(operation, KEYWORD, error.reply, sentence, part="accepted")
        return
    alone = kind.look(first)[0] if kind.is_shown else MISSING
    second = kind.another(first)
    if canonical(first.id) == canonical(second.id):
        sentence = f"Two requests created the same id {first.id}."
        yield broken(operation, KEYWORD, second.reply, sentence, part="id")
    elif alone is not MISSING:
        beside, seen = kind.look(first)
        if moved := kind.moved(alone, beside):
            sentence = f"Creating {second.id} changed {', '.join(moved[:3]) or 'all'} of {first.id}."
            yield broken(operation, KEYWORD, seen, sentence, part="neighbour")
    for thing in (first, second):
        yield from _found_again(kind, operation, resource, thing)


def _found_again(kind: ResourceFactory, operation: Operation, resource: Resource, thing: Item) -> Iterator[Found]:
    if thing.item is not MISSING:
        yield from echoed(operation, resource, thing.body, thing.item, thing.reply, whole=not kind.is_shown)
    for reader in kind.every("read"):
        reply = kind.do(reader, thing)
        item = kind.item(reader, reply) if reply.ok else MISSING
        if item is MISSING:
            sentence = f"What was created as {thing.id} cannot be read by {reader.id}: {reply.status}."
            yield broken(operation, KEYWORD, reply, sentence, part=f"read {reader.id}")
            continue
        yield from echoed(operation, resource, thing.body, item, reply)
        if differing := [each for each in shared(thing.item, item) if each in kind.moved(thing.item, item)]:
            sentence = f"Read, what was created has another {', '.join(differing[:3])}."
            yield broken(operation, KEYWORD, reply, sentence, part="kept")
    for lister, row, reply in kind.listed(thing):
        if row is MISSING:
            sentence = f"What was created as {thing.id} is not in {lister.id}."
            yield broken(operation, KEYWORD, reply, sentence, part=f"listed {lister.id}")


def echoed(
    operation: Operation, resource: Resource, body: Any, item: Any, reply: Reply, *, whole: bool = True
) -> Iterator[Found]:
    """Yield what an item does not keep of the body that was sent, and what it was not set to; see if it is `whole`."""
    for ours, theirs in resource.echo.items():
        sent, held = at(body, theirs), at(item, ours)
        if sent is not MISSING and not kept(sent, held) and (whole or held is not MISSING):
            shown = "nothing" if held is MISSING else repr(held)
            sentence = f"{theirs} was sent as {sent!r}; {ours} is {shown}."
            yield broken(operation, KEYWORD, reply, sentence, part="echo")
    for ours, value in resource.set.items():
        held = at(item, ours)
        if not kept(value, held) and (whole or held is not MISSING):
            sentence = f"Afterwards {ours} is {'nothing' if held is MISSING else repr(held)}, not {value!r}."
            yield broken(operation, KEYWORD, reply, sentence, part="set")
