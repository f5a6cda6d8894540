"""`adcontract prove`: every fault planted, and whether the suite finds it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import ContractError, did_you_mean
from adcontract.extras import extra
from adcontract.reporting.notes import show_notes
from adcontract.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from adcontract import Contract, DocumentName
    from adcontract_proof.fault import Fault
    from adcontract_proof.record import Record
    from adcontract_proof.trial import Trials

_PROFILES = ("core", "extended")
"""The built-in profiles of the suite with all of its groups."""

_WHOLE = 20
"""Of so many faults one gets a run of all groups at once, which shows how many causes a fault gives."""

_EVERY = 30.0
"""After so many seconds a log, which is no terminal, gets a line that says how far a proof is."""

_ENOUGH = 50
"""After so many faults the time that is left can be estimated."""


class _Goals(click.ParamType[dict[str, float]]):
    name = "CLASS=PERCENT,…"

    def convert(
        self, value: str | dict[str, float], param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, float]:
        from adcontract_mock.faults.registry import CLASSES

        if isinstance(value, dict):
            return value
        known, goals = (*CLASSES, "all"), dict[str, float]()
        for part in value.split(","):
            group, _, percent = part.partition("=")
            if group not in known:
                self.fail(
                    f"there is no class {group}.{did_you_mean(group, known)} Known: {', '.join(known)}.", param, ctx
                )
            try:
                goals[group] = float(percent)
            except ValueError:
                goals[group] = -1
            if not 0 <= goals[group] <= 100:
                self.fail(f"{part}: give a percentage from 0 to 100, such as {group}=97.", param, ctx)
        return goals


@click.command()
@options.document
@options.spec
@options.api
@options.snapshot
@click.option("--class", "groups", metavar="CLASS", multiple=True, help="Only faults of this class; may be repeated.")
@click.option(
    "--fault",
    "named",
    metavar="FAULT[@OPERATION[:PART]]",
    multiple=True,
    help="Only this fault, everywhere or at one operation, with everything that was found; may be repeated.",
)
@click.option(
    "--sample", metavar="N", type=click.IntRange(1), help="Only N places of each kind of fault, chosen by the seed."
)
@click.option("--seed", default=1, show_default=True, help="The seed of the sample and of the suite.")
@click.option(
    "--profile", type=click.Choice(_PROFILES), default="core", show_default=True, help="How much the suite does."
)
@click.option(
    "--max-time",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="Try no more faults after that, and report those that were tried: the seed chooses them.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    # the suite often waits for what may come late
    default=3 * (os.cpu_count() or 1),
    help="Processes.  [default: three for each core]",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/proof"),
    show_default=True,
    help="Where PROOF.md, proof.json and the record are written, by which a proof that was ended goes on.",
)
@click.option("--anew", is_flag=True, help="Forget the record of an earlier proof in DIR.")
@click.option(
    "--goal", "goals", type=_Goals(), default={}, help="How much of a class, or of all, has to be caught, in percent."
)
def prove(
    spec: Path | None,
    api: str | None,
    snapshot: str | None,
    groups: tuple[str, ...],
    named: tuple[str, ...],
    sample: int | None,
    seed: int,
    profile: str,
    max_time: float | None,
    workers: int,
    out: Path,
    anew: bool,
    goals: dict[str, float],
) -> None:
    """Plant faults in contracts, and see which the suite finds.

    Every fault of the mock is planted at every place, one at a time. It is caught if `adcontract check` fails with a
    finding that names its operation and is about its kind; one that no request shows is not counted. Then the
    operations are named that could show more if their contract said more.

    \b
    Exit status: 0 no false alarm and all goals are reached, 1 otherwise,
    2 the proof could not be carried out.

    \b
    Examples:
      adcontract prove --api topsort
      adcontract prove --spec contracts --sample 1
      adcontract prove openapi.yaml --sample 1
      adcontract prove --fault filter-ignored@listCampaigns:status
      adcontract prove --goal security=100,all=97
    """  # noqa: D301 - click wants the escape itself
    with extra("all", "`adcontract prove`"):
        from rich.console import Console

        from adcontract import load_named, names, spec_folder
        from adcontract_conformance.settings.profiles import amount
        from adcontract_proof.blind_spots import as_lines, blind_spots
        from adcontract_proof.fault import chosen, faults_of
        from adcontract_proof.fault import sample as sampled
        from adcontract_proof.page import terminal, write
        from adcontract_proof.pool import terminated_as_interrupted
        from adcontract_proof.record import Basis, Record
        from adcontract_proof.summary import below, proof_of
        from adcontract_proof.trial import Trials

    folder = (spec or spec_folder()).resolve()
    contracts = [load_named(each, folder) for each in names(folder, api, snapshot)]
    show_notes(contracts)
    try:
        every = faults_of(contracts)
    except ContractError:
        # what the mock needs of a contract to serve it is a blind spot, too, and comes with the piece to declare
        click.echo("\n".join(as_lines([spot for each in contracts for spot in blind_spots(each)])))
        raise
    faults = chosen(every, groups, named)
    faults = sampled(faults, sample, seed) if sample else faults
    generated, pages = amount(profile)
    trials = Trials(spec=folder, seed=seed, generated=generated, pages=pages)
    basis = Basis(
        version=version("adcontract"), commit=_commit(), seed=seed, profile=profile, contracts=_hashes(contracts)
    )
    record = Record(out / "record.jsonl", basis, anew=anew)
    console = Console(soft_wrap=True)
    try:
        with terminated_as_interrupted():
            _try_all(console, trials, [each.name for each in contracts], faults, record, workers, max_time)
    except KeyboardInterrupt:
        known = {each.fault for each in record.outcomes}
        done = f"{sum(each in known for each in faults):,} of {plural(len(faults), 'fault')}"
        click.echo(f"{done} are in {record.path}: the same command goes on there.", err=True)
        raise
    wanted = set(faults)
    tried = [each for each in record.outcomes if each.fault in wanted]
    clean = [each for each in record.clean if each.document in basis.contracts]
    proof = proof_of(basis, datetime.now(UTC), len(every), clean, tried)
    # a sample or a few faults are not asked for what else could be planted
    spots = [] if groups or named else [each for contract in contracts for each in blind_spots(contract)]
    write(proof, spots, out)
    for line in terminal(proof, spots, tried if named else ()):
        console.print(printable(line), markup=False, highlight=False)
    # a goal of a class that the options leave out is not asked for
    asked = {*(groups or [each.fault.group for each in tried]), "all"}
    left_out = set(goals) - asked if groups or named else set[str]()
    failures = below(proof, {group: goal for group, goal in goals.items() if group not in left_out})
    for line in failures:
        console.print(line, style="bold", markup=False, highlight=False)
    raise SystemExit(1 if failures or any(each.alarms for each in clean) else 0)


def _try_all(
    console: Console,
    trials: Trials,
    documents: Sequence[DocumentName],
    faults: Sequence[Fault],
    record: Record,
    workers: int,
    max_time: float | None,
) -> None:
    """Try the faults that are not in the record yet, and each document without one, and show how far it is."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from adcontract_proof.fault import drawn
    from adcontract_proof.pool import outcomes
    from adcontract_proof.trial import Clean

    known = {each.fault for each in record.outcomes}
    # what is tried in a bounded time is a sample, and the estimate of the time that is left is right from the beginning
    left = drawn((each for each in faults if each not in known), trials.seed)
    began = time.monotonic()
    done = {each.document for each in record.clean}
    clean = [each for each in documents if f"{each.api}@{each.snapshot}" not in done]
    whole = {each for index, each in enumerate(left) if index % _WHOLE == 0}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Faults", total=len(faults), completed=len(faults) - len(left))
        missed, tried, shown = 0, 0, began
        for outcome in outcomes(trials, clean, left, whole, workers) if left or clean else ():
            record.add(outcome)
            if max_time is not None and time.monotonic() - began > max_time:
                break
            if isinstance(outcome, Clean):
                continue
            missed += not outcome.is_caught
            tried += 1
            if not console.is_terminal and (now := time.monotonic()) - shown > _EVERY:
                shown, rest = now, (now - began) / tried * (len(left) - tried) / 60
                # runs without a fault come first, and take long
                estimate = f", {rest:.0f} min left" if tried > _ENOUGH else ""
                click.echo(f"{tried:,} of {plural(len(left), 'fault')}, {missed} missed{estimate}", err=True)
            progress.update(task, advance=1, description=f"Faults, {missed} missed" if missed else "Faults")


def _hashes(contracts: Sequence[Contract]) -> dict[str, str]:
    """Return a hash of each contract, by the name of its document."""
    return {
        f"{each.name.api}@{each.name.snapshot}": hashlib.sha256(repr(each.document).encode()).hexdigest()[:12]
        for each in contracts
    }


def _commit() -> str:
    """Return the commit of the checkout that this module is in, marked if something is changed; empty outside."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
