"""Parents: an item is found, changed and deleted under its own parent only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import shared
from adcontract_conformance.client.factory import ResourceFactory, under
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical
from adcontract_conformance.laws.deletes import takes_any_id
from adcontract_conformance.laws.law import law, require_told

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


@law("parent", "an item of one parent is not shown, changed or deleted under another", _under_a_parent)
def parent(client: Client, operation: Operation) -> Iterator[Found]:
    """Create an item under one parent, and try the operation under another."""
    factory, resource = ResourceFactory.of(client, operation)
    item = factory.create()
    stranger, is_ours = _elsewhere(factory, operation, item)
    before = factory.look(item)[0] if factory.is_shown else MISSING
    belongs = f"{item.id} belongs to another {resource.parent.name if resource.parent else ''}"
    if resource.action == "list":
        row, reply = factory.row(operation, stranger)
        if _same(before, row):
            sentence = f"{belongs}, and is listed all the same."
            yield broken(operation, KEYWORD, reply, sentence, part="parent", grave=True)
        return
    there = factory.look(stranger)[0] if not is_ours else MISSING
    if there is not MISSING and not _same(before, there):
        raise NotTestable(f"each parent counts its own ids, and the other one has a {factory.name} {item.id} as well")
    reply = factory.do(operation, stranger)
    if reply.ok and not takes_any_id(client, operation):
        sentence = f"{belongs}; the request is answered with {reply.status}."
        refusal = client.sender.checked.declared_response(operation, 404)
        shows = resource.action == "read" and at(factory.item_in(operation, reply), resource.id or "") is not MISSING
        yield broken(operation, KEYWORD, reply, sentence, part="parent", grave=shows, refusal=refusal)
    require_told(client, operation, [reply], lambda: factory.do(operation, factory.create()))
    after, seen = factory.look(item) if factory.is_shown else (MISSING, reply)
    if moved := factory.moved(before, after):
        sentence = f"{belongs}; {', '.join(moved[:3]) or 'all'} changed."
        yield broken(operation, KEYWORD, seen, sentence, part="changed", grave=True)


def _elsewhere(factory: ResourceFactory, operation: Operation, item: Item) -> tuple[Item, bool]:
    """Return an item as if it belonged to another parent, and whether that one is new and so has no items."""
    declared = factory.resource(operation).parent
    if declared is None or (mine := item.parent_ids.get(under(declared))) is None:
        raise NotTestable("it is not known which parent the item belongs to")
    try:
        return replace(item, parent_ids=factory.create_parent(operation)), True
    except NotTestable:
        parent_ids_of = factory.parent_ids_of(operation)
    for parent_ids in parent_ids_of:
        if canonical(parent_ids[under(declared)]) != canonical(mine):
            return replace(item, parent_ids=parent_ids), False
    raise NotTestable(f"the target shows only one {declared.name}")


def _same(one: Any, two: Any) -> bool:
    """Return whether two rows are the same item, and not two items with the same id."""
    return two is not MISSING and not list(shared(one, two))
