"""A run on a terminal: a table of its progress, then the findings and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.live import Live
from rich.table import Table
from rich.text import Text

from adcontract.wording import plural
from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.causes import causes
from adcontract_conformance.reports.sentences import excerpt, gaps, notes, promise, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Self

    from rich.console import Console

    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.model.promises import SuiteError
    from adcontract_conformance.reports.causes import Cause
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
_NAMED = 6
"""How many operations a cause names."""

_LINES = 29
"""How many lines the causes have unless all are asked for; the report has a few others."""

_LONGEST = 300
"""The longest line of such a report."""


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


def summary(console: Console, run: Run, *, verbose: bool = False) -> None:
    """Print the causes of the findings of a run, the gravest first, and the verdict on each contract.

    Unless `verbose`, the causes end where the report would have more than 40 lines, and long lines are cut.
    """

    def line(text: str, style: str = "") -> None:
        console.print(Text(text if verbose else _cut(text), style=style), soft_wrap=True)

    for gap in _gaps(run):
        line(gap, "bold")
    found = [causes(ledger.findings) for ledger in run.ledgers]
    for ledger, each in zip(run.ledgers, found, strict=True):
        if each and each[0].outcome is Outcome.FAIL:
            line(f"{ledger.checked.title} does not conform. {_headline(each[0])}", "bold")
    _causes(line, [cause for each in found for cause in each], None if verbose else _LINES)
    for ledger in run.ledgers:
        for broken in ledger.broken:
            _error(line, broken)
    line("")
    for ledger in run.served:
        line(verdict(run, ledger), _STYLES.get(ledger.outcome, ""))
    for note in notes(run):
        line(note)


def _gaps(run: Run) -> list[str]:
    # a snapshot that the target does not serve cannot be tried
    ledgers = [] if run.options.every_snapshot else run.ledgers
    return [gap for ledger in ledgers for gap in gaps(run, ledger)]


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = (_LONGEST - 30) // 2
    return f"{text[:half]} … (whole with --verbose) … {text[-half:]}"


def _headline(cause: Cause) -> str:
    places = f" ({plural(len(cause.findings), 'place')})" if len(cause.findings) > 1 else ""
    return f"{cause.findings[0].sentence}{places}"


def _causes(line: Callable[..., None], found: list[Cause], bound: int | None) -> None:
    """Print causes, of which the lines are not more than `bound`, and how many others there are."""
    used = 0
    for number, cause in enumerate(found):
        lines = list(_cause(cause))
        if bound is not None and number and used + len(lines) + 1 > bound:
            rest = sum(len(each.findings) for each in found[number:])
            line(f"\n{plural(rest, 'more finding')}: --verbose shows all of them.")
            return
        used += len(lines) + 1
        line("")
        for text, style in zip(lines, [_STYLES[cause.outcome]] + [""] * len(lines), strict=False):
            line(text, style)


def _cause(cause: Cause) -> Iterator[str]:
    finding = cause.findings[0]
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    others = [name for name in cause.operations if name != finding.operation.id]
    where = finding.operation.id if not others else f"{finding.operation.id} and {len(others)} more"
    yield f"{cause.outcome.word}  {where}: {finding.sentence}{times}"
    yield f"      {finding.operation.method} {finding.operation.path}, {finding.check.id}: {promise(finding.check)}"
    yield f"      {finding.where} ({finding.basis}) [{finding.fingerprint}]"
    for curl in finding.exchange.curl():
        yield f"      {curl}"
    response = finding.exchange.response
    if isinstance(response, HttpResponse):
        body = " ".join(excerpt(response).split())
        yield f"      response: {response.status} {body[:_BODY]}{'…' if len(body) > _BODY else ''}"
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        yield f"      also in {', '.join(others[:_NAMED])}{more}"
    elif len(cause.findings) > 1:
        yield f"      also by {', '.join(dict.fromkeys(each.check.id for each in cause.findings[1:]))}"


def _error(line: Callable[..., None], broken: SuiteError) -> None:
    where = f"{broken.operation.id}: " if broken.operation else ""
    line(f"\nerror  {where}{broken.message}", "bold red")
    if broken.ours:
        line("       adcontract failed here, not the target: please report it with the command below.")
