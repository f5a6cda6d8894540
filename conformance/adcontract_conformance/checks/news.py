"""What a run finds, when it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from adcontract.wording import plural

if TYPE_CHECKING:
    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.client.clock import Clock


class Progress(Protocol):
    """Shows how far a run is, and what it finds when it finds it."""

    def show(self, ledger: Ledger, group: str, done: int, total: int) -> None:
        """Show that `done` of `total` operations of a group are done."""

    def found(self, ledger: Ledger, finding: Finding) -> None:
        """Show the first failure of a cause."""

    def close(self, ledger: Ledger, group: str) -> None:
        """Show that a group is done."""


class News:
    """Reports the first failure of each cause when it is found, and ends the run when `bound` causes fail."""

    def __init__(self, ledgers: list[Ledger], bound: int | None, clock: Clock, progress: Progress) -> None:
        self._ledgers = ledgers
        self._bound = bound
        self._clock = clock
        self._progress = progress

    def report(self, ledger: Ledger) -> None:
        """Report what was found on a contract since the last call."""
        news = ledger.taken_news()
        for finding in news:
            self._progress.found(ledger, finding)
        if news and self._bound is not None and self._failing >= self._bound:
            self._clock.stop(f"{plural(self._failing, 'cause')} failed")

    @property
    def _failing(self) -> int:
        return sum(ledger.failing for ledger in self._ledgers)
