"""Items of the target: their ids, their parents, and the values of a request that lead to one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from adcontract.openapi.pointer import every
from adcontract.openapi.text import as_text
from adcontract_conformance.client.replies import MISSING, NotTestable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.behavior import Parent, Resource
    from adcontract.contract.resources import ResourceType
    from adcontract_conformance.client.replies import Reply

ParentIds: TypeAlias = "dict[tuple[str, str], Any]"
"""The ids of the parents of an item, by the parent's name and the pointer of the id, empty for its usual id."""

Address: TypeAlias = "dict[str, dict[str, Any]]"
"""Values that lead to an item, by location (path or query) and name."""


@dataclass(frozen=True)
class Item:
    """One item: its id, its parents, the reply that created it, the body that was sent, and the item as it is shown."""

    id: Any
    parent_ids: ParentIds
    reply: Reply
    body: Any = field(default=MISSING, repr=False)
    shown: Any = field(default=MISSING, repr=False)


def under(parent: Parent) -> tuple[str, str]:
    """Return the key of a parent in `ParentIds`."""
    return parent.name, parent.id or ""


def address(resource: Resource, id: Any, parent_ids: ParentIds) -> Address:  # noqa: A002
    """Return the values of the path and the query that lead an operation to an item; `MISSING` names none.

    Raises:
        NotTestable: if the parent of the item is not known.
    """
    values: Address = {"path": {}, "query": {}}
    if resource.key is not None and id is not MISSING:
        values[resource.key.location][resource.key.name] = id
    if resource.parent is not None:
        if under(resource.parent) not in parent_ids:
            raise NotTestable(f"the {resource.parent.name} of the {resource.name} is not known")
        values[resource.parent.key.location][resource.parent.key.name] = parent_ids[under(resource.parent)]
    return values


def id_for(type_: ResourceType, resource: Resource, id: Any, shown: Any) -> Any:  # noqa: A002
    """Return the value by which an operation names an item: its id, or another field of the item as it is `shown`.

    Raises:
        NotTestable: if it is not known.
    """
    creating = type_.of("create", "add") or type_.of("upsert")
    if resource.id in (None, *(each.declared.id for each in creating[:1])):
        return id
    found = at(shown, str(resource.id))
    if found is MISSING:
        raise NotTestable(f"the {resource.id} of the created item is not shown")
    return found


def created_ids(resource: Resource, body: Any) -> Iterator[tuple[str, set[str]]]:
    """Yield each pointer into an item that `makes` names, with the ids, as text, that a body has for it."""
    for ours, theirs in resource.makes.items():
        yield ours, {as_text(id_) for id_ in every(body, theirs)}
