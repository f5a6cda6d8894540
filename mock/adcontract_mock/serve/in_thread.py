"""A mock that runs in a thread of this process, for tests of clients that want a URL."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn

from adcontract_mock.serve.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.application.application import Application
    from adcontract_mock.journal.journal import Journal

_PATIENCE = 10


@dataclass(frozen=True)
class Running:
    """A mock that runs: where, and itself."""

    url: str
    mock: Application

    @property
    def journal(self) -> Journal:
        """What was asked of it since the last `reset`."""
        return self.mock.runtime.journal

    def reset(self) -> None:
        """Forget what was asked, what sessions prefer, and what is kept for them."""
        self.mock.runtime.reset()


@contextlib.contextmanager
def running(**options: Any) -> Iterator[Running]:
    """Serve on a free port of this machine what `adcontract_mock.app` makes of `options`, and raises of them."""
    mock = Settings(**options).application()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(mock, lifespan="off", log_level="warning", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        # it may be cut off, should the tests end without it
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", mock)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
            mock.runtime.state.close()
