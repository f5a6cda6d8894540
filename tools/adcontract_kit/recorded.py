"""Every response of one document, as the mock gives it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adcontract import AdcontractError
from adcontract.contract.pages import next_cursor
from adcontract.openapi.pointer import get
from adcontract_kit.asking import GENERATED, NO_MEDIA, NO_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract, Operation, Pagination, Response
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_kit.asking import Mock, Received

_MOST_PAGES = 10
_ERRORS = ("500", "503", "html-error")
"""The faults of the mock that are a response of their own."""


@dataclass(frozen=True)
class Page:
    """Another page of a payload: the query parameter that asks for it, and its value; and the response."""

    parameter: str
    start: int | str
    received: Received

    def name(self, payload: str) -> str:
        """Return the name of this page of a payload: `many?page=2`."""
        return f"{payload}?{self.parameter}={self.start}"


@dataclass(frozen=True)
class RecordedResponse:
    """A response of an operation as it was received, by media type and by the name of the payload.

    `media` has its media types in order, and `names` the payloads that can be asked for: those in the contract, and the
    states of a screen. `head` is the response without such a preference, `default` the name of its payload, and
    `unknown_name` the response to an unknown name. `pages` are further pages of payloads, as JSON.
    """

    head: Received
    media: tuple[str, ...]
    names: tuple[str, ...]
    default: str
    received: Mapping[str, Mapping[str, Received]]
    unknown_name: Received
    pages: Mapping[str, tuple[Page, ...]]

    @property
    def payloads(self) -> dict[str, Any]:
        """The JSON bodies by name; none where the response is not JSON."""
        json = next((media for media in self.media if "json" in media), None)
        bodies = {name: each.json for name, each in self.received[json].items()} if json else {}
        return bodies | {page.name(name): page.received.json for name, pages in self.pages.items() for page in pages}

    @property
    def own_headers(self) -> dict[str, Mapping[str, str]]:
        """The headers of each payload that has others than the `head`, as pages have."""
        named = dict(self.received[self.media[0]]) if self.media else {}
        named |= {page.name(name): page.received for name, pages in self.pages.items() for page in pages}
        return {name: each.headers for name, each in named.items() if each.headers != self.head.headers}


@dataclass(frozen=True)
class RecordedOperation:
    """An operation with its responses by status, and the responses to requests that get none of these.

    `shared` are those to faulty requests that any operation may have, by status, and `faults` those of faults, by name.
    """

    operation: Operation
    responses: Mapping[str, RecordedResponse]
    unauthenticated: Received
    not_acceptable: Received
    unknown_status: Received
    shared: Mapping[str, Received]
    faults: Mapping[str, Received]


@dataclass(frozen=True)
class Recorded:
    """A document: its operations, in the order in which a path is looked for, and the responses without one."""

    contract: Contract
    operations: tuple[RecordedOperation, ...]
    unknown_path: Received
    unknown_method: Received
    unknown_fault: Received


def recorded(mock: Mock) -> Recorded:
    """Ask a mock for every response of its document.

    Raises:
        AdcontractError: if it cannot give one of them.
    """
    contract = mock.document.contract
    if not contract.operations:
        raise AdcontractError(f"{contract.name} has no operations: there is nothing to write a package of.")
    first = contract.operations[0]
    methods = {each.method for each in contract.operations if each.path == first.path}
    other = next(method for method in ("PATCH", "DELETE", "PUT", "POST", "GET", "TRACE") if method not in methods)
    path = mock.request(first).url("").partition("?")[0]
    return Recorded(
        contract,
        tuple(_operation(mock, each) for each in sorted(contract.operations, key=_literal_first)),
        # below its prefix, where every path is one of the document
        mock.ask_path("GET", f"{mock.document.prefix}/-/no/such/path"),
        mock.ask_path(other, path),
        mock.ask(mock.request(first), fault=NO_NAME),
    )


def _literal_first(operation: Operation) -> list[bool]:
    """Return a key by which a literal segment of a path goes before a templated one (OpenAPI 3.0.3, Paths Object)."""
    return ["{" in segment for segment in operation.path.split("/")]


def _operation(mock: Mock, operation: Operation) -> RecordedOperation:
    request = mock.request(operation)
    return RecordedOperation(
        operation,
        {status: _response(mock, request, response) for status, response in operation.responses.items()},
        mock.ask(request, credential=""),
        mock.ask(request, accept=NO_MEDIA),
        mock.ask(request, code=NO_NAME),
        {status: mock.ask(request, code=status) for status in mock.document.contract.shared_responses(operation)},
        {name: mock.ask(request, fault=name) for name in _ERRORS},
    )


def _response(mock: Mock, request: DocumentedRequest, response: Response) -> RecordedResponse:
    operation, status = request.operation, response.status
    head = mock.ask(request, code=status)
    if status.isdigit() and head.status != int(status):
        raise AdcontractError(f"The mock has no response {status} of {operation.id}: {head.message}")
    media = [each.type for each in response.media]
    if not status.startswith("2"):
        # the first is sent, whatever is accepted
        media = media[:1]
    unknown_name = mock.ask(request, code=status, example=NO_NAME)
    names = unknown_name.listed if media else []
    received: dict[str, dict[str, Received]] = {}
    for type_ in media:
        named = {name: mock.ask(request, accept=type_, code=status, example=name) for name in names}
        received[type_] = named or {GENERATED: mock.ask(request, accept=type_, code=status)}
    bodies = received[media[0]] if media else {}
    default = next((name for name, each in bodies.items() if each.body == head.body), GENERATED)
    if media and default not in bodies:
        for type_ in media:
            received[type_][GENERATED] = mock.ask(request, accept=type_, code=status)
    of_json = next((named for type_, named in received.items() if "json" in type_), {})
    pages = {name: found for name in names if name in of_json and (found := _pages(mock, request, name, of_json[name]))}
    return RecordedResponse(head, tuple(media), tuple(names), default, received, unknown_name, pages)


def _pages(mock: Mock, request: DocumentedRequest, name: str, first: Received) -> tuple[Page, ...]:
    """Return the pages of a payload that follow the first one, with an empty one at the end; none for most."""
    pagination = request.operation.behavior.pagination
    rows = get(first.json, pagination.items) if pagination else None
    if not pagination or not rows:
        return ()
    pages: list[Page] = []
    page = first
    for number in range(2, _MOST_PAGES):
        start = _start(pagination, number, len(rows), page)
        if start is None:
            break
        asked = replace(request, query={**request.query, pagination.start: start})
        page = mock.ask(asked, accept="application/json", example=name)
        if page.status != first.status or page.body == first.body:
            break
        pages.append(Page(pagination.start, start, page))
        if not get(page.json, pagination.items):
            break
    return tuple(pages)


def _start(pagination: Pagination, number: int, size: int, before: Received) -> int | str | None:
    """Return the value that asks for a page, from 1, after the one `before`; None where that one has no cursor."""
    if pagination.style == "cursor":
        return next_cursor(pagination, before.json, before.headers)
    return number if pagination.style == "page" else (number - 1) * size
