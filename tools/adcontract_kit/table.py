"""The data by which the handlers of a package choose a response: its form is in `runtime/table.ts`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.paths import parameter_names
from adcontract.openapi.references import follow
from adcontract.openapi.text import as_text
from adcontract.requests import serialize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract, Operation, SecurityScheme
    from adcontract_kit.asking import Received
    from adcontract_kit.recorded import Recorded, RecordedOperation, RecordedResponse


class _Fixed:
    """Responses as they are, each once: many operations have the same."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []

    def __call__(self, received: Received) -> int:
        """Return the index of a response."""
        media = {"content-type": received.media} if received.media else {}
        headers = {name: value for name, value in received.headers.items() if name != "allow"}
        fixed = {"status": received.status, "headers": {**headers, **media}, "body": received.file}
        if fixed not in self.responses:
            self.responses.append(fixed)
        return self.responses.index(fixed)


def table(recorded: Recorded) -> dict[str, Any]:
    """Return what the handlers need of a document: see `Table` there."""
    fixed = _Fixed()
    return {
        "operations": [_operation(each, recorded.contract, fixed) for each in recorded.operations],
        "unknownPath": fixed(recorded.unknown_path),
        "unknownMethod": fixed(recorded.unknown_method),
        "unknownFault": fixed(recorded.unknown_fault),
        "fixed": fixed.responses,
    }


def _operation(recorded: RecordedOperation, contract: Contract, fixed: _Fixed) -> dict[str, Any]:
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
        "success": success(operation),
        "formats": {each.name: each.formats for each in operation.parameters if each.formats},
        "matches": _matches(operation),
        "unauthenticated": fixed(recorded.unauthenticated),
        "notAcceptable": fixed(recorded.not_acceptable),
        "unknownStatus": fixed(recorded.unknown_status),
        "faults": {name: fixed(each) for name, each in recorded.faults.items()},
        "shared": {status: fixed(each) for status, each in recorded.shared.items()},
        "responses": {status: _response(each, fixed) for status, each in recorded.responses.items()},
    }


def success(operation: Operation) -> str:
    """Return the status of the response to a valid request."""
    return operation.success.status if operation.success else next(iter(operation.responses))


def scheme_data(scheme: SecurityScheme) -> dict[str, str]:
    """Return where a security scheme carries its credential."""
    return {"in": scheme.location, "name": scheme.key, "word": scheme.word}


def _type_of(contract: Contract, parameter: dict[str, Any]) -> str | None:
    declared: str | None = follow(contract.document, parameter.get("schema", {})).get("type")
    return declared


def _response(response: RecordedResponse, fixed: _Fixed) -> dict[str, Any]:
    return {
        "status": response.head.status,
        "headers": dict(response.head.headers),
        "ownHeaders": {name: dict(headers) for name, headers in response.own_headers.items()},
        "media": list(response.media),
        "payload": response.default,
        "names": list(response.names),
        "unknownName": fixed(response.unknown_name),
        "files": {
            media: {name: each.file for name, each in named.items()}
            for media, named in response.received.items()
            if "json" not in media
        },
        "pages": {
            name: [{"parameter": each.parameter, "start": each.start, "payload": each.name(name)} for each in pages]
            for name, pages in response.pages.items()
        },
    }


def _matches(operation: Operation) -> list[dict[str, Any]]:
    """Return what a request has to contain for a payload, by the names of the payloads."""
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
    written = re.escape(path)
    for name in parameter_names(path):
        value = "-?[0-9]+" if name in integers else "[^/]+"
        written = written.replace(re.escape(f"{{{name}}}"), f"({value})", 1)
    return written
