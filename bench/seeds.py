"""Checks the stateful mock against every document with many seeds, `--for own`: no run may find anything.

Each run has a mock of its own. A warning or a flaky finding counts as well, so that `--for vendor` is clean, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from servers import ADCONTRACT, mock

from adcontract import names, spec_folder


@dataclass(frozen=True)
class Outcome:
    """A run of the suite: its exit status, findings and requests, its duration in seconds, and its output."""

    document: str
    seed: int
    status: int
    findings: int
    requests: int
    seconds: float
    output: str

    @property
    def is_clean(self) -> bool:
        """Whether the server conforms and nothing was found."""
        return self.status == 0 and self.findings == 0


@click.command()
@click.option("--first", default=1, show_default=True, help="The first seed.")
@click.option("--last", default=20, show_default=True, help="The last seed.")
@click.option("--only", multiple=True, help="Only this document, such as metapic@2024-10-17; may be repeated.")
@click.option("--seed-items", default=250, show_default=True, help="Items in each collection of a mock at its start.")
def seeds(first: int, last: int, only: tuple[str, ...], seed_items: int) -> None:
    """Print the runs that are not clean, and a table of all runs.

    \b
    Example:
      make seeds ARGS="--only topsort@v1 --last 3"
    """  # noqa: D301 - click wants the escape itself
    documents = [(name.api, name.snapshot) for name in names(spec_folder())]
    wanted = [each for each in documents if not only or "@".join(each) in only]
    if not wanted:
        raise SystemExit(f"No such document. Known documents: {', '.join(map('@'.join, documents))}.")
    runs = [(api, snapshot, seed) for seed in range(first, last + 1) for api, snapshot in wanted]
    console, outcomes = Console(soft_wrap=True), list[Outcome]()
    with Progress(console=console, disable=not console.is_terminal) as progress, ThreadPoolExecutor(_cores()) as pool:
        task = progress.add_task("Runs", total=len(runs))
        for ended in as_completed([pool.submit(_run, *run, seed_items) for run in runs]):
            outcome = ended.result()
            outcomes.append(outcome)
            console.print(
                outcome.document,
                outcome.seed,
                outcome.status,
                outcome.findings,
                outcome.requests,
                f"{outcome.seconds:.0f}",
            )
            progress.advance(task)
            if not outcome.is_clean:
                console.print(
                    f"{outcome.document} seed {outcome.seed}: exit {outcome.status}, {outcome.findings} findings",
                    style="bold",
                )
                console.print(outcome.output, markup=False, highlight=False)
    console.print(_table(outcomes))
    sys.exit(0 if all(outcome.is_clean for outcome in outcomes) else 1)


def _cores() -> int:
    return max(1, (os.cpu_count() or 1))


def _run(api: str, snapshot: str, seed: int, seed_items: int) -> Outcome:
    """Start a mock, check it against one document with one seed, and end it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        with mock(Path(folder), "--stateful", "--seed-items", str(seed_items)) as server:
            url = f"{server.url}/{api}/{snapshot}"
            options = ("--api", api, "--snapshot", snapshot, "--seed", str(seed), "--for", "own", "--json", str(report))
            began = time.monotonic()
            done = subprocess.run([*ADCONTRACT, "check", url, *options], capture_output=True, text=True, check=False)
            seconds = time.monotonic() - began
        checked = json.loads(report.read_text(encoding="utf-8"))["apis"] if report.exists() else []
        requests = sum(each["requests"] for each in checked)
        findings = sum(len(each["findings"]) for each in checked)
        output = done.stdout + done.stderr
        return Outcome(f"{api}@{snapshot}", seed, done.returncode, findings, requests, seconds, output)


def _table(outcomes: list[Outcome]) -> Table:
    table = Table("document", "seeds", "clean", "requests", "seconds")
    for document in dict.fromkeys(outcome.document for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.document == document]
        requests, seconds = [each.requests for each in mine], [each.seconds for each in mine]
        table.add_row(
            document,
            f"{min(each.seed for each in mine)} to {max(each.seed for each in mine)}",
            f"{sum(each.is_clean for each in mine)} of {len(mine)}",
            f"{min(requests)} to {max(requests)}",
            f"{min(seconds):.0f} to {max(seconds):.0f}",
        )
    return table


if __name__ == "__main__":
    seeds()
