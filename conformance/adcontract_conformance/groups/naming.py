"""Generated requests that may create an item: the id in the body is that in the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import lookup, put
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
