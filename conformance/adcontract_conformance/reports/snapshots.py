"""One target against every snapshot of an API: which one it speaks, and what keeps it from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from adcontract.openapi.paths import shape
from adcontract.wording import plural
from adcontract_conformance.model.promises import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from adcontract import Operation
    from adcontract_conformance.checks.ledger import Finding, Ledger
    from adcontract_conformance.run import Run

GROUPS = ("examples",)
"""What is asked where no groups are: the documented requests are what snapshots differ in."""

_CELLS = {
    Outcome.PASS: Text("pass", "green"),
    Outcome.WARN: Text("warn", "yellow"),
    Outcome.FAIL: Text("FAIL", "red"),
    Outcome.ERROR: Text("error", "bold red"),
}
_ABSENT = Text("·", "dim")
_TOLD = 12


@dataclass(frozen=True)
class Verdict:
    """What a run against the snapshots of one API says: those that the target conforms to, the newest first."""

    api: str
    ledgers: tuple[Ledger, ...]

    @property
    def conforming(self) -> tuple[Ledger, ...]:
        """The snapshots that the target conforms to."""
        return tuple(each for each in self.ledgers if Outcome.PASS <= each.outcome <= Outcome.WARN)

    @property
    def spoken(self) -> Ledger | None:
        """The newest of them, which the target is said to speak; None if it speaks none."""
        return next(iter(self.conforming), None)

    @property
    def sentence(self) -> str:
        """The verdict in a sentence."""
        if self.spoken is None:
            nearest = min(self.ledgers, key=lambda ledger: len(failing(ledger)))
            return f"{self.api}: the target speaks no known snapshot; nearest is {_snapshot(nearest)}."
        others = [_snapshot(each) for each in self.conforming[1:]]
        also = f" It also conforms to {' and '.join(others)}." if others else ""
        return f"{self.api}: the target speaks {_snapshot(self.spoken)}.{also}"


def verdicts(run: Run) -> list[Verdict]:
    """Return the verdict on each API of a run."""
    by_api: dict[str, list[Ledger]] = {}
    for ledger in run.ledgers:
        by_api.setdefault(ledger.checked.api, []).append(ledger)
    return [Verdict(api, tuple(ledgers)) for api, ledgers in by_api.items()]


def failing(ledger: Ledger) -> dict[str, list[Finding]]:
    """Return the findings that keep a target from a snapshot, by operationId."""
    found: dict[str, list[Finding]] = {}
    for finding in ledger.findings:
        if finding.outcome >= Outcome.FAIL:
            found.setdefault(finding.operation.id, []).append(finding)
    return found


def show(console: Console, run: Run) -> None:
    """Print a table of operations by snapshots for each API, what keeps the target from each, and the verdict."""
    for verdict in verdicts(run):
        console.print(_table(verdict))
        for ledger in verdict.ledgers:
            if ledger is not verdict.spoken:
                for line in _obstacles(ledger):
                    console.print(Text(line), soft_wrap=True)
        style = "green" if verdict.spoken else "red"
        console.print(Text(f"\n{verdict.sentence}", f"bold {style}"), soft_wrap=True)


def _table(verdict: Verdict) -> Table:
    table = Table(box=None, pad_edge=False)
    for ledger in verdict.ledgers:
        table.add_column(_snapshot(ledger), justify="center", no_wrap=True)
    table.add_column("operation", overflow="fold")
    outcomes = [_outcomes(ledger) for ledger in verdict.ledgers]
    rows = {_key(operation): operation for ledger in verdict.ledgers for operation in ledger.checked.operations}
    for key, operation in sorted(rows.items(), key=lambda row: (row[0][1], row[0][0])):
        cells = (_CELLS.get(each[key], Text(each[key].word)) if key in each else _ABSENT for each in outcomes)
        table.add_row(*cells, f"{operation.method} {operation.path}")
    return table


def _outcomes(ledger: Ledger) -> dict[tuple[str, str], Outcome]:
    worst: dict[tuple[str, str], Outcome] = {}
    for result in ledger.results:
        key = _key(result.operation)
        worst[key] = max(worst.get(key, Outcome.SKIPPED), result.outcome)
    return worst


def _obstacles(ledger: Ledger) -> Iterator[str]:
    found = failing(ledger)
    if not found:
        return
    yield f"\n{_snapshot(ledger)}: the target does not conform in {plural(len(found), 'operation')}:"
    for findings in list(found.values())[:_TOLD]:
        first = findings[0]
        yield f"  {first.operation.method} {first.operation.path}: {first.breach.sentence} ({first.where})"
    if len(found) > _TOLD:
        yield f"  … and {len(found) - _TOLD} more; see them with --snapshot {_snapshot(ledger)}."


def _key(operation: Operation) -> tuple[str, str]:
    return operation.method, shape(operation.path)


def _snapshot(ledger: Ledger) -> str:
    return ledger.checked.contract.name.snapshot
