"""Whether operations on a resource show what a faulty one among them does to its items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.schema_paths import reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import Resource, ResourceOperation
    from adcontract_mock.faults.place import Place

CHANGING = ("update", "set", "add", "remove")
"""The actions that change items which exist before."""


def changed_by(resource: Resource) -> Iterator[str]:
    """Yield the pointers of what an action changes in an item."""
    yield from (*resource.echo, *resource.takes, *resource.set)
    yield from (pointer for pointer in (resource.members, resource.count) if pointer)


def shows_any(place: Place, operation: ResourceOperation, pointers: Iterable[str]) -> bool:
    """Return whether the items in the response of an operation have one of these fields."""
    schema = operation.item_schema
    return schema is not None and any(reach(place.document, schema, pointer) for pointer in pointers)


def shows_changes(place: Place) -> bool:
    """Return whether the response shows a field that an operation on its resource changes."""
    resource_type = place.resource_type
    if resource_type is None:
        return False
    pointers = [pointer for each in resource_type.of(*CHANGING) for pointer in changed_by(each.declared)]
    return any(shows_any(place, each, pointers) for each in _own(place))


def shows_its_change(place: Place) -> bool:
    """Return whether the response shows a field that the action itself changes."""
    return place.resource is not None and any(
        shows_any(place, each, changed_by(place.resource)) for each in _own(place)
    )


def is_shown_later(place: Place) -> bool:
    """Return whether another operation shows what the action has changed, and does not overwrite that itself."""
    if place.resource_type is None or place.resource is None:
        return False
    pointers = set(changed_by(place.resource))
    others = [each for each in place.resource_type.operations if each.operation.id != place.operation.id]
    return any(
        shows_any(place, each, pointers.difference(each.declared.echo, each.declared.set))
        for each in others
        if each.action != "create"
    )


def creates(place: Place) -> bool:
    """Return whether the action creates an item that another operation shows, or is about."""
    others = place.resource_type.operations if place.resource_type else ()
    return place.action("create") and any(
        each.declared.key or each.action in ("list", "read") for each in others if each.action != "create"
    )


def has_neighbors(place: Place) -> bool:
    """Return whether the action is about one of several items."""
    return place.resource is not None and place.resource.key is not None


def is_deleted(place: Place) -> bool:
    """Return whether a client can delete an item of its resource: one that it has created or added itself."""
    resource_type = place.resource_type
    if resource_type is None or not resource_type.of("delete"):
        return False
    adds = any(each.declared.makes for each in resource_type.of("add"))
    return adds or resource_type.is_single or bool(resource_type.creating)


def lists_own(place: Place) -> bool:
    """Return whether the list has what a client can create: it is of all parents, or of one for which it is created."""
    resource_type, parent = place.resource_type, place.resource.parent if place.resource else None
    creates = [*resource_type.creating, *resource_type.of("add")] if resource_type else []
    parents = {each.declared.parent.name for each in creates if each.declared.parent}
    return parent is None or not creates or parent.name in parents


def hides_deleted(place: Place) -> bool:
    """Return whether a delete that a client can try leaves nothing that is read or listed of an item."""
    deletes = place.resource_type.of("delete") if place.resource_type else ()
    return is_deleted(place) and any(each.declared.gone == "hidden" for each in deletes)


def _own(place: Place) -> list[ResourceOperation]:
    operations = place.resource_type.operations if place.resource_type else ()
    return [each for each in operations if each.operation.id == place.operation.id]
