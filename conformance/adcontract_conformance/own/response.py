"""A response as the checks and laws of a team see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.replies import MISSING, NotTestable, json_of
from adcontract_conformance.model.exchange import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation
    from adcontract_conformance.model.exchange import Exchange, Request


@dataclass(frozen=True)
class Response:
    """A response of the target, the request that led to it, and the operation of the contract.

    The names of its `headers` are in lower case.
    """

    operation: Operation
    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True

    @property
    def ok(self) -> bool:
        """Whether the request was carried out: a status of 2xx."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The value of its JSON body.

        Raises:
            NotTestable: if the body is not JSON, which the checks of the contract report, or too long to be read.
        """
        value = json_of(self.body) if self.whole else MISSING
        if value is MISSING:
            raise NotTestable("the body is not JSON" if self.whole else "the body was too long to be read")
        return value


def response_of(exchange: Exchange) -> Response:
    """Return the response of an exchange that has one."""
    found = exchange.response
    if not isinstance(found, HttpResponse):
        raise TypeError(found)
    return Response(exchange.operation, exchange.request, found.status, found.headers, found.body, found.whole)
