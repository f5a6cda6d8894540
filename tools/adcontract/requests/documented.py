"""The requests that a contract documents: the examples of parameters and bodies, put together by their names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from adcontract.files.payload_files import DEFAULT
from adcontract.openapi.text import as_text
from adcontract.requests import serialize
from adcontract.requests.multipart import MULTIPART, WRITTEN, multipart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract.contract.operation_parts import Example, MediaType
    from adcontract.contract.operations import Operation

Sample: TypeAlias = "Callable[[Operation], dict[str, Any]]"
"""Returns valid values for an operation, by location and name, where the contract documents none."""


@dataclass(frozen=True)
class DocumentedRequest:
    """One documented request: its name, its values by location, and the documented payload of its response."""

    name: str
    operation: Operation
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    header: Mapping[str, Any]
    cookie: Mapping[str, Any]
    media: MediaType | None
    body: Any
    payload: Example | None

    def url(self, base: str) -> str:
        """Return its URL at the server at `base`."""
        return serialize.url(base, self.operation, self.path, self.query)

    @property
    def headers(self) -> dict[str, str]:
        """Its headers, with its cookies and the media type of its body."""
        written = serialize.headers(self.operation, self.header, self.cookie)
        return {**written, **({"Content-Type": self.content_type} if self.media else {})}

    @property
    def content_type(self) -> str:
        """The media type of its body, empty for none."""
        if self.media is None:
            return ""
        return WRITTEN if self.media.essence == MULTIPART and isinstance(self.body, dict) else self.media.written

    @property
    def content(self) -> bytes:
        """Its body, empty for none."""
        if self.media is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if self.media.essence == serialize.URLENCODED:
            return serialize.form(self.body, self.media.data.get("encoding")).encode()
        if self.media.essence == MULTIPART and isinstance(self.body, dict):
            return multipart(self.body, self.media.data.get("encoding", {}), self.media.files)
        return orjson.dumps(self.body) if self.media.is_json else as_text(self.body).encode()


def documented(operation: Operation, sample: Sample) -> list[DocumentedRequest]:
    """Return the requests that are documented for `operation`, the one named `default` first; one at least.

    A required value that no example gives comes from `sample`. A request for another form than that of its payload is
    returned twice: without the parameter that asks for the form (`x-format`), and as documented, without the payload.
    """
    payloads = {each.name: each for media in _success(operation) for each in media.examples}
    named = [
        *([DEFAULT] if DEFAULT in payloads else []),
        *(example.name for parameter in operation.parameters for example in parameter.examples),
        *(example.name for media in operation.body for example in media.examples),
        *(name for name, payload in payloads.items() if payload.request is not None),
    ]
    names = sorted(dict.fromkeys(named), key=lambda name: name != DEFAULT) or [DEFAULT]
    requests = [_request(operation, name, payloads.get(name) or payloads.get(DEFAULT), sample) for name in names]
    return [form for request in requests for form in _forms(request)]


def _forms(request: DocumentedRequest) -> Iterator[DocumentedRequest]:
    shown = {media.type for media in _success(request.operation) if media.examples}
    asking = {
        parameter.name: request.query[parameter.name]
        for parameter in request.operation.parameters
        if parameter.formats and parameter.location == "query" and parameter.name in request.query
        if parameter.formats.get(request.query[parameter.name]) not in (None, *shown)
    }
    if not asking or not request.payload:
        yield request
        return
    yield replace(request, query={name: value for name, value in request.query.items() if name not in asking})
    suffix = ", ".join(f"{name}={value}" for name, value in asking.items())
    yield replace(request, name=f"{request.name}, {suffix}", payload=None)


def _success(operation: Operation) -> tuple[MediaType, ...]:
    return operation.success.media if operation.success else ()


def _request(operation: Operation, name: str, payload: Example | None, sample: Sample) -> DocumentedRequest:
    values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in operation.parameters:
        example = _pick(parameter.examples, name, required=parameter.required)
        if example is not None:
            values[parameter.location][parameter.name] = example.value
        elif parameter.required:
            values[parameter.location][parameter.name] = sample(operation)[parameter.location][parameter.name]
    media = operation.body[0] if operation.body else None
    example = _pick(media.examples, name, required=operation.body_required) if media else None
    body = example.value if example else sample(operation)["body"] if media and operation.body_required else None
    given = payload.request if payload and payload.name == name and payload.request else {}
    return DocumentedRequest(
        name=name,
        operation=operation,
        path=values["path"] | given.get("path", {}),
        query=given.get("query", values["query"]),
        header=values["header"] | given.get("header", {}),
        cookie=values["cookie"] | given.get("cookie", {}),
        media=media if example or operation.body_required or "body" in given else None,
        body=given.get("body", body),
        payload=payload,
    )


def _pick(examples: tuple[Example, ...], name: str, *, required: bool) -> Example | None:
    """Return the example of that name; where a value is required, else the default one, else the first."""
    known = {example.name: example for example in examples}
    return known.get(name) or ((known.get(DEFAULT) or next(iter(examples), None)) if required else None)
