"""Sends the requests of one contract to one target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.allowance import NotSent
from adcontract_conformance.client.batches import about_nothing
from adcontract_conformance.client.book import Book
from adcontract_conformance.client.bounds import PAGES
from adcontract_conformance.client.documented import Documented, documented
from adcontract_conformance.client.interrupts import unhurried
from adcontract_conformance.client.keys import Keys
from adcontract_conformance.client.replies import MISSING
from adcontract_conformance.client.singles import Singles
from adcontract_conformance.model.exchange import Exchange, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation
    from adcontract_conformance.client.documented import Sample
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import HttpResponse, NoResponse, Request


class Sender:
    """Knows the documented requests of a contract, and sends requests to the target; the book has what they create.

    Each request has an `Idempotency-Key` of its own, apart from the `keys` that a law has created for several.

    `own` is whether the target is a server of the user's own, on which something may be left behind.
    """

    def __init__(
        self,
        checked: CheckedContract,
        target: Target,
        sample: Sample,
        book: Book | None = None,
        pages: int = PAGES,
        *,
        own: bool = False,
    ) -> None:
        self.checked = checked
        self.target = target
        self.pages = pages
        self.own = own
        self.book = book or Book()
        self.keys = Keys(checked.schemas)
        self.singles = Singles(checked)
        self._sample = sample
        self._documented: dict[str, list[Documented]] = {}

    def documented(self, operation: Operation) -> list[Documented]:
        """Return the documented requests of an operation, which are put together once. They are not to be changed.

        The entries of a batch that changes or deletes name no item of the target.

        Raises:
            NotSent: if it has none that are whole, and no valid one can be generated.
        """
        if operation.id not in self._documented:
            known = self.target.known.get(operation.id)
            found = documented(operation, self._sample, known)
            # only items that were created for it are named in a batch that changes or deletes
            self._documented[operation.id] = [replace(each, body=about_nothing(operation, each.body)) for each in found]
        return self._documented[operation.id]

    def has_request(self, operation: Operation) -> bool:
        """Return whether an operation has a documented request. See `documented`."""
        try:
            return bool(self.documented(operation))
        except NotSent:
            return False

    def first_documented(self, operation: Operation, path: Mapping[str, Any]) -> Documented:
        """Return the first documented request of an operation with other values of the path."""
        first = self.documented(operation)[0]
        return replace(first, path={**first.path, **path})

    def request(self, documented: Documented, base: str | None = None) -> Request:
        """Return a documented request as it is sent to the target, or to another base URL."""
        return documented.request(self.checked, base or self.target.url, self.target.credentials.mark)

    def exchange(self, purpose: Purpose, operation: Operation, request: Request, **more: Any) -> Exchange:
        """Send a request and return it with its response; `more` are other fields of the exchange.

        Raises:
            NotSent: if the user does not let it pass.
        """
        if refusal := self.target.allowance.refusal(request.method):
            raise NotSent(refusal)
        request = self.keys.renewed(operation, self.target.credentials.with_headers(request))
        if request.method == "GET":
            exchange = Exchange(purpose, operation, request, self.send(operation, request), **more)
            self.note(exchange)
            return exchange
        self.singles.look(operation, self.ask)
        # no interrupt comes between a request that creates something and the note of it
        with unhurried():
            exchange = Exchange(purpose, operation, request, self.send(operation, request), **more)
            self.note(exchange)
        return exchange

    def ask(self, operation: Operation, body: Any = MISSING) -> HttpResponse | NoResponse:
        """Send the documented request of an operation, with another body if one is given. See `exchange`."""
        documented = self.documented(operation)[0]
        if body is not MISSING:
            documented = replace(documented, media=operation.body[0], body=body)
        return self.exchange(Purpose.LAW, operation, self.request(documented)).response

    def send(self, operation: Operation, request: Request) -> HttpResponse | NoResponse:
        """Send a request for an operation. See `Target.send`."""
        return self.target.send(request, self.checked.name_of(operation))

    def note(self, exchange: Exchange) -> None:
        """Note what a request has shown or changed."""
        self.singles.note(exchange)
        self.book.note(self.checked, exchange, self.target.url, self)
