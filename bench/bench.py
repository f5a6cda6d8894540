"""Measures the mock beside a bare Starlette application that returns the same bytes, and beside Prism.

The servers run at the same time with one worker each and are loaded in turn, so that other work on the machine affects
all of them. A ratio is the median of the rounds' ratios. The mock validates each request and journals it.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import platform
import shutil
import statistics
import subprocess
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
from servers import Server, bare, mock, prism
from wrk import Case, Figures, run

from adcontract import load as contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

_HERE = Path(__file__).parent
_NUMBERS_PER_RUN = 10**7
"""More requests than any run sends."""


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Measurements of each server with each case.")
@click.option("--seconds", default=3, show_default=True, help="Duration of one measurement.")
@click.option("--without-prism", is_flag=True, help="Leave Prism out.")
def bench(rounds: int, seconds: int, without_prism: bool) -> None:
    """Print the mock's speed beside that of other servers."""
    if shutil.which("wrk") is None:
        raise SystemExit("Skipped: wrk is not installed. On Debian: apt-get install wrk.")
    console = Console()
    data = tomllib.loads((_HERE / "cases.toml").read_text(encoding="utf-8"))
    cases = [Case(**case) for case in data["case"]]
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        starts = [_start(folder) for _ in range(4)]
        ours = stack.enter_context(_mock(folder))
        starlette = stack.enter_context(bare(folder, [_response(ours, case) for case in cases]))
        for case in cases:
            if _response(ours, case) != _response(starlette, case):
                raise SystemExit(f"{case.name}: the responses differ, so a comparison would mean nothing.")
        servers = [ours, starlette]
        if not without_prism:
            program, reason = installed()
            if program is None:
                console.print(f"Prism is left out: {reason}.")
            else:
                servers.append(stack.enter_context(prism(folder, program, "mock", contract(data["api"]).document)))
        figures = _measure(servers, cases, rounds, seconds)
        for line in (_table(figures), *_start_and_memory(starts, ours), _machine()):
            console.print(line)


def _mock(folder: Path) -> AbstractContextManager[Server]:
    return mock(folder, environment={"XDG_CACHE_HOME": str(folder / "cache")})


def _start(folder: Path) -> float:
    """Return the seconds from the start of the mock to its first response; the first time it has no cache."""
    with _mock(folder) as started:
        return started.first_response


def _response(server: Server, case: Case) -> dict[str, Any]:
    """Return a server's response to a case, as the bare application takes it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(case.method, case.one(), case.body, case.headers)
    response = connection.getresponse()
    headers = {key: value for key, value in response.getheaders() if key != "date"}
    body = response.read().decode()
    connection.close()
    path = case.path.partition("?")[0]
    return {"method": case.method, "path": path, "status": response.status, "headers": headers, "body": body}


def _measure(
    servers: Sequence[Server], cases: Sequence[Case], rounds: int, seconds: int
) -> dict[str, dict[str, list[Figures]]]:
    """Return the figures of every round, by case and server."""
    figures: dict[str, dict[str, list[Figures]]] = {}
    turns = [(case, server) for _ in range(rounds) for case in cases for server in servers]
    for server in servers:
        for case in cases:
            run(server, case, 1, 0)
    for number, (case, server) in enumerate(track(turns, "Measuring", transient=True), 1):
        measured = run(server, case, seconds, number * _NUMBERS_PER_RUN)
        figures.setdefault(case.name, {}).setdefault(server.name, []).append(measured)
    return figures


def _table(figures: Mapping[str, Mapping[str, list[Figures]]]) -> Table:
    """Return the median figures of all servers, and the median ratios of the mock to each of the others."""
    table = Table("case", "server", title="One worker each; in brackets: the mock's figure divided by this one")
    for title in ("requests/s", "p99 ms", "CPU µs/request"):
        table.add_column(title, justify="right")
    for case, servers in figures.items():
        mine, *_ = servers.values()
        for name, theirs in servers.items():
            cells = [_cell(mine, theirs, part, digits) for part, digits in (("rate", 0), ("p99", 2), ("cpu", 1))]
            table.add_row(case if theirs is mine else "", name, *cells)
        table.add_section()
    return table


def _cell(mine: list[Figures], theirs: list[Figures], part: str, digits: int) -> str:
    median = f"{statistics.median(getattr(each, part) for each in theirs):,.{digits}f}"
    if theirs is mine:
        return median
    ratio = statistics.median(getattr(a, part) / getattr(b, part) for a, b in zip(mine, theirs, strict=True))
    return f"{median} [bold]({ratio:.2f})[/]"


def _start_and_memory(starts: Sequence[float], server: Server) -> Iterator[str]:
    cold, *cached = starts
    median = statistics.median(cached)
    yield f"Start to first response with all documents: {median:.2f} s; {cold:.2f} s without the cache."
    yield f"Memory of the mock's worker after the measurements: {server.memory():.0f} MB."


def _machine() -> str:
    """Return a line with the commit, the versions and the processor."""
    commit = _git("rev-parse", "--short", "HEAD") + (
        " with changes" if _git("status", "--porcelain", "mock", "tools") else ""
    )
    programs = [f"{name} {version(name)}" for name in ("uvicorn", "starlette", "connexion", "jsonschema-rs")]
    python = f"Python {platform.python_version()}"
    return f"Commit {commit}; {python}, {', '.join(programs)}; {_processor()}, {os.cpu_count()} cores."


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=_HERE.parent, capture_output=True, text=True, check=False
    ).stdout.strip()


def _processor() -> str:
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        return lines.partition("model name")[2].partition(":")[2].partition("\n")[0].strip()
    return platform.processor()


if __name__ == "__main__":
    bench()
