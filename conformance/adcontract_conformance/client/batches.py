"""Batches: the entries of a body, and the results of a response, each of which is about one item."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.contract.batches import said_of
from adcontract.openapi.pointer import get, put
from adcontract_conformance.client.replies import MISSING, at
from adcontract_conformance.client.unknown_ids import unknown_ids

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract.contract.behavior import Batch, Resource


@dataclass(frozen=True)
class Result:
    """What the result of an entry says: whether it was carried out, None where that is not said, the id and the item.

    The id and the item are `MISSING` where they are not shown.
    """

    said: bool | None
    id: Any
    item: Any
    whole: Any


def batch_of(resource: Resource) -> Batch:
    """Return the batch that a resource declares.

    Raises:
        TypeError: if it declares none.
    """
    if resource.batch is None:
        raise TypeError(resource.name)
    return resource.batch


def names_items(operation: Operation) -> bool:
    """Return whether the entries of a body are about items that are there: of a batch that changes or deletes."""
    resource = operation.behavior.resource
    return resource is not None and ACTIONS[resource.action].each in ("update", "delete")


def entries_of(resource: Resource, body: Any) -> list[Any]:
    """Return the entries of a body; none where it has no list of them."""
    found = at(body, batch_of(resource).entries)
    return found if isinstance(found, list) else []


def with_entries(resource: Resource, body: Any, entries: list[Any]) -> Any:
    """Return a body with other entries."""
    return put(copy.deepcopy(body), batch_of(resource).entries, entries)


def with_ids(resource: Resource, entries: list[Any], ids: list[Any]) -> list[Any]:
    """Return entries that are about the items with some ids."""
    pointer = batch_of(resource).id
    return [put(copy.deepcopy(entry), pointer, id_) for entry, id_ in zip(entries, ids, strict=True)]


def ids_of(resource: Resource, body: Any) -> list[Any]:
    """Return the ids that the entries of a body name, `MISSING` where one names none."""
    return [at(entry, batch_of(resource).id) for entry in entries_of(resource, body)]


def about_nothing(operation: Operation, body: Any) -> Any:
    """Return a body whose entries name no item that a target has; the same one where they name none at all."""
    resource = operation.behavior.resource
    if resource is None or not names_items(operation):
        return body
    entries, ids = entries_of(resource, body), ids_of(resource, body)
    changed = [
        put(copy.deepcopy(entry), batch_of(resource).id, other) if isinstance(id_, int | float | str) else entry
        for entry, id_, other in zip(entries, ids, unknown_ids(ids), strict=True)
    ]
    return with_entries(resource, body, changed) if entries else body


def results_of(resource: Resource, value: Any) -> list[Result] | None:
    """Return the results in the body of a response; None where it has no list of them."""
    batch = batch_of(resource)
    found = MISSING if batch.results is None else at(value, batch.results)
    if not isinstance(found, list):
        return None
    return [_result(resource, batch, each) for each in found]


def tells_failure(operation: Operation, value: Any) -> bool:
    """Return whether the body of a response says that an entry of a batch failed."""
    resource = operation.behavior.resource
    if resource is None or resource.batch is None:
        return False
    return any(each.said is False for each in results_of(resource, value) or ())


def _result(resource: Resource, batch: Batch, whole: Any) -> Result:
    item = MISSING if batch.item is None else at(whole, batch.item)
    item = item if isinstance(item, dict) else MISSING
    shown = batch.shows_id if batch.shows_id is not None else f"{batch.item}{resource.id or '/id'}"
    id_ = get(whole, shown) if batch.shows_id is not None or item is not MISSING else None
    return Result(said_of(batch, whole), MISSING if id_ is None else id_, item, whole)
