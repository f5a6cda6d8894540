"""`adcontract merge`: the reports of the shards of a run joined into one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import AdcontractError
from adcontract.extras import extra
from adcontract.reporting.output import Output, prepare, written

if TYPE_CHECKING:
    from adcontract_conformance.reports.document import RunReport


@click.command()
@click.argument("reports", nargs=-1, required=True, metavar="REPORT...", type=click.Path(path_type=Path))
@click.option("--verbose", is_flag=True, help="Print all findings, and long lines whole.")
@options.reports("text", "json", "github", "sarif", "markdown", "junit", "html")
@click.option(
    "--report",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the report to files in DIR, as `adcontract check --report` does.",
)
def merge(
    reports: tuple[Path, ...], verbose: bool, format_: str, outputs: tuple[Output, ...], folder: Path | None
) -> None:
    """Join the reports of the shards of a run into one.

    They are reports in JSON of `adcontract check … --shard N/COUNT` on one target, with one seed and the same options.
    The results, findings, causes, coverage and exit status are those of a run without --shard. Only all shards together
    show whether a waiver is stale, and whether as much is covered as --min-coverage demands.

    \b
    Exit status: 0 the server conforms, 1 it does not, 2 this was not determined.

    \b
    Examples:
      adcontract merge shards/*/report.json
      adcontract merge shard-1.json shard-2.json --report build/report
    """  # noqa: D301 - click wants the escape itself
    # imported here, so that --help does not wait for it
    with extra("check", "`adcontract merge`"):
        from rich.console import Console

        from adcontract_conformance.reports.exit_status import exit_status
        from adcontract_conformance.reports.formats import FILES, FORMATS, show
        from adcontract_conformance.reports.json_file import read_report
        from adcontract_conformance.reports.merging import merged

    outputs += tuple(Output(name, folder / file) for file, name in FILES.items()) if folder else ()
    prepare(outputs)
    done: RunReport = merged([(file, read_report(file)) for file in reports])
    with written(outputs, FORMATS, done):
        if format_ == "text":
            show(Console(), done, verbose=verbose)
        else:
            click.echo(FORMATS[format_](done))
    status = exit_status(done)
    if done.stopped and status != 1:
        raise AdcontractError(done.stopped)
    raise SystemExit(status)
