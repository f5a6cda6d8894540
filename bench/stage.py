"""One port on which one mock after the other is served, so that a client may outlive each of them."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from adcontract_mock import app
from adcontract_proof.fault import TOKEN
from adcontract_proof.trial import ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

    from adcontract_mock.application.application import Application

_PATIENCE = 10


class Stage:
    """An ASGI application that is a stateful mock of one contract at a time, with a fault or without, and its port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._mock: Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond as the mock that is in service."""
        if self._mock is None:
            raise RuntimeError("no mock is in service yet")
        await self._mock(scope, receive, send)

    def url(self, api: str, snapshot: str) -> str:
        """Return the base URL of a contract."""
        return f"http://127.0.0.1:{self.port}/{api}/{snapshot}"

    def serve(self, api: str, snapshot: str, plant: str | None = None) -> None:
        """Have a new mock take the place of the last one, with the state of its beginning.

        Raises:
            UsageError: if the fault to `plant` cannot be planted.
        """
        before = self._mock
        self._mock = app(api=api, snapshot=snapshot, token=TOKEN, stateful=True, seed_items=ITEMS, plant=plant)
        if before is not None:
            before.runtime.state.close()


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Open a stage on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        opened = Stage(listening.getsockname()[1])
        config = uvicorn.Config(
            opened, lifespan="off", log_level="critical", access_log=False, ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield opened
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
