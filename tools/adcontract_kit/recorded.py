"""Every response of one document, as the mock gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract_kit.asking import GENERATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract, Operation, Response
    from adcontract_kit.asking import Mock, Received


@dataclass(frozen=True)
class RecordedResponse:
    """A response of an operation as it was received, by media type and by the name of the payload.

    `media` has its media types in order, and `names` the payloads that can be asked for; `head` is the response without
    such a wish, and `default` the name of its payload.
    """

    head: Received
    media: tuple[str, ...]
    names: tuple[str, ...]
    default: str
    received: Mapping[str, Mapping[str, Received]]

    @property
    def payloads(self) -> dict[str, Any]:
        """The JSON bodies by name; none where the response is not JSON."""
        json = next((media for media in self.media if "json" in media), None)
        return {name: each.json for name, each in self.received[json].items()} if json else {}


@dataclass(frozen=True)
class RecordedOperation:
    """An operation with its responses by status, and the responses to requests that get none of these."""

    operation: Operation
    responses: Mapping[str, RecordedResponse]
    unauthenticated: Received
    not_acceptable: Received


@dataclass(frozen=True)
class Recorded:
    """A document: its operations, in the order in which a path is looked for, and the responses to unknown ones."""

    contract: Contract
    operations: tuple[RecordedOperation, ...]
    unknown_path: Received
    unknown_method: Received


def recorded(mock: Mock) -> Recorded:
    """Ask a mock for every response of its document."""
    contract = mock.document.contract
    first = contract.operations[0]
    methods = {each.method for each in contract.operations if each.path == first.path}
    other = next(method for method in ("PATCH", "DELETE", "PUT", "POST", "GET") if method not in methods)
    path = mock.request(first).url("").partition("?")[0]
    return Recorded(
        contract,
        tuple(_operation(mock, each) for each in sorted(contract.operations, key=_literal_first)),
        mock.ask_path("GET", "/-/no/such/path"),
        mock.ask_path(other, path),
    )


def _literal_first(operation: Operation) -> list[bool]:
    """Return a key by which a literal segment of a path goes before a templated one (OpenAPI 3.0.3, Paths Object)."""
    return ["{" in segment for segment in operation.path.split("/")]


def _operation(mock: Mock, operation: Operation) -> RecordedOperation:
    return RecordedOperation(
        operation,
        {status: _response(mock, operation, response) for status, response in operation.responses.items()},
        mock.unauthenticated(operation),
        mock.not_acceptable(operation),
    )


def _response(mock: Mock, operation: Operation, response: Response) -> RecordedResponse:
    request, status = mock.request(operation), response.status
    head = mock.ask(request, code=status)
    media = mock.media(response)
    names = mock.names(operation, status) if media else []
    received: dict[str, dict[str, Received]] = {}
    for type_ in media:
        named = {name: mock.ask(request, accept=type_, code=status, example=name) for name in names}
        received[type_] = named or {GENERATED: mock.ask(request, accept=type_, code=status)}
    bodies = received[media[0]] if media else {}
    default = next((name for name, each in bodies.items() if each.body == head.body), GENERATED)
    if media and default not in bodies:
        for type_ in media:
            received[type_][GENERATED] = mock.ask(request, accept=type_, code=status)
    return RecordedResponse(head, tuple(media), tuple(names), default, received)
