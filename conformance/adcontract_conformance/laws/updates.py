"""Updates and actions: a change lasts, and changes only what the request names."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.openapi.patches import MERGE_PATCH
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept, touches
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, at, text_of
from adcontract_conformance.laws.bystanders import Bystanders, disturbed, filled, neighbor_of
from adcontract_conformance.laws.existing import only, written
from adcontract_conformance.laws.law import does, law
from adcontract_conformance.laws.nulls import without_defaults
from adcontract_conformance.laws.patch_bodies import as_sent, is_json_patch, values_in
from adcontract_conformance.laws.storing import echoed, stored
from adcontract_conformance.laws.telling import (
    PARTS,
    null_bodies,
    seldom_bodies,
    telling_bodies,
    telling_seldom_bodies,
    zero_bodies,
)
from adcontract_conformance.model.promises import NEIGHBOR, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply

KEYWORD = "x-resource"

NOTHING = (MISSING, None, "", 0, False)
"""Values by which no item is distinguished from others."""


@law(
    "change",
    "a change lasts, changes only what the request names, and changes nothing more when it is repeated",
    does("update", "set", "upsert"),
    needs=("upsert",),
)
def change(client: Client, operation: Operation) -> Iterator[Found]:
    """Change one of two items that were created for it: every field that can be, then single fields, each twice."""
    factory, resource = ResourceFactory.of(client, operation)
    item, neighbor = _items(factory, operation)
    others = Bystanders(factory, item)
    for each in (item, neighbor) if neighbor else ():
        _change_by_another_action(factory, resource, each)
    beside = factory.look(neighbor)[0] if factory.is_shown and neighbor else MISSING
    factory.visit(item)
    known = (
        {lister.id: set(factory.keys(lister, item)) for lister, _, _ in factory.listed(item)} if resource.echo else {}
    )
    sent = list[Any]()
    found, is_kept = list[Found](), True
    documented = _documented(factory, operation, item)
    for alternatives in _bodies(factory, operation, documented):
        for body in alternatives:
            before = factory.look(item)[0] if factory.is_shown else MISSING
            reply = factory.do(operation, item, as_sent(operation, body, before))
            if reply.ok:
                given = body if body is not MISSING else documented
                differing = list(_changed(factory, operation, item, before, (given, reply)))
                yield from differing
                is_kept = is_kept and not differing
                sent.append(given)
                if len(sent) == 1:  # by the last change it may have the values of the others again
                    found = list(_beside(factory, operation, (item, neighbor), beside, others))
                break
    if not sent:
        raise NotTestable(f"{operation.id} answers {reply.status} for an item that was just created")
    yield from _others_with(factory, operation, item, known, sent)
    yield from found or _beside(factory, operation, (item, neighbor), beside, others)
    if is_kept:
        yield from _stored(factory, operation, item)
    if neighbor:  # what another action does to others is not the fault of this one
        yield from _in_another_state(factory, operation, item, sent[-1] if operation.body else MISSING)
    elif not factory.type.is_global:
        factory.do(operation, item, item.body)


def _documented(factory: ResourceFactory, operation: Operation, item: Item) -> Any:
    """Return the documented body; the values of fields in its place where it is a JSON Patch.

    Raises:
        NotTestable: if nothing is known that a JSON Patch can change.
    """
    body = factory.client.documented(operation).body
    if not is_json_patch(operation):
        return body
    values = values_in(operation, body, factory.look(item)[0])
    if not values:
        raise NotTestable("no field is known that the JSON Patch can change")
    return values


def _items(factory: ResourceFactory, operation: Operation) -> tuple[Item, Item | None]:
    """Create an item to change, and another one beside; where none can be created, give one that the run has changed.

    Raises:
        NotTestable: if an item cannot be created, and there is no such one.
    """
    if item := only(factory, operation) or written(factory, operation):
        return item, None
    if ACTIONS[factory.resource(operation).action].keeps_body:
        item = factory.create()
        return item, neighbor_of(factory, item)
    item = filled(factory)
    return item, filled(factory, item)


def _beside(
    factory: ResourceFactory, operation: Operation, items: tuple[Item, Item | None], before: Any, others: Bystanders
) -> Iterator[Found]:
    """Yield a breach if a change of the first of two items has changed the second, or one of the others.

    The second was as `before` then.
    """
    item, neighbor = items
    if factory.is_shown and neighbor:
        still, seen = factory.look(neighbor)
        if moved := disturbed(factory, item, before, still):
            sentence = f"Changing {item.id} changed {', '.join(moved[:3]) or 'all'} of {neighbor.id}."
            yield broken(operation, KEYWORD, seen, sentence, part=NEIGHBOR, grave=True)
    yield from others.touched(operation, f"Changing {item.id}")


def _others_with(
    factory: ResourceFactory, operation: Operation, item: Item, known: dict[str, set[bytes]], bodies: list[Any]
) -> Iterator[Found]:
    """Yield a breach if a list has a new item with the values that were sent for another; others may create some."""
    echo = factory.resource(operation).echo.items()
    # many items may have nothing, or 0, in a field
    sent = [[(ours, at(body, theirs)) for ours, theirs in echo if at(body, theirs) not in NOTHING] for body in bodies]
    for lister, _, reply in factory.listed(item):
        for row in factory.walk(lister, item.parent_ids).rows if lister.id in known else ():
            is_new = factory.key(lister, row) not in known[lister.id]
            if is_new and any(values and all(kept(value, at(row, ours)) for ours, value in values) for values in sent):
                id_ = factory.key(lister, row).decode()
                sentence = f"Changing {item.id} has made the item {id_}."
                yield broken(operation, KEYWORD, reply, sentence, part="another", grave=True)
                return


def _stored(factory: ResourceFactory, operation: Operation, item: Item) -> Iterator[Found]:
    """Change an item to values that are easily stored otherwise."""

    def show(body: Any) -> tuple[Any, Reply] | None:
        reply = factory.do(operation, item, body)
        if not reply.ok:
            return None
        return factory.look(item) if factory.is_shown else (factory.item_in(operation, reply), reply)

    like = factory.client.documented(operation).body
    yield from stored(factory, operation, like, (telling_bodies, telling_seldom_bodies), show)


def _changed(
    factory: ResourceFactory, operation: Operation, item: Item, before: Any, change: tuple[Any, Reply]
) -> Iterator[Found]:
    """Look at an item after a change, and after the same change again; `change` is the body and the reply."""
    resource, (sent, reply) = factory.resource(operation), change
    if not factory.is_shown:
        yield from echoed(factory, operation, sent, factory.item_in(operation, reply), reply)
        return
    after, seen = factory.look(item)
    if after is MISSING:
        yield from _gone(factory, operation, seen)
        return
    named = {ours for ours, theirs in resource.echo.items() if at(sent, theirs) is not MISSING} | set(resource.set)
    for shower, row, page in factory.shown_too(item):
        for pointer in sorted(named):
            value, held = at(after, pointer), at(row, pointer)
            if MISSING not in (value, held) and not (kept(value, held) or factory.may_become(pointer, value, held)):
                sentence = f"Once changed, {pointer} is {text_of(held)} in {shower.id}, not {text_of(value)}."
                yield broken(operation, KEYWORD, page, sentence, part=f"shown {shower.id}")
    may_replace = operation.method.upper() == "PUT"  # what such a request leaves out may be left without a value
    for pointer in factory.moved(before, after, resource.echo if ACTIONS[resource.action].keeps_body else ()):
        if not touches(pointer, named | (set(resource.echo) if may_replace else set())):
            was, is_ = text_of(at(before, pointer)), text_of(at(after, pointer))
            sentence = f"{pointer} changed from {was} to {is_}, and was not named."
            yield broken(operation, KEYWORD, seen, sentence, part="else")
    factory.do(operation, item, as_sent(operation, sent if operation.body else MISSING, after))
    again, last = factory.look(item)
    if moved := factory.moved(after, again):
        sentence = f"The same request, repeated, changes {', '.join(moved[:3])}."
        yield broken(operation, KEYWORD, last, sentence, part="repeat")
    # last, for it may change the item
    body = without_defaults(factory, operation, item, sent, (before, after))
    differing = list(echoed(factory, operation, body, after, seen))
    # one field may belong to another one than the contract infers; several that all stay as they were are lost
    is_lost = len(differing) > 1 and before is not MISSING and not factory.moved(before, after)
    yield from (replace(each, breach=replace(each.breach, grave=is_lost)) for each in differing)
    if reply.status != HTTPStatus.ACCEPTED and (said := factory.item_in(operation, reply)) is not MISSING:
        yield from echoed(factory, operation, body, said, reply, whole=False)


def _gone(factory: ResourceFactory, operation: Operation, seen: Reply) -> Iterator[Found]:
    """Yield the breach that a changed item is gone, unless it may be by itself."""
    if not factory.leaves:
        yield broken(operation, KEYWORD, seen, "The changed item is gone.", part="gone", grave=True)


def _change_by_another_action(factory: ResourceFactory, resource: Resource, item: Item) -> None:
    """Set other values by another action, where there is one, so that the effect of this one can be seen."""
    for other in factory.every("set"):
        values = factory.resource(other).set
        if factory.client.sender.checked.may_write(other) and any(
            values.get(pointer, value) != value for pointer, value in resource.set.items()
        ):
            factory.do(other, item)
            return


def _in_another_state(factory: ResourceFactory, operation: Operation, item: Item, body: Any) -> Iterator[Found]:
    """Change an item once more, after each action that sets or adds what the change does not name.

    A target may refuse the action, or the change of such an item.
    """
    named = {*factory.resource(operation).echo, *factory.resource(operation).set}
    for other in factory.every("set", "add") if factory.is_shown else ():
        resource = factory.resource(other)
        places = {*resource.set, *([resource.members] if resource.members else ())}
        if resource.key is None or not factory.client.sender.checked.may_write(other) or places <= named:
            continue
        before = factory.look(item)[0]
        if not factory.do(other, item).ok or not factory.moved(before, between := factory.look(item)[0]):
            continue
        if (reply := factory.do(operation, item, as_sent(operation, body, between))).ok:
            yield from _changed(factory, operation, item, between, (body, reply))


def _bodies(factory: ResourceFactory, operation: Operation, documented: Any) -> list[list[Any]]:
    """Return bodies that change an item, each with alternatives for a target that refuses it.

    They are like the `documented` one; for a JSON Patch they have the fields that it gives a value.
    """
    client, resource = factory.client, factory.resource(operation)
    if not operation.body or not isinstance(documented, dict):
        return [[MISSING]]
    names = [name for name in (theirs.removeprefix("/") for theirs in resource.echo.values()) if name in documented]
    others = {name: _other(documented[name]) for name in names}
    others = {name: value for name, value in others.items() if value is not MISSING}
    prose = {name: value for name, value in others.items() if isinstance(value, str)}
    keeps = ACTIONS[resource.action].keeps_body
    singles = [{name: others.get(name, documented[name])} for name in names] if keeps else []
    schema, is_merge = f"{operation.body[0].pointer}/schema", operation.body[0].essence == MERGE_PATCH
    valid = [
        [
            body
            for body in alternatives
            if body is MISSING or client.sender.checked.schemas.valid(schema, as_sent(operation, body, MISSING))
        ]
        for alternatives in (
            [{**documented, **others}, {**documented, **prose}, documented if is_json_patch(operation) else MISSING],
            *([single] for single in singles[:PARTS]),
            list(seldom_bodies(factory, operation, documented)),
            # a field that is seldom sent has a value by now, which a change of another one may reset
            singles[:1] if operation.method.upper() == "PATCH" else [],
            list(zero_bodies(factory, operation, documented)),
            # what null does in a JSON Merge Patch is a law of its own
            *(null_bodies(factory, operation, documented) if keeps and not is_merge else ()),
        )
    ]
    return [alternatives for alternatives in valid if alternatives]


def _other(value: Any) -> Any:
    """Return another value than the documented one; `MISSING` where the value may be the id of something."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value} 2" if isinstance(value, str) and " " in value.strip() else MISSING
