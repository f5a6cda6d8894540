"""The operations of an assembled document, as every tool reads them: references followed, defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior_parser import parse_behavior
from adcontract.contract.conditions import Conditions
from adcontract.contract.idempotency import Idempotency
from adcontract.contract.operation_parts import MediaType, Parameter, Response, media_for, media_types
from adcontract.contract.provenance import inferred
from adcontract.openapi.grammar import operation_objects
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from adcontract.contract.behavior import Behavior


_NO_PARAMETERS = frozenset(("accept", "content-type", "authorization"))
"""The headers that a parameter cannot describe: such a definition is ignored (OpenAPI 3.0.3, Parameter Object)."""


_BODILESS = frozenset(("get", "head", "trace"))
"""The methods whose request body has no meaning in HTTP, so that one that is declared is ignored (Operation Object)."""


@dataclass(frozen=True)
class Operation:
    """One method on one path. `pointer` is where it stands in the document."""

    id: str
    method: str
    path: str
    data: dict[str, Any]
    pointer: str
    parameters: tuple[Parameter, ...]
    body: tuple[MediaType, ...]
    body_required: bool
    responses: dict[str, Response]
    security: tuple[dict[str, list[str]], ...]

    @property
    def secured(self) -> bool:
        """Whether a request without credentials is refused."""
        return bool(self.security) and {} not in self.security

    def names(self, status: int) -> bool:
        """Return whether a response other than `default`, which may be for failures alone, is for a status."""
        return any(each.is_for(status) for each in self.responses.values() if each.status != "default")

    def body_for(self, content_type: str) -> MediaType | None:
        """Return the media type of its request body that a `Content-Type` names, or None."""
        return media_for(self.body, content_type)

    @cached_property
    def success(self) -> Response | None:
        """The response to a valid request: the lowest 2xx."""
        return next((self.responses[status] for status in sorted(self.responses) if status.startswith("2")), None)

    def is_done(self, status: int) -> bool:
        """Return whether a response with a status shows that a request was carried out.

        An operation that declares no success at all may be there to redirect, or to say that it is gone.
        """
        if self.success is None and self.response_for(status) not in (None, self.responses.get("default")):
            return 200 <= status < 400 or status == HTTPStatus.GONE
        return 200 <= status < 300

    @property
    def inferred(self) -> str | None:
        """Why no page of this snapshot shows the operation, or None."""
        return inferred(self.data)

    def response_for(self, status: int) -> Response | None:
        """Return its own response with a status: the one of that status, of its kind (`4XX`), or `default`."""
        own, code = self.responses, str(status)
        return own.get(code) or own.get(f"{code[0]}XX") or own.get(f"{code[0]}xx") or own.get("default")

    @cached_property
    def behavior(self) -> Behavior:
        """What the contract declares of its behavior; empty where it declares none."""
        schemas = {each.name: each.data.get("schema", {}) for each in self.parameters if each.location == "query"}
        return parse_behavior(self.data, schemas, has_content=bool(self.success and self.success.media))

    @cached_property
    def conditions(self) -> Conditions:
        """The conditions that its requests may name, and the headers of its response that they are about."""
        return Conditions.of(self.parameters, self.responses, self.success)

    @cached_property
    def idempotency(self) -> Idempotency | None:
        """The key by which its requests are carried out once, however often they are sent; None without one."""
        return Idempotency.of(self.method, self.parameters, self.responses)


def operations_of(document: dict[str, Any]) -> tuple[Operation, ...]:
    """Return every operation of an assembled document, in its order."""
    return tuple(_operation(document, *each) for each in operation_objects(document))


def _operation(document: dict[str, Any], path: str, method: str, data: dict[str, Any]) -> Operation:
    pointer = join("/paths", path, method)
    body, body_pointer = deref(document, data.get("requestBody", {}), join(pointer, "requestBody"))
    parameters = (
        deref(document, node, join(pointer, "parameters", str(i))) for i, node in enumerate(data.get("parameters", []))
    )
    responses = {
        status: Response(status, *deref(document, node, join(pointer, "responses", status)))
        for status, node in data.get("responses", {}).items()
    }
    return Operation(
        id=data.get("operationId", f"{method} {path}"),
        method=method.upper(),
        path=path,
        data=data,
        pointer=pointer,
        parameters=tuple(
            Parameter(node["name"], node["in"], node, where)
            for node, where in parameters
            if node and not (node["in"] == "header" and node["name"].lower() in _NO_PARAMETERS)
        ),
        body=() if method in _BODILESS else _with_files(document, media_types(body, body_pointer)),
        body_required=method not in _BODILESS and bool(body.get("required")),
        responses=responses,
        security=tuple(data.get("security", document.get("security", []))),
    )


def _with_files(document: dict[str, Any], media: tuple[MediaType, ...]) -> tuple[MediaType, ...]:
    """Return the media types of a request body, each with those of its fields that are files, or arrays of them."""
    found = []
    for each in media:
        properties = deref(document, each.data.get("schema", {}), "")[0].get("properties", {})
        schemas = {name: deref(document, node, "")[0] for name, node in properties.items()}
        files = (
            name
            for name, schema in schemas.items()
            if "binary" in (schema.get("format"), schema.get("items", {}).get("format"))
        )
        found.append(replace(each, files=frozenset(files)))
    return tuple(found)
