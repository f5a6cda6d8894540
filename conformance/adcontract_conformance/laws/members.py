"""Members of a collection: each is added once, removed without the others, and counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract import inferred
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import ResourceFactory, UnlistedError, created_ids
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical
from adcontract_conformance.laws.bystanders import Bystanders
from adcontract_conformance.laws.collection import ENOUGH, Collection
from adcontract_conformance.laws.law import does, law
from adcontract_conformance.laws.storing import seen_in
from adcontract_conformance.model.promises import NEIGHBOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.items import ParentIds
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

UNSAID = "No page says that a collection without members is deleted, nor that it stays."


@law("add", "an added member is there once; one that was there before is ignored and reported as ignored", does("add"))
def add(client: Client, operation: Operation) -> Iterator[Found]:
    """Add what is documented, and then add it again."""
    factory, resource = ResourceFactory.of(client, operation)
    if resource.members is not None:
        yield from _members(Collection(client, operation))
    elif resource.makes:
        yield from _items(factory, operation)
    else:
        yield from _entries(factory, operation)


def _members(group: Collection) -> Iterator[Found]:
    """Add one member, named twice where the target accepts that; then all; then all again."""
    operation, start, ids = group.operation, group.start, group.fresh
    if not ids:
        raise NotTestable("the target takes none of the known ids as members: none of the page, nor of its own lists")
    first, every = {as_text(ids[0])}, {as_text(each) for each in ids}
    if not group.send(operation, ids[:1] * 2).ok:
        group.sent(operation, ids[:1])
    yield from group.has(start | first, "added")
    reply = group.sent(operation, ids)
    yield from group.reports(reply, every - first, first)
    yield from group.has(start | every, "added")
    reply = group.sent(operation, ids)
    yield from group.reports(reply, set(), every)
    yield from group.has(start | every, "again")
    yield from group.unmoved(operation, start | every)
    if len(ids) < ENOUGH:
        yield from _together(group)
    yield from group.alone()


def _together(group: Collection) -> Iterator[Found]:
    """Add all members at once after they were removed, where the target removes them."""
    factory, every = group.factory, {as_text(each) for each in group.ids}
    for remover in factory.every("remove")[:1]:
        may_empty = len(every) > 1 and factory.client.sender.checked.may_write(remover)
        if may_empty and group.send(remover, group.ids).ok and not group.ids_in(factory.look(group.item)[0]):
            yield from group.reports(group.sent(group.operation, group.ids), every, set())
            yield from group.has(every, "added")


def _items(factory: ResourceFactory, operation: Operation) -> Iterator[Found]:
    """Look for exactly one item of each id."""
    if found := list(_refused_documented(factory, operation)):
        yield from found
        return
    try:
        item = factory.create()
    except UnlistedError as error:
        sentence = f"What was added is not listed by {error.lister.id}, which has nothing new."
        yield broken(operation, KEYWORD, error.reply, sentence, part="added", of="makes")
        return
    resource, lister = factory.resource(operation), factory.the("list")
    # an item may hold what was added under another name than the contract infers
    is_sure = lister.success is not None and not (lister.success.inferred or inferred(operation.data[KEYWORD], "makes"))
    once = set[tuple[str, str]]()
    for part in ("added", "again"):
        if part == "again":
            yield from _refused(factory, operation, item.parent_ids, item.body)
        walk = factory.walk(lister, item.parent_ids)
        for ours, ids in created_ids(resource, item.body):
            held = _held(walk.rows, ours)
            for id_ in sorted(ids):
                count = held.count(id_)
                if count > 1 or (count == 0 and not factory.left_out_by(lister)):
                    sentence = f"{id_} was added, and {lister.id} has {count} items with it as {ours}."
                    is_lost = count == 0 and is_sure
                    # what was there once, and is there again, is where the contract says
                    of = "" if count and (ours, id_) in once else "makes"
                    yield broken(operation, KEYWORD, walk.replies[-1], sentence, part=part, of=of, grave=is_lost)
                elif count:
                    once.add((ours, id_))


def _held(rows: Iterable[Any], ours: str) -> list[str]:
    """Return the values at a pointer into rows, as text, of those that have one."""
    return [as_text(value) for row in rows if (value := at(row, ours)) not in (MISSING, None)]


def _refused_documented(factory: ResourceFactory, operation: Operation) -> Iterator[Found]:
    """Look for a refusal of the documented request where a list shows all that it adds."""
    resource, body = factory.resource(operation), factory.client.documented(operation).body
    for parent_ids in factory.parent_ids_of(operation):
        rows = factory.walk(factory.the("list"), parent_ids).rows
        if all(ids <= set(_held(rows, ours)) for ours, ids in created_ids(resource, body)):
            factory.look_before(operation, parent_ids)
            yield from _refused(factory, operation, parent_ids, body)


def _refused(factory: ResourceFactory, operation: Operation, parent_ids: ParentIds, body: Any) -> Iterator[Found]:
    """Look for a refusal of what is there already."""
    reply = factory.do_at(operation, parent_ids, body)
    if reply.refused and not factory.client.says_nothing(operation, reply):
        sentence = f"What is there already is refused with {reply.status}, and not ignored."
        yield broken(operation, KEYWORD, reply, sentence, part="refused")


def _entries(factory: ResourceFactory, operation: Operation) -> Iterator[Found]:
    """Look for each entry in the lists of the created item, and see that another item does not change."""
    resource, item = factory.resource(operation), factory.create()
    neighbor = factory.create_another(item)
    beside, _ = factory.look(neighbor)
    others = Bystanders(factory, item)
    body = factory.client.documented(operation).body
    parts = _divided(factory, operation, body)
    tries = [*(("added", item, each) for each in parts), ("again", item, body)]
    if parts != [body]:
        tries.append(("added", factory.create_another(item), body))
    sent: dict[int, list[Any]] = {}
    for part, to, given in tries:
        reply = factory.do(operation, to, given)
        if not reply.ok and given is not body:
            continue  # a target may need everything at once
        if not reply.ok:
            raise NotTestable(f"{operation.id} answers {reply.status} to the documented request")
        sent.setdefault(id(to), []).append(given)
        shown, seen = factory.look(to)
        for ours, theirs in resource.echo.items():
            held = at(shown, ours)
            lists = (at(each, theirs) for each in sent[id(to)])
            known = {canonical(each): each for entries in lists if isinstance(entries, list) for each in entries}
            for entry in known.values():
                count = sum(kept(entry, each) for each in held) if isinstance(held, list) else 0
                if count != 1:
                    sentence = f"{entry!r} was added, and {ours} has it {count} times{seen_in(operation, seen)}."
                    is_lost = count == 0 and isinstance(held, list)
                    yield broken(operation, KEYWORD, seen, sentence, part=part, grave=is_lost)
    still, seen = factory.look(neighbor)
    if moved := factory.moved(beside, still):
        sentence = f"Adding to {item.id} changed {', '.join(moved[:3])} of {neighbor.id}."
        yield broken(operation, KEYWORD, seen, sentence, part=NEIGHBOR, grave=True)
    yield from others.touched(operation, f"Adding to {item.id}")


def _divided(factory: ResourceFactory, operation: Operation, body: Any) -> list[Any]:
    """Return two bodies that together add what one does, to see whether the second replaces the first.

    It is that one alone where it cannot be divided.
    """
    places = (theirs.removeprefix("/") for theirs in factory.resource(operation).echo.values())
    names = [name for name in places if isinstance(body.get(name), list) and body[name]]
    if several := [name for name in names if len(body[name]) > 1]:
        first, second = dict[str, Any](), dict[str, Any]()
        for name in several:
            first[name], second[name] = body[name][:1], body[name][1:]
        parts = [{**body, **first}, {**body, **second}]
    else:
        parts = [{name: each for name, each in body.items() if name not in names[place::2]} for place in (0, 1)]
    pointer = f"{operation.body[0].pointer}/schema"
    is_valid = all(factory.client.sender.checked.schemas.valid(pointer, each) for each in parts)
    return parts if len(several or names[1:]) > 0 and is_valid else [body]


@law("remove", "a removed member is gone, and all the others remain", does("remove"))
def remove(client: Client, operation: Operation) -> Iterator[Found]:
    """Add all members but one; remove one of them together with the one that is not a member, twice."""
    group = Collection(client, operation)
    inside = group.ids[:2]
    outside = [each for each in (*group.fresh[2:], *group.others) if each not in inside][:1]
    if not inside:
        raise NotTestable("a new collection has no members, and the target takes none of the known ids as members")
    if group.fresh:
        group.sent(group.factory.the("add"), inside)
        group.fill_neighbor(inside)
    filled, gone = group.start | {as_text(each) for each in inside}, {as_text(inside[0])}
    named, none = [inside[0], *outside], {as_text(each) for each in outside}
    yield from group.has(filled, "filled")
    yield from group.unmoved(operation, filled)
    reply = group.sent(operation, named)
    yield from group.reports(reply, gone, none)
    yield from group.has(filled - gone, "removed")
    again = group.send(operation, named)
    if again.ok:
        yield from group.reports(again, set(), gone | none)
    yield from group.has(filled - gone, "again")
    yield from group.alone()
    yield from _emptied(group, filled - gone)


def _emptied(group: Collection, left: set[str]) -> Iterator[Found]:
    """Remove the members that are left; a target may refuse to, or keep one and say so."""
    ids = [each for each in group.ids if as_text(each) in left]
    if not ids or len(ids) < len(left):
        return
    reply = group.send(group.operation, ids)
    if reply.ok:
        yield from group.unnamed(reply, left)
    done = reply.at(group.resource.done)
    if reply.ok and isinstance(done, list) and {as_text(each) for each in done} == left:
        try:
            yield from group.has(set(), "removed")
        except NotTestable:
            yield from _vanished(group)


def _vanished(group: Collection) -> Iterator[Found]:
    """Yield a breach if a collection is gone with its last member: nobody has asked to delete it."""
    for reader in group.factory.every("read"):
        reply = group.factory.do(reader, group.item)
        if reply.refused and not group.factory.client.says_nothing(reader, reply):
            sentence = f"With its last member {group.item.id} itself is gone: {reader.id} answers {reply.status}."
            found = broken(group.operation, KEYWORD, reply, sentence, part="emptied", of="members")
            yield replace(found, breach=replace(found.breach, inferred=found.breach.inferred or UNSAID))
        return
