"""The reads of a watch: documented requests, a few pages of each list, and items that lists show."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.client import Client
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.items import address, under
from adcontract_conformance.client.lists import Lists
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.client.target import Target
from adcontract_conformance.model.exchange import HttpResponse, NoResponse, Purpose
from adcontract_conformance.watch.comparison import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.items import Address
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Exchange, Request

PAGES = 4
"""How many pages of a list are read."""

ITEMS = 4
"""How many items of a list are read, and for how many parents a list is."""


class RememberingTarget(Target):
    """A target to which each request is sent once, so that all snapshots are compared with the same responses."""

    def __init__(self, *args: Any, progress: Callable[[int], None] = lambda _: None, **options: Any) -> None:
        """Take the arguments of a target, and a function that is called with the number of the requests so far."""
        super().__init__(*args, **options)
        self._progress = progress
        self._answers: dict[tuple[str, str, str], HttpResponse | NoResponse] = {}

    @property
    def requests(self) -> int:
        """The number of requests that were sent."""
        return len(self._answers)

    def send(self, request: Request, operation: str = "") -> HttpResponse | NoResponse:
        """Send a request, or return the response that it had. See `Target.send`."""
        asked = request.method, request.url, repr(sorted(request.headers.items()))
        if asked not in self._answers:
            self._answers[asked] = super().send(request, operation)
            self._progress(self.requests)
        return self._answers[asked]


@dataclass
class Answers:
    """The responses of a target by operation, in words that all snapshots share, and without doubles.

    `known` has the operations that were asked for what the target shows itself, or that name nothing.
    """

    found: dict[tuple[str, str], dict[object, HttpResponse | NoResponse]] = field(default_factory=dict)
    known: set[tuple[str, str]] = field(default_factory=set)

    def add(self, exchange: Exchange) -> None:
        """Add the response of an exchange."""
        response = exchange.response
        what: object = response
        if isinstance(response, HttpResponse):
            what = response.status, frozenset(response.headers), response.body
        self.found.setdefault(key(exchange.operation), {})[what] = response

    def of(self, operation: Operation) -> list[HttpResponse | NoResponse]:
        """Return the responses of an operation."""
        return list(self.found.get(key(operation), {}).values())


def read(sender: Sender, answers: Answers) -> None:
    """Send the reads of one contract, and add what comes back."""
    client = Client(sender)
    client.lists = Lists(client, PAGES)
    for operation in sender.checked.operations:
        if operation.method == "GET" and sender.has_request(operation):
            for documented in sender.documented(operation):
                answers.add(sender.exchange(Purpose.DOCUMENTED, operation, sender.request(documented)))
            if _ask(client, operation):
                answers.known.add(key(operation))
    for exchange in client.sent:
        answers.add(exchange)


def _ask(client: Client, operation: Operation) -> bool:
    """Ask for what the target itself shows: pages of a list, items and parents that lists show; return whether any is.

    What comes back is in `client.sent`.
    """
    resource = operation.behavior.resource
    addresses: list[Address] = [{"path": {}, "query": {}}]
    try:
        if resource is not None and (resource.key or resource.parent):
            addresses = list(_addresses(client, operation, resource))
        elif "{" in operation.path:
            return False
    except NotTestable:
        return False
    for place in addresses:
        with suppress(NotTestable):
            if operation.behavior.pagination or (resource and resource.action == "list"):
                client.lists.walk(operation, place["path"], place["query"])
            else:
                client.ask(operation, place["path"], place["query"])
    return bool(addresses)


def _addresses(client: Client, operation: Operation, resource: Resource) -> Iterator[Address]:
    factory = ResourceFactory(client, resource.name)
    if resource.key is None or resource.action == "list":
        for parent_ids in factory.parent_ids_of(operation)[: ITEMS + 1]:
            yield factory.address(operation, MISSING, parent_ids)
        return
    found = 0
    for _, parent_ids, row, _ in factory.rows():
        id_ = at(row, resource.id or "/id")
        is_known = resource.parent is None or under(resource.parent) in parent_ids
        if id_ not in (MISSING, None) and is_known and found < ITEMS:
            found += 1
            yield address(resource, id_, parent_ids)
