"""What the page shows of the results of one contract: its causes, what was not tried, and the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.sentences import at_other_servers, extent, gaps, overall, verdict
from adcontract_conformance.reports.snapshots import verdicts

if TYPE_CHECKING:
    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.reports.document import ContractReport, ReportedCheck, ReportedFinding, RunReport

_OPEN = 5
"""How many causes are unfolded: the gravest, if they fail."""


@dataclass(frozen=True)
class CauseView:
    """A cause: its findings, the first of which is shown at once, and whether it is unfolded."""

    fingerprint: str
    outcome: str
    sentence: str
    extent: str
    findings: tuple[ReportedFinding, ...]
    is_open: bool


@dataclass(frozen=True)
class Cell:
    """How a check ended on an operation; `finding` is the first finding that it led to."""

    outcome: str
    reason: str
    finding: str


@dataclass(frozen=True)
class Row:
    """An operation, or what was checked besides, with a cell for each check, None where it was not to be tried."""

    name: str
    method: str
    path: str
    cells: list[Cell | None]


@dataclass(frozen=True)
class ContractView:
    """The results of a contract. `key` makes the ids of its elements unique on the page.

    `skipped` has for each reason the checks, each with the operations that it was not tried on.
    """

    key: str
    title: str
    outcome: str
    verdict: str
    gaps: list[str]
    causes: list[CauseView]
    checks: list[ReportedCheck]
    rows: list[Row]
    skipped: list[tuple[str, dict[str, list[str]]]]
    errors: list[str]
    at_other_servers: str

    @property
    def groups(self) -> list[tuple[str, list[ReportedCheck]]]:
        """The checks by group, in the order of the matrix."""
        return [(group, list(checks)) for group, checks in groupby(self.checks, key=lambda check: check.group)]

    @property
    def number(self) -> int:
        """How many causes there are."""
        return len(self.causes)


def contract_views(report: RunReport) -> list[ContractView]:
    """Return the contracts of a report as the page shows them."""
    every = verdicts(report) if report.options.every_snapshot else []
    # where the target serves one snapshot, the findings on those that it does not conform to fail nothing
    notes = [
        contract.title
        for each in every
        for contract in each.contracts
        if each.served and contract not in each.conforming
    ]
    return [
        _view(report, contract, f"c{number}", is_note=contract.title in notes)
        for number, contract in enumerate(report.apis, start=1)
    ]


def _view(report: RunReport, contract: ContractReport, key: str, *, is_note: bool) -> ContractView:
    tried = {result.check for result in contract.results}
    groups = list(dict.fromkeys((*report.options.groups, *(check.group for check in report.checks))))
    checks = sorted((check for check in report.checks if check.id in tried), key=lambda each: groups.index(each.group))
    open_gaps = gaps(report, contract, whole=True)
    return ContractView(
        key=key,
        title=contract.title,
        outcome="note" if is_note else overall(report, contract).word,
        verdict=contract.title if contract.left_out else verdict(report, contract),
        gaps=[gap.removeprefix(f"{contract.title}: ") for gap in open_gaps],
        causes=[_cause(cause, number, is_note=is_note) for number, cause in enumerate(contract.found_causes)],
        checks=checks,
        rows=_rows(contract, checks),
        skipped=_skipped(contract),
        errors=[f"{each.operation}: {each.message}" if each.operation else each.message for each in contract.errors],
        at_other_servers=at_other_servers(contract) if contract.at_other_servers else "",
    )


def _cause(cause: Cause[ReportedFinding], number: int, *, is_note: bool) -> CauseView:
    return CauseView(
        fingerprint=cause.fingerprint,
        outcome="note" if is_note else cause.outcome.word,
        sentence=cause.sentence,
        extent=extent(cause).strip(" ()"),
        findings=cause.findings,
        is_open=cause.outcome is Outcome.FAIL and number < _OPEN and not is_note,
    )


def _rows(contract: ContractReport, checks: list[ReportedCheck]) -> list[Row]:
    known = {operation.id: (operation.method, operation.path) for operation in contract.operations}
    by_operation: dict[str, dict[str, Cell]] = {name: {} for name in known}
    for result in contract.results:
        cell = Cell(result.outcome.word, result.reason, next(iter(result.findings), ""))
        by_operation.setdefault(result.operation, {})[result.check] = cell
    return [
        Row(name, *known.get(name, ("", "")), [cells.get(check.id) for check in checks])
        for name, cells in by_operation.items()
    ]


def _skipped(contract: ContractReport) -> list[tuple[str, dict[str, list[str]]]]:
    """Return the reasons for which checks were skipped, the most frequent first."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for result in contract.results:
        if result.outcome is Outcome.SKIPPED:
            reasons.setdefault(result.reason, {}).setdefault(result.check, []).append(result.operation)
    return sorted(reasons.items(), key=lambda item: -sum(map(len, item[1].values())))
