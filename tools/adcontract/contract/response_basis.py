"""Whether a part of a response is documented or inferred, as the suite and the mock read it.

A part (media type, header, body) is inferred if an `x-inferred` says so: on the part, on what holds it, on the response
or on the operation. But a field that a documented payload shows is documented: it has to be there and to have its type,
even where the schema only infers that it is required. That it is never null is inferred, as no payload can show it; a
list is no such field, because the pages show one without items as `[]`.
"""

from __future__ import annotations

from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any

from adcontract.contract.provenance import inferred
from adcontract.openapi.pointer import lookup

if TYPE_CHECKING:
    from adcontract.contract.operation_parts import Example, Response
    from adcontract.contract.operations import Operation
    from adcontract.contract.schemas import SchemaError, Schemas

_OF_A_FIELD = frozenset(("required", "type", "oneOf", "anyOf"))

WRITE_ONLY = "OpenAPI says that a response should not have it, and does not forbid it (3.0.3, Schema Object)."
"""Why it is inferred that a field for requests alone is in no response."""

READ_ONLY = "OpenAPI says that a request should not have it, and not what a server does with it (3.0.3, Schema Object)."
"""Why it is inferred that a server does not take over a field for responses alone."""

_NEVER_NULL = "The payload shows the field, and no page says that it is never null."


def of_response(operation: Operation, declared: Response, *marked: Any) -> str | None:
    """Return why a part of a response is inferred; `marked` is the part and what holds it, innermost first."""
    return next(filter(None, (*map(inferred, marked), declared.inferred, operation.inferred)), None)


def of_field(
    operation: Operation, declared: Response, fault: SchemaError, payload: Example | None, body: Any
) -> str | None:
    """Return why the part that `fault` breaks in a `body` is inferred; None where a documented `payload` shows it."""
    around = of_response(operation, declared)
    if payload is None or payload.inferred or around or fault.keyword not in _OF_A_FIELD:
        return fault.inferred or around
    values = shown(payload.value, fault.path)
    if not values:
        return fault.inferred
    is_null = fault.keyword != "required" and reduce(getitem, fault.path, body) is None
    return _NEVER_NULL if is_null and not any(isinstance(value, list) for value in values) else None


def of_empty_list(
    document: dict[str, Any], schemas: Schemas, fault: SchemaError, body: Any, payload: Example | None
) -> str | None:
    """Return why the type of a field is inferred, where an empty list stands in place of an object or the reverse."""
    if fault.keyword != "type":
        return None
    sent = reduce(getitem, fault.path, body)
    if sent == [] and lookup(document, fault.pointer) == "object":
        may_be_empty = schemas.valid(fault.pointer.rpartition("/")[0], {})
        return "PHP writes an object without fields as an empty list." if may_be_empty else None
    values = shown(payload.value, fault.path) if payload and isinstance(sent, dict) else []
    if values and all(each == [] for each in values):
        return "The payload shows an empty list only, as which PHP writes an object without fields."
    return None


def shown(value: Any, path: tuple[str | int, ...]) -> list[Any]:
    """Return what a payload has at a path; any item of a list stands for every item."""
    if not path:
        return [value]
    if isinstance(value, list):
        return [found for item in value for found in shown(item, path[1:])]
    return shown(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []
