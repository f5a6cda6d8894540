"""The servers that are measured: started one at a time, asked how much processor time and memory they used."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server that runs, its port, and the seconds from its start to its first answer."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    first_answer: float

    def cpu(self) -> float:
        """Return the seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Return its resident memory in MB (10⁶ bytes)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


@contextlib.contextmanager
def running(
    name: str, command: Sequence[str], asked: str, *, output: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, in whose command `{port}` stands for its port, and wait until it answers GET `asked`.

    Raises:
        SystemExit: if it does not, with what it printed.
    """
    port = _free_port()
    with output.open("wb") as printed:
        started = time.monotonic()
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
    try:
        while not _answers(port, asked):
            if process.poll() is not None or time.monotonic() - started > _PATIENCE:
                raise SystemExit(f"{name} does not answer. It printed:\n{output.read_text(errors='replace')[-2000:]}")
            time.sleep(0.005)
        yield Server(name, process, port, time.monotonic() - started)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
