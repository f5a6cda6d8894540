"""The formats of a run's report, by name."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from adcontract.reporting.formats import report_formats
from adcontract.wording import printable
from adcontract_conformance.reports import snapshots, terminal
from adcontract_conformance.reports.html.page import as_html
from adcontract_conformance.reports.json_file import as_json
from adcontract_conformance.reports.report import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_conformance.reports.document import RunReport

_WIDTH = 120


def show(console: Console, run: RunReport, *, verbose: bool = False, used: int = 0) -> None:
    """Print a run for people: its findings, or which snapshots the target conforms to if all were checked.

    Unless `verbose`, the findings end where the report would have more than 40 lines, of which so many are `used`.
    """
    if run.options.every_snapshot:
        snapshots.show(console, run)
    else:
        terminal.summary(console, run, verbose=verbose, used=used)


def as_text(run: RunReport) -> str:
    """Return a run as `show` prints it, with all findings, and why it ended early, if so."""
    text = StringIO()
    console = Console(file=text, width=_WIDTH)
    show(console, run, verbose=True)
    if run.stopped:
        console.print(Text(printable(run.stopped), "bold"), soft_wrap=True)
    return text.getvalue().strip("\n")


FILES = {
    "report.json": "json",
    "junit.xml": "junit",
    "report.sarif": "sarif",
    "summary.md": "markdown",
    "report.html": "html",
}
"""The files of `--report`, and the format of each."""

FORMATS: dict[str, Callable[[RunReport], str]] = {
    "text": as_text,
    "json": as_json,
    "html": as_html,
    **report_formats(report),
}
"""Every format by its name."""
