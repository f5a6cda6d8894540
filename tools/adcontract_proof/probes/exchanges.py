"""A mock in this process without a network: requests as a client sends them, and responses as it sees them."""

from __future__ import annotations

import asyncio
import selectors
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from adcontract_mock.application.application import Application
from adcontract_mock.application.runtime import Runtime
from adcontract_mock.faults.plant import Plant
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from collections.abc import Generator

    from adcontract import Contract
    from adcontract_mock.http.exchange import Exchange

    Tour = Generator["Request", "Response", None]
    """Requests, each of which is known once the response to the one before it is there."""

_NOT_SHOWN = ("date", "server", "mock-explain")
"""Headers that are not of the API: those of the HTTP server, and the mock's own words."""


@dataclass(frozen=True)
class Request:
    """A request: its method, its path and query as sent, its headers in lower case, and its body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @classmethod
    def received(cls, exchange: Exchange) -> Request:
        """Return a request that a mock has received, from its journal."""
        query = exchange.query.decode("latin-1")
        target = exchange.path.decode("latin-1") + (f"?{query}" if query else "")
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in exchange.headers)
        return cls(exchange.method, target, headers, exchange.body)

    def __str__(self) -> str:
        body = f" {self.body[:200].decode('utf-8', 'backslashreplace')}" if self.body else ""
        return f"{self.method} {self.target}{body}"


@dataclass(frozen=True)
class Response:
    """A response as a client sees it, with the seconds for which the server has waited before it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    waited: float = 0.0

    @property
    def is_success(self) -> bool:
        """Whether its status is a 2xx."""
        return 200 <= self.status < 300


class _Clock(selectors.DefaultSelector):
    """Lets the time pass that a loop would wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        self.now += 0.0 if ready or timeout is None else timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that does not wait, and knows for how long it would have."""

    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


class Mock:
    """A new mock of one contract that is stateful, with a fault if one is named (`missing-field@getBook`).

    Raises:
        UsageError: if the fault cannot be planted.
    """

    def __init__(
        self, contract: Contract, plant: str | None = None, *, token: str | None = None, seed_items: int = 0
    ) -> None:
        runtime = Runtime(token, None, State(on=True, seed_items=seed_items))
        self._app = Application([contract], runtime, Plant.parse(plant) if plant else None)
        self._loop = _Loop()

    def close(self) -> None:
        """Forget its state."""
        self._loop.close()
        self._app.runtime.state.close()

    def answer(self, request: Request) -> Response:
        """Return the response to a request."""
        before = self._loop.time()
        status, headers, body = self._loop.run_until_complete(self._exchanged(request))
        return Response(status, headers, body, round(self._loop.time() - before, 3))

    async def _exchanged(self, request: Request) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        path, _, query = request.target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
            "root_path": "",
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)  # type: ignore[arg-type] # ASGI's messages are any mapping
        headers = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"])
        shown = tuple(sorted(each for each in headers if each[0] not in _NOT_SHOWN))
        return sent[0]["status"], shown, b"".join(each.get("body", b"") for each in sent[1:])
