"""A run while it lasts: how far it is, and the first failure of each cause when it is found."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from rich.live import Live
from rich.table import Table
from rich.text import Text

from adcontract.wording import printable
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.sentences import shortened

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.console import Console

    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.ledger import Ledger

STYLES = {
    Outcome.PASS: "green",
    Outcome.WAIVED: "cyan",
    Outcome.FLAKY: "magenta",
    Outcome.WARN: "yellow",
    Outcome.FAIL: "red",
    Outcome.ERROR: "bold red",
}
_COLUMNS = (Outcome.PASS, Outcome.WAIVED, Outcome.FLAKY, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED, Outcome.ERROR)

_FOUND = 6
"""How many failures are shown when they are found."""

_LONGEST = 160
"""The longest line of these."""


class Screen:
    """Shows a run on a console: how far it is as a live table on a terminal, else as a line for what is done.

    That is a line for each group, or for each contract if there are `several`. `lines` is how many lines it has taken.
    """

    def __init__(self, console: Console, *, several: bool = False) -> None:
        self._console = console
        self._several = several
        self._rows: dict[tuple[str, str], tuple[Ledger, str, int, int]] = {}
        self._live = (
            Live(console=console, get_renderable=self._table, refresh_per_second=8) if console.is_terminal else None
        )
        self._start = time.monotonic()
        self._found = 0
        self.lines = 0

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
            self.lines += len(self._rows) + 1

    def show(self, ledger: Ledger, group: str, done: int, total: int) -> None:
        """Show that `done` of `total` operations of a group are done."""
        self._rows[ledger.checked.title, group] = (ledger, group, done, total)

    def found(self, ledger: Ledger, finding: Finding) -> None:  # noqa: ARG002
        """Show the first failure of a cause, after how many seconds it was found, and where."""
        self._found += 1
        after = f"{time.monotonic() - self._start:.1f} s"
        if self._found <= _FOUND:
            text = f"{finding.outcome.word}  {finding.operation.id}: {finding.sentence} (after {after})"
            self._line(shortened(text, _LONGEST, " … "), STYLES[finding.outcome])
        elif self._found == _FOUND + 1:
            self._line("      More failures are found; the end of the report has all.")

    def close(self, ledger: Ledger, group: str) -> None:
        """Show that a group is done."""
        if self._live or (self._several and group != ledger.groups[-1]):
            return
        done = ledger.groups if self._several else (group,)
        tally = sum((ledger.tally(each) for each in done), Counter[Outcome]())
        counts = ", ".join(f"{tally[outcome]} {outcome.word}" for outcome in _COLUMNS if tally[outcome])
        seconds = sum(ledger.seconds[each] for each in done)
        title = ledger.checked.title if self._several else f"{ledger.checked.title} {group}"
        end = "" if set(done) <= set(ledger.finished_groups) else ", not finished"
        self._line(f"{title}: {counts or 'nothing to do'}{end} ({seconds:.1f} s)")

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(Text(printable(text), style), soft_wrap=True)
        self.lines += 1

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        table.add_column("contract")
        table.add_column("group")
        table.add_column("operations", justify="right")
        for outcome in _COLUMNS:
            table.add_column(outcome.word, justify="right", style=STYLES.get(outcome, ""))
        for ledger, group, done, total in list(self._rows.values()):
            tally = ledger.tally(group)
            counts = (str(tally[outcome]) if tally[outcome] else "·" for outcome in _COLUMNS)
            table.add_row(ledger.checked.title, group, f"{done}/{total}", *counts)
        return table
