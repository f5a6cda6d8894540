"""One target and every snapshot of an API: the one that it serves, and its differences from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from adcontract.openapi.paths import shape
from adcontract.wording import plural, printable
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.sentences import left_out, problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from adcontract_conformance.reports.document import ContractReport, ReportedFinding, ReportedOperation, RunReport

GROUPS = ("examples",)
"""The groups to run if none are requested: snapshots differ in their documented requests."""

_CELLS = {
    Outcome.PASS: Text("pass", "green"),
    Outcome.WAIVED: Text("waived", "cyan"),
    Outcome.FLAKY: Text("flaky", "magenta"),
    Outcome.WARN: Text("warn", "yellow"),
    Outcome.FAIL: Text("FAIL", "red"),
    Outcome.ERROR: Text("error", "bold red"),
}
_ABSENT = Text("·", "dim")
_LISTED = 12
"""The number of operations with differences that are listed."""


@dataclass(frozen=True)
class Verdict:
    """The verdict of a run on the snapshots of one API; `contracts` has the newest first."""

    api: str
    contracts: tuple[ContractReport, ...]

    @property
    def conforming(self) -> tuple[ContractReport, ...]:
        """The snapshots that the target conforms to, the newest first."""
        return tuple(each for each in self.contracts if Outcome.PASS <= each.outcome <= Outcome.WARN)

    @property
    def served(self) -> ContractReport | None:
        """The newest snapshot that the target conforms to, which it presumably serves; None if there is none."""
        return next(iter(self.conforming), None)

    @property
    def sentence(self) -> str:
        """The verdict in a sentence."""
        if self.served is None:
            nearest = min(self.contracts, key=lambda contract: len(failing(contract)))
            return f"{self.api}: the target serves no known snapshot; the nearest is {_snapshot(nearest)}."
        others = [_snapshot(each) for each in self.conforming[1:]]
        also = f" It also conforms to {' and '.join(others)}." if others else ""
        return f"{self.api}: the target serves {_snapshot(self.served)}.{also}"


def verdicts(report: RunReport) -> list[Verdict]:
    """Return the verdict on each API of a run that the target serves."""
    by_api: dict[str, list[ContractReport]] = {}
    for contract in report.served:
        by_api.setdefault(contract.api, []).append(contract)
    return [Verdict(api, tuple(contracts)) for api, contracts in by_api.items()]


def failing(contract: ContractReport) -> dict[str, list[ReportedFinding]]:
    """Return the failures of a target on a snapshot, by operationId."""
    found: dict[str, list[ReportedFinding]] = {}
    for finding in contract.findings:
        if finding.outcome >= Outcome.FAIL:
            found.setdefault(finding.operation_id, []).append(finding)
    return found


def show(console: Console, report: RunReport) -> None:
    """Print for each API a table of operations by snapshots, the differences from each, and the verdict."""
    for verdict in verdicts(report):
        for row in _rows(verdict):
            console.print(row, soft_wrap=True)
        for contract in verdict.contracts:
            if contract is not verdict.served:
                for line in _differences(contract):
                    console.print(Text(printable(line)), soft_wrap=True)
        style = "green" if verdict.served else "red"
        console.print(Text(f"\n{printable(verdict.sentence)}", f"bold {style}"), soft_wrap=True)
    for contract in report.apis:
        if contract.left_out:
            console.print(Text(printable(left_out(contract)), "bold"), soft_wrap=True)
    for problem in problems(report):
        console.print(Text(f"error  {printable(problem)}", "bold red"), soft_wrap=True)


def _rows(verdict: Verdict) -> Iterator[Text]:
    """Yield the lines of the table, with a column for each snapshot; no line is folded, however long its path is."""
    snapshots = [_snapshot(contract) for contract in verdict.contracts]
    yield Text("  ".join([*snapshots, "operation"]), "bold")
    outcomes = [_outcomes(contract) for contract in verdict.contracts]
    rows = {_key(operation): operation for contract in verdict.contracts for operation in contract.operations}
    for key, operation in sorted(rows.items(), key=lambda row: (row[0][1], row[0][0])):
        cells = [_cell(each, key, len(snapshot)) for each, snapshot in zip(outcomes, snapshots, strict=True)]
        yield Text("  ").join([*cells, Text(f"{operation.method} {operation.path}")])


def _cell(outcomes: dict[tuple[str, str], Outcome], key: tuple[str, str], width: int) -> Text:
    cell = _CELLS.get(outcomes[key], Text(outcomes[key].word)) if key in outcomes else _ABSENT
    centered = cell.copy()
    centered.align("center", width)
    return centered


def _outcomes(contract: ContractReport) -> dict[tuple[str, str], Outcome]:
    keys = {operation.id: _key(operation) for operation in contract.operations}
    worst: dict[tuple[str, str], Outcome] = {}
    for result in contract.results:
        key = keys.get(result.operation)
        if key is None:
            continue  # it is about something besides operations
        worst[key] = max(worst.get(key, Outcome.SKIPPED), result.outcome)
    return worst


def _differences(contract: ContractReport) -> Iterator[str]:
    found = failing(contract)
    if not found:
        return
    yield ""
    yield f"{_snapshot(contract)}: the target differs in {plural(len(found), 'operation')}:"
    for findings in list(found.values())[:_LISTED]:
        first = findings[0]
        yield f"  {first.method} {first.path}: {first.sentence} ({first.where})"
    if len(found) > _LISTED:
        yield f"  … and {len(found) - _LISTED} more; list them with --snapshot {_snapshot(contract)}."


def _key(operation: ReportedOperation) -> tuple[str, str]:
    return operation.method, shape(operation.path)


def _snapshot(contract: ContractReport) -> str:
    return contract.snapshot
