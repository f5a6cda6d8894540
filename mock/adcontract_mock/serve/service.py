"""A mock as the command runs it: it tells of requests, and may follow its files."""

from __future__ import annotations

import asyncio
import gc
import logging
from itertools import count
from typing import TYPE_CHECKING

import click

from adcontract_mock.serve.log import Log
from adcontract_mock.serve.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import Receive, Scope, Send

    from adcontract_mock.serve.settings import Settings

_OFTEN = 0.1
"""Seconds until there may be something new to tell."""

_LOOK = 5
"""How many times as rarely the files are looked at when nobody asks."""


class Service:
    """An ASGI application with a lifespan around a mock."""

    def __init__(self, settings: Settings, *, watch: bool = False) -> None:
        """Make the mock of `settings`, which follows its files if it shall `watch` them.

        Raises:
            UsageError, ContractError: as `Settings.application` does.
        """
        self.mock = settings.application()
        self._log = Log(self.mock.runtime.journal, click.echo)
        self._watch = Watch(self.mock, settings, click.echo) if watch else None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a request, with the files as they are now."""
        if scope["type"] == "lifespan":
            return self._live(receive, send)
        if self._watch:
            self._watch.look()
        return self.mock(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Tell what there is to tell until the server ends (ASGI, Lifespan Protocol)."""
        await receive()
        logging.getLogger("uvicorn.error").addFilter(_is_fault)
        if not self._watch:
            # the contracts stay: looking through them for garbage again and again would hold up requests
            gc.collect()
            gc.freeze()
        await send({"type": "lifespan.startup.complete"})
        ending = asyncio.ensure_future(receive())
        for turn in count():
            await asyncio.wait((ending,), timeout=_OFTEN)
            if self._watch and turn % _LOOK == 0:
                self._watch.look(settled=True)
            self._log.tell()
            if ending.done():
                break
        await send({"type": "lifespan.shutdown.complete"})


def _is_fault(record: logging.LogRecord) -> bool:
    """Return whether a record is about a fault: that a request is cut off when the server ends is none."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
