"""Kills a stateful mock at random while 50 clients write to it: what was acknowledged has to be there afterwards.

The mock has two workers and a file. Each time one of them is killed (SIGKILL), or every process, after which the mock
is started again. With `--state URL` there are three mocks on a database, which the clients take in turn, and each time
one of these is killed and started again. At the end each session has to have every item whose creation was answered,
each once, and none of another session. The requests are in load.toml. `make kill` does it fifty times.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import httpx
from connection import Connection
from load import DATA, RefusedError, field, send
from rich.console import Console
from servers import ADCONTRACT, free_port, responds

if TYPE_CHECKING:
    from collections.abc import Sequence

SESSIONS, MOCKS = 10, 3
_PATIENCE = 60.0
_WHOLE = 4
"""Every so often all processes are killed, else one worker."""


class Mock:
    """A mock on one port, with two workers or one, which can be killed and started again."""

    def __init__(self, folder: Path, state: str, workers: int) -> None:
        self.port = free_port()
        self._log = folder / f"{self.port}.txt"
        options = ("--api", DATA["api"], "--stateful", "--workers", str(workers), "--state", state)
        self._command = (*ADCONTRACT, "mock", "--port", str(self.port), *options)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; it need not respond yet."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True)

    async def wait(self) -> None:
        """Wait until it responds.

        Raises:
            SystemExit: if it does not, with its output.
        """
        for _ in range(int(_PATIENCE * 10)):
            if await asyncio.to_thread(responds, self.port, "/_mock/health"):
                return
            await asyncio.sleep(0.1)
        raise SystemExit(f"The mock does not respond. Its output:\n{self._log.read_text(errors='replace')[-2000:]}")

    def kill_worker(self) -> bool:
        """Kill one of the workers, and return whether there was one."""
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        workers = [each for each in children if b"spawn_main" in _command_line(each)]
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(random.choice(workers)), signal.SIGKILL)
        return bool(workers)

    def kill(self) -> None:
        """Kill every process of it."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def log(self) -> str:
        """Return what it has printed."""
        return self._log.read_text(errors="replace")


def _command_line(pid: str) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


async def client(ports: Sequence[int], number: int, acknowledged: dict[int, list[str]], ended: asyncio.Event) -> None:
    """Create items with names that nothing else has, until the end, and note those whose creation is answered."""
    session, connections = number % SESSIONS, [Connection(port) for port in ports]
    for turn in itertools.count():
        if ended.is_set():
            break
        name = f"session {session} client {number} turn {turn}"
        try:
            await send(connections[(number + turn) % len(ports)], session, "create", name=name)
        except RefusedError:
            await asyncio.sleep(0.05)
        else:
            acknowledged[session].append(name)
    for connection in connections:
        connection.close()


async def run(mocks: Sequence[Mock], times: int, number: int) -> str:
    """Kill mocks so often under so many clients, verify what they then have, and return a line about it."""
    acknowledged: dict[int, list[str]] = {session: [] for session in range(SESSIONS)}
    ended, whole = asyncio.Event(), 0
    async with contextlib.AsyncExitStack() as stack:
        bases = []
        for mock in mocks:
            base = httpx.AsyncClient(base_url=mock.url, headers=DATA["headers"], timeout=20)
            bases.append(await stack.enter_async_context(base))
        for session in range(SESSIONS):
            await bases[0].post("/_mock/state", json={"do": "reset"}, headers={"Mock-Session": f"load {session}"})
        ports = [mock.port for mock in mocks]
        clients = [asyncio.create_task(client(ports, each, acknowledged, ended)) for each in range(number)]
        for turn in range(times):
            await asyncio.sleep(random.uniform(0.2, 1.0))
            mock = random.choice(mocks)
            if len(mocks) > 1 or turn % _WHOLE == _WHOLE - 1 or not mock.kill_worker():
                whole += 1
                mock.kill()
                mock.start()
                await mock.wait()
        ended.set()
        await asyncio.gather(*clients)
        for mock, base in zip(mocks, bases, strict=True):
            await mock.wait()
            for session, names in acknowledged.items():
                await verify(base, session, names)
    count = sum(map(len, acknowledged.values()))
    what = "all of it" if len(mocks) == 1 else f"one of {len(mocks)} mocks"
    return (
        f"{times} times killed, {whole} times {what}, under {number} clients in {SESSIONS} sessions: "
        f"all of {count} acknowledged items are there, none twice, and none in another session."
    )


async def verify(base: httpx.AsyncClient, session: int, acknowledged: list[str]) -> None:
    """Fail if a session lacks an acknowledged item, or has one twice or of another session."""
    state = await _state(base, session)
    items: list[Any] = state["items"].get(DATA["document"], {}).get(DATA["resource"], [])
    names = [name for name in (field(each, "name") for each in items) if name.startswith("session ")]
    lost = set(acknowledged) - set(names)
    assert not lost, f"session {session} has lost {sorted(lost)[:3]}"
    assert len(set(names)) == len(names), f"session {session} has an item twice"
    assert len({field(each, "id") for each in items}) == len(items), f"session {session} has two items with one id"
    assert all(name.startswith(f"session {session} ") for name in names), f"session {session} has items of another"


async def _state(base: httpx.AsyncClient, session: int) -> Any:
    """Return the state of a session; on a busy machine another worker may hold the file for a while (503)."""
    for _ in range(int(_PATIENCE)):
        response = await base.get("/_mock/state", headers={"Mock-Session": f"load {session}"})
        if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        await asyncio.sleep(1)
    assert response.is_success, response.text
    return response.json()


@click.command()
@click.option("--times", default=50, show_default=True, help="How often something is killed.")
@click.option("--clients", default=50, show_default=True, help="Clients that write meanwhile.")
@click.option("--state", metavar="URL", help="The database of three mocks, instead of the file of one.")
def main(times: int, clients: int, state: str | None) -> None:
    """Kill a stateful mock at random under load, and look for lost items."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        mocks = [Mock(folder, state, 1) for _ in range(MOCKS)] if state else [Mock(folder, f"{name}/state.db", 2)]
        for mock in mocks:
            mock.start()
            stack.callback(mock.kill)
        asyncio.run(_run(mocks, times, clients))


async def _run(mocks: Sequence[Mock], times: int, clients: int) -> None:
    for mock in mocks:
        await mock.wait()
    Console(soft_wrap=True).print(await run(mocks, times, clients), highlight=False)
    for mock in mocks:
        if "Traceback" in mock.log():
            raise SystemExit(f"The mock has printed a traceback:\n{mock.log()[-3000:]}")


if __name__ == "__main__":
    sys.exit(main())
