"""Upserts: an item is where its request says, and there is one of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import RefusedError, ResourceFactory
from adcontract_conformance.client.replies import MISSING, at, canonical
from adcontract_conformance.laws.creates import found_again
from adcontract_conformance.laws.doubles import listed_keys, made_twice
from adcontract_conformance.laws.law import does, law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

OF_OTHERS = (403, 404, 405, 409)
"""Statuses by which a target refuses an id that it has not given itself, if the contract declares them."""


@law("upsert", "an item is created with the id that the request names, and replaced by the next one", does("upsert"))
def upsert(client: Client, operation: Operation) -> Iterator[Found]:
    """Create an item at an id that nothing has, and send the same again."""
    factory, resource = ResourceFactory.of(client, operation)
    like = factory.create(by=operation) if factory.every("list") and resource.parent else None
    known = listed_keys(factory, like.parent_ids if like else {})
    try:
        item = factory.create(like.parent_ids if like else None, by=operation)
    except RefusedError as error:
        reply = error.reply
        is_own = reply.status in OF_OTHERS and str(reply.status) in operation.responses
        if is_own or client.says_nothing(operation, reply) or (reply.is_gone and resource.parent):
            raise
        sentence = f"A request with a new id is answered with {reply.status}."
        yield broken(operation, KEYWORD, reply, sentence, part="accepted")
        return
    shown = at(item.shown, resource.id or "/id")
    if shown not in (MISSING, None) and not kept(item.id, shown):
        sentence = f"The request names the id {item.id}, and the response has the id {shown!r}."
        yield broken(operation, KEYWORD, item.reply, sentence, part="id", grave=True)
        return
    yield from found_again(factory, operation, resource, item, item)
    yield from made_twice(factory, operation, resource, item, known)
    reply = factory.do(operation, item)
    if not reply.ok:
        sentence = f"The same request, sent again, is answered with {reply.status}."
        yield broken(operation, KEYWORD, reply, sentence, part="replaced")
        return
    yield from _once(factory, operation, item)


def _once(factory: ResourceFactory, operation: Operation, item: Item) -> Iterator[Found]:
    """Yield a breach if a list has an item several times."""
    for lister, row, _ in factory.listed(item):
        walk = factory.walk(lister, item.parent_ids)
        count = sum(factory.key(lister, each) == canonical(item.id) for each in walk.rows)
        if row is not MISSING and count > 1:
            sentence = f"{item.id} was sent twice, and {lister.id} has it {count} times."
            yield broken(operation, KEYWORD, walk.replies[-1], sentence, part="twice", grave=True)
