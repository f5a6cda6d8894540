"""Checks of the responses to requests that are to be carried out."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from adcontract import inferred
from adcontract.openapi.pointer import join
from adcontract_conformance.checks import basis, response_parts, ways
from adcontract_conformance.checks.coverage import NOT_ABOUT_THE_REQUEST
from adcontract_conformance.checks.exchange_checks.common import (
    FAULTY,
    declared_response,
    is_limited,
    of_operation,
    require_item,
    require_short,
    require_state,
    response_of,
    whole,
)
from adcontract_conformance.checks.exchange_checks.refusable import require_applicable, require_certain
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.exchange import CREDENTIALS, HttpResponse, Purpose
from adcontract_conformance.model.promises import Breach, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange


_HEAD = "The contract does not name HEAD; HTTP has it answered like GET, without the body (RFC 9110, section 9.3.2)."


@check("examples.answered", "a documented request gets a response other than 5xx", Purpose.DOCUMENTED, Purpose.HEAD)
@check("security.answered", "a request without credentials gets a response other than 5xx", *CREDENTIALS, Purpose.OPEN)
@check("behavior.answered", "a request of a law gets a response other than 5xx", Purpose.LAW)
@check("state.answered", "a request that follows a link gets a response other than 5xx", Purpose.LINKED, Purpose.UNSURE)
@check("schema.answered", "a valid request gets a response other than 5xx", Purpose.VALID, Purpose.UNSURE)
@check("rejection.answered", "a faulty request gets a response other than 5xx", *FAULTY, Purpose.UNSURE)
def answered(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
    """Look for a target that fails, which is a breach of the operation."""
    require_short(exchange)
    response, reason = exchange.response, None
    if exchange.purpose is Purpose.HEAD:
        if isinstance(response, HttpResponse) and response.status == HTTPStatus.NOT_IMPLEMENTED:
            return
        reason = _HEAD
    if not isinstance(response, HttpResponse):
        yield of_operation(f"The target {response.reason}.", exchange.operation, reason)
    elif response.status >= 500:
        yield of_operation(f"The target fails: {response.status}.", exchange.operation, reason)


_LENGTH = (
    "The contract does not name HEAD; HTTP has no Content-Length in its response but that of the body that GET gets "
    "(RFC 9110, section 8.6)."
)


@check("examples.head", "HEAD is answered as GET is, if it is a success", Purpose.HEAD)
def head(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
    """Look for another status, media type or length than that of GET.

    A server may refuse the method, or leave the media type and the length out.

    Raises:
        NotTestable: if it is refused.
    """
    response, got = response_of(exchange), next(iter(exchange.got), None)
    if got is None or not 200 <= response.status < 300:
        raise NotTestable(f"the target does not answer HEAD with a success, but with {response.status}")
    where = exchange.operation.pointer
    if response.status != got.status:
        sentence = f"HEAD is answered with {response.status}, and GET with {got.status}."
        yield Breach(sentence, where, _HEAD, "head", way=("HEAD is answered otherwise than GET.",), spot="/status")
        return
    sent, expected = (each.headers.get("content-type", "") for each in (response, got))
    if sent and response_parts.essence(sent) != response_parts.essence(expected):
        sentence = f"HEAD is answered with {sent}, and GET with {expected or 'no media type'}."
        way = ("HEAD is answered otherwise than GET.",)
        yield Breach(sentence, where, _HEAD, "head", way=way, spot="/headers/content-type")
        return
    lengths = {None if each is None else len(each.body) for each in exchange.got}
    is_known = len(lengths) == 1 or (None not in lengths and 0 not in lengths and _is_empty(response))
    if is_known and response_parts.has_other_length(response, got):
        length = response.headers["content-length"]
        sentence = f"HEAD is answered with a Content-Length of {length}, and GET with {len(got.body):,} bytes."
        way = ("HEAD is answered otherwise than GET.",)
        yield Breach(sentence, where, _LENGTH, "head", way=way, spot="/headers/content-length")


def _is_empty(response: HttpResponse) -> bool:
    return response.headers.get("content-length", "") == "0"


@check("examples.accepted", "a documented request is accepted", Purpose.DOCUMENTED)
@check("security.open", "an operation without security works without credentials", Purpose.OPEN)
def accepted(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a documented request that does not get the status of its documented response.

    Raises:
        NotTestable: if the item that it is for need not exist, be in the right state, or be one for a patch.
    """
    expected, status = exchange.operation.success, response_of(exchange).status
    require_item(checked, exchange)
    require_applicable(checked, exchange)
    require_state(checked, exchange)
    if expected is None or expected.is_for(status) or is_limited(exchange) or _is_not_permitted(exchange):
        return
    if 200 <= status < 300:
        if not exchange.operation.names(status):
            yield basis.other_success(exchange.operation, expected, status)
        return
    refused = status >= 400
    reason = exchange.operation.inferred if refused else basis.of_response(exchange.operation, expected)
    word = "refused" if refused else "answered"
    sentence = f"The documented request is {word} with {status}, not {expected.status}."
    way = ways.of_operation(exchange.operation, f"Documented requests are {word} with {status}.")
    yield Breach(sentence, expected.pointer, reason, way=way, spot="/status")


