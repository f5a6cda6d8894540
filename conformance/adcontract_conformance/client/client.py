"""The client of the laws: it asks the target, walks over its lists, and removes what it has created."""

from __future__ import annotations

import random
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract_conformance.client.cleanup import Cleanup
from adcontract_conformance.client.lists import Lists
from adcontract_conformance.client.requester import Requester
from adcontract_conformance.model.exchange import HttpResponse, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract import Operation
    from adcontract_conformance.client.items import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Exchange, Request


LATE = 1.2
"""After how many seconds a read shows what was written, on a target whose reads come late."""

PROBES = 6
"""How often the suite waits to see whether reads come late."""


class Client(Requester):
    """One target as the laws of one contract see it.

    `broken` has the laws that were broken, on which operations, and in which parts, and `carried_out` the ids of the
    operations of which a request was carried out. `untried` has the parameters that the last law was not tried with.
    `rng` chooses the rows, values and
    pages that a law tries. A `patient` client waits after a write until reads show it.
    `left` has the item that it has left behind, by the id of the operation that created one, and the ids that each list
    had before.
    `busy` has the resources to whose items others write, and `leaving` those that change by themselves, each with
    whether its items are not read any more at their end.
    """

    def __init__(self, sender: Sender, seed: int = 1) -> None:
        super().__init__(sender)
        self.seed = seed
        self.rng = random.Random(1)
        self.lists = Lists(self, sender.pages)
        self.cleanup = Cleanup(self, self.lists)
        self.broken: set[tuple[str, str, str]] = set()
        self.carried_out: set[str] = set()
        self.untried: list[str] = []
        self.patient = False
        self.busy = set[str]()
        self.leaving: dict[str, bool] = {}
        self.left: dict[str, tuple[Item, dict[str, set[bytes]]]] = {}
        self._written = 0.0
        self._probes = PROBES

    def send(self, operation: Operation, request: Request) -> Reply:
        """Send a request as it is. See `ask`."""
        if request.method != "GET":
            self.lists.forget()
        elif self.patient and (rest := self._written + LATE - time.monotonic()) > 0:
            time.sleep(rest)
        refused = False
        try:
            reply = super().send(operation, request)
            refused = reply.refused
            if reply.ok:
                self.carried_out.add(operation.id)
            return reply
        finally:
            if request.method != "GET" and not refused:
                self._written = time.monotonic()

    def says_nothing(self, operation: Operation, reply: Reply) -> bool:
        """Return whether a request was refused for another reason than what it says, or may have been.

        That is so for 401 and 429, and for 403 where no request of the operation was ever carried out.
        """
        if reply.status == HTTPStatus.FORBIDDEN:
            return operation.id not in self.carried_out
        return reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)

    @property
    def has_just_written(self) -> bool:
        """Whether it wrote so shortly ago that a target whose reads come late may not show it yet."""
        return time.monotonic() - self._written < LATE

    def settle(self) -> None:
        """Wait until a target whose reads come late shows everything that was written."""
        time.sleep(max(self._written + LATE - time.monotonic(), 0.0))

    def reads_late(self, exchanges: Iterable[Exchange]) -> bool:
        """Return whether reads that were sent after a write are answered otherwise a little later.

        That may have another reason, so it is only a sign that the target has to be given time.
        """
        reads = [each for each in exchanges if each.request.method == "GET"]
        if not reads or self._probes <= 0:
            return False
        self._probes -= 1
        time.sleep(LATE)
        for each in reads:
            now, then = self.sender.exchange(Purpose.LAW, each.operation, each.request).response, each.response
            if not (isinstance(now, HttpResponse) and isinstance(then, HttpResponse)):
                return False
            if (now.status, now.body) != (then.status, then.body):
                return True
        return False

    def was_broken(self, law: str, operation: Operation, part: str | None = None) -> bool:
        """Return whether a law was broken on an operation, or a part of it."""
        return any(each[:2] == (law, operation.id) and part in (None, each[2]) for each in self.broken)

    def loses_items(self, create: Operation) -> bool:
        """Return whether the law of a create has shown that its items cannot be told apart, or cannot be read."""
        laws = ("create", "upsert")
        parts = (part for law, operation, part in self.broken if operation == create.id and law in laws)
        return any(part == "id" or part.startswith("read ") for part in parts)

    def start_again(self) -> None:
        """Forget the walks, and remove the created items.

        Raises:
            KeyboardInterrupt: if one came meanwhile.
        """
        self.lists.forget()
        if stop := self.clear():
            raise stop

    def clear(self) -> KeyboardInterrupt | None:
        """Remove the created items. See `Cleanup.clear`."""
        before = self.cleanup.requests
        try:
            return self.cleanup.clear()
        finally:
            if self.cleanup.requests > before:
                self.lists.forget()
                self.carried_out |= self.cleanup.carried_out
                self._written = time.monotonic()
