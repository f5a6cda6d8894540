"""Requests to the operations of a contract, as a client writes them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from adcontract.contract.security import write_credential
from adcontract.openapi.pointer import lookup
from adcontract.openapi.references import follow
from adcontract.requests.documented import DocumentedRequest, documented
from adcontract_mock.responses.served_contract import ServedContract
from adcontract_mock.web.sample_request import SampleValues
from adcontract_proof.probes.exchanges import Request
from adcontract_proof.probes.unusual_values import UnusualValues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from adcontract import Contract, Key, Operation, Resource, SecurityScheme

TOKEN = "adcontract-Token"
"""The credential that is sent where any is valid."""


class Writer:
    """Writes the requests of one contract with a valid credential: `token`, if only that one is valid."""

    def __init__(self, contract: Contract, token: str | None = None) -> None:
        self.contract = contract
        self.token = token or TOKEN
        self._served = ServedContract(contract, token)
        self._sample = SampleValues(self._served)
        self._documented: dict[str, list[DocumentedRequest]] = {}

    @cached_property
    def unusual(self) -> UnusualValues:
        """Yields unusual values for the schemas of the contract."""
        return UnusualValues(self.contract.document, self._served.composer.generator)

    def documented(self, operation: Operation) -> list[DocumentedRequest]:
        """Return the documented requests of an operation."""
        if operation.id not in self._documented:
            self._documented[operation.id] = documented(operation, self._sample)
        return self._documented[operation.id]

    def default(self, operation: Operation) -> DocumentedRequest:
        """Return the first documented request of an operation."""
        return self.documented(operation)[0]

    def bare(self, operation: Operation) -> DocumentedRequest:
        """Return the first documented request of an operation, with no more in its query than it needs."""
        request, declared = self.default(operation), operation.behavior.resource
        needed = {each.name for each in operation.parameters if each.required}
        needed |= {key.name for key in _keys(declared)} if declared else set()
        return replace(request, query={name: value for name, value in request.query.items() if name in needed})

    def value(self, pointer: str, seed: str) -> Any:
        """Return a value that fits the schema at a pointer, the same for the same seed."""
        return self._served.composer.generator.value(pointer, seed)

    def schema(self, pointer: str) -> Any:
        """Return the schema at a pointer, its references followed."""
        return follow(self.contract.document, lookup(self.contract.document, pointer))

    def schemes(self, operation: Operation) -> tuple[SecurityScheme, ...]:
        """Return the security schemes of which a request carries the credentials."""
        return next(iter(self.contract.credentials(operation)), ())

    def written(
        self,
        request: DocumentedRequest,
        *,
        credential: str | None = None,
        schemes: Iterable[SecurityScheme] | None = None,
        method: str | None = None,
        body: bytes | None = None,
        more: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        """Return a request as it is sent.

        Args:
            request: its values.
            credential: the credential in place of the valid one.
            schemes: the security schemes that get it, in place of those that the operation needs.
            method: the method in place of that of the operation.
            body: the body in place of the documented one.
            more: pairs to add to the query.
            headers: headers to add.
        """
        operation = request.operation
        named: dict[str, str] = {}
        if operation.success and operation.success.media:
            named["accept"] = operation.success.media[0].written
        named |= {name.lower(): text for name, text in request.headers.items()}
        url = request.url(self._served.prefix)
        url += f"{'&' if '?' in url else '?'}{more}" if more else ""
        needed = self.schemes(operation) if schemes is None else schemes
        url, named = write_credential(needed, self.token if credential is None else credential, url, named)
        sent = {name.lower(): _header(value) for name, value in {**named, **(headers or {})}.items()}
        content = request.content if body is None else body
        return Request(method or operation.method, url, tuple(sent.items()), content)

    def with_query(self, request: DocumentedRequest, **values: Any) -> Request:
        """Return a request with other values in its query, of which those that are None are left out."""
        query = {name: value for name, value in {**request.query, **values}.items() if value is not None}
        return self.written(replace(request, query=query))

    def with_json(self, request: DocumentedRequest, value: Any) -> Request:
        """Return a request with another value as its body."""
        return self.written(request, body=orjson.dumps(value))

    def elsewhere(self, path: str) -> Request:
        """Return a request to a path that need not be in the contract."""
        return Request("GET", f"{self._served.prefix}{quote(path)}")


def _keys(declared: Resource) -> Iterator[Key]:
    if declared.key:
        yield declared.key
    if declared.parent:
        yield declared.parent.key


def placed(request: DocumentedRequest, key: Key, value: Any) -> DocumentedRequest:
    """Return a request with the id that `key` holds."""
    if key.location == "path":
        return replace(request, path={**request.path, key.name: value})
    return replace(request, query={**request.query, key.name: value})


def _header(value: str) -> str:
    """Return the value of a header as it can be sent."""
    return value.encode("utf-8").decode("latin-1").replace("\0", "").strip()
