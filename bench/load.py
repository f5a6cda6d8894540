"""Loads a stateful mock with 200 clients in 20 sessions on two workers: nothing may be lost or mixed between sessions.

Each client creates items, reads them back, and adds members to an item that all clients of its session share. The
requests are in load.toml. `make load` runs it.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

from connection import Connection
from rich.console import Console
from servers import mock

from adcontract.openapi.pointer import lookup

CLIENTS, SESSIONS, ROUNDS, WORKERS = 200, 20, 3, 2
DATA = tomllib.loads(Path(__file__).with_name("load.toml").read_text(encoding="utf-8"))


class RefusedError(Exception):
    """A request has no response, or one that is not a success."""


async def send(connection: Connection, session: int, request: str, **values: str) -> Any:
    """Send a request of load.toml in a session, and return the item in the response, or None if it has none.

    Raises:
        RefusedError: if it has no success.
    """
    data = DATA[request]
    headers = {**DATA["headers"], "Content-Type": "application/json", "Mock-Session": f"load {session}"}
    body = json.dumps(_filled(data["body"], values)) if "body" in data else ""
    status, received = await connection.send(data["method"], _filled(data["path"], values), headers, body)
    if not 200 <= status < 300:
        raise RefusedError(f"{request}: {status} {received[:200]!r}")
    return lookup(json.loads(received), data["item"]) if "item" in data else None


async def client(port: int, number: int, shared: dict[int, str], times: list[float]) -> None:
    """Create, read and add in turn, as one client of a session, and add the duration of each request to `times`."""
    session, connection = number % SESSIONS, Connection(port)

    async def timed(request: str, **values: str) -> Any:
        began = time.perf_counter()
        item = await send(connection, session, request, **values)
        times.append(time.perf_counter() - began)
        return item

    for turn in range(ROUNDS):
        name = f"session {session} client {number} turn {turn}"
        created = await timed("create", name=name)
        read = field(await timed("read", id=field(created, "id")), "name")
        assert read == name, f"{name} reads {read}"
        await timed("add", id=shared[session], member=f"{number}{turn:03}")
    connection.close()


async def load(port: int) -> str:
    """Run all clients at once, look for lost and mixed items, and return a line with the figures."""
    connection, times = Connection(port), list[float]()
    shared: dict[int, str] = {}
    for session in range(SESSIONS):
        shared[session] = field(await send(connection, session, "create", name=f"session {session} shared"), "id")
    # the mock ends it while it is idle
    connection.close()
    began = time.perf_counter()
    await asyncio.gather(*(client(port, number, shared, times) for number in range(CLIENTS)))
    took = time.perf_counter() - began
    for session in range(SESSIONS):
        await verify(connection, session, shared[session])
    connection.close()
    times.sort()
    rate, median, slowest = len(times) / took, times[len(times) // 2], times[len(times) * 99 // 100]
    return (
        f"{CLIENTS} clients, {SESSIONS} sessions, {WORKERS} workers: {len(times)} requests in {took:.1f} s, "
        f"{rate:.0f} per second, median {median * 1000:.0f} ms, 99th percentile {slowest * 1000:.0f} ms. "
        "Nothing was lost or mixed."
    )


async def verify(connection: Connection, session: int, shared: str) -> None:
    """Fail if a session lacks items that its clients created, or has items of another session."""
    own = [number for number in range(CLIENTS) if number % SESSIONS == session]
    _, state = await connection.send("GET", "/_mock/state", {"Mock-Session": f"load {session}"})
    items = json.loads(state)["items"][DATA["document"]][DATA["resource"]]
    names = [name for name in (field(each, "name") for each in items) if name.startswith("session ")]
    expected = [f"session {session} client {number} turn {turn}" for number in own for turn in range(ROUNDS)]
    assert sorted(names) == sorted([*expected, f"session {session} shared"]), (
        f"session {session} has {len(names)} items instead of {len(expected) + 1}"
    )
    assert len({field(each, "id") for each in items}) == len(items), f"session {session} has two items with one id"
    members = next(field(each, "members") for each in items if field(each, "id") == shared)
    added = sorted(field(each, "member_id") for each in members)
    assert added == sorted(f"{number}{turn:03}" for number in own for turn in range(ROUNDS)), "an added member is lost"


def field(item: Any, field: str) -> Any:
    """Return the value of an item in a field of load.toml."""
    return lookup(item, DATA["item"][field])


def _filled(template: Any, values: dict[str, str]) -> Any:
    """Return a path or a body of load.toml with its placeholders replaced."""
    if isinstance(template, str):
        return template.format_map(values)
    if isinstance(template, list):
        return [_filled(each, values) for each in template]
    if isinstance(template, dict):
        return {key: _filled(value, values) for key, value in template.items()}
    return template


def main() -> None:
    """Start a mock, load it, end it."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("--api", DATA["api"], "--stateful", "--workers", str(WORKERS), "--state", f"{folder}/state")
        with mock(Path(folder), *options) as server:
            Console(soft_wrap=True).print(asyncio.run(load(server.port)), highlight=False)


if __name__ == "__main__":
    main()
