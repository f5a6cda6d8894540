"""`adcontract check`: hold a server to the contracts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import AdcontractError, UsageError, did_you_mean
from adcontract.extras import extra
from adcontract_conformance.model.promises import GROUPS, Outcome

if TYPE_CHECKING:
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.run import Run


@click.command()
@click.argument("url")
@options.api
@click.option("--snapshot", help="This snapshot in place of the newest, or all of them.")
@click.option(
    "--groups",
    help=f"Only these groups of checks: {', '.join(GROUPS)}; with commas.",
)
@click.option(
    "--only", multiple=True, metavar="OPERATION", help="Only the operation with this operationId; repeatable."
)
@click.option(
    "--token", envvar="ADCONTRACT_TOKEN", help="What the target takes as credentials; or in ADCONTRACT_TOKEN."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed, the same requests."
)
@click.option(
    "--max-time", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Stop after this time."
)
@click.option("--strict", is_flag=True, help="A breach of what is inferred fails, too.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write a report as JUnit's XML.")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write a report as JSON.")
@options.spec
def check(
    url: str,
    api: str | None,
    snapshot: str | None,
    groups: str | None,
    only: tuple[str, ...],
    token: str | None,
    seed: int,
    max_time: float | None,
    strict: bool,
    junit: Path | None,
    json_file: Path | None,
    spec: Path | None,
) -> None:
    """Hold the server at URL to the contracts: what is documented has to be so.

    The paths of a contract follow URL. What no page shows, and the contract infers, is only warned of.
    The groups behavior and state need a target that keeps what it is told: our mock does with --stateful.
    Exit status: 0 the server conforms, 1 it does not, 2 that could not be told.

    \b
    Examples:
      adcontract check http://127.0.0.1:4010
      adcontract check http://127.0.0.1:4010/metapic/2025-08-08 --api metapic --groups examples,security
      adcontract check http://127.0.0.1:4010 --api metapic --snapshot all
      adcontract check https://api.example.com --api topsort --only listCampaigns --junit reports/topsort.xml
    """  # noqa: D301 - click wants the escape itself
    # imported here, so that --help does not wait for it: Schemathesis and Hypothesis take a second
    with extra("check", "`adcontract check`"):
        from rich.console import Console

        from adcontract_conformance.client.target import Target
        from adcontract_conformance.reports import machine, snapshots, terminal
        from adcontract_conformance.run import Options, run

    checked_contracts = _checked_contracts(spec, api, snapshot, only)
    every = snapshot == snapshots.ALL
    options = Options(_groups(groups) if groups or not every else snapshots.GROUPS, seed, max_time, strict, spec)
    console = Console()
    with closing(Target(url, token)) as target, terminal.Screen(console) as screen:
        done = run(target, checked_contracts, options, screen)
    (snapshots.show if every else terminal.summary)(console, done)
    for file, text in ((junit, machine.as_junit), (json_file, machine.as_json)):
        if file is not None:
            _write(file, text(done))
    if done.stopped:
        raise AdcontractError(done.stopped)
    raise SystemExit(_status(done, every))


def _status(done: Run, every: bool) -> int:
    """Return the exit status: of every snapshot of an API, one that the target conforms to is enough."""
    from adcontract_conformance.reports import snapshots

    worst = max(ledger.outcome for ledger in done.ledgers)
    if every and worst < Outcome.ERROR:
        return 0 if all(verdict.spoken for verdict in snapshots.verdicts(done)) else 1
    return {Outcome.PASS: 0, Outcome.WARN: 0, Outcome.FAIL: 1}.get(worst, 2)


def _checked_contracts(
    spec: Path | None, api: str | None, snapshot: str | None, only: tuple[str, ...]
) -> list[CheckedContract]:
    from adcontract import load_named, names, spec_folder
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.reports import snapshots

    spec = spec or spec_folder()
    every = snapshot == snapshots.ALL
    chosen = [name for name in names(spec, api, None if every else snapshot) if snapshot or name.newest]
    contracts = [load_named(name, spec) for name in chosen]
    known = [operation.id for contract in contracts for operation in contract.operations]
    for operation in only:
        if operation not in known:
            raise UsageError(
                f"There is no operation {operation}.{did_you_mean(operation, known)} It is an operationId in spec/."
            )
    checked_contracts = [CheckedContract(contract, only) for contract in contracts]
    return [checked for checked in checked_contracts if checked.operations]


def _groups(asked: str | None) -> tuple[str, ...]:
    wanted = GROUPS if asked is None else tuple(part.strip() for part in asked.split(",") if part.strip())
    for group in wanted:
        if group not in GROUPS:
            raise UsageError(
                f"There is no group {group}.{did_you_mean(group, list(GROUPS))} Known: {', '.join(GROUPS)}."
            )
    if not wanted:
        raise UsageError(f"--groups names none. Known: {', '.join(GROUPS)}.")
    return tuple(group for group in GROUPS if group in wanted)


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: the report cannot be written: {error.strerror}. Name another file.") from None
