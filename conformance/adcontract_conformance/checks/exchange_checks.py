"""The checks. Each looks at one exchange and yields the breaches that it shows."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from adcontract import inferred
from adcontract_conformance.checks import basis, response_parts, ways
from adcontract_conformance.checks.coverage import NOT_ABOUT_THE_REQUEST
from adcontract_conformance.checks.declared import broken, deleted_again
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.exchange import CREDENTIALS, GONE, THERE, HttpResponse, Purpose, brief
from adcontract_conformance.model.promises import Breach, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Example, Operation, Response
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

_CREDENTIALS = {
    Purpose.NO_CREDENTIALS: "without a token",
    Purpose.EMPTY_CREDENTIALS: "with an empty token",
    Purpose.WRONG_SCHEME: "with credentials of another scheme",
    Purpose.WRONG_TOKEN: "with a wrong token",
}
_FAULTY = (Purpose.INVALID, Purpose.UNREADABLE, Purpose.UNKNOWN_METHOD, Purpose.UNKNOWN_PATH)


@check("examples.answered", "a documented request gets a response other than 5xx", Purpose.DOCUMENTED)
@check("security.answered", "a request without credentials gets a response other than 5xx", *CREDENTIALS, Purpose.OPEN)
@check("behavior.answered", "a request of a law gets a response other than 5xx", Purpose.LAW)
@check("state.answered", "a request that follows a link gets a response other than 5xx", Purpose.LINKED, Purpose.UNSURE)
@check("schema.answered", "a valid request gets a response other than 5xx", Purpose.VALID, Purpose.UNSURE)
@check("rejection.answered", "a faulty request gets a response other than 5xx", *_FAULTY, Purpose.UNSURE)
def answered(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
    """Look for a target that fails, which is a breach of the operation."""
    if not isinstance(exchange.response, HttpResponse):
        yield _of_operation(f"The target {exchange.response.reason}.", exchange.operation)
    elif exchange.response.status >= 500:
        yield _of_operation(f"The target fails: {exchange.response.status}.", exchange.operation)


@check("examples.accepted", "a documented request is accepted", Purpose.DOCUMENTED)
@check("security.open", "an operation without security works without credentials", Purpose.OPEN)
def accepted(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
    """Look for a documented request that does not get the status of its documented response."""
    expected, status = exchange.operation.success, _response(exchange).status
    if expected is None or expected.status == str(status) or _is_limited(exchange) or _is_not_permitted(exchange):
        return
    if 200 <= status < 300:
        yield basis.other_success(exchange.operation, expected, status)
        return
    refused = status >= 400
    reason = exchange.operation.inferred if refused else basis.of_response(exchange.operation, expected)
    word = "refused" if refused else "answered"
    sentence = f"The documented request is {word} with {status}, not {expected.status}."
    way = ways.of_operation(exchange.operation, f"Documented requests are {word} with {status}.")
    yield Breach(sentence, expected.pointer, reason, way=way)


@check("examples.media-type", "the response has the documented media type", Purpose.DOCUMENTED)
@check("schema.media-type", "the response to a valid request has a media type of the contract", Purpose.VALID)
def media_type(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the media type, and for a body where there should be none."""
    if declared := _declared(checked, exchange):
        reason = _why_format(exchange)
        own = response_parts.media_type(exchange.operation, declared, _response(exchange))
        own = (replace(each, inferred=each.inferred or reason) for each in own)
        yield from _or_failure(exchange, declared, own, "content_type_conformance")


