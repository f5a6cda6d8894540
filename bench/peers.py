"""How many planted faults other tools report: plain Schemathesis, and Prism's validating proxy.

Each fault is planted in a stateful mock that is correct otherwise, and counts as caught if a tool reports anything that
it does not report with the same options about the mock without a fault. Both are given the operation of the fault and
all others of its resources, and the credential. Schemathesis goes through all phases with all checks; through Prism go
the documented requests.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import time
from collections import Counter
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import by_schemathesis
import click
import msgspec
from by_prism import Documented
from msgspec import Struct
from prism import VERSION as PRISM
from prism import installed
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from servers import prism
from stage import Stage, stage

from adcontract import Contract, load_named, names, spec_folder
from adcontract_mock.faults.registry import CLASSES
from adcontract_proof.fault import Fault, drawn, faults_of
from adcontract_proof.trial import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    from adcontract import Operation

_SECTION = """
## Beside other tools

{count} of these faults, chosen by seed {seed}, on the same mock and the same contract: `schemathesis run` {version}
with all phases and checks and as many examples as ours, and Prism {prism} as a validating proxy of the documented
requests. Both get the operations of the same resources and the credential. They catch a fault if they report anything
that they do not report of the mock without it.

{rows}
"""

_BUILD = Path(__file__).resolve().parents[1] / "build"


class Verdict(Struct, frozen=True):
    """What a tool reports of a fault, nothing where it misses it, and the seconds that it takes."""

    reported: tuple[str, ...]
    seconds: float


class Trial(Struct, frozen=True):
    """A fault, and the verdict of each tool that was tried; Prism may be missing."""

    fault: Fault
    schemathesis: Verdict
    prism: Verdict | None


def together(contract: Contract, operation: str) -> tuple[Operation, ...]:
    """Return an operation and all others on its resources, in the order of the contract."""
    wanted = {operation}
    for resource in contract.resources.values():
        ids = {each.operation.id for each in resource.operations}
        wanted |= ids if operation in ids else set()
    return tuple(each for each in contract.operations if each.id in wanted)


def by_fault(planted: set[str], clean: frozenset[str]) -> tuple[str, ...]:
    """Return what a tool reports of the mock with a fault, without what it reports of the one that has none."""
    return tuple(sorted(planted - clean))


class Bench:
    """The tools on one contract; a mock with a fault takes the place of the last one in front of them."""

    def __init__(self, contract: Contract, stage: Stage, bundle: Path, seed: int, proxy: str | None) -> None:
        self._contract, self._stage, self._bundle, self._seed = contract, stage, bundle, seed
        self._documented = Documented(contract, proxy) if proxy else None
        self._url = stage.url(contract.name.api, contract.name.snapshot)
        self._clean: dict[Hashable, frozenset[str]] = {}

    def trial(self, fault: Fault) -> Trial:
        """Plant a fault, and return what the tools report of it alone."""
        operations = together(self._contract, fault.operation)
        key, times = tuple(each.id for each in operations), fault.group == "time"
        plan = by_schemathesis.Plan(self._contract, self._bundle, self._url, operations, self._seed, times)
        through = self._documented
        return Trial(
            fault,
            self._verdict(("Schemathesis", times, *key), fault, partial(by_schemathesis.run, plan)),
            self._verdict(("Prism", *key), fault, lambda _: through.seen(operations)) if through else None,
        )

    def close(self) -> None:
        """Close the connections."""
        if self._documented is not None:
            self._documented.close()

    def _verdict(self, key: Hashable, fault: Fault, look: Callable[[bool], set[str]]) -> Verdict:
        """Let a tool look at the mock with a fault, and once for each `key` at the one without, which is clean."""
        if key not in self._clean:
            self._serve(None)
            self._clean[key] = frozenset(look(True))
        self._serve(fault.name)
        began = time.monotonic()
        reported = look(False)
        return Verdict(by_fault(reported, self._clean[key]), round(time.monotonic() - began, 1))

    def _serve(self, plant: str | None) -> None:
        self._stage.serve(self._contract.name.api, self._contract.name.snapshot, plant)


@click.command()
@click.option("--sample", "count", default=60, show_default=True, help="How many faults, of all kinds alike.")
@click.option("--seed", default=1, show_default=True, help="The seed of the sample and of Schemathesis.")
@click.option(
    "--proof",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The record of a proof, build/proof/record.jsonl: take its faults, and print how many our suite catches.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Add the table to this file, the page of that proof.",
)
def peers(count: int, seed: int, proof: Path | None, page: Path | None) -> None:
    """Print how many planted faults plain Schemathesis and Prism catch, by class.

    What each reports of a fault is added to build/peers-SEED.jsonl, where a run that was ended goes on.

    \b
    Example:
      python bench/peers.py --sample 60 --seed 1
    """  # noqa: D301 - click wants the escape itself
    console = Console(soft_wrap=True)
    contracts = {f"{each.name.api}@{each.name.snapshot}": each for each in _contracts()}
    ours = caught(proof) if proof else {}
    every = [each for each in ours if each.document in contracts] if proof else faults_of(contracts.values())
    if not every:
        raise SystemExit(f"{proof}: this is no record of a proof of these contracts. `adcontract prove` writes one.")
    faults = _sampled(every, count, seed)
    record = _BUILD / f"peers-{seed}.jsonl"
    known = read(record)
    missing = [each for each in faults if each not in known]
    program, reason = installed()
    if program is None:
        console.print(f"Prism is left out: {reason}.")
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with progress, record.open("ab") as file:
        task = progress.add_task("Faults", total=len(missing))
        for trial in _trials(contracts, missing, seed, program):
            known[trial.fault] = trial
            file.write(msgspec.json.encode(trial) + b"\n")
            file.flush()
            progress.update(task, advance=1, description=trial.fault.kind)
    trials = [known[each] for each in faults]
    console.print(table(trials, ours))
    if page:
        with page.open("a", encoding="utf-8") as file_of_page:
            file_of_page.write(section(trials, ours, seed))


def _contracts() -> list[Contract]:
    return [load_named(name, spec_folder()) for name in names(spec_folder())]


def _sampled(faults: Sequence[Fault], count: int, seed: int) -> list[Fault]:
    """Return so many faults, chosen by a seed: of every kind one, before any has two."""
    tried = Counter[str]()
    ranked: list[tuple[int, Fault]] = []
    for each in drawn(faults, seed):
        tried[each.kind] += 1
        ranked.append((tried[each.kind], each))
    return sorted(each for _, each in sorted(ranked, key=lambda pair: pair[0])[:count])


def read(record: Path) -> dict[Fault, Trial]:
    """Return the trials in a file of JSON lines, none if there is no such file; a line that was cut off is left out."""
    record.parent.mkdir(parents=True, exist_ok=True)
    known: dict[Fault, Trial] = {}
    for line in record.read_bytes().splitlines() if record.exists() else ():
        with contextlib.suppress(msgspec.DecodeError):
            trial = msgspec.json.decode(line, type=Trial)
            known[trial.fault] = trial
    return known


def _trials(
    contracts: Mapping[str, Contract], faults: Sequence[Fault], seed: int, program: Path | None
) -> Iterator[Trial]:
    """Yield the trial of each fault, those of one contract after each other, as Prism takes seconds to start."""
    with stage() as opened, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for document in dict.fromkeys(each.document for each in faults):
            contract = contracts[document]
            bundle = folder / f"{document}.json"
            bundle.write_text(json.dumps(contract.document), encoding="utf-8")
            opened.serve(contract.name.api, contract.name.snapshot)
            upstream = opened.url(contract.name.api, contract.name.snapshot)
            with contextlib.ExitStack() as stack:
                proxy = None
                if program is not None:
                    proxy = stack.enter_context(prism(folder, program, "proxy", contract.document, upstream)).url
                bench = stack.enter_context(contextlib.closing(Bench(contract, opened, bundle, seed, proxy)))
                yield from (bench.trial(each) for each in faults if each.document == document)


def caught(proof: Path) -> dict[Fault, bool]:
    """Return whether our suite has caught each fault in the record of a proof, without those that no request shows.

    The first line is the basis of the record, and most others say what came of a fault.
    """
    found: dict[Fault, bool] = {}
    for line in proof.read_bytes().splitlines()[1:]:
        with contextlib.suppress(msgspec.DecodeError):
            outcome = msgspec.json.decode(line, type=Outcome)
            if outcome.is_caught or not outcome.unseen:
                found[outcome.fault] = outcome.is_caught
    return found


def table(trials: Sequence[Trial], ours: Mapping[Fault, bool]) -> Table:
    """Return how many faults each tool has caught, by class; `ours` says it of our suite, of all that it has tried."""
    tools: dict[str, Callable[[Trial], bool | None]] = {
        "ours": lambda each: ours.get(each.fault),
        "Schemathesis": lambda each: bool(each.schemathesis.reported),
        "Prism": lambda each: bool(each.prism.reported) if each.prism else None,
    }
    shown = Table("class", title="Planted faults that are caught")
    for title in ("planted", *tools):
        shown.add_column(title, justify="right")
    for group in CLASSES:
        if mine := [each for each in trials if each.fault.group == group]:
            shown.add_row(group, str(len(mine)), *(_count(look, mine) for look in tools.values()))
    shown.add_section()
    shown.add_row("all", str(len(trials)), *(_count(look, trials) for look in tools.values()))
    return shown


def section(trials: Sequence[Trial], ours: Mapping[Fault, bool], seed: int) -> str:
    """Return the table as a section of a page in Markdown, with what was compared."""
    shown = table(trials, ours)
    shown.title, shown.box = None, box.MARKDOWN
    for row in shown.rows:
        row.end_section = False
    console = Console(width=100, file=io.StringIO())
    with console.capture() as captured:
        console.print(shown)
    rows = "\n".join(line.rstrip() for line in captured.get().strip().splitlines())
    return _SECTION.format(version=version("schemathesis"), prism=PRISM, count=len(trials), seed=seed, rows=rows)


def _count(look: Callable[[Trial], bool | None], trials: Sequence[Trial]) -> str:
    """Return how many faults a tool has caught, of how many where it was not tried on all; a dash for none."""
    tried = [found for each in trials if (found := look(each)) is not None]
    if not tried:
        return "-"
    return str(sum(tried)) if len(tried) == len(trials) else f"{sum(tried)} of {len(tried)}"


if __name__ == "__main__":
    peers()
