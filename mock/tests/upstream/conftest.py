"""A real server, as small as it can be, and mocks of the library in front of it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from adcontract_mock.serve.in_thread import Running, running

SPEC = Path(__file__).parents[1] / "spec"
TOKEN = "tok-5f0c1d2e3a4b"
BOOKS = [{"id": 1, "title": "One"}]


@dataclass
class Reply:
    """What the server answers: JSON where `body` is no text, with the headers of a list of books."""

    status: int = 200
    body: Any = field(default_factory=lambda: BOOKS)
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("X-Total", "1")])
    media_type: str | None = "application/json"

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass
class Got:
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


class RealServer:
    """Answers each request with `reply`, and keeps what it got."""

    def __init__(self) -> None:
        self.reset()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def __getattr__(self, name: str) -> Callable[[], None]:
                if name.startswith("do_"):
                    return self.respond
                raise AttributeError(name)

            def respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                outer.got.append(Got(self.command, self.path, self.headers.items(), body))
                outer.before()
                reply = outer.reply
                self.send_response(reply.status)
                if reply.media_type:
                    self.send_header("Content-Type", reply.media_type)
                for name, value in reply.headers:
                    self.send_header(name, value)
                bodiless = reply.status in (204, 304)
                if not bodiless:
                    self.send_header("Content-Length", str(len(reply.content)))
                self.end_headers()
                if self.command != "HEAD" and not bodiless:
                    self.wfile.write(reply.content)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.host = f"127.0.0.1:{self.http.server_address[1]}"
        self.url = f"http://{self.host}"

    def reset(self) -> None:
        self.got: list[Got] = []
        self.reply = Reply()
        self.before: Callable[[], object] = lambda: None

    def answers(self, body: Any = BOOKS, **parts: Any) -> None:
        """Answer so from now on."""
        self.reply = Reply(body=body, **parts)


@pytest.fixture(scope="session")
def real() -> Iterator[RealServer]:
    """A real server of the library, for all tests."""
    real = RealServer()
    thread = threading.Thread(target=real.http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield real
    real.http.shutdown()
    real.http.server_close()
    thread.join(5)


@pytest.fixture
def server(real: RealServer) -> RealServer:
    """The real server, which answers every request with books."""
    real.reset()
    return real


@pytest.fixture
def before(server: RealServer) -> Callable[..., AbstractContextManager[httpx.Client]]:
    """What starts a mock of the library before the server, with options, and gives a client with a credential."""

    @contextlib.contextmanager
    def start(**options: Any) -> Iterator[httpx.Client]:
        options = {"spec": SPEC, "api": "library", "upstream": server.url, **options}
        with running(**options) as mock, httpx.Client(base_url=mock.url, timeout=10) as client:
            client.headers["Authorization"] = f"Bearer {TOKEN}"
            yield client

    return start


@pytest.fixture(scope="session")
def usual(real: RealServer) -> Iterator[Running]:
    """A mock before the server, for all tests that need no options."""
    with running(spec=SPEC, api="library", upstream=real.url) as mock:
        yield mock


@pytest.fixture
def client(usual: Running) -> Iterator[httpx.Client]:
    """A client of a mock before the server."""
    usual.reset()
    with httpx.Client(base_url=usual.url, timeout=10, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client
