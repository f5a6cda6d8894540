"""Checks of the responses to requests without good credentials."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract_conformance.checks import basis
from adcontract_conformance.checks.exchange_checks.common import is_limited, response_of, whole
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.exchange import CREDENTIALS, Purpose
from adcontract_conformance.model.promises import Breach, check
from adcontract_conformance.settings.near_secrets import CUT, LONGER, OTHER_CASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Response
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

_CREDENTIALS = {
    Purpose.NO_CREDENTIALS: "without a token",
    Purpose.EMPTY_CREDENTIALS: "with an empty token",
    Purpose.WRONG_SCHEME: "with credentials of another scheme",
    Purpose.WRONG_TOKEN: "with a wrong token",
    Purpose.CUT_TOKEN: f"with the token {CUT.words}",
    Purpose.TOKEN_IN_OTHER_CASE: f"with the token {OTHER_CASE.words}",
    Purpose.LONGER_TOKEN: f"with the token {LONGER.words}",
}

_IN_QUERY = (
    "The contract has the credential elsewhere, and does not say that it is taken nowhere else. A URL stands in logs, "
    "with a secret in it (RFC 6750, section 2.3)."
)

_HEAD = "The contract does not name HEAD; HTTP has it answered like GET, without the body (RFC 9110, section 9.3.2)."


@check("security.missing", "a request without a token is refused", Purpose.NO_CREDENTIALS)
@check("security.empty", "an empty token is refused", Purpose.EMPTY_CREDENTIALS)
@check("security.scheme", "credentials of another scheme are refused", Purpose.WRONG_SCHEME)
@check("security.token", "a wrong token is refused", Purpose.WRONG_TOKEN)
@check("security.token-end", "the beginning of the token is refused", Purpose.CUT_TOKEN)
@check("security.token-case", "the token with its letters in the other case is refused", Purpose.TOKEN_IN_OTHER_CASE)
@check("security.token-longer", "the token with more after it is refused", Purpose.LONGER_TOKEN)
def unauthenticated(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a request without good credentials that is not refused as the contract says."""
    expected = _refusals(checked, exchange.operation, bare=exchange.purpose is Purpose.NO_CREDENTIALS)
    status = response_of(exchange).status
    # the parameters of a second request may be refused before its credentials are looked at
    is_open = not checked.contract.declares_error(exchange.operation, "unauthenticated")
    is_judged = not (exchange.got or is_open) or 200 <= status < 300
    if is_judged and str(status) not in expected and not is_limited(exchange):
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
            spot="/status",
        )


@check("security.query", "a credential in the query is refused, if the contract has none there", Purpose.IN_QUERY)
def in_query(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a credential that is taken in the query."""
    status = response_of(exchange).status
    if 200 <= status < 300:
        way = ("Credentials in the query are accepted.",)
        pointer = checked.schemes(exchange.operation)[0].pointer
        sentence = f"A request with the credential in the query is answered with {status}."
        yield Breach(sentence, pointer, _IN_QUERY, way=way, spot="/status")


@check("security.missing-head", "HEAD without a token is refused as GET is", Purpose.HEAD_WITHOUT_CREDENTIALS)
def head_without_credentials(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look for a HEAD that needs no credentials, where GET does; a server may refuse the method.

    Raises:
        NotTestable: if it is refused for another reason than the credentials.
    """
    status, got = response_of(exchange).status, next(iter(exchange.got), None)
    if got is None or not (200 <= status < 300 or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)):
        raise NotTestable(f"the target answers HEAD with {status}")
    if 200 <= status < 300:
        way = ("Requests without good credentials are accepted.",)
        pointer = checked.schemes(exchange.operation)[0].pointer
        sentence = f"HEAD without a token is answered with {status}, and GET with {got.status}."
        yield Breach(sentence, pointer, _HEAD, "head", way=way, spot="/status")


@check("security.answer", "the refusal of bad credentials has the headers and the schema of the contract", *CREDENTIALS)
def unauthenticated_response(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the refusal: its media type, headers and body."""
    declared = _refusals(checked, exchange.operation).get(str(response_of(exchange).status))
    if declared is not None:
        yield from whole(checked, exchange.operation, declared, response_of(exchange))


def _refusals(checked: CheckedContract, operation: Operation, *, bare: bool = False) -> dict[str, Response]:
    """Return the responses to bad credentials by status: that of `x-errors`, and 403 if both are declared.

    A server may take the wrong credentials for some that do not allow this. It cannot where there are none (`bare`): a
    403 is right only if a page documents it, and none the other response.
    """
    expected = checked.error(operation, "unauthenticated")
    found, other = {expected.status: expected}, operation.responses.get("403")
    if other is not None and expected.status in operation.responses:
        is_shown = basis.of_response(operation, expected) is not None and basis.of_response(operation, other) is None
        if not bare or is_shown:
            found["403"] = other
    return found
