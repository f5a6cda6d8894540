"""Requests that are sent again at the end of a run, because one response of their operation was slow."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from adcontract_conformance.client.allowance import NotSent
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.model.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract import Operation
    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.client.created import Created
    from adcontract_conformance.client.sender import Sender

Documented: TypeAlias = "Callable[[Operation], Iterable[object]]"
"""Sends the documented requests of an operation, and gives what came of it, the exchanges among that."""

TIMES = 20
"""How often at least a request is sent again whose response was slow once."""


class SlowAgain:
    """Sends reads again as they were, and writes as they are documented, to items that are created for them."""

    def __init__(self, ledger: Ledger, sender: Sender, created: Created, documented: Documented) -> None:
        self._ledger = ledger
        self._sender = sender
        self._created = created
        self._documented = documented

    def requests(self) -> Iterator[None]:
        """Yield before each request. The first one may be slow, so there are as many until another one is."""
        for once, number in self._ledger.slow_once:
            for _ in range(max(TIMES, number) if self._may_come_again(once) else 0):
                yield
                with suppress(NotSent):
                    if self._is_slow(once):
                        break

    def _may_come_again(self, once: Exchange) -> bool:
        return once.request.method in SAFE or self._created.leaves_nothing(once.operation)

    def _is_slow(self, once: Exchange) -> bool:
        """Send a request again, and return whether the operation fails with it."""
        if once.request.method in SAFE:
            again = self._sender.exchange(once.purpose, once.operation, once.request, got=once.got)
            return self._ledger.measure(again)
        sent = [each for each in self._documented(once.operation) if isinstance(each, Exchange)]
        return any(self._ledger.measure(each) for each in sent)
