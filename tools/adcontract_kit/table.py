"""The data by which the handlers of a package choose a response: its form is in `runtime/table.ts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.paths import parameter_names, pattern
from adcontract.openapi.references import follow
from adcontract.openapi.text import as_text
from adcontract.requests import serialize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract, Operation, SecurityScheme
    from adcontract_kit.asking import Received
    from adcontract_kit.recorded import RecordedOperation, RecordedResponse


def operation_table(recorded: RecordedOperation, contract: Contract) -> dict[str, Any]:
    """Return an operation as the handlers need it: see `table.ts`."""
    operation = recorded.operation
    integers = {
        each.name
        for each in operation.parameters
        if each.location == "path" and _type_of(contract, each.data) == "integer"
    }
    return {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "pattern": _pattern(operation.path, integers),
        "names": parameter_names(operation.path),
        "security": [[scheme_data(each) for each in schemes] for schemes in contract.credentials(operation)]
        if operation.secured
        else [],
        "success": operation.success.status if operation.success else next(iter(operation.responses)),
        "formats": {each.name: each.formats for each in operation.parameters if each.formats},
        "matches": _matches(operation),
        "unauthenticated": fixed(recorded.unauthenticated),
        "notAcceptable": fixed(recorded.not_acceptable),
        "responses": {status: _response_table(each) for status, each in recorded.responses.items()},
    }


def scheme_data(scheme: SecurityScheme) -> dict[str, str]:
    """Return where a security scheme carries its credential: see `table.ts`."""
    return {"in": scheme.location, "name": scheme.key, "word": scheme.word}


def _type_of(contract: Contract, parameter: dict[str, Any]) -> str | None:
    declared: str | None = follow(contract.document, parameter.get("schema", {})).get("type")
    return declared


def fixed(received: Received) -> dict[str, Any]:
    """Return a response as it is: see `table.ts`."""
    media = {"content-type": received.media} if received.media else {}
    return {"status": received.status, "headers": {**received.headers, **media}, "body": received.file}


def _response_table(response: RecordedResponse) -> dict[str, Any]:
    return {
        "status": response.head.status,
        "headers": dict(response.head.headers),
        "media": list(response.media),
        "payload": response.default,
        "names": list(response.names),
        "files": {
            media: {name: each.file for name, each in named.items()}
            for media, named in response.received.items()
            if "json" not in media
        },
    }


def _matches(operation: Operation) -> list[dict[str, Any]]:
    """Return what a request has to contain for a payload, by the names of the payloads: see `table.ts`."""
    media = operation.success.media if operation.success else ()
    return [
        {
            "payload": example.name,
            "path": {name: as_text(value) for name, value in example.request.get("path", {}).items()},
            "query": _texts(operation, example.request.get("query", {})),
            "header": {name: as_text(value) for name, value in example.request.get("header", {}).items()},
            **({"body": example.request["body"]} if "body" in example.request else {}),
        }
        for each in media
        for example in each.examples
        if example.request is not None
    ]


def _texts(operation: Operation, query: Mapping[str, Any]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for name, text in serialize.pairs(operation, query):
        texts.setdefault(name, []).append(text)
    return texts


def _pattern(path: str, integers: set[str]) -> str:
    """Return the pattern of a path as JavaScript reads it, with a group for each parameter."""
    segments = []
    for segment in path.split("/"):
        names = parameter_names(segment)
        value = "-?[0-9]+" if names and names[0] in integers else "[^/]+"
        segments.append(pattern(segment, value).pattern)
    return "/".join(segments)
