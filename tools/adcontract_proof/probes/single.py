"""Probes of one operation for itself: its credentials, parameters and body, and the methods of its path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract.openapi.patches import JSON_PATCH, PATCHES, TEST
from adcontract.openapi.text import as_text
from adcontract_proof.probes.unusual_values import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Parameter
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_proof.probes.exchanges import Request
    from adcontract_proof.probes.writer import Writer

_METHODS = ("DELETE", "PATCH", "PUT", "POST", "GET")


def credentials(writer: Writer, request: DocumentedRequest) -> Iterator[Request]:
    """Yield a request without good credentials, in every way, and with those of other schemes."""
    schemes, token = writer.schemes(request.operation), writer.token
    if not schemes:
        return
    yield writer.written(request, schemes=())
    for wrong in ("", "wrong", token.lower(), token.upper(), token[:5], f"{token}x"):
        yield writer.written(request, credential=wrong)
    for word in ("Basic", "Bearer", "Token", schemes[0].word or "Digest"):
        for value in ("", " ", f" {token}", " YTpi"):
            yield writer.written(request, schemes=(), headers={"Authorization": f"{word}{value}"})
    for name in ("access_token", "token", "api_key"):
        yield writer.written(request, schemes=(), more=f"{name}={quote(token)}")
    for alternative in writer.contract.credentials(request.operation):
        yield writer.written(request, schemes=alternative)
        yield from (writer.written(request, schemes=[scheme]) for scheme in alternative)


def methods(writer: Writer, operation: Operation) -> Iterator[Request]:
    """Yield requests with methods that the path does not have, and to a path that the contract does not have."""
    known = {each.method for each in writer.contract.operations if each.path == operation.path}
    request = writer.default(operation)
    yield from (writer.written(request, method=each, body=b"") for each in _METHODS if each not in known)
    yield writer.elsewhere("/adcontract-no-such-path")


def parameters(writer: Writer, request: DocumentedRequest) -> Iterator[Request]:
    """Yield a request with every parameter of its query and headers left out, given twice, and with unusual values."""
    documented = writer.default(request.operation)
    for each in request.operation.parameters:
        if each.location == "query":
            query = {name: value for name, value in request.query.items() if name != each.name}
            yield writer.written(replace(request, query=query))
            yield from _repeated(writer, request, each)
            for value in _values(writer, documented.query, each):
                yield writer.with_query(request, **{each.name: value})
            yield writer.written(replace(request, query=query), more=f"{quote(each.name)}=")
        elif each.location == "header":
            header = {name: value for name, value in request.header.items() if name != each.name}
            yield writer.written(replace(request, header=header))
            for value in _values(writer, documented.header, each):
                yield writer.written(replace(request, header={**header, each.name: as_text(value)}))


def _values(writer: Writer, given: Any, parameter: Parameter) -> Iterator[Any]:
    if "schema" not in parameter.data:
        yield from TEXTS
        return
    pointer = f"{parameter.pointer}/schema"
    value = given.get(parameter.name)
    if value is None:
        yield (value := writer.unusual.generated(pointer))
    for each in writer.unusual.of(pointer, value):
        if each is not None:
            yield each
    yield from (100_000, 10**11)


def _repeated(writer: Writer, request: DocumentedRequest, parameter: Parameter) -> Iterator[Request]:
    value = request.query.get(parameter.name)
    if value is None and "schema" in parameter.data:
        value = writer.unusual.generated(f"{parameter.pointer}/schema")
    pair = f"{quote(parameter.name)}={quote(as_text(value))}"
    yield writer.written(request, more=pair)
    yield writer.written(request, more=f"{pair}&{pair}")


def bodies(writer: Writer, request: DocumentedRequest) -> Iterator[Request]:
    """Yield a request with its body left out, unreadable, of another media type, and with unusual values."""
    media = request.media or next(iter(request.operation.body), None)
    if media is None:
        return
    request = replace(request, media=media)
    yield writer.written(request, body=b"")
    yield writer.written(request, body=b'{"planted": ')
    yield writer.written(request, body=b"\xff\xfe")
    yield writer.written(request, headers={"content-type": "text/plain"})
    yield writer.written(request, body=b"planted", headers={"content-type": "application/x-planted"})
    if media.is_json and "schema" in media.data:
        for value in writer.unusual.of(f"{media.pointer}/schema", request.body):
            yield writer.with_json(request, value)
    for other in request.operation.body:
        if other.essence in PATCHES and other is not media and "schema" in other.data:
            for value in writer.unusual.of(f"{other.pointer}/schema", None):
                yield writer.with_json(replace(request, media=other), value)
        if other.essence == JSON_PATCH:
            yield from (writer.with_json(replace(request, media=other), each) for each in _failing(request.operation))


def _failing(operation: Operation) -> Iterator[Any]:
    """Yield a JSON Patch for each field of an item and a few values of it, of which a test fails at the end."""
    resource = operation.behavior.resource
    for path in resource.echo.values() if resource else ():
        values: tuple[Any, ...] = ("planted", 7, [], False)
        for value in values:
            change = {"op": "replace", "path": path, "value": value}
            yield [change, {"op": TEST, "path": path, "value": "planted otherwise"}]
