"""Sends a mock a million mixed requests in ever new sessions: it may not grow, get slower, or fail.

The requests are in soak.toml. When the journal and the sessions that are kept are full, the resident memory of the mock
may grow by 10 MB, and the 99th percentile of the last tenth may be 1.5 times that of the first. `make soak` runs it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
import tomllib
from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from connection import Connection
from rich.console import Console
from rich.progress import Progress
from servers import Server, mock

from adcontract.openapi.pointer import lookup

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS = 8
PER_SESSION = 50
"""Requests of a client in one session, before it begins another."""

PARTS = 10
FULL_AFTER = 20_000
"""Requests, or a whole part, until the mock keeps as many sessions and requests as it ever does."""

MAX_GROWTH = 10.0
"""MB of memory from the end of the part in which it is full to the highest of the later ends."""

MAX_SLOWDOWN = 1.5
DATA = tomllib.loads(Path(__file__).with_name("soak.toml").read_text(encoding="utf-8"))
REQUESTS: list[dict[str, Any]] = DATA["request"]
CREATE = next(each for each in REQUESTS if "id" in each)


@dataclass
class Soak:
    """A soak of a server with so many requests, and what it has measured so far."""

    server: Server
    requests: int
    seed: int
    sent: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    first: array[float] = field(default_factory=lambda: array("d"))
    last: array[float] = field(default_factory=lambda: array("d"))

    async def run(self, advance: Callable[[], None]) -> None:
        """Send every request, and call `advance` after each."""
        for part in range(PARTS):
            times = self.first if part == 0 else self.last if part == PARTS - 1 else array("d")
            numbers = iter(range(self.requests * part // PARTS, self.requests * (part + 1) // PARTS))
            await asyncio.gather(*(self._client(client, part, numbers, times, advance) for client in range(CLIENTS)))
            self.memory.append(self.server.memory())

    async def _client(
        self, client: int, part: int, numbers: Any, times: array[float], advance: Callable[[], None]
    ) -> None:
        rng = random.Random(f"{self.seed} {part} {client}")
        connection, weights = Connection(self.server.port), [each["weight"] for each in REQUESTS]
        session, item = "", ""
        for turn, number in enumerate(numbers):
            if turn % PER_SESSION == 0:
                self.sessions += 1
                session = f"soak-{self.sessions}"
            chosen = rng.choices(REQUESTS, weights)[0] if turn % PER_SESSION else CREATE
            began = time.perf_counter()
            status, body = await connection.send(*_filled(chosen, session, item, number))
            times.append(time.perf_counter() - began)
            self.sent[chosen["name"]] += 1
            if status != chosen["status"]:
                self.errors[f"{chosen['name']}: {status} and not {chosen['status']}: {body[:200]!r}"] += 1
            elif "id" in chosen:
                item = lookup(json.loads(body), chosen["id"])
            advance()
        connection.close()

    @property
    def growth(self) -> float:
        """The MB by which the memory has grown since the mock was full."""
        full = min(-(-FULL_AFTER * PARTS // self.requests), PARTS)
        return max(self.memory[full - 1 :]) - self.memory[full - 1]

    def slowdown(self, share: float) -> float:
        """Return by what factor a percentile of the last part is longer than that of the first."""
        first, last = (sorted(times)[int(len(times) * share)] for times in (self.first, self.last))
        return last / first

    def faults(self) -> list[str]:
        """Return what may not be so."""
        found = [f"{number} times {error}" for error, number in self.errors.most_common(10)]
        if missing := [each["name"] for each in REQUESTS if not self.sent[each["name"]]]:
            found.append(f"Never sent: {', '.join(missing)}.")
        if self.growth > MAX_GROWTH:
            found.append(f"The memory has grown by {self.growth:.1f} MB, by more than {MAX_GROWTH:.0f}.")
        if self.slowdown(0.99) > MAX_SLOWDOWN:
            found.append(f"The 99th percentile is {self.slowdown(0.99):.2f} times that of the beginning.")
        return found


def _filled(request: dict[str, Any], session: str, item: str, number: int) -> tuple[str, str, dict[str, str], str]:
    """Return the method, the path, the headers and the body of a request of soak.toml."""

    def filled(text: str) -> str:
        return text.replace("{id}", item).replace("{number}", str(number))

    headers = {**DATA["headers"], "Mock-Session": session}
    if "prefer" in request:
        headers["Prefer"] = filled(request["prefer"])
    return request["method"], filled(request["path"]), headers, filled(request.get("body", ""))


@click.command()
@click.option(
    "--requests", default=1_000_000, show_default=True, type=click.IntRange(2 * FULL_AFTER), help="Requests in all."
)
@click.option("--seed", default=1, show_default=True, help="The seed of their order.")
def soak(requests: int, seed: int) -> None:
    """Print how the mock's memory and times change under many requests.

    \b
    Example:
      make soak ARGS="--requests 60000"
    """  # noqa: D301 - click wants the escape itself
    console = Console(soft_wrap=True, highlight=False)
    with tempfile.TemporaryDirectory() as name, Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Requests", total=requests)
        with mock(Path(name), "--stateful", "--seed-items", "50") as server:
            soaked = Soak(server, requests, seed)
            asyncio.run(soaked.run(lambda: progress.advance(task)))
        printed = (Path(name) / "adcontract.txt").read_text(encoding="utf-8", errors="replace")
    faults = soaked.faults()
    if "Traceback" in printed:
        faults.append(f"The mock printed an error:\n{printed[printed.index('Traceback') :][:3000]}")
    console.print(f"Memory after each tenth, in MB: {', '.join(f'{each:.1f}' for each in soaked.memory)}")
    console.print(
        f"{requests:,} requests in {soaked.sessions:,} sessions. Since the mock was full its memory grew by "
        f"{soaked.growth:.1f} MB. The median of the last tenth is {soaked.slowdown(0.5):.2f} times that of the first, "
        f"the 99th percentile {soaked.slowdown(0.99):.2f} times. {soaked.errors.total()} errors."
    )
    for fault in faults:
        console.print(fault, style="bold", markup=False)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    soak()
