"""A finished response of an operation, and the changes of it from which faults are made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from adcontract_mock.http.response import JSON, HttpResponse, response_of

if TYPE_CHECKING:
    from adcontract import Key, Resource, Values
    from adcontract_mock.faults.place import Place
    from adcontract_mock.http.exchange import Exchange


@dataclass
class Answer:
    """A response of the operation at `place`, to the request of `exchange`, None where it answers no request.

    `cause` is what it answers: `success` a valid request, `refused` an invalid one, `unauthenticated`, `unknown-item`,
    or, where the request is for no operation, `unknown-path` and `unknown-method`. `memory` is what the fault remembers
    from one response to the next.
    """

    place: Place
    response: HttpResponse
    cause: str
    exchange: Exchange | None = None
    memory: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def values(self) -> Values | None:
        """The typed values of the request, None where there is none or it was not read."""
        return self.exchange.values if self.exchange else None

    def header(self, name: str) -> str | None:
        """Return the value of a header, None where it is missing."""
        value = dict(self.response.headers).get(name.lower().encode())
        return None if value is None else value.decode("latin-1")

    @cached_property
    def json(self) -> Any:
        """The body, None where it is no JSON. It is not to be changed."""
        media_type = (self.header("content-type") or "").partition(";")[0]
        if media_type != JSON and not media_type.endswith("+json"):
            return None
        try:
            return orjson.loads(self.response.body)
        except orjson.JSONDecodeError:
            return None

    def with_json(self, value: Any) -> HttpResponse:
        """Return the response with another value as its body."""
        return self.with_body(orjson.dumps(value))

    def with_body(self, body: bytes, media_type: str | None = None) -> HttpResponse:
        """Return the response with another body, and another media type if one is given."""
        changed = replace(self.response, body=body).with_header("Content-Length", str(len(body)))
        return changed.with_header("Content-Type", media_type) if media_type else changed

    def with_status(self, status: int) -> HttpResponse:
        """Return the response with another status, without a body where that status has none."""
        if status == 204:
            return response_of(204, {}, None, b"", self.response.reason, self.place.operation.id)
        changed = replace(self.response, status=status)
        return changed if self.header("content-length") is not None else changed.with_header("Content-Length", "0")

    def without_header(self, name: str) -> HttpResponse | None:
        """Return the response without a header, None where it lacks it."""
        key = name.lower().encode()
        kept = tuple(each for each in self.response.headers if each[0] != key)
        return replace(self.response, headers=kept) if len(kept) < len(self.response.headers) else None


FORMATS = frozenset(
    (
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "uuid",
        "regex",
    )
)
"""The formats that the core checks; OpenAPI's own say how a value is written, not which there are."""

_LIMITS = frozenset(("enum", "maxLength", "minLength", "pattern", "maxItems", "uniqueItems"))

_FAULTS = {"refused": "invalid", "unknown-item": "unknown-path"}
"""The faults by which a contract names its responses, by cause, where they differ."""


def documented(place: Place, cause: str) -> Answer:
    """Return the response that the contract documents for a cause, and that answers no request."""
    if cause not in place.documented:
        place.documented[cause] = _documented(place, cause)
    return Answer(place, place.documented[cause], cause)


def _documented(place: Place, cause: str) -> HttpResponse:
    composer, operation = place.served.composer, place.operation
    if cause == "success":
        response = operation.success or next(iter(operation.responses.values()))
    else:
        response = place.served.contract.error_response(operation, _FAULTS.get(cause, cause))
    return composer.documented(response, operation.id)


def arises(place: Place, cause: str) -> bool:
    """Return whether a client can bring about a response of the operation with that cause."""
    if cause == "unauthenticated":
        return place.operation.secured
    if cause == "refused":
        needed = any(each.required and each.location in ("query", "header") for each in place.operation.parameters)
        return needed or bool(place.operation.body) or any(_refuses(each.schema) for each in place.inputs)
    if cause == "unknown-item":
        resource = place.resource
        parent = place.served.contract.resources.get(resource.parent.name) if resource and resource.parent else None
        return (resource is not None and resource.key is not None) or (
            parent is not None
            and parent.is_readable
            and (not parent.is_nested or parent.holder(place.operation, *_keys(resource)) is not None)
        )
    return True


def _keys(resource: Resource | None) -> tuple[Key | None, ...]:
    """Return the parameters that hold the ids of an item and of its parent."""
    return (resource.key, resource.parent.key) if resource and resource.parent else ()


def _refuses(schema: dict[str, Any]) -> bool:
    """Return whether a text in a query can be none of those that the schema allows."""
    is_text = schema.get("type", "string") in ("string", "array", "object")
    return not is_text or bool(schema.keys() & _LIMITS) or schema.get("format") in FORMATS
