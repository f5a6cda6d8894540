"""The responses to faulty requests of a contract that names none: those of its operations, else RFC 9457."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract.contract.operation_parts import Response

if TYPE_CHECKING:
    from adcontract.contract.operations import Operation

_STATUSES = {
    "unknown-path": ("404", "410"),
    "unknown-method": ("405",),
    "unauthenticated": ("401", "403"),
    "malformed": ("400", "422"),
    "invalid": ("422", "400"),
}
"""The statuses that mean each fault, the usual one first."""

_UNSUPPORTED = "415"
"""The status for a body of another media type than those of an operation (RFC 9110, section 15.5.16)."""

_TITLES = {"422": "Unprocessable Content"}  # as RFC 9110 has it; Python knows the name of before


UNDECLARED = "The document does not say how such a request is answered."


def add_unsupported_media_type(document: dict[str, Any]) -> None:
    """Add the problem details for a body of another media type, which `x-errors` has no name for."""
    document["components"]["responses"][f"Undeclared{_UNSUPPORTED}"] = _problem(_UNSUPPORTED)


def add_default_errors(document: dict[str, Any]) -> None:
    """Add `x-errors` to a document that has none: problem details (RFC 9457) for each fault, marked as inferred."""
    responses = document.setdefault("components", {}).setdefault("responses", {})
    errors = document["x-errors"] = {}
    for fault, (status, *_) in _STATUSES.items():
        name = f"Undeclared{status}"
        responses[name] = _problem(status)
        reference = {"$ref": f"#/components/responses/{name}"}
        errors[fault] = {"status": status, "response": reference, "x-inferred": UNDECLARED}


def declared_error(operation: Operation, fault: str) -> Response | None:
    """Return the response that an operation itself declares for a fault, None if it declares none.

    It is that of a status with this meaning, or else that of every status of its kind (`4XX`), or of any (`default`).
    """
    return _declared(operation, _STATUSES.get(fault, ()))


def unsupported_media_type(document: dict[str, Any], operation: Operation) -> Response | None:
    """Return the response to a body of a media type that an operation does not declare.

    It is None where the operation declares how it refuses an invalid or unreadable body alone: this one is refused so.
    """
    own = _declared(operation, (_UNSUPPORTED,))
    if own or operation.responses.keys() & {"400", "422"}:
        return own
    name = f"Undeclared{_UNSUPPORTED}"
    data = document["components"]["responses"].get(name)
    return data and Response(_UNSUPPORTED, data, f"/components/responses/{name}")


def _declared(operation: Operation, statuses: tuple[str, ...]) -> Response | None:
    own = next((operation.responses[status] for status in statuses if status in operation.responses), None)
    wide = next((operation.responses[each] for each in ("4XX", "4xx", "default") if each in operation.responses), None)
    if own or wide is None or not statuses:
        return own
    return Response(statuses[0], wide.data, wide.pointer)


def _problem(status: str) -> dict[str, Any]:
    title = _TITLES.get(status) or HTTPStatus(int(status)).phrase
    members = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    }
    start = f"'type': 'about:blank', 'title': '{title}', 'status': {status}"
    return {
        "description": f"{title}.",
        "x-inferred": UNDECLARED,
        "content": {
            "application/problem+json": {
                "schema": {"type": "object", "properties": members},
                "examples": {"default": {"value": {"type": "about:blank", "title": title, "status": int(status)}}},
            }
        },
        "x-body": f"{{{start}, 'detail': message, 'errors': faults}}",
    }
