"""Asking the mock over HTTP for the responses of one document."""

from __future__ import annotations

import base64
import http.client
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from adcontract.contract.security import write_credential
from adcontract.openapi.references import deref
from adcontract.requests import serialize
from adcontract.requests.documented import documented
from adcontract.requests.multipart import MULTIPART, WRITTEN, multipart
from adcontract_mock.web.sample_request import SampleValues

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_mock.responses.served_contract import ServedContract

CREDENTIAL = "any:token"
"""A credential that the mock takes for every scheme."""

GENERATED = "generated"
"""The name of a body that has none in the contract, as it is generated from the schema."""

NO_NAME = "no-such-name"
"""What no payload and no status is called, to be answered with those that there are."""

NO_MEDIA = "application/x-none"
"""A media type that no response has."""

_OWN_HEADERS = {"content-length", "date", "server", "mock-explain", "preference-applied", "connection"}
_ANY = "*/*"


@dataclass(frozen=True)
class Received:
    """A response of the mock. `media` is empty where it has no body."""

    status: int
    headers: Mapping[str, str]
    media: str
    body: bytes

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON."""
        return "json" in self.media

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    @property
    def listed(self) -> list[str]:
        """The names in the error for an unknown one: it has a list of each kind."""
        lists = (value for value in self.json.values() if isinstance(value, list))
        return list(dict.fromkeys(name for names in lists for name in names))

    @property
    def message(self) -> str:
        """What the mock says in a response of its own; else its status."""
        body = self.json if self.is_json else {}
        return str(body.get("message", self.status)) if isinstance(body, dict) else str(self.status)

    @property
    def file(self) -> str | dict[str, str]:
        """The body as text, or in Base64 where it is none."""
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(self.body).decode()}


class Mock:
    """Asks the mock at `url` about the document that it serves at the vendor's own paths."""

    def __init__(self, url: str, document: ServedContract) -> None:
        self.document = document
        self._values = SampleValues(document)
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def documented(self, operation: Operation) -> list[DocumentedRequest]:
        """Return the documented requests of an operation, the default one first."""
        return documented(operation, self._values)

    def request(self, operation: Operation) -> DocumentedRequest:
        """Return a request with what is required alone, so that nothing is filtered."""
        first = self.documented(operation)[0]
        required = {each.name for each in operation.parameters if each.required and each.location == "query"}
        return replace(first, query={name: value for name, value in first.query.items() if name in required})

    def ask(
        self, request: DocumentedRequest, *, accept: str = _ANY, credential: str = CREDENTIAL, **preferences: str
    ) -> Received:
        """Return the response to a request, with what `Prefer` says."""
        url, headers = request.url(""), serialize.headers(request.operation, request.header, request.cookie)
        schemes = next(iter(self.document.contract.credentials(request.operation)), ()) if credential else ()
        url, headers = write_credential(schemes, credential, url, headers)
        headers |= {"Accept": accept, "Prefer": ", ".join(_written(*each) for each in preferences.items())}
        media, body = self.body(request)
        if media:
            headers["Content-Type"] = media
        return self.send(request.operation.method, url, headers, body)

    def body(self, request: DocumentedRequest) -> tuple[str, bytes]:
        """Return the media type of a request, empty for none, and its body; a form has what is required."""
        if request.media is None:
            return "", b""
        if request.media.essence != MULTIPART:
            return request.content_type, request.content
        schema, _ = deref(self.document.contract.document, request.media.data.get("schema", {}), "")
        fields = dict(request.body or dict.fromkeys(schema.get("required", ()), ""))
        fields |= {name: "a file" for name in request.media.files if name in fields}
        return WRITTEN, multipart(fields, request.media.data.get("encoding", {}), request.media.files)

    def ask_path(self, method: str, path: str) -> Received:
        """Return the response to a request for a path, without a credential."""
        return self.send(method, path, {}, b"")

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Received:
        """Return the response to a request with these parts."""
        self._connection.request(method, url, body or None, dict(headers))
        with self._connection.getresponse() as response:
            content = response.read()
            kept = {name.lower(): value for name, value in response.getheaders()}
        media = kept.pop("content-type", "")
        return Received(
            response.status, {name: each for name, each in kept.items() if name not in _OWN_HEADERS}, media, content
        )


def _written(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'
