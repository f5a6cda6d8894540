"""Measures the mock beside a bare Starlette application that returns the same bytes, and beside Prism.

The servers run at the same time, one worker each, and are asked in turn, so that whatever else the machine does meets
all of them. A ratio is the median of those of the rounds. The mock validates, keeps its journal and explains.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from prism import installed
from rich.console import Console
from rich.progress import track
from rich.table import Table
from servers import Server, running
from wrk import Case, Figures, load

from adcontract import load as contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

_HERE = Path(__file__).parent
_COMMAND = (sys.executable, "-c", "from adcontract.cli import main; main()")
_APART = 10**7
"""More requests than any run of load sends."""


@click.command()
@click.option("--rounds", default=5, show_default=True, help="How often each server meets each case.")
@click.option("--seconds", default=3, show_default=True, help="How long each time.")
@click.option("--without-prism", is_flag=True, help="Leave Prism out.")
def bench(rounds: int, seconds: int, without_prism: bool) -> None:
    """Print how fast the mock is beside other servers, in one run."""
    if shutil.which("wrk") is None:
        raise SystemExit("Skipped: wrk is not here. On Debian: apt-get install wrk.")
    console = Console()
    told = tomllib.loads((_HERE / "cases.toml").read_text(encoding="utf-8"))
    cases = [Case(**case) for case in told["case"]]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        room = Path(folder)
        starts = [_start(room) for _ in range(4)]
        mock = stack.enter_context(_mock(room))
        bare = stack.enter_context(_bare(room, [_answer(mock, case) for case in cases]))
        for case in cases:
            if _answer(mock, case) != _answer(bare, case):
                raise SystemExit(f"{case.name}: the two do not answer alike; the measure would mean nothing.")
        servers = [mock, bare]
        if not without_prism:
            program, reason = installed()
            if program is None:
                console.print(f"Prism is left out: {reason}.")
            else:
                servers.append(stack.enter_context(_prism(room, program, told["api"])))
        figures = _measure(servers, cases, rounds, seconds)
        for line in (_table(figures), *_rest(starts, mock), _machine()):
            console.print(line)


def _mock(room: Path) -> AbstractContextManager[Server]:
    environment = {"XDG_CACHE_HOME": str(room / "cache")}
    command = (*_COMMAND, "mock", "--port", "{port}")
    return running("adcontract", command, "/_mock/health", output=room / "mock.txt", environment=environment)


def _start(room: Path) -> float:
    """Return the seconds from the start of the mock to its first answer; the first time it has no cache."""
    with _mock(room) as mock:
        return mock.first_answer


def _bare(room: Path, answers: list[dict[str, Any]]) -> AbstractContextManager[Server]:
    (room / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    command = (sys.executable, str(_HERE / "bare.py"), str(room / "answers.json"), "{port}")
    return running("Starlette", command, "/", output=room / "bare.txt")


def _prism(room: Path, program: Path, api: str) -> AbstractContextManager[Server]:
    (room / "openapi.json").write_text(json.dumps(contract(api).document), encoding="utf-8")
    command = (str(program), "mock", "--port", "{port}", "--verboseLevel", "silent", str(room / "openapi.json"))
    return running("Prism", command, "/", output=room / "prism.txt")


def _answer(server: Server, case: Case) -> dict[str, Any]:
    """Return the case and what a server answers to it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(case.method, case.one(), case.body, case.headers)
    answer = connection.getresponse()
    headers = {key: value for key, value in answer.getheaders() if key != "date"}
    body = answer.read().decode()
    connection.close()
    path = case.path.partition("?")[0]
    return {"method": case.method, "path": path, "status": answer.status, "headers": headers, "body": body}


def _measure(
    servers: Sequence[Server], cases: Sequence[Case], rounds: int, seconds: int
) -> dict[str, dict[str, list[Figures]]]:
    """Return the figures of every round by the names of case and server."""
    figures: dict[str, dict[str, list[Figures]]] = {}
    turns = [(case, server) for _ in range(rounds) for case in cases for server in servers]
    for server in servers:
        for case in cases:
            load(server, case, 1, 0)
    for number, (case, server) in enumerate(track(turns, "Measuring", transient=True), 1):
        told = load(server, case, seconds, number * _APART)
        figures.setdefault(case.name, {}).setdefault(server.name, []).append(told)
    return figures


def _table(figures: Mapping[str, Mapping[str, list[Figures]]]) -> Table:
    """Return the medians of the rounds, and beside those of the others the median ratios of the mock to them."""
    table = Table("case", "server", title="One worker each; in brackets the mock's figure divided by this one")
    for title in ("requests/s", "p99 ms", "CPU µs/request"):
        table.add_column(title, justify="right")
    for case, servers in figures.items():
        mine, *_ = servers.values()
        for name, told in servers.items():
            cells = [_cell(mine, told, part, digits) for part, digits in (("rate", 0), ("p99", 2), ("cpu", 1))]
            table.add_row(case if told is mine else "", name, *cells)
        table.add_section()
    return table


def _cell(mine: list[Figures], told: list[Figures], part: str, digits: int) -> str:
    shown = f"{statistics.median(getattr(each, part) for each in told):,.{digits}f}"
    if told is mine:
        return shown
    ratio = statistics.median(getattr(a, part) / getattr(b, part) for a, b in zip(mine, told, strict=True))
    return f"{shown} [bold]({ratio:.2f})[/]"


def _rest(starts: Sequence[float], mock: Server) -> Iterator[str]:
    cold, *cached = starts
    median = statistics.median(cached)
    yield f"Start to first answer with all documents: {median:.2f} s; {cold:.2f} s when nothing is cached."
    yield f"Memory of the mock's worker after all this: {mock.memory():.0f} MB."


def _machine() -> str:
    """Return what was measured, and on what."""
    commit = _git("rev-parse", "--short", "HEAD") + (
        " with changes" if _git("status", "--porcelain", "mock", "tools") else ""
    )
    programs = [f"{name} {version(name)}" for name in ("uvicorn", "starlette", "connexion", "jsonschema-rs")]
    python = f"Python {platform.python_version()}"
    return f"Commit {commit}; {python}, {', '.join(programs)}; {_processor()}, {os.cpu_count()} cores."


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=_HERE.parent, capture_output=True, text=True, check=False).stdout.strip()


def _processor() -> str:
    with contextlib.suppress(OSError):
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        return told.partition("model name")[2].partition(":")[2].partition("\n")[0].strip()
    return platform.processor()


if __name__ == "__main__":
    bench()
