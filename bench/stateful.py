"""Measures a stateful mock beside json-server, which has the same rows in its list.

Both run at the same time with one process each and are loaded in turn, so that other work on the machine affects both.
A ratio is the median of the rounds' ratios. The mock checks each request and response, and json-server none.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import shutil
import statistics
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import npm
from rich.console import Console
from rich.progress import track
from rich.table import Table
from servers import json_server, mock
from wrk import Case, Figures, run

from adcontract.openapi.pointer import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servers import Server

_DATA = tomllib.loads(Path(__file__).with_name("stateful.toml").read_text(encoding="utf-8"))
_NUMBERS_PER_RUN = 10**7
"""More requests than any run sends."""

_NEW_SESSIONS = 20
_MOCKS = 3


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Measurements of each server with each case.")
@click.option("--seconds", default=3, show_default=True, help="Duration of one measurement.")
@click.option(
    "--state", metavar="URL", help="Measure three mocks that share this database instead, in requests a second."
)
def bench(rounds: int, seconds: int, state: str | None) -> None:
    """Print the speed of a stateful mock, in memory and with a file, divided by that of json-server."""
    console = Console(soft_wrap=True)
    if shutil.which("wrk") is None:
        raise SystemExit("Skipped: wrk is not installed. On Debian: apt-get install wrk.")
    if state:
        console.print(_shared(state, rounds, seconds))
        return
    program, reason = npm.installed("json-server", "0.17.4", "json-server")
    if program is None:
        raise SystemExit(f"Skipped: json-server is missing: {reason}.")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        options = ("--api", _DATA["api"], "--stateful", "--seed-items", str(_DATA["seed_items"]))
        memory = stack.enter_context(mock(folder, *options))
        file = stack.enter_context(mock(folder, *options, "--state", f"{name}/state.db"))
        console.print(_first_requests(memory))
        rows = _rows(memory)
        theirs = stack.enter_context(json_server(folder, program, {_DATA["name"]: rows}))
        ratios = _measure((memory, file, theirs), rows, rounds, seconds)
        title = (
            f"{len(rows)} rows; requests per second divided by json-server's; in brackets: its processor time by ours"
        )
        table = Table("case", title=title)
        for title in ("mock", "mock --state FILE"):
            table.add_column(title, justify="right")
        for case, cells in ratios.items():
            table.add_row(case, *cells)
        console.print(table)


def _shared(state: str, rounds: int, seconds: int) -> Table:
    """Return the requests a second of mocks that share a database and are loaded at the same time."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        options = ("--api", _DATA["api"], "--stateful", "--seed-items", str(_DATA["seed_items"]), "--state", state)
        servers = [stack.enter_context(mock(Path(name), *options)) for _ in range(_MOCKS)]
        rows, numbers = _rows(servers[0]), itertools.count(_NUMBERS_PER_RUN, _NUMBERS_PER_RUN)
        table = Table("case", title=f"{_MOCKS} mocks on one database, {len(rows)} rows: requests per second, p99")
        for title in ("one of them alone", "all at once"):
            table.add_column(title, justify="right")
        for data in track(_DATA["case"], "Measuring", transient=True):
            case = _case(data, rows, is_ours=True)
            cells = []
            for loaded in (servers[:1], servers):
                _begin_anew(servers[0], case)
                for server in servers:
                    _verify(server, case)
                found = [_at_once(loaded, case, seconds, numbers) for _ in range(rounds)]
                rate, p99 = (statistics.median(each) for each in zip(*found, strict=True))
                cells.append(f"{rate:,.0f} ({p99:.0f} ms)")
            table.add_row(data["name"], *cells)
        return table


def _begin_anew(server: Server, case: Case) -> None:
    """Let the session of a case begin anew: a database may have that of an earlier run."""
    headers = {name: value for name, value in case.headers.items() if "{n}" not in value}
    status, body = _response(server, "/_mock/state", headers, "POST", '{"do": "reset"}')
    if status != 200:
        raise SystemExit(f"{server.name}, reset: {status} {body[:200]!r}")


def _at_once(servers: Sequence[Server], case: Case, seconds: int, numbers: Iterator[int]) -> tuple[float, float]:
    """Load servers at the same time, and return their requests a second and the longest 99th percentile."""
    with ThreadPoolExecutor(len(servers)) as threads:
        found = list(threads.map(lambda server, first: run(server, case, seconds, first), servers, numbers))
    return sum(each.rate for each in found), max(each.p99 for each in found)


def _measure(servers: Sequence[Server], rows: Sequence[Any], rounds: int, seconds: int) -> dict[str, list[str]]:
    """Return by how much each server is faster than the last one, by case."""
    rounds_of: dict[str, list[list[Figures]]] = {}
    turns = [each for _ in range(rounds) for each in _DATA["case"]]
    for number, data in enumerate(track(turns, "Measuring", transient=True)):
        found = []
        for place, server in enumerate(servers):
            case = _case(data, rows, is_ours=place < len(servers) - 1)
            _verify(server, case)
            found.append(run(server, case, seconds, (number * len(servers) + place + 1) * _NUMBERS_PER_RUN))
        rounds_of.setdefault(data["name"], []).append(found)
    return {name: [_ratio(each, place) for place in range(len(servers) - 1)] for name, each in rounds_of.items()}


def _ratio(figures: Sequence[Sequence[Figures]], place: int) -> str:
    """Return by how much a server is faster than the last one: in requests per second, and in processor time."""
    rate = statistics.median(each[place].rate / each[-1].rate for each in figures)
    cpu = statistics.median(each[-1].cpu / each[place].cpu for each in figures)
    return f"{rate:.1f} ({cpu:.1f})"


def _case(data: dict[str, Any], rows: Sequence[Any], *, is_ours: bool) -> Case:
    headers = dict(_DATA["headers"])
    if "body" in data:
        headers["Content-Type"] = "application/json"
    if is_ours and "session" in data:
        headers["Mock-Session"] = data["session"]
    path = (data["path"] if is_ours else data["theirs"]).replace("{id}", str(rows[len(rows) // 2]["id"]))
    return Case(data["name"], "POST" if "body" in data else "GET", path, headers, data.get("body"))


def _verify(server: Server, case: Case) -> None:
    """Fail if a server does not answer a case with a success."""
    headers = {name: value.replace("{n}", "0") for name, value in case.headers.items()}
    status, body = _response(server, case.one(), headers, case.method, case.body)
    if status not in (200, 201):
        raise SystemExit(f"{server.name}, {case.name}: {status} {body[:200]!r}")


def _response(
    server: Server, path: str, headers: dict[str, str], method: str = "GET", body: str | None = None
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


def _rows(server: Server) -> list[Any]:
    """Return all rows of the list."""
    rows: list[Any] = []
    page = 1
    while found := lookup(json.loads(_response(server, _list(page), _DATA["headers"])[1]), _DATA["rows"]):
        rows += found
        page += 1
    return rows


def _list(page: int) -> str:
    path: str = _DATA["list"]
    return path.replace("{page}", str(page))


def _first_requests(server: Server) -> str:
    """Return a line with the time of the first request of the mock to its list, and of the first one of others."""
    times = []
    for number in range(_NEW_SESSIONS + 1):
        began = time.perf_counter()
        _response(server, _list(1), _DATA["headers"] | {"Mock-Session": f"first {number}"})
        times.append((time.perf_counter() - began) * 1000)
    first, *others = times
    median, most = statistics.median(others), max(others)
    return f"First request of a session to a list: {median:.1f} ms, {most:.1f} ms at most; of all: {first:.0f} ms."


if __name__ == "__main__":
    bench()
