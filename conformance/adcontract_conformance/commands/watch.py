"""`adcontract watch`: which snapshot a server serves, and what it shows that no snapshot documents."""

from __future__ import annotations

from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import AdcontractError
from adcontract.extras import extra
from adcontract.reporting.output import prepare, written
from adcontract_conformance.commands.settled import SettledCommand, on_target, refuse_both
from adcontract_conformance.commands.texts import rate_option

if TYPE_CHECKING:
    from adcontract.reporting.output import Output
    from adcontract_conformance.client.limits import Rate
    from adcontract_conformance.settings.settings_file import Chosen


@click.command(cls=SettledCommand)
@on_target
@options.api
@rate_option
@click.option(
    "--write",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write an entry for each API with something new, which can be moved to spec/; or straight there.",
)
@options.spec
@options.reports("text", "json", "markdown")
@click.pass_context
def watch(
    ctx: click.Context,
    api: str | None,
    ca: Path | None,
    insecure: bool,
    rate: Rate | None,
    write: Path | None,
    spec: Path | None,
    format_: str,
    outputs: tuple[Output, ...],
) -> None:
    """Report what a server shows that no snapshot documents.

    TARGET is a URL, or the name of a target of adcontract.toml, as for `adcontract check`. The report also says which
    snapshot of each API it serves.

    One pass, for cron; nothing but reads is sent. The documented ones, a few pages of each list and items that
    lists show are compared with every snapshot: fields that no schema declares, values outside an enum, nulls,
    other types, missing fields, and other statuses, media types and names of headers. Free-form objects, such as
    metadata of a user, may have any field.

    \b
    Exit status: 0 nothing is new, 1 something is, 2 this was not determined.

    \b
    Examples:
      adcontract watch https://api.example.com --api metapic
      adcontract watch https://api.example.com --api topsort --format markdown
      adcontract watch vendor --output note.md --write spec
    """  # noqa: D301 - click wants the escape itself
    # imported here, so that --help does not wait for it
    with extra("check", "`adcontract watch`"):
        from rich.console import Console

        from adcontract_conformance.client.limits import Limits
        from adcontract_conformance.run.named import check_names
        from adcontract_conformance.run.selection import ALL, checked_contracts
        from adcontract_conformance.watch.entry_files import write_entries
        from adcontract_conformance.watch.formats import FORMATS
        from adcontract_conformance.watch.reads import RememberingTarget
        from adcontract_conformance.watch.report import report
        from adcontract_conformance.watch.watching import watch as watched

    settled: Chosen = ctx.obj
    refuse_both(ca, insecure)
    with settled.placed("api"):
        contracts = checked_contracts(spec, api, ALL, ())
    check_names(settled, contracts, spec)
    prepare(outputs)
    basic = any(checked.takes_basic for checked in contracts)
    limits = Limits(read_only=True, rate=rate)
    console = Console(stderr=True)
    progress = console.status("reading") if console.is_terminal else None

    def show(number: int) -> None:
        if progress is not None:
            progress.update(f"{number} requests")

    try:
        target = RememberingTarget(
            settled.url, settled.access, basic=basic, ca=ca, insecure=insecure, limits=limits, progress=show
        )
        with closing(target), progress or nullcontext():
            found = report(target, *watched(target, contracts), spec)
    except KeyboardInterrupt:
        raise AdcontractError("The pass was interrupted, so nothing is determined.") from None
    failed: AdcontractError | None = None
    try:
        found = write_entries(found, write) if write else found
    except AdcontractError as error:
        failed = error
    with written(outputs, FORMATS, found):
        click.echo(FORMATS[format_](found))
    if failed:
        raise failed
    raise SystemExit(found.status)
