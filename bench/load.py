"""Load a stateful mock: 200 clients in 20 sessions on two workers; nothing may be lost, nor mixed with another session.

Each client creates lists of products, adds to one that all of its session share, and reads back. `make load` runs it.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

CLIENTS, SESSIONS, ROUNDS, WORKERS = 200, 20, 3, 2
PATH = "/v1/products/lists"


async def client(base: httpx.AsyncClient, number: int, shared: dict[int, str], times: list[float]) -> None:
    """Create, add and read as one client of a session does."""
    session = number % SESSIONS
    headers = {"Mock-Session": f"load {session}"}

    async def send(method: str, path: str, **body: object) -> httpx.Response:
        began = time.perf_counter()
        answer = await base.request(method, path, headers=headers, json=body or None)
        times.append(time.perf_counter() - began)
        answer.raise_for_status()
        return answer

    for turn in range(ROUNDS):
        name = f"session {session} client {number} turn {turn}"
        created = (await send("POST", PATH, pool_id=1, name=name)).json()["data"]
        read = (await send("GET", f"{PATH}/{created['id']}")).json()["data"]
        assert read["name"] == name, f"{name} reads {read['name']}"
        await send("POST", f"{PATH}/{shared[session]}/items", product_ids=[f"{number}{turn:03}"])


async def load(url: str) -> None:
    """Run all clients at once, then look for what is lost or mixed."""
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(
        base_url=url, headers={"Authorization": "Bearer load"}, timeout=120, limits=limits
    ) as base:
        shared, times = {}, []
        for session in range(SESSIONS):
            body = {"pool_id": 1, "name": f"session {session} shared", "product_ids": []}
            made = await base.post(PATH, headers={"Mock-Session": f"load {session}"}, json=body)
            shared[session] = made.raise_for_status().json()["data"]["id"]
        began = time.perf_counter()
        await asyncio.gather(*(client(base, number, shared, times) for number in range(CLIENTS)))
        took = time.perf_counter() - began
        for session in range(SESSIONS):
            await look(base, session, shared[session])
    times.sort()
    rate, median, slowest = len(times) / took, times[len(times) // 2], times[len(times) * 99 // 100]
    print(  # noqa: T201 - it is what this is run for
        f"{CLIENTS} clients, {SESSIONS} sessions, {WORKERS} workers: {len(times)} requests in {took:.1f} s, "
        f"{rate:.0f} a second, half of them within {median * 1000:.0f} ms, 99 of 100 within {slowest * 1000:.0f} ms. "
        "Nothing is lost, nothing is mixed."
    )


async def look(base: httpx.AsyncClient, session: int, shared: str) -> None:
    """Fail if a session lacks what its clients made, or has what those of another did."""
    headers = {"Mock-Session": f"load {session}"}
    own = [number for number in range(CLIENTS) if number % SESSIONS == session]
    dumped = (await base.get("/_mock/state", headers=headers)).json()["items"]["affiliate-com-v1"]["product-list"]
    names = [each["name"] for each in dumped if each["name"].startswith("session ")]
    expected = [f"session {session} client {number} turn {turn}" for number in own for turn in range(ROUNDS)]
    assert sorted(names) == sorted([*expected, f"session {session} shared"]), (
        f"session {session} has {len(names)} lists"
    )
    assert len({each["id"] for each in dumped}) == len(dumped), f"session {session} has two lists of one id"
    products = next(each["products"] for each in dumped if each["id"] == shared)
    added = sorted(each["id"] for each in products)
    assert added == sorted(f"{number}{turn:03}" for number in own for turn in range(ROUNDS)), "an addition is lost"


def main() -> None:
    """Start a mock, load it, end it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("adcontract"), "mock", "--api", "affiliate-com", "--port", "0"]
        state = ["--stateful", "--workers", str(WORKERS), "--state", Path(folder) / "state"]
        told = Path(folder) / "told"
        with told.open("w") as out, subprocess.Popen([*command, *state], stdout=out) as mock:
            try:
                asyncio.run(load(_url(told)))
            finally:
                mock.terminate()


def _url(told: Path) -> str:
    """Return where the mock says that it is."""
    for _ in range(200):
        found = re.search(r"https?://127[\d.:]+", told.read_text())
        if found:
            return found[0]
        time.sleep(0.1)
    raise SystemExit(f"The mock does not start: {told.read_text()}")


if __name__ == "__main__":
    main()
