"""`adcontract check`: a server checked against the contracts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from adcontract import options
from adcontract.errors import AdcontractError, UsageError
from adcontract.extras import extra
from adcontract.reporting.output import Output, prepare, written
from adcontract.wording import printable
from adcontract_conformance.commands.check_options import about, judging, sending
from adcontract_conformance.commands.settled import SettledCommand, on_target, refuse_both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract_conformance.client.limits import Rate
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.run.shard import Shard
    from adcontract_conformance.settings.settings_file import Chosen


def _promises(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    with extra("check", "`adcontract check`"):
        from adcontract_conformance.run import suite  # noqa: F401 - fills the registry
    from adcontract_conformance.model.promises import CHECKS, known_groups
    from adcontract_conformance.own.files import own_checks

    with own_checks([Path(file) for file in given.get("checks", ())]):
        groups = known_groups()
        checks = sorted(CHECKS.values(), key=lambda check: groups.index(check.group))
        yield from ((check.id, check.promise) for check in checks)


@click.command(cls=SettledCommand)
@on_target
@about
@sending
@judging
@click.option("--verbose", is_flag=True, help="Print all findings, and long lines whole.")
@click.option(
    "--clear",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Check nothing, and remove what an earlier run has created and left, as FILE names it.",
)
@options.spec
@options.reports("text", "json", "github", "sarif", "markdown", "junit", "html")
@click.option(
    "--report",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the report to files in DIR: report.html, report.json, junit.xml, report.sarif, summary.md.",
)
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="The same as --output junit:FILE.")
@click.option("--json", metavar="FILE", type=click.Path(path_type=Path), help="The same as --output json:FILE.")
@options.rules(_promises, "List the promises that are checked, by group.")
@click.pass_context
def check(
    ctx: click.Context,
    api: str | None,
    snapshot: str | None,
    groups: str | None,
    only: tuple[str, ...],
    focus: tuple[str, ...],
    checks: tuple[Path, ...],
    ca: Path | None,
    insecure: bool,
    seed: int,
    workers: int,
    generated: int,
    max_pages: int,
    plan: bool,
    read_only: bool,
    allow_writes: bool,
    rate: Rate | None,
    max_requests: int | None,
    max_requests_per_operation: int | None,
    max_time: float | None,
    max_failures: int | None,
    max_latency: float | None,
    allow_untried: bool,
    min_coverage: dict[str, int] | None,
    shard: Shard | None,
    for_: str,
    waivers: Path | None,
    verbose: bool,
    clear: Path | None,
    spec: Path | None,
    format_: str,
    outputs: tuple[Output, ...],
    folder: Path | None,
    junit: Path | None,
    json: Path | None,
) -> None:
    """Check whether the server TARGET conforms to the contracts.

    TARGET is a URL, to which the paths of a contract are appended, or the name of a target of adcontract.toml. This
    file is in the current folder, or in the nearest one above up to the repository. If it has one target,
    that is meant.

    A breach of a documented part fails. A breach of a part that the contract infers is a warning, unless the server is
    your own (--for own) or the breach is grave: data is lost or mixed, no credentials are needed, a deleted item is
    still served. The groups behavior and state need a server that keeps its data, such as our mock with --stateful.

    Findings that waivers.toml names fail nothing until their waivers expire (adcontract waive). A waiver that has
    expired, or whose finding is not there any more, fails.

    The value of an option is looked for on the command line, then in a variable such as ADCONTRACT_MAX_TIME for
    --max-time, then in the entry of the target, then in the profile.

    To a host that is not this machine nothing is written unless --allow-writes says so: what that leaves untried is
    named, and the exit status is 2. With --read-only it is what you want, and does not count.

    What a run creates is removed at its end. Should it be killed, .adcontract/left-HOST-PORT.jsonl names what is left,
    for --clear.

    \b
    Exit status: 0 the server conforms, 1 it does not, 2 this was not determined.
    With --clear: 0 nothing is left, 1 something is, 2 this was not tried.

    \b
    Examples:
      adcontract check http://127.0.0.1:4010
      adcontract check http://127.0.0.1:4010 --groups examples,security
      adcontract check http://127.0.0.1:4010 --api metapic --snapshot all
      adcontract check http://127.0.0.1:4010 --checks my_checks.py
      adcontract check https://api.example.com --api topsort --report build/report
      adcontract check staging --profile smoke
      adcontract check https://api.example.com --read-only --rate 5/s
      adcontract check https://api.example.com --api metapic --allow-writes --plan
      adcontract check http://127.0.0.1:4010 --min-coverage operations=100,laws=90
      adcontract check http://127.0.0.1:4010 --shard 2/5 --json shard-2.json
    """  # noqa: D301 - click wants the escape itself
    # imported here, so that --help does not wait for it: Schemathesis and Hypothesis take a second
    with extra("check", "`adcontract check`"):
        from rich.console import Console
        from rich.text import Text

        from adcontract_conformance.client.limits import Limits
        from adcontract_conformance.client.target import Target
        from adcontract_conformance.commands.planned import show_plan
        from adcontract_conformance.commands.selected import selected
        from adcontract_conformance.own.files import own_checks
        from adcontract_conformance.reports.command_line import only_read
        from adcontract_conformance.reports.exit_status import exit_status
        from adcontract_conformance.reports.formats import FILES, FORMATS, show
        from adcontract_conformance.reports.from_run import report_of
        from adcontract_conformance.reports.screen import Screen
        from adcontract_conformance.run.options import Options
        from adcontract_conformance.run.selection import ALL, waiving
        from adcontract_conformance.run.suite import run
        from adcontract_conformance.settings.profiles import CORE

    settled: Chosen = ctx.obj
    every = snapshot == ALL
    _check_together(ca, insecure, every, max_failures, plan=plan, clear=clear)
    limits = Limits(read_only, allow_writes, rate, max_requests, max_requests_per_operation)
    if clear:
        for name in ("api", "snapshot", "groups", "only", "profile"):
            if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                raise UsageError(f"--clear checks nothing, and removes all that FILE names. Leave --{name} out.")
        _clear(
            clear,
            spec,
            lambda basic: Target(settled.url, settled.access, basic=basic, ca=ca, insecure=insecure, limits=limits),
        )
    ctx.with_resource(own_checks(checks))
    chosen, contracts = selected(ctx, groups, api=api, snapshot=snapshot, only=only, focus=focus, spec=spec)
    files = {"junit": junit, "json": json}
    outputs += tuple(Output(name, file) for name, file in files.items() if file is not None)
    outputs += tuple(Output(name, folder / file) for file, name in FILES.items()) if folder else ()
    # which snapshot a server speaks does not depend on what a team lets pass
    let_pass = None if every else waiving(waivers, settled.file.path, spec, contracts)
    options = Options(
        groups=chosen,
        seed=seed,
        seconds=max_time,
        own=for_ == "own",
        spec=spec,
        every_snapshot=every,
        allow_untried=allow_untried,
        max_failures=max_failures,
        max_latency=max_latency,
        workers=workers,
        checks=checks,
        generated=generated,
        pages=max_pages,
        name=settled.name,
        config=settled.config,
        profile=None if settled.profile == CORE else settled.profile,
        waiving=let_pass,
        min_coverage=min_coverage or {},
        shard=shard,
    )
    contracts = _of_shard(shard, contracts, every=every)
    basic = any(checked.takes_basic for checked in contracts)
    target = Target(settled.url, settled.access, basic=basic, ca=ca, insecure=insecure, limits=limits)
    if plan:
        show_plan(target, contracts, options, format_, outputs)
        return
    prepare(outputs)
    # the progress of a run is no part of a report that a program reads
    console = Console(stderr=format_ != "text")
    for line in only_read(target):
        console.print(Text(printable(line), style="bold"), soft_wrap=True)
    with closing(target), Screen(console, several=len(contracts) > 1) as screen:
        done = report_of(run(target, contracts, options, screen))
    with written(outputs, FORMATS, done):
        if format_ == "text":
            show(console, done, verbose=verbose, used=screen.lines)
        else:
            click.echo(FORMATS[format_](done))
    status = exit_status(done)
    if done.stopped and status != 1:
        raise AdcontractError(done.stopped)
    if done.stopped:
        # the failures that were found until then decide
        click.echo(f"The run ended early: {printable(done.stopped)}", err=True)
    raise SystemExit(status)


def _check_together(
    ca: Path | None, insecure: bool, every: bool, max_failures: int | None, *, plan: bool, clear: Path | None
) -> None:
    if plan and clear:
        raise UsageError("--plan sends nothing, and --clear removes what FILE names. Give one of them.")
    refuse_both(ca, insecure)
    if every and max_failures is not None:
        raise UsageError("--max-failures ends a run before a snapshot is known. Name one with --snapshot.")


def _of_shard(shard: Shard | None, contracts: list[CheckedContract], *, every: bool) -> list[CheckedContract]:
    if shard and every:
        raise UsageError("--shard divides the operations of one snapshot. Name one with --snapshot.")
    return shard.of(contracts) if shard else contracts


def _clear(file: Path, spec: Path | None, target_of: Callable[[bool], Target]) -> None:
    from adcontract import spec_folder
    from adcontract_conformance.run.clearing import clear, leftovers

    found = leftovers(file, spec or spec_folder())
    with closing(target_of(any(checked.takes_basic for checked in found.contracts.values()))) as target:
        sentences, is_clear = clear(target, found)
    click.echo("\n".join(map(printable, sentences)))
    raise SystemExit(0 if is_clear else 1)
