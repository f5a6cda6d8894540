"""Plain `schemathesis run` on one contract and one server: what it reports, as its own report of events has it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

from adcontract.contract.security import write_credential
from adcontract_conformance.groups.generated import EXAMPLES
from adcontract_proof.fault import TOKEN
from adcontract_proof.trial import LATENCY, LONGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcontract import Contract, Operation

_COMMAND = (sys.executable, "-m", "schemathesis.cli", "run")
_OPTIONS = {
    "--checks": "all",
    "--phases": "examples,coverage,fuzzing,stateful",
    "--max-examples": str(EXAMPLES),
    "--generation-database": "none",
    "--report": "ndjson",
}


class _Failure(Struct):
    operation: str
    title: str


class _FailureInfo(Struct):
    failure: _Failure


class _Check(Struct):
    name: str
    failure_info: _FailureInfo | None = None


class _Recorder(Struct):
    checks: dict[str, list[_Check]] = field(default_factory=dict)


class _Scenario(Struct):
    recorder: _Recorder


class _Reason(Struct):
    type: str


class _Error(Struct):
    value: _Reason
    label: str


class _End(Struct):
    exception: _Reason


class _Event(Struct):
    scenario: _Scenario | None = field(name="ScenarioFinished", default=None)
    error: _Error | None = field(name="NonFatalError", default=None)
    fatal: _End | None = field(name="FatalError", default=None)


def failures(report: Sequence[bytes]) -> set[str]:
    """Return what the lines of a report say has failed: the operation, the check and its title, or an error.

    An error is for example a connection that broke.
    """
    found: set[str] = set()
    for event in (msgspec.json.decode(line, type=_Event) for line in report):
        if event.error is not None:
            found.add(f"{event.error.label}: {event.error.value.type}")
        if event.fatal is not None:
            found.add(event.fatal.exception.type)
        if event.scenario is not None:
            results = (each for some in event.scenario.recorder.checks.values() for each in some)
            found |= {_named(each.name, each.failure_info.failure) for each in results if each.failure_info}
    return found


def _named(check: str, failure: _Failure) -> str:
    return f"{failure.operation}: {check}: {failure.title}"


@dataclass(frozen=True)
class Plan:
    """What Schemathesis is to do: some operations of the server at `url`, with its contract and that as one file.

    The same `seed` sends the same requests. With `times` it also fails on late responses. It may have `headers` and
    `options` of its own. It is ended after `longest` seconds, if no other time is given those of our suite.
    """

    contract: Contract
    bundle: Path
    url: str
    operations: Sequence[Operation]
    seed: int
    times: bool
    headers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    longest: float = LONGEST


def run(plan: Plan, clean: bool) -> set[str]:
    """Run every phase and check of Schemathesis, and return what fails; see `report`."""
    return failures(report(plan, clean))


def report(plan: Plan, clean: bool) -> list[bytes]:
    """Run every phase and check of Schemathesis, and return its events, each a line of JSON.

    A server that is `clean` has no fault that could keep it from its end.

    Raises:
        SystemExit: if it does not come to its end on a clean server, or does not begin, with its output.
    """
    chosen = [part for each in plan.operations for part in ("--include-operation-id", each.id)]
    headers = [part for each in (*_headers(plan), *plan.headers) for part in ("--header", each)]
    values = {**_OPTIONS, "--url": plan.url, "--seed": str(plan.seed)} | (
        {"--max-response-time": str(LATENCY)} if plan.times else {}
    )
    options = [part for option in values.items() for part in option]
    # in a folder of its own, because it learns from earlier runs, and reads a schemathesis.toml
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.ndjson"
        options += ["--continue-on-failure", "--report-ndjson-path", str(file), *plan.options]
        command = [*_COMMAND, str(plan.bundle.resolve()), *options, *chosen, *headers]
        output = _output(command, folder, plan.longest)
        # it adds to the report when it has ended a scenario, so the last line of one that was killed may be cut off
        lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
        if not any(line.startswith(b'{"EngineFinished"' if clean else b'{"EngineStarted"') for line in lines):
            raise SystemExit(f"Schemathesis did not {'come to its end' if clean else 'begin'}:\n{output[-2000:]}")
        return [line for line in lines if line.endswith(b"\n")]


def _output(command: Sequence[str], folder: str, longest: float) -> str:
    """Run a command for at most so many seconds, and return its output."""
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=longest).stdout
    except subprocess.TimeoutExpired:
        return f"It was ended after {longest:.0f} s."


def _headers(plan: Plan) -> list[str]:
    """Return the credentials of the operations as header lines."""
    written: dict[str, str] = {}
    for each in plan.operations:
        for schemes in plan.contract.credentials(each)[:1]:
            written |= write_credential(schemes, TOKEN, "", {})[1]
    return [f"{name}: {value}" for name, value in written.items()]
