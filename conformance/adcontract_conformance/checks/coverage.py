"""Which operations a run has tried: those that carried out at least one request that was meant to succeed."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract.contract.actions import BATCHES, batched
from adcontract_conformance.model.exchange import CREDENTIALS, HttpResponse, Purpose
from adcontract_conformance.model.promises import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adcontract import Operation
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

MEANT = frozenset((Purpose.DOCUMENTED, Purpose.OPEN, Purpose.LAW, Purpose.LINKED, Purpose.VALID, Purpose.UNSURE))
"""The purposes of requests that can succeed. Requests with a fault or without credentials are not among them."""

NOT_ABOUT_THE_REQUEST = frozenset((401, 403, 404, 409, 410, 429))
"""Statuses that a valid request may get for its credentials, for the item that it names, or for its number."""


class Coverage:
    """The statuses of the responses to requests that can succeed, by operation."""

    def __init__(self) -> None:
        self._statuses: dict[str, Counter[int]] = {}
        self._asked: set[str] = set()
        self._done: set[str] = set()
        self.limited = 0
        """How many requests were too many (429). What they should have shown was not seen."""
        self.unread: Counter[str] = Counter()
        """How many responses had a body that was too long to be read, by operation."""

    def add(self, exchange: Exchange) -> None:
        """Count the response of an exchange, if its request can succeed; a missing response counts as 0."""
        response = exchange.response
        if isinstance(response, HttpResponse) and not response.whole:
            self.unread[exchange.operation.id] += 1
        if exchange.purpose is not Purpose.PREFERRED and isinstance(response, HttpResponse):
            self.limited += response.status == HTTPStatus.TOO_MANY_REQUESTS
        if exchange.purpose in MEANT and not _may_be_refused(exchange):
            status = exchange.response.status if isinstance(exchange.response, HttpResponse) else 0
            self._statuses.setdefault(exchange.operation.id, Counter())[status] += 1
            if exchange.operation.is_done(status):
                self._done.add(exchange.operation.id)
            if exchange.purpose is not Purpose.LAW:
                self._asked.add(exchange.operation.id)

    def miss(self, operation: Operation) -> None:
        """Note that an operation should have been tried, and was not."""
        self._asked.add(operation.id)

    def says_nothing(self, exchange: Exchange) -> bool:
        """Return whether a request was turned away for another reason than the one for which it was sent.

        A request without good credentials is, where those with good ones were never carried out, and got its status.
        """
        if not isinstance(exchange.response, HttpResponse):
            return False
        status = exchange.response.status
        known = self._statuses.get(exchange.operation.id) or sum(self._statuses.values(), Counter())
        if exchange.purpose in MEANT:
            return status in NOT_ABOUT_THE_REQUEST
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return True
        works = any(200 <= each < 300 for each in known)
        if exchange.purpose in (*CREDENTIALS, Purpose.HEAD_WITHOUT_CREDENTIALS):
            return status in known and not works
        return status == HTTPStatus.UNAUTHORIZED or (status == HTTPStatus.FORBIDDEN and not works)

    def responses(self, operation: str) -> Counter[int]:
        """Return the statuses of the responses to the requests of an operation that can succeed."""
        return self._statuses.get(operation, Counter())

    def is_asked(self, operation: str) -> bool:
        """Return whether an operation was sent a request of its own, beside those of laws, or should have been."""
        return operation in self._asked

    def untried(self, operations: Iterable[Operation], finished: Iterable[str]) -> dict[str, Counter[int]]:
        """Return the operations that carried out no request, with the statuses of their responses. See `is_untried`."""
        for_all = set(GROUPS) <= set(finished)
        found = {each.id: self.responses(each.id) for each in operations if each.id not in self._done}
        return {
            name: statuses
            for name, statuses in found.items()
            if is_untried(statuses, is_asked=name in self._asked, for_all=for_all, none=not self._done)
        }


def is_untried(statuses: Mapping[int, int], *, is_asked: bool, for_all: bool, none: bool) -> bool:
    """Return whether an operation that carried out no request should have, with the `statuses` of the responses.

    An operation that was sent none counts where the run was `for_all`, with every group finished: one leaves to another
    what it can try. One that `is_asked` counts in any case. One that was only sent the requests of laws counts where
    `none` of the contract succeeded: some laws send nothing but faulty requests to an operation.
    """
    return is_asked or for_all or (none and bool(statuses))


def _may_be_refused(exchange: Exchange) -> bool:
    """Return whether a request was refused that a target may refuse: that does not say whether it can succeed."""
    response = exchange.response
    is_refused = isinstance(response, HttpResponse) and 400 <= response.status < 500
    return exchange.purpose is Purpose.UNSURE and is_refused


def deletes_alone(checked: CheckedContract, operation: Operation) -> bool:
    """Return whether no run can try an operation: what the suite cannot create, it does not delete."""
    resource = operation.behavior.resource
    if resource is None or resource.action not in ("delete", *BATCHES) or resource.action == batched("create"):
        return False
    return not checked.contract.resources[resource.name].creating
