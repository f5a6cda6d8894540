"""Whether a breach is documented, and fails, or inferred, and warns: the rules, in one place.

- **No response, and 5xx**, always fail: no page promises them.
- **A part of a response** (media type, header, body) is inferred if an `x-inferred` says so: on the part, on what
  holds it, on the response or on the operation. But a field that a documented payload shows is documented: it has to
  be there and to have its type, even where the schema only infers that it is required.
- **A success with another status** is inferred: the pages show what a success holds, and not its status.
- **A valid request that is refused** is inferred if anything that it uses is: a parameter, or a part of the schema of
  its body. A page that leaves this open may leave out a rule as well. A documented request has to be accepted all the
  same.
- **A faulty request that is accepted** is inferred if every part of the contract that it breaks is, or if the response
  is that should have refused it: then no page says that it is refused.
- **A request without good credentials that is accepted**, and a refusal with an unexpected status, is inferred if every
  expected refusal is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract import inferred
from adcontract.openapi.pointer import walk
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import Example, Operation, RequestError, Response, SchemaError, Values
    from adcontract_conformance.model.checked_contract import CheckedContract

_OF_A_FIELD = frozenset(("required", "type", "oneOf", "anyOf"))


def of_response(operation: Operation, declared: Response, *marked: Any) -> str | None:
    """Return why a part of a response is inferred; `marked` is the part and what holds it, innermost first."""
    return next(filter(None, (*map(inferred, marked), declared.inferred, operation.inferred)), None)


def of_success(operation: Operation, declared: Response, status: int) -> str | None:
    """Return why it is inferred that a success has the status of `declared`, and not `status`."""
    if 200 <= status < 300:
        return of_response(operation, declared) or "The pages show what a success holds, and not its status."
    return of_response(operation, declared)


def of_field(operation: Operation, declared: Response, fault: SchemaError, payload: Example | None) -> str | None:
    """Return why the part that `fault` breaks is inferred; None where a documented `payload` shows the field."""
    around = of_response(operation, declared)
    shown = payload is not None and payload.inferred is None and around is None
    if shown and payload and fault.keyword in _OF_A_FIELD and _has(payload.value, fault.path):
        return None
    return fault.inferred or around


def _has(value: Any, path: tuple[str | int, ...]) -> bool:
    """Return whether something stands at `path`; any item of an array stands for every item."""
    if not path:
        return True
    if isinstance(value, list):
        return any(_has(item, path[1:]) for item in value)
    return isinstance(value, dict) and path[0] in value and _has(value[str(path[0])], path[1:])


def of_valid(checked: CheckedContract, operation: Operation, reading: Values | None) -> str | None:
    """Return why it is inferred that a request, as `reading` has it, is valid."""
    reasons = (reason for node in _used(operation, reading) for reason in _reasons(checked, node))
    return operation.inferred or next(reasons, None)


def _used(operation: Operation, reading: Values | None) -> Iterator[Any]:
    for parameter in operation.parameters:
        if reading is None or parameter.name in getattr(reading, parameter.location, {}):
            yield parameter.data
    if reading is None or reading.body is not None:
        yield from (media.data.get("schema") for media in operation.body)


def _reasons(checked: CheckedContract, start: Any) -> Iterator[str]:
    """Yield every sentence of an `x-inferred` at or below `start`, its references followed."""
    queue, seen = [start], set()
    while queue:
        for _, node in walk(queue.pop()):
            if not isinstance(node, dict):
                continue
            mark = node.get("x-inferred")
            yield from (str(reason) for reason in (mark.values() if isinstance(mark, dict) else [mark] if mark else []))
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                queue.append(follow(checked.contract.document, node))


def of_faulty(operation: Operation, faults: Iterable[RequestError], refusal: Response) -> str | None:
    """Return why it is inferred that a request with `faults` gets the response `refusal`."""
    reasons = [fault.inferred for fault in faults]
    broken = reasons[0] if reasons and all(reasons) else None
    return broken or of_response(operation, refusal)


def of_refusals(operation: Operation, expected: Iterable[Response]) -> str | None:
    """Return why it is inferred that a request without good credentials gets one of the `expected` responses."""
    reasons = [of_response(operation, declared) for declared in expected]
    return reasons[0] if reasons and all(reasons) else None
