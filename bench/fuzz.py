"""Lets stock Schemathesis, with all its checks and phases, look for faults of the mock in every document and mode.

A failure of a check counts, unless `KNOWN` names a reason why it says nothing about the mock; so does an error that the
mock prints, and a document or mode of which nothing was tried.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import by_schemathesis
import click
import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from servers import mock

from adcontract import load_named, names, spec_folder
from adcontract_proof.fault import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adcontract import Contract, Operation

MODES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "documented": ((), ()),
    "dynamic": ((), ("Prefer: dynamic=true",)),
    "stateful": (("--stateful", "--seed-items", "20"), ()),
}
"""The options of the mock in each mode, and the headers of each request."""

SECONDS_EACH = 1.0
"""For each operation in each mode; where there is less time, only some operations are tried."""

LEAST_SECONDS = 6.0
STARTING = 60.0
"""Seconds that a run may take longer than it is to send requests."""


@dataclass(frozen=True)
class Failure:
    """A check that failed: on which operation, what it says, and the request and response that it looked at."""

    check: str
    operation: str
    message: str
    request: dict[str, Any]
    response: dict[str, Any]

    @property
    def parameters(self) -> list[str]:
        """The names in the query of the request."""
        return [name for name, _ in parse_qsl(urlsplit(self.request.get("uri", "")).query, keep_blank_values=True)]

    def __str__(self) -> str:
        status = self.response.get("status_code", "no response")
        sent = f"{self.request.get('method', '')} {self.request.get('uri', '')}"[:600]
        return f"{self.operation}: {self.check}: {' '.join(self.message.split())[:400]}\n  {sent}\n  {status}"


def _own_query(failure: Failure, contract: Contract) -> bool:  # noqa: ARG001
    return any(name.startswith("__") for name in failure.parameters) and failure.response.get("status_code") == 400


def _array_in_object(failure: Failure, contract: Contract) -> bool:  # noqa: ARG001
    named = failure.message.partition("parameter `")[2].partition("` in query")[0]
    members = [each for each in failure.parameters if each.startswith(f"{named}[")]
    is_array = f"{named}[]" in members or len(set(members)) < len(members)
    return failure.check == "negative_data_rejection" and bool(named) and is_array


def _learned(failure: Failure, contract: Contract) -> bool:
    operation = _operation(failure, contract)
    if failure.check != "positive_data_acceptance" or operation is None:
        return False
    query = dict(parse_qsl(urlsplit(failure.request.get("uri", "")).query))
    integers = [each.name for each in operation.parameters if each.data.get("schema", {}).get("type") == "integer"]
    return any(not re.fullmatch(r"-?\d+", query.get(name, "0")) for name in integers)


def _keeps_nothing(failure: Failure, contract: Contract) -> bool:
    if failure.check != "ensure_resource_availability":
        return False
    said = " ".join(failure.message.split())
    creates = (each for each in contract.operations if f"`{each.method} {each.path}` Not" in said)
    return any("x-resource" not in each.data for each in creates)


def _operation(failure: Failure, contract: Contract) -> Operation | None:
    named = (each for each in contract.operations if f"{each.method} {each.path}" == failure.operation)
    return next(named, None)


def _stays(failure: Failure, contract: Contract) -> bool:
    removal = _operation(failure, contract)
    if failure.check != "use_after_free" or removal is None:
        return False
    return bool(removal.data.get("x-resource", {}).get("gone") == "status")


KNOWN: dict[str, Callable[[Failure, Contract], bool]] = {
    "a parameter that begins with __ is a preference of the mock": _own_query,
    "an array for an object is written as a property without a name, for a text in it as one twice": _array_in_object,
    "Schemathesis takes a value for valid that a response has had in a field of that name, of another type": _learned,
    "the contract says that a deleted item stays, with another status": _stays,
    "the contract does not say that what an operation creates can be read": _keeps_nothing,
}
"""What says nothing about the mock, by the reason."""


@dataclass
class Outcome:
    """What a run has sent, by operation and by status, and what it has found."""

    document: str
    mode: str
    operations: tuple[str, ...]
    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    found: dict[str, str] = field(default_factory=dict)

    @property
    def tried(self) -> set[str]:
        """The operations that have had a request."""
        return self.requests.keys() & {*self.operations}

    def read(self, lines: Sequence[bytes], contract: Contract) -> None:
        """Add what the events of Schemathesis say."""
        for line in lines:
            kind, event = next(iter(msgspec.json.decode(line).items()))
            if kind == "ScenarioFinished":
                self._read(event["recorder"], contract)
            elif kind in ("NonFatalError", "FatalError") and not self._is_unlinked(event, contract):
                self.found.setdefault(kind + str(event.get("label")), f"{kind}: {json.dumps(event)[:600]}")

    def _is_unlinked(self, event: dict[str, Any], contract: Contract) -> bool:
        """Whether Schemathesis has no sequences only because those of the operations that were drawn have none."""
        is_part = len(self.operations) < len(contract.operations)
        return is_part and event.get("value", {}).get("type") == "NoLinksFound"

    def _read(self, recorder: dict[str, Any], contract: Contract) -> None:
        cases, interactions = recorder.get("cases", {}), recorder.get("interactions", {})
        for case, sent in interactions.items():
            self.requests[f"{cases[case]['value']['method']} {cases[case]['value']['path']}"] += 1
            self.statuses[f"{(sent.get('response') or {}).get('status_code', 0) // 100}xx"] += 1
        for case, checks in recorder.get("checks", {}).items():
            for check in checks:
                if info := check.get("failure_info"):
                    sent = interactions.get(case, {})
                    failure = info["failure"]
                    self._judge(
                        Failure(
                            check["name"],
                            failure["operation"],
                            failure["message"],
                            sent.get("request") or {},
                            sent.get("response") or {},
                        ),
                        contract,
                    )

    def _judge(self, failure: Failure, contract: Contract) -> None:
        reason = next((reason for reason, applies in KNOWN.items() if applies(failure, contract)), None)
        if reason:
            self.known[reason] += 1
        else:
            self.found.setdefault(f"{failure.operation} {failure.check}", str(failure))


def run(
    contract: Contract, mode: str, operations: Sequence[Operation], seconds: float, seed: int, examples: int | None
) -> Outcome:
    """Start a mock in a mode, and let Schemathesis send requests to some operations.

    It does so for so many seconds, or until it has generated so many `examples` in each phase.
    """
    name = contract.name
    outcome = Outcome(f"{name.api}@{name.snapshot}", mode, tuple(f"{each.method} {each.path}" for each in operations))
    options, headers = MODES[mode]
    bound = ("--max-examples", str(examples)) if examples else ("--max-time", str(round(seconds)))
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        bundle = folder / "contract.json"
        bundle.write_text(json.dumps(contract.document), encoding="utf-8")
        with mock(folder, "--api", name.api, "--token", TOKEN, *options) as server:
            url = f"{server.url}/{name.api}/{name.snapshot}"
            plan = by_schemathesis.Plan(
                contract,
                bundle,
                url,
                operations,
                seed,
                times=False,
                headers=headers,
                options=("--no-shrink", *bound),
                longest=seconds * 2 + STARTING,
            )
            outcome.read(by_schemathesis.report(plan, clean=True), contract)
        printed = (folder / "adcontract.txt").read_text(errors="replace")
    if "Traceback" in printed or "ERROR" in printed:
        outcome.found["printed"] = f"The mock printed an error:\n{printed[printed.find('Traceback') :][:3000]}"
    if not outcome.tried:
        outcome.found["nothing"] = "No operation had a request."
    return outcome


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="The time for all documents and modes together.")
@click.option("--seed", type=int, help="The seed of all requests.  [default: another one each time]")
@click.option("--examples", type=int, help="Generate so many requests in each phase, however long that takes.")
@click.option("--only", multiple=True, help="Only this document, such as metapic@2024-10-17; may be repeated.")
def fuzz(minutes: float, seed: int | None, examples: int | None, only: tuple[str, ...]) -> None:
    """Print what Schemathesis finds in the mock, and how much it has tried.

    With --examples the requests do not depend on the speed of the machine, and --minutes says nothing.

    \b
    Example:
      make fuzz ARGS="--minutes 30 --seed 7"
    """  # noqa: D301 - click wants the escape itself
    seed = random.randrange(2**32) if seed is None else seed
    contracts = [load_named(name, spec_folder()) for name in names(spec_folder())]
    contracts = [each for each in contracts if not only or f"{each.name.api}@{each.name.snapshot}" in only]
    if not contracts:
        raise SystemExit("No such document.")
    cores = os.cpu_count() or 1
    total = sum(len(each.operations) for each in contracts) * len(MODES)
    each_seconds = max(SECONDS_EACH, minutes * 60 * cores / total)
    share = 1.0 if examples else min(1.0, minutes * 60 * cores / total / SECONDS_EACH)
    rng = random.Random(seed)
    console, outcomes = Console(soft_wrap=True), list[Outcome]()
    with Progress(console=console, disable=not console.is_terminal) as progress, ThreadPoolExecutor(cores) as pool:
        runs = []
        for contract in contracts:
            for mode in MODES:
                operations = rng.sample(list(contract.operations), max(1, round(len(contract.operations) * share)))
                seconds = max(LEAST_SECONDS, each_seconds * len(operations))
                runs.append(pool.submit(run, contract, mode, operations, seconds, seed, examples))
        for ended in progress.track(as_completed(runs), total=len(runs), description="Runs"):
            outcomes.append(ended.result())
            for found in outcomes[-1].found.values():
                console.print(f"{outcomes[-1].document}, {outcomes[-1].mode}:", style="bold")
                console.print(found, markup=False, highlight=False)
    console.print(_table(outcomes))
    for reason, number in sum((each.known for each in outcomes), Counter[str]()).items():
        console.print(f"Not counted, {number} times: {reason}.", highlight=False)
    requests = sum(each.requests.total() for each in outcomes)
    findings = sum(len(each.found) for each in outcomes)
    tried = sum(len(each.tried) for each in outcomes)
    console.print(
        f"Requests: {requests:,}, to operations: {tried}, in modes: {len(MODES)}. Findings: {findings}. Seed: {seed}",
        highlight=False,
    )
    sys.exit(1 if findings else 0)


def _table(outcomes: list[Outcome]) -> Table:
    statuses = sorted({status for each in outcomes for status in each.statuses})
    table = Table("document", "mode", "operations", "requests", *statuses, "findings", box=None)
    for each in sorted(outcomes, key=lambda outcome: (outcome.document, outcome.mode)):
        tried = f"{len(each.tried)} of {len(each.operations)}"
        by_status = (f"{each.statuses[status]:,}" for status in statuses)
        table.add_row(each.document, each.mode, tried, f"{each.requests.total():,}", *by_status, str(len(each.found)))
    return table


if __name__ == "__main__":
    fuzz()
