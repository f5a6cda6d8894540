"""A line for each request, without credentials: method, path, status, operation, and the reason for the response."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.application.runtime import Runtime
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.journal.redaction import Redaction

_MOST = 100


class Log:
    """Reports the requests in the journal: `GET /v2/offers?page=2 200 listOffers (example default)`.

    It is called from time to time, so that no request waits for a terminal; of many requests it reports the last ones.
    """

    def __init__(self, runtime: Runtime, echo: Callable[[str], object]) -> None:
        self._runtime = runtime
        self._journal = runtime.journal
        self._echo = echo
        self._reported = runtime.journal.recorded
        self._refusals = 0

    def report(self) -> None:
        """Report every request since the last call, and why others were not let in."""
        for refusal in self._runtime.refusals[self._refusals :]:
            self._refusals += 1
            self._echo(click.style("Refused: ", fg="yellow") + refusal)
        new = self._journal.recorded - self._reported
        if not new:
            return
        self._reported += new
        newest = [exchange for _, (_, exchange) in zip(range(min(new, _MOST)), self._journal.newest(), strict=False)]
        redaction = self._runtime.redaction
        lines = [_line(exchange, redaction) for exchange in reversed(newest)]
        if new > len(newest):
            lines.insert(0, f"({new - len(newest):,} requests are not shown)")
        self._echo("\n".join(lines))


def _line(exchange: Exchange, redaction: Redaction) -> str:
    path = redaction.text(unquote(exchange.path.decode("latin-1")))
    path += f"?{redaction.query(exchange.query)}" if exchange.query else ""
    status = exchange.response.status if exchange.response else 0
    color = "green" if status < 400 else "yellow" if status < 500 else "red"
    shown = click.style(status, fg=color) if status else click.style("no response", fg="red")
    operation = f" {exchange.operation}" if exchange.operation else ""
    reason = f" ({_printable(redaction.text(exchange.response.reason))})" if exchange.response else ""
    return f"{exchange.method} {_printable(path)} {shown}{operation}{reason}"


def _printable(text: str) -> str:
    """Return `text` with control characters, which a terminal would obey, as escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def ignore_cut_off_requests() -> None:
    """Have uvicorn not log as errors the requests that the end of the server cuts off."""
    logging.getLogger("uvicorn.error").addFilter(_is_error)


def _is_error(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