@check("examples.media-type", "the response has the documented media type", Purpose.DOCUMENTED)
@check("schema.media-type", "the response to a valid request has a media type of the contract", Purpose.VALID)
def media_type(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the media type, and for a body where there should be none."""
    if declared := declared_response(checked, exchange):
        reason = _why_format(exchange)
        own = response_parts.media_type(checked, exchange.operation, declared, response_of(exchange))
        yield from (replace(each, inferred=each.inferred or reason) for each in own)


@check("examples.headers", "the response has the documented headers", Purpose.DOCUMENTED)
@check("schema.headers", "the response to a valid request has the headers of the contract", Purpose.VALID)
def headers(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the headers."""
    if declared := declared_response(checked, exchange):
        yield from response_parts.headers(checked, exchange.operation, declared, response_of(exchange))


@check("examples.body", "the body has the fields of the documented payload and fits its schema", Purpose.DOCUMENTED)
@check("schema.body", "the body of the response to a valid request fits its schema", Purpose.VALID)
def body(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the body, unless it was too long to be read.

    Raises:
        NotTestable: if it has a media type whose bodies are not compared with a schema.
    """
    if (declared := declared_response(checked, exchange)) and response_of(exchange).whole:
        if unread := response_parts.unread(declared, response_of(exchange)):
            raise NotTestable(f"the suite does not compare bodies of {unread} with a schema")
        payload = exchange.payload if declared is exchange.operation.success else None
        yield from response_parts.body(checked, exchange.operation, declared, response_of(exchange), payload)


@check("schema.shown", "the body of everything that a law reads fits its schema", Purpose.LAW)
def body_of_read(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the body of a read, also where only an item that the run has created leads to it.

    A change may show what was sent, and a law also sends what is not valid.
    """
    response, expected = response_of(exchange), exchange.operation.success
    if exchange.operation.method == "GET" and expected is not None and expected.is_for(response.status):
        yield from response_parts.body(checked, exchange.operation, expected, response)


@check("examples.invariants", "the declared rules hold for the values of the response", Purpose.DOCUMENTED)
@check("schema.invariants", "the declared rules hold for the values of the response to a valid request", Purpose.VALID)
@check("behavior.invariants", "the declared rules hold for the values of every response", Purpose.LAW)
def invariants(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at every value of a body for which the contract declares rules."""
    declared = declared_response(checked, exchange)
    if declared is None or exchange.operation.response_for(response_of(exchange).status) is None:
        return
    pointer = response_parts.schema_of(declared, response_of(exchange))
    for each in checked.violations(pointer, response_of(exchange).body) if pointer else ():
        if each.cause is None:  # where the field of a rule is missing, the check of the schema reports that
            rule = each.invariant
            spot = join("/body", *map(str, each.path))
            yield Breach(f"A response breaks a rule: {rule.says}", rule.pointer, rule.inferred, spot=spot)


@check(
    "examples.answers", "every other documented response is as documented when Prefer asks for it", Purpose.PREFERRED
)
def preferred(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at a response that no plain request leads to."""
    declared = exchange.operation.response_for(int(exchange.status or 0))
    if declared is None:
        return
    status = response_of(exchange).status
    if str(status) == exchange.status:
        yield from whole(checked, exchange.operation, declared, response_of(exchange), exchange.payload)
    elif declared is exchange.operation.success and 200 <= status < 300:
        yield basis.other_success(exchange.operation, declared, status)
    elif not is_limited(exchange) and not _is_not_permitted(exchange):
        reason = basis.of_response(exchange.operation, declared)
        sentence = f"Asked for {exchange.status}, the target answers {status}."
        way = ("The target answers otherwise than Prefer asks.",)
        yield Breach(sentence, declared.pointer, reason, way=way, spot="/status")


@check("schema.accepted", "a valid request is accepted", Purpose.VALID)
def valid_accepted(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a valid request that is refused for what it says."""
    require_short(exchange)
    require_certain(checked, exchange)
    require_state(checked, exchange)
    status = response_of(exchange).status
    if status >= 400 and status not in NOT_ABOUT_THE_REQUEST:
        reason = basis.of_valid(checked, exchange.operation, exchange.reading)
        yield of_operation(f"A valid request is refused with {status}.", exchange.operation, reason)


@check("schema.status", "a valid request gets a status of the contract", Purpose.VALID)
def status_known(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a status that the contract does not have, whichever refusal would be the right one."""
    require_short(exchange)
    require_item(checked, exchange)
    require_certain(checked, exchange)
    status, expected = response_of(exchange).status, exchange.operation.success
    if checked.declared_response(exchange.operation, status) is not None or is_limited(exchange):
        return
    if expected and 200 <= status < 300:
        yield basis.other_success(exchange.operation, expected, status)
    else:
        known = ", ".join(exchange.operation.responses)
        reason = basis.of_response(exchange.operation, expected) if expected else None
        if status >= 400:
            reason = reason or basis.of_valid(checked, exchange.operation, exchange.reading)
        if status in NOT_ABOUT_THE_REQUEST:
            reason = reason or "No page says that it lists every status."
        yield Breach(
            f"The status {status} is not in the contract, which has {known}.",
            exchange.operation.pointer,
            reason,
            way=(f"The status {status} is not in the contract.",),
            # few documents of users list every status that no request alone brings about
            is_open=checked.contract.is_plain and status in NOT_ABOUT_THE_REQUEST,
            spot="/status",
        )


def _is_not_permitted(exchange: Exchange) -> bool:
    """Return whether a documented request was refused as one of somebody who may not send it.

    The run says that the operation stays untested.
    """
    refused = response_of(exchange).status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    return refused and exchange.purpose in (Purpose.DOCUMENTED, Purpose.PREFERRED)


def _why_format(exchange: Exchange) -> str | None:
    """Return why it is inferred which media type a response has, where a parameter asks for a form of it."""
    sent = {name for name, _ in parse_qsl(urlsplit(exchange.request.url).query)}
    asked = (each for each in exchange.operation.parameters if each.location == "query" and each.name in sent)
    return next(filter(None, (inferred(each.data, "x-format") for each in asked)), None)
