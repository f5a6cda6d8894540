"""Deletes: what is deleted is gone for good, and alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import ResourceFactory
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


@law("delete", "what is deleted is gone, stays gone, and takes nothing else with it", does("delete"))
def delete(client: Client, operation: Operation) -> Iterator[Found]:
    """Delete one of two things that were made for it, twice, then the other, and make a third."""
    kind, resource = ResourceFactory.of(client, operation)
    thing = kind.make()
    neighbour = kind.another(thing)
    beside = kind.look(neighbour)[0] if kind.is_shown else MISSING
    reply = kind.do(operation, thing)
    if not reply.ok:
        yield broken(operation, KEYWORD, reply, f"Deleting what was just created is answered with {reply.status}.")
        return
    yield from _gone(kind, operation, resource, thing)
    again = kind.do(operation, thing)
    if not again.refused and resource.gone != "status":
        sentence = f"Deleting {thing.id} a second time is answered with {again.status}."
        yield broken(operation, KEYWORD, again, sentence, part="again")
    still, seen = kind.look(neighbour) if kind.is_shown else (MISSING, reply)
    if moved := kind.moved(beside, still):
        sentence = f"Deleting {thing.id} changed {', '.join(moved[:3]) or 'all'} of {neighbour.id}."
        yield broken(operation, KEYWORD, seen, sentence, part="neighbour")
    kind.do(operation, neighbour)
    third = kind.another(thing)
    if canonical(third.id) in (canonical(thing.id), canonical(neighbour.id)):
        sentence = f"The id {third.id}, which was deleted, is given again."
        yield broken(operation, KEYWORD, third.reply, sentence, part="reuse")


def _gone(kind: ResourceFactory, operation: Operation, resource: Resource, thing: Item) -> Iterator[Found]:
    for reader in kind.every("read"):
        reply = kind.do(reader, thing)
        yield from _dead(operation, resource, kind.item(reader, reply) if reply.ok else MISSING, reply, reader.id)
    for lister, row, reply in kind.listed(thing):
        yield from _dead(operation, resource, row, reply, lister.id)


def _dead(operation: Operation, resource: Resource, item: Any, reply: Reply, where: str) -> Iterator[Found]:
    """Yield if something is there that should not be; what keeps a status may be shown, and may be gone."""
    if item is MISSING:
        return
    if resource.gone != "status":
        yield broken(operation, KEYWORD, reply, f"What was deleted is still in {where}.", part=f"gone {where}")
        return
    for pointer, value in resource.set.items():
        held = at(item, pointer)
        if held is not MISSING and not kept(value, held):
            sentence = f"What was deleted has {pointer} {held!r} in {where}, not {value!r}."
            yield broken(operation, KEYWORD, reply, sentence, part=f"gone {where}")
