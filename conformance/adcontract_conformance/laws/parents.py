"""Parents: one does not see, change or delete what belongs to another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import shared
from adcontract_conformance.client.factory import ResourceFactory, under
from adcontract_conformance.client.replies import MISSING, NotTestable, canonical
from adcontract_conformance.laws.law import law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"


def _under_a_parent(operation: Operation) -> bool:
    resource = operation.behavior.resource
    return (
        resource is not None and resource.parent is not None and (resource.key is not None or resource.action == "list")
    )


@law("parent", "what belongs to one is not seen, changed or deleted under another", _under_a_parent)
def parent(client: Client, operation: Operation) -> Iterator[Found]:
    """Make a thing under one parent, and try the operation under another."""
    kind, resource = ResourceFactory.of(client, operation)
    thing = kind.make()
    stranger, is_ours = _elsewhere(kind, operation, thing)
    before = kind.look(thing)[0] if kind.is_shown else MISSING
    told = f"{thing.id} belongs to another {resource.parent.name if resource.parent else ''}"
    if resource.action == "list":
        row, reply = kind.row(operation, stranger)
        if _same(before, row):
            yield broken(operation, KEYWORD, reply, f"{told}, and is listed all the same.", part="parent")
        return
    there = kind.look(stranger)[0] if not is_ours else MISSING
    if there is not MISSING and not _same(before, there):
        raise NotTestable(f"each parent counts the ids of its own, and the other has a {kind.name} {thing.id}, too")
    reply = kind.do(operation, stranger)
    if reply.ok:
        yield broken(operation, KEYWORD, reply, f"{told}; the request is answered with {reply.status}.", part="parent")
    after, seen = kind.look(thing) if kind.is_shown else (MISSING, reply)
    if moved := kind.moved(before, after):
        yield broken(operation, KEYWORD, seen, f"{told}; {', '.join(moved[:3]) or 'all'} changed.", part="changed")


def _elsewhere(kind: ResourceFactory, operation: Operation, thing: Item) -> tuple[Item, bool]:
    """Return a thing as if it belonged to another, and whether that was made for it, so that it has nothing else."""
    declared = kind.resource(operation).parent
    if declared is None or (mine := thing.parent_ids.get(under(declared))) is None:
        raise NotTestable("it is not known to what it belongs")
    try:
        return replace(thing, parent_ids=kind.own_home(operation)), True
    except NotTestable:
        parent_ids_of = kind.parent_ids_of(operation)
    for parent_ids in parent_ids_of:
        if canonical(parent_ids[under(declared)]) != canonical(mine):
            return replace(thing, parent_ids=parent_ids), False
    raise NotTestable(f"the target shows one {declared.name} only")


def _same(one: Any, two: Any) -> bool:
    """Return whether two items are one thing, and not two with the same id."""
    return two is not MISSING and not list(shared(one, two))
