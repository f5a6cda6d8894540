"""The client of the laws: it asks the target, walks over its lists, and removes what it has created."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from adcontract_conformance.client.cleanup import Cleanup
from adcontract_conformance.client.lists import Lists
from adcontract_conformance.client.requester import Requester

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Request


class Client(Requester):
    """One target as the laws of one contract see it.

    `broken` has the laws that were broken, on which operations, and in which parts. `rng` chooses the rows, values and
    pages that a law tries.
    """

    def __init__(self, sender: Sender, seed: int = 1) -> None:
        super().__init__(sender)
        self.seed = seed
        self.rng = random.Random(1)
        self.lists = Lists(self)
        self.cleanup = Cleanup()
        self.broken: set[tuple[str, str, str]] = set()

    def send(self, operation: Operation, request: Request) -> Reply:
        """Send a request as it is. See `ask`."""
        if request.method != "GET":
            self.lists.forget()
        return super().send(operation, request)

    def was_broken(self, law: str, operation: Operation, part: str | None = None) -> bool:
        """Return whether a law was broken on an operation, or a part of it."""
        return any(each[:2] == (law, operation.id) and part in (None, each[2]) for each in self.broken)

    def start_again(self) -> None:
        """Forget the walks, and remove the created items.

        Raises:
            KeyboardInterrupt: if one came meanwhile.
        """
        self.lists.forget()
        if stop := self.cleanup.clear():
            raise stop
