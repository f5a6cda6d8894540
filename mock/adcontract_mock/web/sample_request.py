"""A request to each operation to start from: the documented one, completed from the schemas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

from adcontract import ContractError, PlacedCredential
from adcontract.contract.security import Placeholder
from adcontract.openapi.references import deref
from adcontract.openapi.text import as_text
from adcontract.requests import serialize
from adcontract.requests.documented import documented
from adcontract.requests.serialize import URLENCODED, form

if TYPE_CHECKING:
    from adcontract import MediaType, Operation, Parameter
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_mock.responses.served_contract import ServedContract

_MULTIPART = "multipart/form-data"
_READABLE = re.compile("%(?:5B|5D|3A|2C|2F)")
_CREDENTIAL = Placeholder("{credential}")


@dataclass(frozen=True)
class Sample:
    """A request: its address without the host, its body as a person writes it, and the places of its credentials.

    `bodies` has a body for each media type that the operation takes. A multipart body has a line for each part:
    `name=@file`. `credentials` are the headers, query parameters and cookies, in which `{credential}` is to be
    replaced, after `Basic ` by the encoded one.
    """

    address: str
    bodies: dict[str, str]
    credentials: list[PlacedCredential]


def sample(document: ServedContract, operation: Operation) -> Sample:
    """Return a request to `operation` that the contract documents, or one that its schemas allow.

    A value that cannot be generated is empty, for the person to fill in.
    """
    request = documented(operation, SampleValues(document))[0]
    bodies = {media.written: _body(document, media, request) for media in operation.body}
    schemes = next(iter(document.contract.credentials(operation)), ()) if operation.secured else ()
    credentials = [scheme.place(_CREDENTIAL) for scheme in schemes]
    headers = [
        PlacedCredential("header", name, text)
        for name, text in serialize.headers(operation, request.header, request.cookie).items()
    ]
    return Sample(_readable(request.url(document.prefix)), bodies, headers + credentials)


def _body(document: ServedContract, media: MediaType, request: DocumentedRequest) -> str:
    if media.essence == _MULTIPART:
        return _parts(document, media)
    if request.media and request.media.type == media.type:
        value = request.body
    elif media.examples:
        value = media.examples[0].value
    else:
        return ""
    if media.essence == URLENCODED:
        return form(value, media.data.get("encoding"))
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if media.is_json else as_text(value)


def _readable(url: str) -> str:
    """Return an address in which characters that a query may have as they are stand so: `ids[]=1`, `sort=name:asc`."""
    path, mark, query = url.partition("?")
    return path + mark + _READABLE.sub(lambda match: unquote(match[0]), query)


class SampleValues:
    """Generates a value for each required part of a request that no example shows."""

    def __init__(self, document: ServedContract) -> None:
        """Take the contract whose schemas the values fit."""
        self._generator = document.composer.generator

    def of(self, parameter: Parameter) -> Any:
        """Return a value of a parameter: a documented one, or else one that its schema allows."""
        if parameter.examples:
            return parameter.examples[0].value
        return self._generated(parameter.schema_pointer, parameter.name) if parameter.schema_pointer else ""

    def _generated(self, pointer: str, seed: str) -> Any:
        try:
            return self._generator.value(pointer, seed)
        except ContractError:
            return ""

    def __call__(self, operation: Operation) -> dict[str, Any]:
        """Return values for an operation, by location and name."""
        values: dict[str, Any] = {"path": {}, "query": {}, "header": {}, "cookie": {}, "body": None}
        for parameter in operation.parameters:
            if parameter.required and not parameter.examples:
                values[parameter.location][parameter.name] = self.of(parameter)
        media = operation.body[0] if operation.body else None
        is_read = media and (media.is_json or media.essence in (URLENCODED, _MULTIPART))
        if media and is_read and not media.examples and "schema" in media.data:
            values["body"] = self._generated(f"{media.pointer}/schema", operation.id)
        return values


def _parts(document: ServedContract, media: MediaType) -> str:
    schema, _ = deref(document.contract.document, media.data.get("schema", {}), "")
    lines = []
    for name, node in schema.get("properties", {}).items():
        part, _ = deref(document.contract.document, node, "")
        text = "@file" if part.get("format") == "binary" else str(part.get("example", ""))
        if text or name in schema.get("required", ()):
            lines.append(f"{name}={text}")
    return "\n".join(lines)
