"""Counts of what the mock has done since its start."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcontract_mock.http.exchange import Exchange

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper bounds of the buckets of the time until a response."""


Target = tuple[str, str]
"""The document and the operation that a request was for; empty where that is not in a contract."""


class Work:
    """How long the requests for one target took, how many by method and status, and the faults in them.

    `buckets` counts those that took at most as long as each of `SECONDS`, and longer than the one before; the last one
    those that took longer than all. The status is 0 where no response was sent.
    """

    def __init__(self) -> None:
        self.requests: dict[tuple[str, int], int] = {}
        self.seconds = 0.0
        self.buckets = [0] * (len(SECONDS) + 1)
        self.violations = 0


class Metrics:
    """Counts every exchange, by what it was for."""

    def __init__(self) -> None:
        self.work: dict[Target, Work] = {}

    def count(self, exchange: Exchange) -> None:
        """Count an exchange."""
        target = exchange.document or "", exchange.operation or ""
        work = self.work.get(target)
        if work is None:
            work = self.work[target] = Work()
        outcome = exchange.method, exchange.response.status if exchange.response else 0
        work.requests[outcome] = work.requests.get(outcome, 0) + 1
        work.seconds += exchange.seconds
        work.buckets[bisect_left(SECONDS, exchange.seconds)] += 1
        work.violations += len(exchange.faults)
