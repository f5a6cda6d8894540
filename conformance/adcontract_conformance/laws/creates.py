"""Creates: a created item is new, keeps what was sent, and is found again."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract.openapi.text import as_text
from adcontract_conformance.checks.coverage import NOT_ABOUT_THE_REQUEST
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import shared
from adcontract_conformance.client.factory import (
    RefusedError,
    ResourceFactory,
    ThereBeforeError,
    TwiceError,
    UnlistedError,
)
from adcontract_conformance.client.replies import MISSING, NotTestable, Reply, at, canonical, json_of
from adcontract_conformance.laws.bystanders import Bystanders, disturbed, neighbor_of
from adcontract_conformance.laws.collection import member_ids
from adcontract_conformance.laws.doubles import listed_keys, made_twice
from adcontract_conformance.laws.law import does, law
from adcontract_conformance.laws.storing import echoed, in_another_parent, stored
from adcontract_conformance.laws.telling import (
    lone_bodies,
    seldom_bodies,
    telling_bodies,
    telling_seldom_bodies,
    zero_bodies,
)
from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import NEIGHBOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

UNSAID = "No page says whether the same request, sent again, creates a second item."


@law(
    "create",
    "a documented create gives an item a new id, and it is read and listed as it was sent",
    does("create"),
)
def create(client: Client, operation: Operation) -> Iterator[Found]:
    """Create two items as documented; of what no operation removes only one, on a server of one's own."""
    factory, resource = ResourceFactory.of(client, operation)
    if (left := _left_behind(factory, operation)) is not None:
        yield from found_again(factory, operation, resource, left, left)
        if client.sender.own and (made := _another_left(factory, operation, left)):
            another, known = made
            yield from found_again(factory, operation, resource, another, another)
            yield from made_twice(factory, operation, resource, another, known)
            yield from _lost(factory, operation, left, another, known)
        return
    try:
        first = factory.create()
        factory.visit(first)
        neighbor, others = neighbor_of(factory, first), Bystanders(factory, first)
        both = [(each, factory.look(each)[0]) for each in (first, neighbor) if factory.is_shown]
        known = listed_keys(factory, first.parent_ids)
        second = factory.create_another(first)
    except (RefusedError, ThereBeforeError, UnlistedError, TwiceError) as error:
        yield from _not_made(factory, operation, error)
        return
    if canonical(first.id) == canonical(second.id):
        sentence = f"Two requests created the same id {first.id}."
        found = broken(operation, KEYWORD, second.reply, sentence, part="id", grave=True)
        if _is_kept_apart(factory, operation, first):
            open_ = replace(found.breach, inferred=found.breach.inferred or UNSAID, is_open=True, grave=False)
            found = replace(found, breach=open_)
        yield found
        return
    for each, before in both:
        after, seen = factory.look(each)
        if moved := disturbed(factory, second, before, after):
            sentence = f"Creating {second.id} changed {', '.join(moved[:3]) or 'all'} of {each.id}."
            yield broken(operation, KEYWORD, seen, sentence, part=NEIGHBOR, grave=True)
            break
    yield from others.touched(operation, f"Creating {second.id}")
    for item in (first, second):
        yield from found_again(factory, operation, resource, item, second)
    yield from made_twice(factory, operation, resource, second, known)
    yield from _stored(factory, operation, first)
    yield from _members(factory, operation, resource, first)


def _not_made(factory: ResourceFactory, operation: Operation, error: NotTestable) -> Iterator[Found]:
    """Yield the breach by which no item of its own was created.

    Raises:
        NotTestable: if the reply is not about the request, or the contract has it.
    """
    if isinstance(error, UnlistedError):
        sentence = f"The created {factory.name} is not listed by {error.lister.id}, which lists none of its new parent."
        yield _unlisted(operation, error.lister, error.reply, sentence)
    elif isinstance(error, TwiceError):
        sentence = f"One request has created more than one {factory.name}: {error.lister.id} lists them."
        yield broken(operation, KEYWORD, error.reply, sentence, part="twice", grave=True)
    elif isinstance(error, RefusedError | ThereBeforeError):
        if error.reply.status in NOT_ABOUT_THE_REQUEST or _may_be_there(operation, error.reply):
            raise error
        if isinstance(error, ThereBeforeError):
            yield broken(operation, KEYWORD, error.reply, f"{error}.", part="id", grave=True)
        else:
            sentence = f"The documented request is answered with {error.reply.status}."
            yield broken(operation, KEYWORD, error.reply, sentence, part="accepted")


