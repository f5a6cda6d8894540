"""The servers that the benchmarks start: when they first responded, how much processor time and memory they use."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prism import readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

ADCONTRACT = (sys.executable, "-c", "from adcontract.cli import main; main()")
_BARE = Path(__file__).with_name("bare.py")
_PATIENCE = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server, its port, and the seconds from its start to its first response."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    first_response: float

    @property
    def url(self) -> str:
        """The server's base URL."""
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Return the seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Return its resident memory in MB (10⁶ bytes)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def mock(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> AbstractContextManager[Server]:
    """Run the mock with `options`; its output goes to a file in `folder`.

    Raises:
        SystemExit: if it does not respond, with its output.
    """
    command = (*ADCONTRACT, "mock", "--port", "{port}", *options)
    return _running("adcontract", command, folder, health="/_mock/health", environment=environment)


def bare(folder: Path, responses: list[dict[str, Any]]) -> AbstractContextManager[Server]:
    """Run a bare Starlette application that returns `responses`.

    Raises:
        SystemExit: if it does not respond, with its output.
    """
    file = folder / "responses.json"
    file.write_text(json.dumps(responses), encoding="utf-8")
    return _running("Starlette", (sys.executable, str(_BARE), str(file), "{port}"), folder)


def prism(
    folder: Path, program: Path, mode: str, document: dict[str, Any], *upstream: str
) -> AbstractContextManager[Server]:
    """Run Prism on an OpenAPI document: as a mock, or as a proxy in front of `upstream`.

    Raises:
        SystemExit: if it does not respond, with its output.
    """
    file = folder / "openapi.json"
    file.write_text(json.dumps(readable(document)), encoding="utf-8")
    command = (str(program), mode, "--port", "{port}", "--verboseLevel", "silent", str(file), *upstream)
    return _running("Prism", command, folder)


def json_server(folder: Path, program: Path, lists: dict[str, Any]) -> AbstractContextManager[Server]:
    """Run json-server on `lists` by name.

    Raises:
        SystemExit: if it does not respond, with its output.
    """
    file = folder / "lists.json"
    file.write_text(json.dumps(lists), encoding="utf-8")
    command = (str(program), "--quiet", "--host", "127.0.0.1", "--port", "{port}", str(file))
    return _running("json-server", command, folder)


@contextlib.contextmanager
def _running(
    name: str, command: Sequence[str], folder: Path, health: str = "/", environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, in whose command `{port}` stands for its port, wait until it responds to GET `health`, end it."""
    port = free_port()
    output = folder / f"{name}.txt"
    with output.open("wb") as file:
        started = time.monotonic()
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
    try:
        while not responds(port, health):
            if process.poll() is not None or time.monotonic() - started > _PATIENCE:
                raise SystemExit(f"{name} does not respond. Its output:\n{output.read_text(errors='replace')[-2000:]}")
            time.sleep(0.005)
        yield Server(name, process, port, time.monotonic() - started)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def responds(port: int, path: str) -> bool:
    """Return whether a server answers GET `path` with anything but an error of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
