"""The operations of an assembled document, as every tool reads them: references followed, defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior_parser import parse_behavior
from adcontract.contract.provenance import inferred
from adcontract.openapi.grammar import operation_objects
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from adcontract.contract.behavior import Behavior


_IN_RANGE = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
    "application/*+json": "application/hal+json",
    "application/*+xml": "application/atom+xml",
}
"""The media type in which a payload is written where the contract names a range."""

_NO_PARAMETERS = frozenset(("accept", "content-type", "authorization"))
"""The headers that a parameter cannot describe: such a definition is ignored (OpenAPI 3.0.3, Parameter Object)."""


_BODILESS = frozenset(("get", "head", "trace"))
"""The methods whose request body has no meaning in HTTP, so that one that is declared is ignored (Operation Object)."""

_IF_MATCH, _IF_NONE_MATCH = "if-match", "if-none-match"


@dataclass(frozen=True)
class Example:
    """A payload or a parameter's value, by its name."""

    name: str
    value: Any
    data: dict[str, Any]

    @property
    def request(self) -> dict[str, Any] | None:
        """The `x-request` that this example answers: parts of a request by location, or None."""
        return self.data.get("x-request")

    @property
    def inferred(self) -> str | None:
        """Why no page shows this example, or None."""
        return inferred(self.data)


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation (OpenAPI 3.0.3, Parameter Object)."""

    name: str
    location: str
    data: dict[str, Any]
    pointer: str

    @property
    def required(self) -> bool:
        """Whether a request without it is invalid."""
        return bool(self.data.get("required"))

    @property
    def style(self) -> str:
        """How its value is written into the request."""
        return str(self.data.get("style") or {"query": "form", "cookie": "form"}.get(self.location, "simple"))

    @property
    def explode(self) -> bool:
        """Whether each entry of an array or an object is written on its own."""
        return bool(self.data.get("explode", self.style == "form"))

    @cached_property
    def content(self) -> MediaType | None:
        """The media type in which its value is written, where that is not by a style."""
        return next(iter(_media(self.data, self.pointer)), None)

    @property
    def schema_pointer(self) -> str:
        """The pointer of the schema of its value; empty where it has none."""
        holder = self.content or self
        return join(holder.pointer, "schema") if "schema" in holder.data else ""

    @property
    def formats(self) -> dict[str, str]:
        """The media types of the response that its values ask for (`x-format`); empty for most."""
        return dict(self.data.get("x-format", {}))

    @property
    def examples(self) -> tuple[Example, ...]:
        """Its documented values."""
        return _examples(self.data) or (self.content.examples if self.content else ())

    @property
    def inferred(self) -> str | None:
        """Why no page shows this parameter, or None."""
        return inferred(self.data)


@dataclass(frozen=True)
class MediaType:
    """One media type of a request body or a response."""

    type: str
    data: dict[str, Any]
    pointer: str
    files: frozenset[str] = frozenset()
    """The names of the fields of a form that are files; empty for a response."""

    @cached_property
    def essence(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.type.partition(";")[0].strip().lower()

    @cached_property
    def written(self) -> str:
        """The media type as a header names it: for a range such as `*/*`, one that is in it."""
        return _IN_RANGE.get(self.essence, self.type)

    @property
    def is_json(self) -> bool:
        """Whether its payloads are JSON."""
        named = _IN_RANGE.get(self.essence, self.essence)
        return named == "application/json" or named.endswith("+json")

    @property
    def examples(self) -> tuple[Example, ...]:
        """Its payloads."""
        return _examples(self.data)


@dataclass(frozen=True)
class Response:
    """A response of an operation (OpenAPI 3.0.3, Response Object), by its status."""

    status: str
    data: dict[str, Any]
    pointer: str

    @cached_property
    def media(self) -> tuple[MediaType, ...]:
        """Its media types; empty where it has no body."""
        return _media(self.data, self.pointer)

    @cached_property
    def json(self) -> MediaType | None:
        """The first of its media types that is JSON, or None."""
        return next((each for each in self.media if each.is_json), None)

    def is_for(self, status: int) -> bool:
        """Return whether it is the response of a status; `default` is that of any."""
        return self.status == "default" or self.status.upper() in (str(status), f"{str(status)[0]}XX")

    def media_for(self, content_type: str) -> MediaType | None:
        """Return its media type that a `Content-Type` names, or None."""
        return _media_for(self.media, content_type)

    @property
    def inferred(self) -> str | None:
        """Why no page shows this response, or None."""
        return inferred(self.data)


@dataclass(frozen=True)
class Conditions:
    """The conditions that a request may name (RFC 9110, section 13), and the headers of its response about its item.

    `if_match` and `if_none_match` are the header parameters of these names where the operation also declares the
    response that they lead to, 412 and 304; else None. `asked` has the names of these parameters, whether or not it
    does. `etag` and `location` are the names of these headers as the successful response declares them, else None; a
    `location` is that of something new in a 201 or a 202 only.
    """

    if_match: Parameter | None
    if_none_match: Parameter | None
    asked: frozenset[str]
    etag: str | None
    location: str | None


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
        return _media_for(self.body, content_type)

    @cached_property
    def success(self) -> Response | None:
        """The response to a valid request: the lowest 2xx."""
        return next((self.responses[status] for status in sorted(self.responses) if status.startswith("2")), None)

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
        named = {each.name.lower(): each for each in self.parameters if each.location == "header"}
        headers = {name.lower(): name for name in self.success.data.get("headers", {})} if self.success else {}
        return Conditions(
            if_match=named.get(_IF_MATCH) if "412" in self.responses else None,
            if_none_match=named.get(_IF_NONE_MATCH) if "304" in self.responses else None,
            asked=frozenset(named[name].name for name in (_IF_MATCH, _IF_NONE_MATCH) if name in named),
            etag=headers.get("etag"),
            location=headers.get("location") if self.success and self.success.status in ("201", "202") else None,
        )


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
        body=() if method in _BODILESS else _with_files(document, _media(body, body_pointer)),
        body_required=method not in _BODILESS and bool(body.get("required")),
        responses=responses,
        security=tuple(data.get("security", document.get("security", []))),
    )


def _media(holder: dict[str, Any], pointer: str) -> tuple[MediaType, ...]:
    return tuple(
        MediaType(name, data, join(pointer, "content", name)) for name, data in holder.get("content", {}).items()
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


def _media_for(media: tuple[MediaType, ...], content_type: str) -> MediaType | None:
    """Return the most precise of some media types that a `Content-Type` names; of a range as the one that is named."""
    whole = content_type.strip().lower()
    sent = whole.partition(";")[0].strip()
    exact = [each for each in media if each.essence == sent]
    if exact:
        return next((each for each in exact if each.type.lower() == whole), exact[0])
    main, _, suffix = sent.partition("/")[0], *sent.rpartition("+")[1:]
    wider = (f"{main}/*+{suffix}", f"{main}/*", "*/*")
    ranges = (each for wide in wider for each in media if each.essence == wide)
    return next((replace(each, type=sent) for each in ranges), None) if "/" in sent else None


def _examples(node: dict[str, Any]) -> tuple[Example, ...]:
    return tuple(Example(name, data["value"], data) for name, data in node.get("examples", {}).items())
