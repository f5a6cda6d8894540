"""A second item that one request has made."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import ResourceFactory, under
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.factory import Item, ParentIds
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"


def listed_keys(factory: ResourceFactory, parent_ids: ParentIds) -> dict[str, set[bytes]]:
    """Return the ids that each list has in which an item of a parent should be."""
    found = dict[str, set[bytes]]()
    for lister in factory.every("list"):
        parent = factory.resource(lister).parent
        with suppress(NotTestable):  # a list that is too long does not say what is new
            if parent is None or under(parent) in parent_ids:
                found[lister.id] = {factory.key(lister, row) for row in factory.walk(lister, parent_ids).rows}
    return found


def made_twice(
    factory: ResourceFactory, operation: Operation, resource: Resource, item: Item, known: dict[str, set[bytes]]
) -> Iterator[Found]:
    """Yield a breach if a list has another new item with the values of one; `known` has what it had before.

    Others may create one as well, so it is a breach only if every try of the law shows it.
    """
    for lister in factory.every("list"):
        if lister.id not in known:
            continue
        with suppress(NotTestable):
            walk = factory.walk(lister, item.parent_ids)
            new = {key: row for row in walk.rows if (key := factory.key(lister, row)) not in known[lister.id]}
            own = new.pop(canonical(item.id), MISSING)
            values = [(ours, at(item.body, theirs)) for ours, theirs in resource.echo.items()]
            shown = [(ours, value) for ours, value in values if value is not MISSING and kept(value, at(own, ours))]
            alike = [
                key for key, row in new.items() if shown and all(kept(value, at(row, ours)) for ours, value in shown)
            ]
            if alike:
                sentence = f"Creating {item.id} has also made the item {alike[0].decode()}."
                yield replace(
                    broken(operation, KEYWORD, walk.replies[-1], sentence, part="twice", grave=True), steady=True
                )
