"""Checks of the requests that follow links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_conformance.checks.declared import broken, deleted_again
from adcontract_conformance.checks.exchange_checks.answers import invariants, status_known, valid_accepted
from adcontract_conformance.checks.exchange_checks.common import declared_response, response_of, whole
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.exchange import GONE, THERE, Purpose
from adcontract_conformance.model.promises import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.model.promises import Breach


@check("state.answer", "a request that follows a link gets a response that the contract declares", Purpose.LINKED)
def linked(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:
    """Look at the response to a valid request of a sequence: its status, media type, headers, body and values."""
    yield from valid_accepted(checked, exchange)
    yield from status_known(checked, exchange)
    if declared := declared_response(checked, exchange):
        yield from whole(checked, exchange.operation, declared, response_of(exchange))
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
        sentence = f"A request for an item that was just created is answered with {response_of(exchange).status}."
        yield broken(exchange.operation, "x-resource", exchange, sentence, part=THERE, grave=True).breach


@check("state.gone", "a deleted item cannot be read", Purpose.LINKED)
def gone(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
    """Look for a success on an item that was deleted for good."""
    _require_link(exchange)
    if GONE in exchange.schemathesis_failures:
        sentence = f"A request for a deleted item is answered with {response_of(exchange).status}."
        resource = exchange.operation.behavior.resource
        if resource and resource.action == "delete":
            yield deleted_again(exchange.operation, exchange, sentence, part=GONE).breach
        else:
            is_served = resource is not None and resource.action == "read"
            yield broken(exchange.operation, "x-resource", exchange, sentence, part=GONE, grave=is_served).breach