def _left_behind(factory: ResourceFactory, operation: Operation) -> Item | None:
    """Return the item that the documented request of this run has created, where no operation removes it."""
    sender, resource = factory.client.sender, factory.resource(operation)
    exchange = sender.book.documented.get((sender.checked.api, operation.id))
    if (
        exchange is None
        or factory.every("delete")
        or resource.parent is not None
        or not isinstance(exchange.response, HttpResponse)
    ):
        return None
    response, sent = exchange.response, json_of(exchange.request.body)
    item = factory.item(operation, Reply(exchange, response.status, json_of(response.body)), {})
    # of several documented requests it is not always the first that created it
    return item if sent is MISSING else replace(item, body=sent)


def _another_left(
    factory: ResourceFactory, operation: Operation, like: Item
) -> tuple[Item, dict[str, set[bytes]]] | None:
    """Create an item with values that are easily stored otherwise, once in a run, for no operation removes it.

    Return it with the ids that each list had before, or None where nothing in the documented request can have such a
    value, or the target refuses all of them.
    """
    left = factory.client.left
    if operation.id not in left:
        known = listed_keys(factory, like.parent_ids)
        for body in telling_bodies(factory, operation, like.body):
            reply = factory.do_at(operation, {}, body)
            if reply.ok:
                left[operation.id] = replace(factory.item(operation, reply, {}), body=body), known
                break
    return left.get(operation.id)


def _lost(
    factory: ResourceFactory, operation: Operation, item: Item, another: Item, known: dict[str, set[bytes]]
) -> Iterator[Found]:
    """Yield a breach if a list that had an item, according to `known`, lacks it since another was created."""
    for lister, row, reply in factory.listed(item):
        was_there = canonical(item.id) in known.get(lister.id, ())
        if row is MISSING and was_there and not factory.left_out_by(lister, item):
            yield _unlisted(
                operation, lister, reply, f"{item.id} is not listed any more since {another.id} was created."
            )


def _is_kept_apart(factory: ResourceFactory, operation: Operation, item: Item) -> bool:
    """Return whether a request with other values than that for an item creates another one, which has them."""
    for body in telling_bodies(factory, operation, item.body):
        reply = factory.do_at(operation, item.parent_ids, body)
        if reply.ok and item.body != body:
            other = factory.item(operation, reply, item.parent_ids)
            shown, seen = factory.look(other) if factory.is_shown else (other.shown, reply)
            differing = any(echoed(factory, operation, body, shown, seen))
            return canonical(other.id) != canonical(item.id) and not differing
    return False


def _may_be_there(create: Operation, reply: Reply) -> bool:
    """Return whether the contract has one success for a new item, and another for one that was there, as this is."""
    successes = {status for status in create.responses if status.startswith("2")}
    return reply.ok and len(successes) > 1 and "201" in successes and reply.status != HTTPStatus.CREATED


def _stored(factory: ResourceFactory, operation: Operation, like: Item) -> Iterator[Found]:
    """Create items with values that are easily stored otherwise."""

    def show(body: Any) -> tuple[Any, Reply] | None:
        reply = factory.do_at(operation, like.parent_ids, body)
        if not reply.ok:
            return None
        item = factory.item(operation, reply, like.parent_ids)
        return factory.look(item) if factory.is_shown else (item.shown, reply)

    kinds = (telling_bodies, seldom_bodies, lone_bodies, telling_seldom_bodies, zero_bodies)
    yield from stored(factory, operation, like.body, kinds, show)


