"""The mock as a server: its socket, its URL, and one process or several."""

from __future__ import annotations

import errno
import signal
import socket
from typing import TYPE_CHECKING, Any

from adcontract.errors import UsageError

if TYPE_CHECKING:
    from adcontract_mock.serve.certificate import Certificate
    from adcontract_mock.serve.settings import Settings

_BACKLOG = 2048
_GRACE = 1
_PATIENCE = 30
"""Seconds after which a worker that does not respond is replaced; starting takes long on a busy machine."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def url_of(host: str, listening: socket.socket, tls: bool) -> str:
    """Return the URL of the mock for a client on this machine."""
    named = _EVERYWHERE.get(host, host)
    port = listening.getsockname()[1]
    return f"{'https' if tls else 'http'}://{f'[{named}]' if ':' in named else named}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that accepts connections; those that arrive before the server runs wait.

    Raises:
        UsageError: if the address cannot be used.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = "Choose another with --port, or --port 0 for a free one."
            raise UsageError(f"port {port} on {host} is taken. {hint}") from None
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror}. Choose others with --host and --port."
        ) from None


def _config(app: Any, secured: Certificate | None, **more: Any) -> Any:
    import uvicorn

    from adcontract_mock.http._uvicorn import BoundedProtocol

    pair = str(secured.server) if secured else None
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        interface="asgi3",
        lifespan="on",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=pair,
        ssl_keyfile=pair,
        **more,
    )


def serve(service: Any, listening: socket.socket, secured: Certificate | None) -> None:
    """Serve until SIGTERM or SIGINT; requests in progress get a moment to finish."""
    import uvicorn

    server = uvicorn.Server(_config(service, secured))
    # uvicorn raises the signal that ended it again: these handlers turn it into an orderly end
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    server.run(sockets=[listening])


def serve_in_processes(settings: Settings, workers: int, listening: socket.socket, secured: Certificate | None) -> None:
    """Serve with several processes; one that dies is replaced, and all end with this one."""
    from functools import partial

    from adcontract_mock.serve.service import Service
    from adcontract_mock.serve.workers import Workers

    config = _config(
        partial(Service, settings), secured, factory=True, workers=workers, timeout_worker_healthcheck=_PATIENCE
    )
    Workers(config, sockets=[listening]).run()
