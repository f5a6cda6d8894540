"""The requests of the laws: the documented one of an operation, with other values in their places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from adcontract_conformance.client.replies import MISSING, NotTestable, Reply, json_of
from adcontract_conformance.model.exchange import HttpResponse, Purpose
from adcontract_conformance.model.promises import UNNAMED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import MediaType, Operation
    from adcontract_conformance.client.documented import Documented
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Exchange, Request

Parameters: TypeAlias = "Mapping[str, Any] | None"
"""Values of the path, the query or the headers, by name."""


class Requester:
    """Sends the requests of the laws. The exchanges are in `sent` until the runner takes them."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self.sent: list[Exchange] = []

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of the contract, whether it is checked or not."""
        return self.sender.checked.contract.operations

    def documented(self, operation: Operation, path: Parameters = None, query: Parameters = None) -> Documented:
        """Return the documented request without the optional parameters of its query, and with other values."""
        first = self.sender.documented(operation)[0]
        needed = {each.name for each in operation.parameters if each.required}
        required = {name: value for name, value in first.query.items() if name in needed}
        return replace(first, path={**first.path, **(path or {})}, query={**required, **(query or {})})

    def ask(
        self,
        operation: Operation,
        path: Parameters = None,
        query: Parameters = None,
        body: Any = MISSING,
        headers: Parameters = None,
    ) -> Reply:
        """Send the documented request of an operation with other values of its parameters, or another body.

        Raises:
            NotTestable: if no response comes, or a 5xx, which another check reports.
        """
        documented = self.documented(operation, path, query)
        if headers:
            documented = replace(documented, header={**documented.header, **headers})
        if body is not MISSING:
            documented = replace(documented, media=operation.body[0], body=body)
        return self.send(operation, self.sender.request(documented))

    def write(self, operation: Operation, path: Parameters, query: Parameters, media: MediaType, body: Any) -> Reply:
        """Send the documented request of an operation with a body of one of its media types. See `ask`."""
        documented = replace(self.documented(operation, path, query), media=media, body=body)
        return self.send(operation, self.sender.request(documented))

    def send(self, operation: Operation, request: Request) -> Reply:
        """Send a request as it is. See `ask`.

        Raises:
            NotTestable: also if it would write through an operation that is not checked.
        """
        if request.method != "GET" and not self.sender.checked.may_write(operation):
            raise NotTestable(f"not tried: {operation.id} {UNNAMED}")
        exchange = self.sender.exchange(Purpose.LAW, operation, request)
        self.sent.append(exchange)
        response = exchange.response
        if not isinstance(response, HttpResponse) or response.status >= 500:
            raise NotTestable("the target fails on a valid request")
        if not response.whole:
            raise NotTestable("the target answers with more than the suite reads")
        return Reply(exchange, response.status, json_of(response.body))

    def follow(self, operation: Operation, link: str, path: Parameters = None) -> Reply:
        """Ask for a page with the query of a link; a target may name another host than the one that is checked.

        Raises:
            NotTestable: see `send`.
        """
        request = self.sender.request(self.documented(operation, path))
        url, _, own = request.url.partition("?")
        query = urlsplit(link).query
        # a key may be in the query of every request
        known = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
        more = [each for each in own.split("&") if each and each.partition("=")[0] not in known]
        return self.send(operation, replace(request, url=f"{url}?{'&'.join([query, *more])}"))

    def good(
        self, operation: Operation, path: Parameters = None, query: Parameters = None, body: Any = MISSING
    ) -> Reply:
        """Send a request that has to be carried out before a law can be tried.

        Raises:
            NotTestable: if it is refused.
        """
        return self.accepted(operation, self.ask(operation, path, query, body))

    def accepted(self, operation: Operation, reply: Reply) -> Reply:
        """Return a reply if the request was carried out. See `good`."""
        if not reply.ok:
            raise NotTestable(f"{operation.id} answers {reply.status} to the request that the law starts with")
        return reply
