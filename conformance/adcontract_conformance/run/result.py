"""A run and its results."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adcontract_conformance.client.book import Book

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.run.options import Options
    from adcontract_conformance.run.waiver_problems import WaiverProblem


@dataclass
class Run:
    """A run and its results. Where it is divided, some of the `contracts` may have no operation here, and no ledger.

    `stopped` says in a sentence why it ended early, if it could not go on, and `bound` which bound of its options it
    met, as a clause.
    `book` has what was created, and what could not be removed, which `left` names, a file; `unwritable` says why there
    is no such file, and `earlier` are the files of what earlier runs have left on the target. `waiver_problems` are
    waivers to be edited.
    """

    target: Target
    options: Options
    ledgers: list[Ledger]
    contracts: list[CheckedContract]
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    stopped: str | None = None
    bound: str | None = None
    book: Book = field(default_factory=Book)
    left: Path | None = None
    unwritable: str | None = None
    earlier: list[Path] = field(default_factory=list)
    waiver_problems: list[WaiverProblem] = field(default_factory=list)

    @property
    def served(self) -> list[Ledger]:
        """The ledgers of the contracts that the target serves."""
        return [ledger for ledger in self.ledgers if not ledger.left_out]
