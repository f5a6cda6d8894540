"""What the checks of single exchanges share."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract.contract.default_errors import UNDECLARED
from adcontract_conformance.checks import response_parts, ways
from adcontract_conformance.client.batches import names_items
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.exchange import HttpResponse, Purpose
from adcontract_conformance.model.promises import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Example, Operation, Response
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

FAULTY = (Purpose.INVALID, Purpose.UNREADABLE, Purpose.UNKNOWN_METHOD, Purpose.UNKNOWN_PATH)
"""Requests with a fault."""

LONGEST = 8000
"""How long a URL may be that each server should take, in bytes."""

_TOO_LONG = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_URI_TOO_LONG, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
"""How servers answer a request whose URL is too long, if they do not close the connection."""


def is_limited(exchange: Exchange) -> bool:
    """Return whether a request was one too many, so that its response shows nothing else; the run says so."""
    return response_of(exchange).status == HTTPStatus.TOO_MANY_REQUESTS


def require_short(exchange: Exchange) -> None:
    """Check that a request is not too long for the target to take it in, where that would explain its answer.

    Raises:
        NotTestable: if it is: no server has to take more than 8,000 bytes of a URL (RFC 9112, section 3).
    """
    length, response = len(exchange.request.url), exchange.response
    if length > LONGEST and (not isinstance(response, HttpResponse) or response.status in _TOO_LONG):
        raise NotTestable(f"the URL has {length:,} bytes, and no server has to take more than {LONGEST:,}")


_NOT_FOR_ITS_ITEMS = (401, 403, 405, 415, 429)
"""The statuses of refusals that are not for the items that a body names."""


def require_item(checked: CheckedContract, exchange: Exchange) -> None:
    """Check that the item exists that a request is for.

    Raises:
        NotTestable: if it need not: the document of a user's own that declares no resource does not say which items
            a target has.
    """
    require_entries(exchange)
    operation, status = exchange.operation, response_of(exchange).status
    if status not in (404, 410) or all(each.location != "path" for each in operation.parameters):
        return
    if exchange.purpose is Purpose.OPEN:
        raise NotTestable("the target does not have the item that the request is for")
    if checked.contract.is_plain and operation.behavior.resource is None:
        raise NotTestable("the target has no such item, and the document does not say which it has")


def require_state(checked: CheckedContract, exchange: Exchange) -> None:
    """Check that a response is not the one that the contract has for an item in another state.

    Raises:
        NotTestable: if the item changes by itself, and it leads to what came of it (303), or is refused for its state.
    """
    resource, status = exchange.operation.behavior.resource, response_of(exchange).status
    type_ = checked.contract.resources.get(resource.name) if resource else None
    depends = status in (HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT) and exchange.operation.names(status)
    if type_ is not None and type_.states is not None and depends:
        raise NotTestable(f"{status} may be the response for the state in which the {type_.name} is by now")


def require_entries(exchange: Exchange) -> None:
    """Check that a refused request is not a batch about items that the target does not have.

    Raises:
        NotTestable: if it is: apart from the documented ones, batches that change or delete name no item.
    """
    status = response_of(exchange).status
    is_refused = 400 <= status < 500 and status not in _NOT_FOR_ITS_ITEMS
    if is_refused and exchange.purpose is not Purpose.DOCUMENTED and names_items(exchange.operation):
        raise NotTestable("the entries of the request name no item of the target")


def whole(
    checked: CheckedContract,
    operation: Operation,
    declared: Response,
    response: HttpResponse,
    payload: Example | None = None,
) -> Iterator[Breach]:
    """Yield the breaches of a declared response as a whole: of its media type, headers and body.

    Raises:
        NotTestable: if it is the document of a user's own, which does not say how the request is answered.
    """
    if declared.inferred == UNDECLARED:
        raise NotTestable(UNDECLARED)
    yield from response_parts.media_type(checked, operation, declared, response)
    yield from response_parts.headers(checked, operation, declared, response)
    yield from response_parts.body(checked, operation, declared, response, payload)


def of_operation(sentence: str, operation: Operation, reason: str | None = None) -> Breach:
    """Return a breach of an operation as a whole; `reason` says why it is inferred, if so."""
    return Breach(sentence, operation.pointer, reason, way=ways.of_operation(operation, sentence), spot="/status")


def response_of(exchange: Exchange) -> HttpResponse:
    """Return the response of an exchange; only `answered` is given an exchange without one."""
    if not isinstance(exchange.response, HttpResponse):
        raise TypeError(exchange.response)
    return exchange.response


def declared_response(checked: CheckedContract, exchange: Exchange) -> Response | None:
    """Return the declared response; None where the status is wrong, which another check reports.

    A success with another status has to hold what the declared one holds.

    Raises:
        NotTestable: if the request was too long.
    """
    require_short(exchange)
    status = response_of(exchange).status
    found = checked.declared_response(exchange.operation, status)
    return exchange.operation.success if found is None and 200 <= status < 300 else found