@check("examples.headers", "the response has the documented headers", Purpose.DOCUMENTED)
@check("schema.headers", "the response to a valid request has the headers of the contract", Purpose.VALID)
def headers(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the headers."""
    if declared := _declared(checked, exchange):
        own = response_parts.headers(checked, exchange.operation, declared, _response(exchange))
        yield from _or_failure(exchange, declared, own, "response_headers_conformance")


@check("examples.body", "the body has the fields of the documented payload and fits its schema", Purpose.DOCUMENTED)
@check("schema.body", "the body of the response to a valid request fits its schema", Purpose.VALID)
def body(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the body, unless it was too long to be read."""
    if (declared := _declared(checked, exchange)) and _response(exchange).whole:
        payload = exchange.payload if declared is exchange.operation.success else None
        own = response_parts.body(checked, exchange.operation, declared, _response(exchange), payload)
        yield from _or_failure(exchange, declared, own, "response_schema_conformance")


@check("examples.invariants", "the declared rules hold for the values of the response", Purpose.DOCUMENTED)
@check("schema.invariants", "the declared rules hold for the values of the response to a valid request", Purpose.VALID)
@check("behavior.invariants", "the declared rules hold for the values of every response", Purpose.LAW)
def invariants(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at every value of a body for which the contract declares rules."""
    declared = _declared(checked, exchange)
    if declared is None or str(_response(exchange).status) not in exchange.operation.responses:
        return
    pointer = response_parts.schema_of(declared, _response(exchange))
    for each in checked.violations(pointer, _response(exchange).body) if pointer else ():
        if each.cause is None:  # where the field of a rule is missing, the check of the schema reports that
            rule = each.invariant
            yield Breach(f"A response breaks a rule: {rule.says}", rule.pointer, rule.inferred)


@check(
    "examples.answers", "every other documented response is as documented when Prefer asks for it", Purpose.PREFERRED
)
def preferred(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at a response that no plain request leads to."""
    declared = exchange.operation.responses[str(exchange.status)]
    status = _response(exchange).status
    if str(status) == exchange.status:
        yield from _whole(checked, exchange.operation, declared, _response(exchange), exchange.payload)
    elif declared is exchange.operation.success and 200 <= status < 300:
        yield basis.other_success(exchange.operation, declared, status)
    else:
        reason = basis.of_response(exchange.operation, declared)
        sentence = f"Asked for {exchange.status}, the target answers {status}."
        yield Breach(sentence, declared.pointer, reason, way=("The target answers otherwise than Prefer asks.",))


@check("schema.accepted", "a valid request is accepted", Purpose.VALID)
def valid_accepted(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a valid request that is refused for what it says."""
    status = _response(exchange).status
    if status >= 400 and status not in NOT_ABOUT_THE_REQUEST:
        reason = basis.of_valid(checked, exchange.operation, exchange.reading)
        yield _of_operation(f"A valid request is refused with {status}.", exchange.operation, reason)


@check("schema.status", "a valid request gets a status of the contract", Purpose.VALID)
def status_known(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a status that the contract does not have, whichever refusal would be the right one."""
    status, expected = _response(exchange).status, exchange.operation.success
    if checked.declared_response(exchange.operation, status) is not None or _is_limited(exchange):
        return
    if expected and 200 <= status < 300:
        yield basis.other_success(exchange.operation, expected, status)
    else:
        known = ", ".join(exchange.operation.responses)
        reason = basis.of_response(exchange.operation, expected) if expected else None
        if status in NOT_ABOUT_THE_REQUEST:
            reason = reason or "No page says that it lists every status."
        yield Breach(
            f"The status {status} is not in the contract, which has {known}.",
            exchange.operation.pointer,
            reason,
            way=(f"The status {status} is not in the contract.",),
        )


@check("state.answer", "a request that follows a link gets a response that the contract declares", Purpose.LINKED)
def linked(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the response to a valid request of a sequence: its status, media type, headers, body and values."""
    yield from valid_accepted(checked, exchange)
    yield from status_known(checked, exchange)
    if declared := _declared(checked, exchange):
        yield from _whole(checked, exchange.operation, declared, _response(exchange))
        yield from invariants(checked, exchange)


def _require_link(exchange: Exchange) -> None:
    """Check that a request followed a link, and did not begin a sequence.

    Raises:
        NotTestable: if it did not.
    """
    if not exchange.before:
        raise NotTestable("no request followed a link to it")


@check("state.there", "a created item is found by every operation that its links lead to", Purpose.LINKED)
def there(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
    """Look for a 404 for an item that was just created and not deleted."""
    _require_link(exchange)
    if THERE in exchange.schemathesis_failures:
        sentence = f"A request for an item that was just created is answered with {_response(exchange).status}."
        yield broken(exchange.operation, "x-resource", exchange, sentence, part=THERE, grave=True).breach


@check("state.gone", "a deleted item cannot be read", Purpose.LINKED)
def gone(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
    """Look for a success on an item that was deleted for good."""
    _require_link(exchange)
    if GONE in exchange.schemathesis_failures:
        sentence = f"A request for a deleted item is answered with {_response(exchange).status}."
        resource = exchange.operation.behavior.resource
        if resource and resource.action == "delete":
            yield deleted_again(exchange.operation, exchange, sentence, part=GONE).breach
        else:
            is_served = resource is not None and resource.action == "read"
            yield broken(exchange.operation, "x-resource", exchange, sentence, part=GONE, grave=is_served).breach


@check("rejection.refused", "an invalid request is refused", Purpose.INVALID)
@check("rejection.unreadable", "a body that is not JSON is refused", Purpose.UNREADABLE)
def refused(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a faulty request that is accepted."""
    status = _response(exchange).status
    faults = exchange.reading.faults if exchange.reading else ()
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
        )


@check("rejection.unknown-method", "a method that the contract does not have is refused", Purpose.UNKNOWN_METHOD)
def unknown_method(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a method that is accepted, or a refusal that does not name the allowed ones (RFC 9110, 15.5.6)."""
    expected = checked.errors["unknown-method"]
    reason = basis.of_response(exchange.operation, expected)
    status = _response(exchange).status
    if _is_limited(exchange):
        return
    if str(status) != expected.status:
        sentence = f"{exchange.request.method} on this path is answered with {status}, not {expected.status}."
        way = ways.unknown(status, expected.status)
        yield Breach(sentence, expected.pointer, reason, part=exchange.operation.path, way=way)
    elif status == 405 and "allow" not in _response(exchange).headers:
        way = ("The header Allow of a refusal is missing.",)
        yield Breach("The refusal has no header Allow.", expected.pointer, reason, part="allow", way=way)


@check("rejection.unknown-path", "a path that the contract does not have is refused", Purpose.UNKNOWN_PATH)
def unknown_path(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a path that does not exist and is not refused."""
    expected = checked.errors["unknown-path"]
    status = _response(exchange).status
    if str(status) != expected.status and not _is_limited(exchange):
        reason = basis.of_response(exchange.operation, expected)
        sentence = f"An unknown path is answered with {status}, not {expected.status}."
        yield Breach(sentence, expected.pointer, reason, way=ways.unknown(status, expected.status))


@check("rejection.answer", "a refusal has a status and a schema of the contract", *_FAULTY)
def refusal(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at a refusal: its status, media type, headers and body."""
    response = _response(exchange)
    if response.status < 400:
        return
    declared = checked.declared_response(exchange.operation, response.status)
    if declared is not None:
        yield from _whole(checked, exchange.operation, declared, response)
    elif response.status == 415 and exchange.operation.body and _has_another_media_type(exchange):
        return  # how another media type is refused is the server's own (RFC 9110, section 15.5.16)
    elif exchange.purpose in (Purpose.INVALID, Purpose.UNREADABLE):
        fault = "invalid" if exchange.purpose is Purpose.INVALID else "malformed"
        reason = basis.of_refusal(checked, exchange.operation, fault)
        sentence = f"The refusal has the status {response.status}, which is not in the contract."
        yield Breach(sentence, exchange.operation.pointer, reason)


@check("security.missing", "a request without a token is refused", Purpose.NO_CREDENTIALS)
@check("security.empty", "an empty token is refused", Purpose.EMPTY_CREDENTIALS)
@check("security.scheme", "credentials of another scheme are refused", Purpose.WRONG_SCHEME)
@check("security.token", "a wrong token is refused", Purpose.WRONG_TOKEN)
def unauthenticated(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a request without good credentials that is not refused as the contract says."""
    expected = _refusals(checked, exchange.operation)
    status = _response(exchange).status
    if str(status) not in expected and not _is_limited(exchange):
        reason = basis.of_refusals(exchange.operation, expected.values())
        wanted = " or ".join(expected)
        pointer = next(iter(expected.values())).pointer
        way = ("Requests without good credentials are accepted.",)
        if status >= 400:
            way = (f"Requests without good credentials are refused with {status}.",)
        grave = 200 <= status < 300 and basis.of_security(exchange.operation) is None
        yield Breach(
            f"A request {_CREDENTIALS[exchange.purpose]} is answered with {status}, not {wanted}.",
            pointer,
            reason,
            way=way,
            grave=grave,
        )


@check("security.answer", "the refusal of bad credentials has the headers and the schema of the contract", *CREDENTIALS)
def unauthenticated_response(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the refusal: its media type, headers and body."""
    declared = _refusals(checked, exchange.operation).get(str(_response(exchange).status))
    if declared is not None:
        yield from _whole(checked, exchange.operation, declared, _response(exchange))


def _is_limited(exchange: Exchange) -> bool:
    """Return whether a request was one too many, so that its response shows nothing else; the run says so."""
    return _response(exchange).status == HTTPStatus.TOO_MANY_REQUESTS


def _is_not_permitted(exchange: Exchange) -> bool:
    """Return whether a documented request was refused as one of somebody who may not send it.

    The run says that the operation stays untested.
    """
    refused = _response(exchange).status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    return refused and exchange.purpose is Purpose.DOCUMENTED


def _why_format(exchange: Exchange) -> str | None:
    """Return why it is inferred which media type a response has, where a parameter asks for a form of it."""
    sent = {name for name, _ in parse_qsl(urlsplit(exchange.request.url).query)}
    asked = (each for each in exchange.operation.parameters if each.location == "query" and each.name in sent)
    return next(filter(None, (inferred(each.data, "x-format") for each in asked)), None)


def _refusals(checked: CheckedContract, operation: Operation) -> dict[str, Response]:
    """Return the responses to bad credentials by status: that of `x-errors`, and 403 if both are declared."""
    expected = checked.error(operation, "unauthenticated")
    found = {expected.status: expected}
    if expected.status in operation.responses and "403" in operation.responses:
        found["403"] = operation.responses["403"]
    return found


def _has_another_media_type(exchange: Exchange) -> bool:
    """Return whether a request has a media type that the operation does not declare, or none."""
    headers = {name.lower(): value for name, value in exchange.request.headers.items()}
    sent = headers.get("content-type", "").partition(";")[0].strip().lower()
    return sent not in {media.type.lower() for media in exchange.operation.body}


def _whole(
    checked: CheckedContract,
    operation: Operation,
    declared: Response,
    response: HttpResponse,
    payload: Example | None = None,
) -> Iterator[Breach]:
    yield from response_parts.media_type(operation, declared, response)
    yield from response_parts.headers(checked, operation, declared, response)
    yield from response_parts.body(checked, operation, declared, response, payload)


def _of_operation(sentence: str, operation: Operation, reason: str | None = None) -> Breach:
    return Breach(sentence, operation.pointer, reason, way=ways.of_operation(operation, sentence))


def _response(exchange: Exchange) -> HttpResponse:
    """Return the response of an exchange; only `answered` is given an exchange without one."""
    if not isinstance(exchange.response, HttpResponse):
        raise TypeError(exchange.response)
    return exchange.response


def _declared(checked: CheckedContract, exchange: Exchange) -> Response | None:
    """Return the declared response; None where the status is wrong, which another check reports.

    A success with another status has to hold what the declared one holds.
    """
    status = _response(exchange).status
    found = checked.declared_response(exchange.operation, status)
    return exchange.operation.success if found is None and 200 <= status < 300 else found


def _or_failure(exchange: Exchange, declared: Response, own: Iterator[Breach], name: str) -> Iterator[Breach]:
    """Yield our own breaches; if there is none, the failure that Schemathesis' check of that name has found."""
    found = list(own)
    yield from found
    if not found and (first := exchange.schemathesis_failures.get(name)):
        yield Breach(first, declared.pointer, basis.of_response(exchange.operation, declared), part=name)
