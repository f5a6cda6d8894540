"""Ids in the bodies of generated requests: that of an upsert is the one in the path, those of a batch are unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import lookup, put
from adcontract_conformance.client.batches import about_nothing, names_items
from adcontract_conformance.client.documented import id_in_body

if TYPE_CHECKING:
    from adcontract import Operation


def with_one_id(operation: Operation, case: Any) -> Any:
    """Return a case of Schemathesis of which a server may demand that; one that has a fault stays as it is."""
    found = id_in_body(operation)
    if found is None or not isinstance(case.body, dict) or case.meta.generation.mode.is_negative:
        return case
    key, pointer = found
    id_ = {"path": case.path_parameters, "query": case.query}.get(key.location, {}).get(key.name)
    try:
        lookup(case.body, pointer)
    except LookupError:
        return case
    case.body = put(case.body, pointer, id_)
    return case


def about_no_item(operation: Operation, case: Any) -> Any:
    """Return a case in which no entry of a batch names an item of the target: a generated id may be of somebody."""
    if names_items(operation) and isinstance(case.body, dict | list):
        case.body = about_nothing(operation, case.body)
    return case