def _members(factory: ResourceFactory, operation: Operation, resource: Resource, item: Item) -> Iterator[Found]:
    """Yield a breach if an item lacks members that its request named, and that it has once they are added."""
    named = at(item.body, resource.named) if resource.named and resource.members else MISSING
    if not isinstance(named, list) or not factory.is_shown:
        return
    shown, seen = factory.look(item)
    lost = {as_text(each): each for each in named if as_text(each) not in map(as_text, member_ids(resource, shown))}
    for adder in factory.every("add")[:1]:
        name = str(factory.resource(adder).named).removeprefix("/")
        body = factory.client.documented(adder).body
        if lost and factory.client.sender.checked.may_write(adder) and isinstance(body, dict) and name in body:
            factory.do(adder, item, {**body, name: [*lost.values()]})
            later = {as_text(each) for each in member_ids(resource, factory.look(item)[0])}
            if taken := sorted(lost.keys() & later):
                sentence = f"{resource.named} names {', '.join(taken)}, which the new item lacks; {adder.id} adds it."
                yield broken(operation, KEYWORD, seen, sentence, part="named", grave=True)


def found_again(
    factory: ResourceFactory, operation: Operation, resource: Resource, item: Item, latest: Item
) -> Iterator[Found]:
    """Yield a breach if an item is not read and listed as it was created; `latest` is the last of those beside it."""
    if item.shown is not MISSING:
        yield from echoed(factory, operation, item.body, item.shown, item.reply, whole=not factory.is_shown)
        yield from in_another_parent(operation, resource, item, item.shown, item.reply)
    for reader in factory.every("read"):
        yield from _read_again(factory, operation, reader, item, latest)
    for changer in [] if factory.is_shown else factory.every("update", "set")[:1]:
        if factory.client.sender.checked.may_write(changer) and (reply := factory.do(changer, item)).is_gone:
            sentence = f"The created item {item.id} is not found by {changer.id}, which answers {reply.status}."
            yield broken(operation, KEYWORD, reply, sentence, part=f"read {changer.id}", grave=True)
    for lister, row, reply in factory.listed(item):
        if row is MISSING:
            if why := factory.left_out_by(lister, item):
                factory.client.untried += {why} - {*factory.client.untried}
            elif not factory.leaves:
                yield _unlisted(operation, lister, reply, f"The created item {item.id} is not listed by {lister.id}.")
        elif not factory.every("read"):
            # no operation reads it, so that a list alone shows what is stored
            yield from echoed(factory, operation, item.body, row, reply, whole=False)


def _read_again(
    factory: ResourceFactory, operation: Operation, reader: Operation, item: Item, latest: Item
) -> Iterator[Found]:
    """Yield a breach if an operation does not show an item as it was created."""
    reply = factory.do(reader, item)
    shown = factory.item_in(reader, reply) if reply.ok else MISSING
    if shown is MISSING:
        if not factory.leaves:
            sentence = f"The created item {item.id} is not read by {reader.id}, which answers {reply.status}."
            # an answer without the item may only have another form than the contract infers
            yield broken(operation, KEYWORD, reply, sentence, part=f"read {reader.id}", grave=reply.refused)
        return
    yield from echoed(factory, operation, item.body, shown, reply)
    yield from in_another_parent(operation, factory.resource(operation), item, shown, reply)
    # one was created between the first and the latest
    moved = disturbed(factory, latest, item.shown, shown, places=2 if item is not latest else 0)
    if differing := [each for each in shared(item.shown, shown) if each in moved]:
        sentence = f"The created item has another value when it is read: {', '.join(differing[:3])}."
        yield broken(operation, KEYWORD, reply, sentence, part="kept")


def _unlisted(operation: Operation, lister: Operation, reply: Reply, sentence: str) -> Found:
    """Return the breach that a list lacks a created item."""
    is_known = lister.success is not None and lister.success.inferred is None
    return broken(operation, KEYWORD, reply, sentence, part=f"listed {lister.id}", grave=is_known)
