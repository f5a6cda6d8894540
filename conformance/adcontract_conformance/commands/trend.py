"""`adcontract trend`: what came and went in the reports of a target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import UsageError, shown
from adcontract.extras import extra
from adcontract.reporting.output import prepare, written

if TYPE_CHECKING:
    from adcontract.reporting.output import Output


@click.command()
@click.argument("reports", nargs=-1, required=True, metavar="REPORT...", type=click.Path(path_type=Path))
@options.reports("text", "json", "markdown")
def trend(reports: tuple[Path, ...], format_: str, outputs: tuple[Output, ...]) -> None:
    """Show which findings came and went in REPORTs of one target.

    They are reports of `adcontract check` in JSON, in any order. A finding that a report has not looked at, because
    another group or operation was asked for, is taken to be as it was.

    \b
    Examples:
      adcontract trend reports/*/report.json
      adcontract trend reports/*/report.json --format markdown
    """  # noqa: D301 - click wants the escape itself
    with extra("check", "`adcontract trend`"):
        from adcontract_conformance.reports.json_file import read_report
        from adcontract_conformance.reports.trend import FORMATS
        from adcontract_conformance.reports.trend import trend as history_of

    prepare(outputs)
    read = [(file, read_report(file)) for file in reports]
    first, target = read[0][0], read[0][1].target
    for file, report in read:
        if report.target != target:
            raise UsageError(
                f"{shown(file)}: this is a report of {report.target}, and {shown(first)} is one of {target}. "
                "Name reports of one target."
            )
    history = history_of(report for _, report in read)
    with written(outputs, FORMATS, history):
        click.echo(FORMATS[format_](history))
