"""Checks of the responses to faulty requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.default_errors import UNDECLARED
from adcontract_conformance.checks import basis, ways
from adcontract_conformance.checks.exchange_checks.common import FAULTY, is_limited, require_short, response_of, whole
from adcontract_conformance.client.batches import tells_failure
from adcontract_conformance.client.replies import NotTestable, json_of
from adcontract_conformance.model.exchange import Purpose, brief
from adcontract_conformance.model.promises import Breach, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Response
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange


@check("rejection.refused", "an invalid request is refused", Purpose.INVALID)
@check("rejection.unreadable", "a body that is not JSON is refused", Purpose.UNREADABLE)
def refused(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a faulty request that is accepted."""
    status = response_of(exchange).status
    faults = basis.at_fault(exchange.operation, exchange.reading.faults) if exchange.reading else []
    if tells_failure(exchange.operation, json_of(response_of(exchange).body)):
        return  # a batch has a result for the entry that is at fault
    if status < 400 and faults:
        first = next((fault for fault in faults if not fault.inferred), faults[0])
        sentence = (
            f"A faulty request is answered with {status} ({first.location} {first.field}: {brief(first.message)})."
        )
        if exchange.request.body and _has_another_media_type(exchange):
            sentence = f"A request with a body of another media type is answered with {status}."
        yield Breach(
            sentence,
            first.pointer,
            basis.of_faulty(checked, exchange.operation, faults),
            way=ways.accepted(faults),
            spot="/status",
        )


_OF_NO_OPERATION = (Purpose.UNKNOWN_METHOD, Purpose.UNKNOWN_PATH)
"""The purposes of requests that are sent beside an operation, whose responses are not about them."""


@check("rejection.unknown-method", "a method that the contract does not have is refused", Purpose.UNKNOWN_METHOD)
def unknown_method(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a method that is accepted, or a refusal that does not name the allowed ones (RFC 9110, 15.5.6)."""
    basis.require_declared(checked, None, "unknown-method")
    expected = checked.errors["unknown-method"]
    reason = basis.of_response(exchange.operation, expected)
    status = response_of(exchange).status
    if is_limited(exchange):
        return
    if str(status) != expected.status:
        sentence = f"{exchange.request.method} on this path is answered with {status}, not {expected.status}."
        way = ways.unknown(status, expected.status)
        yield Breach(sentence, expected.pointer, reason, part=exchange.operation.path, way=way, spot="/status")
    elif status == 405 and "allow" not in response_of(exchange).headers:
        way = ("The header Allow of a refusal is missing.",)
        yield Breach(
            "The refusal has no header Allow.", expected.pointer, reason, part="allow", way=way, spot="/headers/allow"
        )


@check("rejection.unknown-path", "a path that the contract does not have is refused", Purpose.UNKNOWN_PATH)
def unknown_path(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a path that does not exist and is not refused."""
    basis.require_declared(checked, None, "unknown-path")
    expected = checked.errors["unknown-path"]
    status = response_of(exchange).status
    if str(status) != expected.status and not is_limited(exchange):
        reason = basis.of_response(exchange.operation, expected)
        sentence = f"An unknown path is answered with {status}, not {expected.status}."
        yield Breach(sentence, expected.pointer, reason, way=ways.unknown(status, expected.status), spot="/status")


@check("rejection.answer", "a refusal has a status and a schema of the contract", *FAULTY)
def refusal(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at a refusal: its status, media type, headers and body.

    Raises:
        NotTestable: if the contract says how an operation refuses, and not how its path refuses another method.
    """
    require_short(exchange)
    response = response_of(exchange)
    if response.status < 400:
        return
    if exchange.purpose in _OF_NO_OPERATION:
        declared: Response | None = checked.errors[exchange.purpose.value]
        if declared and declared.status != str(response.status):
            raise NotTestable(UNDECLARED)
    else:
        declared = checked.declared_response(exchange.operation, response.status)
    if declared is not None:
        yield from whole(checked, exchange.operation, declared, response)
    elif response.status == 415 and exchange.operation.body and _has_another_media_type(exchange):
        return  # how another media type is refused is the server's own (RFC 9110, section 15.5.16)
    elif response.status == 400 and checked.contract.is_plain and _is_unreadable(exchange):
        raise NotTestable(UNDECLARED)  # frameworks declare the refusal of invalid values only, not of malformed JSON
    elif exchange.purpose in (Purpose.INVALID, Purpose.UNREADABLE):
        fault = "invalid" if exchange.purpose is Purpose.INVALID else "malformed"
        if response.status in (404, 410) and any(each.location == "path" for each in exchange.operation.parameters):
            basis.require_declared(checked, exchange.operation, "unknown-path")
        basis.require_declared(checked, exchange.operation, fault)
        reason = basis.of_refusal(checked, exchange.operation, fault)
        sentence = f"The refusal has the status {response.status}, which is not in the contract."
        yield Breach(sentence, exchange.operation.pointer, reason, spot="/status")


def _is_unreadable(exchange: Exchange) -> bool:
    """Return whether a body is not of its media type, as no body is where one has to be."""
    return exchange.reading is not None and any(fault.bodiless for fault in exchange.reading.faults)


def _has_another_media_type(exchange: Exchange) -> bool:
    """Return whether a request has a media type that the operation does not declare, or none."""
    headers = {name.lower(): value for name, value in exchange.request.headers.items()}
    return exchange.operation.body_for(headers.get("content-type", "")) is None


@check("rejection.shown", "a refusal that a law gets has the schema of the contract", Purpose.LAW)
def refusal_of_law(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at a refusal with a status of the contract: laws send a fault alone, to an item that there is."""
    response = response_of(exchange)
    if 400 <= response.status < 500 and not is_limited(exchange):
        declared = checked.declared_response(exchange.operation, response.status)
        if declared is not None:
            yield from whole(checked, exchange.operation, declared, response)
