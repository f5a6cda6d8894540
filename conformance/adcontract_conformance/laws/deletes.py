"""Deletes: a deleted item is gone for good, and no other item is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks.declared import broken, deleted_again
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.progress import finish
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.laws.bystanders import Bystanders, disturbed, filled, neighbor_of
from adcontract_conformance.laws.law import does, law
from adcontract_conformance.model.promises import NEIGHBOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

AGAIN = "again"
"""The part of a breach by which what is gone can be deleted."""


@law("delete", "a deleted item is gone for good, and no other item changes", does("delete"))
def delete(client: Client, operation: Operation) -> Iterator[Found]:
    """Delete one of two items that were created for it, twice. Its id may be used again afterwards."""
    factory, resource = ResourceFactory.of(client, operation)
    item = filled(factory)
    neighbor = neighbor_of(factory, item)
    others = Bystanders(factory, item)
    beside = factory.look(neighbor)[0] if factory.is_shown else MISSING
    factory.visit(item)
    reply = factory.do(operation, item)
    if reply.refused and factory.type.states:
        # an unfinished item may have to stay
        finish(factory, item)
        reply = factory.do(operation, item)
    if not reply.ok:
        sentence = f"Deleting an item that was just created is answered with {reply.status}."
        yield broken(operation, KEYWORD, reply, sentence)
        return
    yield from gone(factory, operation, item)
    if resource.gone != "status":
        yield from _changed(factory, operation, item)
    again = factory.do(operation, item)
    if not again.refused and resource.gone != "status":
        sentence = f"Deleting {item.id} a second time is answered with {again.status}."
        yield deleted_again(operation, again, sentence, part=AGAIN)
    still, seen = factory.look(neighbor) if factory.is_shown else (MISSING, reply)
    if not factory.is_shown and (other := factory.do(operation, neighbor)).refused:
        sentence = (
            f"Deleting {item.id} has removed {neighbor.id} as well: deleting that is answered with {other.status}."
        )
        yield broken(operation, KEYWORD, other, sentence, part=NEIGHBOR, grave=True)
    if moved := disturbed(factory, item, beside, still):
        sentence = f"Deleting {item.id} changed {', '.join(moved[:3]) or 'all'} of {neighbor.id}."
        yield broken(operation, KEYWORD, seen, sentence, part=NEIGHBOR, grave=True)
    yield from others.touched(operation, f"Deleting {item.id}")


def takes_any_id(client: Client, operation: Operation) -> bool:
    """Return whether a delete is known to succeed where there is nothing to delete."""
    return client.was_broken("delete", operation, AGAIN)


def gone(factory: ResourceFactory, operation: Operation, item: Item) -> Iterator[Found]:
    """Yield a breach if a deleted item is still found, or has not the status that marks it."""
    for reader in factory.every("read"):
        reply = factory.do(reader, item)
        shown = factory.item_in(reader, reply) if reply.ok else MISSING
        yield from _dead(factory, operation, item, shown, (reply, reader.id))
    for lister, row, reply in factory.listed(item):
        yield from _dead(factory, operation, item, row, (reply, lister.id))


def _changed(factory: ResourceFactory, operation: Operation, item: Item) -> Iterator[Found]:
    """Yield a breach if a deleted item is changed, by the first operation that does. Nothing is taken from it."""
    checked = factory.client.sender.checked
    for writer in factory.every("update", "set", "add"):
        if factory.resource(writer).key is None or not checked.may_write(writer):
            continue
        with suppress(NotTestable):  # another check reports a target that fails
            reply = factory.do(writer, item)
            if reply.ok:
                sentence = f"{writer.id} is carried out on the deleted item: it is answered with {reply.status}."
                refusal = checked.declared_response(writer, 404)
                yield broken(operation, KEYWORD, reply, sentence, part="changed", of="gone", refusal=refusal)
                return


def _dead(
    factory: ResourceFactory, operation: Operation, item: Item, shown: Any, read: tuple[Reply, str]
) -> Iterator[Found]:
    """Yield a breach if a deleted item is still there; one that keeps a status may be shown, and may be gone.

    `read` is the reply that shows it, and the operation that was asked.
    """
    (reply, where), resource = read, factory.resource(operation)
    if shown is MISSING:
        return
    if resource.gone != "status":
        yield broken(
            operation,
            KEYWORD,
            reply,
            f"The deleted item is still found by {where}.",
            part=f"gone {where}",
            of="gone",
            grave=True,
        )
        return
    for pointer, value in resource.set.items():
        held = at(shown, pointer)
        if held is not MISSING and not (kept(value, held) or factory.may_become(pointer, value, held)):
            sentence = f"The deleted item has {pointer} {held!r} in {where}, not {value!r}."
            # another status may be the server's word for it; the same as before is none
            is_same = kept(at(item.shown, pointer), held)
            yield broken(operation, KEYWORD, reply, sentence, part=f"gone {where}", of="set", grave=is_same)
