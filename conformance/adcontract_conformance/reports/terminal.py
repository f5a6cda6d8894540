"""A run on a terminal: a table of its progress, then the findings and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.live import Live
from rich.table import Table
from rich.text import Text

from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.sentences import excerpt, gaps, notes, promise, verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from rich.console import Console

    from adcontract_conformance.checks.ledger import Finding, Ledger
    from adcontract_conformance.run import Run

_COLUMNS = (Outcome.PASS, Outcome.FLAKY, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED, Outcome.ERROR)
_STYLES = {
    Outcome.PASS: "green",
    Outcome.FLAKY: "magenta",
    Outcome.WARN: "yellow",
    Outcome.FAIL: "red",
    Outcome.ERROR: "bold red",
}
_BODY = 160


class Screen:
    """Shows the progress of a run: as a live table on a terminal, else as a line for each group that is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[tuple[str, str], tuple[Ledger, str, int, int]] = {}
        self._live = (
            Live(console=console, get_renderable=self._table, refresh_per_second=8) if console.is_terminal else None
        )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def show(self, ledger: Ledger, group: str, done: int, total: int) -> None:
        """Show that `done` of `total` operations of a group are done."""
        self._rows[ledger.checked.title, group] = (ledger, group, done, total)

    def close(self, ledger: Ledger, group: str) -> None:
        """Show that a group is done."""
        if self._live:
            return
        tally = ledger.tally(group)
        counts = ", ".join(f"{tally[outcome]} {outcome.word}" for outcome in _COLUMNS if tally[outcome])
        line = f"{ledger.checked.title} {group}: {counts or 'nothing to do'} ({ledger.seconds[group]:.1f} s)"
        self._console.print(Text(line), soft_wrap=True)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        table.add_column("contract")
        table.add_column("group")
        table.add_column("operations", justify="right")
        for outcome in _COLUMNS:
            table.add_column(outcome.word, justify="right", style=_STYLES.get(outcome, ""))
        for ledger, group, done, total in list(self._rows.values()):
            tally = ledger.tally(group)
            counts = (str(tally[outcome]) if tally[outcome] else "·" for outcome in _COLUMNS)
            table.add_row(ledger.checked.title, group, f"{done}/{total}", *counts)
        return table


def summary(console: Console, run: Run) -> None:
    """Print the findings of a run, the gravest first, and the verdict on each contract."""

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    for gap in _gaps(run):
        line(gap, "bold")
    for ledger in run.ledgers:
        for finding in ledger.findings:
            _finding(line, finding)
        for broken in ledger.broken:
            where = f"{broken.operation.id}: " if broken.operation else ""
            line(f"\nerror  {where}{broken.message}", "bold red")
            if broken.ours:
                line("       adcontract failed here, not the target: please report it with the command below.")
    line("")
    for ledger in run.ledgers:
        line(verdict(run, ledger), _STYLES.get(ledger.outcome, ""))
    for note in notes(run):
        line(note)


def _gaps(run: Run) -> list[str]:
    # a snapshot that the target does not serve cannot be tried
    ledgers = [] if run.options.every_snapshot else run.ledgers
    return [gap for ledger in ledgers for gap in gaps(run, ledger)]


def _finding(line: Callable[..., None], finding: Finding) -> None:
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    style = _STYLES[finding.outcome]
    line(f"\n{finding.outcome.word}  {finding.operation.id}: {finding.sentence}{times}", style)
    line(f"      {finding.operation.method} {finding.operation.path}, {finding.check.id}: {promise(finding.check)}")
    line(f"      {finding.where} ({finding.basis}) [{finding.fingerprint}]")
    for curl in finding.exchange.curl():
        line(f"      {curl}")
    response = finding.exchange.response
    if isinstance(response, HttpResponse):
        body = " ".join(excerpt(response).split())
        line(f"      response: {response.status} {body[:_BODY]}{'…' if len(body) > _BODY else ''}")
