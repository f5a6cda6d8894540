"""Loads one server with one case, by wrk."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from servers import Server

_CONNECTIONS = 16
_SCRIPT = """
local parts = {parts}
local number = {first}
request = function()
  number = number + 1
  return table.concat(parts, number)
end
done = function(summary, latency, requests)
  local e = summary.errors
  local lost = e.connect + e.read + e.write + e.timeout
  io.write(string.format('{{"requests": %d, "microseconds": %d, "p99": %d, "lost": %d}}\\n',
    summary.requests, summary.duration, latency:percentile(99), lost))
end
"""


@dataclass(frozen=True)
class Case:
    """A request to repeat; `{n}` in its path and headers stands for a number that no other request has."""

    name: str
    method: str
    path: str
    headers: dict[str, str]
    body: str | None = None

    def one(self) -> str:
        """Return the path of one request."""
        return self.path.replace("{n}", "1")


@dataclass(frozen=True)
class Figures:
    """The result of a run: requests per second, 99th percentile in ms, processor time in µs per request."""

    rate: float
    p99: float
    cpu: float


def run(server: Server, case: Case, seconds: float, first: int) -> Figures:
    """Send requests to `server` for some seconds, one after another on each of 16 connections.

    `first` is the number of the first request, so that no two runs send the same query string.

    Raises:
        SystemExit: if a request got no response.
    """
    head = f"{case.method} {case.path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{_header_lines(case)}\r\n"
    whole = head + (case.body or "")
    script = _SCRIPT.format(parts="{" + ", ".join(map(json.dumps, whole.split("{n}"))) + "}", first=first)
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        before = server.cpu()
        url = f"http://127.0.0.1:{server.port}{case.one()}"
        command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", file.name, url]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        used = server.cpu() - before
    result: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    if result["lost"] or not result["requests"]:
        raise SystemExit(f"{server.name}, {case.name}: {result['lost']} requests without a response.")
    rate = result["requests"] / result["microseconds"] * 1e6
    return Figures(rate, result["p99"] / 1000, used / result["requests"] * 1e6)


def _header_lines(case: Case) -> str:
    headers = dict(case.headers) | ({"Content-Length": str(len(case.body.encode()))} if case.body else {})
    return "".join(f"{key}: {value}\r\n" for key, value in headers.items())
