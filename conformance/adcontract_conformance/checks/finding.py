"""A finding: one part of the contract that the target breaks in one operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.checks.latency import LATENCY
from adcontract_conformance.model.promises import Outcome

if TYPE_CHECKING:
    from adcontract import Location, Operation
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.model.promises import Breach, Check


@dataclass
class Finding:
    """One part of the contract that the target breaks, with the shortest request that shows it, and the number of all.

    `fingerprint` is the same in every run that finds the same breach: a hash of the check, the operation and the part.
    A flaky one was seen in `seen` of `tries` tries.
    """

    fingerprint: str
    check: Check
    operation: Operation
    outcome: Outcome
    where: Location
    breach: Breach
    exchange: Exchange
    count: int = 1
    seen: int = 0
    tries: int = 0

    @property
    def sentence(self) -> str:
        """What is broken, and in how many tries it was, where it comes and goes."""
        often = f" It was seen in {self.seen} of {self.tries} tries." if self.tries else ""
        return f"{self.breach.sentence}{often}"

    @property
    def basis(self) -> str:
        """Whether the broken part is documented, from what it was inferred, or why the contract leaves it open."""
        if self.check is LATENCY:
            return "declared with --max-latency"
        if self.breach.inferred is None:
            return "documented"
        is_grave = self.outcome is Outcome.FAIL and self.breach.grave
        word = "open" if self.breach.is_open else "inferred, and grave" if is_grave else "inferred"
        return f"{word}: {self.breach.inferred}"
