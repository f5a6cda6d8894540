"""A mock as the command runs it: it logs requests, and may watch its files."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
import sys
import threading
from itertools import count
from typing import TYPE_CHECKING

import click

from adcontract_mock.serve.log import Log, ignore_cut_off_requests
from adcontract_mock.serve.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import Receive, Scope, Send

    from adcontract_mock.serve.settings import Settings

_OFTEN = 0.1
"""Seconds between two looks for requests to log."""

_LOOK = 5
"""The files are looked at once in that many of these, while no requests come."""


class Service:
    """A mock as an ASGI application with a lifespan."""

    def __init__(self, settings: Settings, *, watch: bool = False) -> None:
        """Create the mock of `settings`; with `watch` it follows the files of the contracts.

        Raises:
            UsageError, ContractError: as `Settings.application` does.
        """
        self.mock = settings.application()
        self._log = Log(self.mock.runtime, click.echo)
        self._settings = settings
        self._watch = Watch(self.mock, settings, click.echo) if watch else None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Respond to a request, with the files as they are now."""
        if scope["type"] == "lifespan":
            return self._live(receive, send)
        if self._watch:
            self._watch.look()
        return self.mock(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Log requests, and watch the files, until the server ends (ASGI, Lifespan Protocol)."""
        await receive()
        ignore_cut_off_requests()
        if not self._watch:
            # the contracts stay: collecting garbage among them again and again would delay requests
            gc.freeze()
        self._reload_on_hangup()
        await send({"type": "lifespan.startup.complete"})
        ending = asyncio.ensure_future(receive())
        starter = multiprocessing.parent_process()
        for round_ in count():
            await asyncio.wait((ending,), timeout=_OFTEN)
            if self._watch and round_ % _LOOK == 0:
                self._watch.look(settled=True)
            self._log.report()
            if starter and not starter.is_alive():
                # a process that is killed cannot end the workers that it has started
                starter = None
                signal.raise_signal(signal.SIGTERM)
            if ending.done():
                break
        await send({"type": "lifespan.shutdown.complete"})

    def _reload(self) -> None:
        (self._watch or Watch(self.mock, self._settings, click.echo)).reload()

    def _reload_on_hangup(self) -> None:
        """Read the contracts anew on SIGHUP, as servers do, unless there is a terminal, whose end it is then about."""
        is_alone = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP")
        if is_alone and not (sys.stdin and sys.stdin.isatty()):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)
