"""A finding: one part of the contract that the target breaks in one operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.checks.latency import LATENCY
from adcontract_conformance.checks.themes import other_answer
from adcontract_conformance.model.exchange import Purpose
from adcontract_conformance.model.promises import Outcome

if TYPE_CHECKING:
    from adcontract import Location, Operation
    from adcontract_conformance.checks.causes import Kinship
    from adcontract_conformance.checks.waiving import FoundWaiver
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.model.promises import Breach, Check


@dataclass
class Finding:
    """One part of the contract that the target breaks, with the shortest request that shows it, and the number of all.

    `fingerprint` is the same in every run that finds the same breach: a hash of the check, the operation and the part.
    A flaky one was seen in `seen` of `tries` tries. A waived one has its `waiver`.
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
    waiver: FoundWaiver | None = None

    @property
    def sentence(self) -> str:
        """What is broken, and in how many tries it was, where it comes and goes."""
        often = f" It was seen in {self.seen} of {self.tries} tries." if self.tries else ""
        return f"{self.breach.sentence}{often}"

    @property
    def check_id(self) -> str:
        """The id of the check."""
        return self.check.id

    @property
    def operation_id(self) -> str:
        """The operationId, or the name of what it is about besides operations."""
        return self.operation.id

    @property
    def pointer(self) -> str:
        """The place of the broken part in the contract."""
        return self.breach.pointer

    @property
    def part(self) -> str:
        """What distinguishes two breaches at one place."""
        return self.breach.part

    @property
    def way(self) -> tuple[str, ...]:
        """In which way it breaks the contract, from the general to the particular."""
        if self.kinship == "answer":
            return (other_answer(self.check.id, self.exchange),)
        if self.kinship == "promise":
            # the sentences of a law have values in them
            return (f"Not kept: {self.check.sentence}.",)
        return self.breach.way or (self.breach.sentence,)

    @property
    def kinship(self) -> Kinship:
        """What findings of its cause have in common."""
        if other_answer(self.check.id, self.exchange):
            return "answer"
        return "way" if self.breach.way else "sentence" if self.check.judge else "promise"

    @property
    def only_of_a_mock(self) -> bool:
        """Whether it is about what only a mock does, to answer as `Prefer` asks."""
        return Purpose.PREFERRED in self.check.purposes

    @property
    def size(self) -> int:
        """The length of the requests that show it."""
        return self.exchange.size

    @property
    def basis(self) -> str:
        """Whether the broken part is documented, from what it was inferred, or why the contract leaves it open."""
        if self.check is LATENCY:
            return "declared with --max-latency"
        if self.check.declared:
            return f"declared in {self.check.declared}"
        if self.breach.inferred is None:
            return "documented"
        is_grave = self.outcome is Outcome.FAIL and self.breach.grave
        word = "open" if self.breach.is_open else "inferred, and grave" if is_grave else "inferred"
        return f"{word}: {self.breach.inferred}"
