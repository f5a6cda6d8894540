"""`adcontract mock`: serve the contracts."""

from __future__ import annotations

import errno
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import UsageError, load_named, names, spec_folder

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_BACKLOG = 2048
_GRACE = 3


@click.command()
@click.option("--api", help="Only this API.")
@click.option("--snapshot", help="Only this snapshot.")
@click.option(
    "--spec",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder of contracts in place of ours.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=4010, show_default=True, help="0 takes a free port.")
@click.option(
    "--token", envvar="ADCONTRACT_TOKEN", show_envvar=True, help="The only credential that is good.  [default: any]"
)
def mock(api: str | None, snapshot: str | None, spec: Path | None, host: str, port: int, token: str | None) -> None:
    """Serve the contracts: each at /<api>/<snapshot>, the newest of each API at the vendor's own paths too.

    \b
    Examples:
      adcontract mock
      adcontract mock --api topsort --port 8080 --token secret
    """  # noqa: D301 - click wants the escape itself
    with _listen(host, port) as listening:
        root = spec or spec_folder()
        contracts = [load_named(name, root) for name in names(root, api, snapshot)]

        # what is imported here takes a third of a second, which --help need not wait for
        from adcontract_mock.banner import banner
        from adcontract_mock.log import Log
        from adcontract_mock.server import build

        app = Log(build(contracts, token or None), click.echo)
        shown_host = f"[{host}]" if ":" in host else host
        for line in banner(contracts, f"http://{shown_host}:{listening.getsockname()[1]}", token):
            click.echo(line)
        _serve(app, listening)


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that accepts connections: those that come before the server runs wait.

    Raises:
        UsageError: if it cannot be had.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            way_out = "Choose another with --port, or --port 0 for a free one."
            raise UsageError(f"port {port} on {host} is taken. {way_out}") from None
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror}. Choose others with --host and --port."
        ) from None


def _serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; requests that are being answered have a few seconds to end."""
    import uvicorn

    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
        server_header=False,
    )
    server = uvicorn.Server(config)
    # uvicorn raises the signal that ended it once more: these handlers make an orderly end of it
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    server.run(sockets=[listening])
