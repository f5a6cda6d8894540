"""A mock that runs in a thread of this process, for tests of clients that need a URL."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn

from adcontract_mock.http._uvicorn import BoundedProtocol
from adcontract_mock.serve.log import ignore_cut_off_requests
from adcontract_mock.serve.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.application.application import Application
    from adcontract_mock.journal.journal import Journal

_ADDRESS = "127.0.0.1"
_PATIENCE = 10


@dataclass(frozen=True)
class Running:
    """A running mock, and its URL."""

    url: str
    mock: Application

    @property
    def journal(self) -> Journal:
        """The requests since the last `reset`."""
        return self.mock.runtime.journal

    def reset(self) -> None:
        """Forget the requests, and the preferences and the state of all sessions."""
        self.mock.runtime.reset()


@contextlib.contextmanager
def running(**options: Any) -> Iterator[Running]:
    """Serve the mock that `adcontract_mock.app` returns for `options` on a free port; it raises the same errors."""
    mock = Settings.of(**options, bound=_ADDRESS).application()
    ignore_cut_off_requests()
    with socket.create_server((_ADDRESS, 0)) as listening:
        config = uvicorn.Config(
            mock,
            http=BoundedProtocol,
            lifespan="off",
            # the loggers of this process are not for this server to configure
            log_config=None,
            log_level="warning",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        # a daemon, so that it does not outlive the tests
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield Running(f"http://{_ADDRESS}:{listening.getsockname()[1]}", mock)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
            mock.runtime.state.close()
