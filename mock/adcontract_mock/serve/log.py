"""A line for each request: method, path, status, operation, and why this answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.journal.journal import Journal

_MOST = 100


class Log:
    """Tells of what the journal holds: `GET /v2/offers?page=2 200 listOffers (example default)`.

    It is asked for from time to time, so that no request waits for a terminal; of a crowd the last ones are told.
    """

    def __init__(self, journal: Journal, echo: Callable[[str], object]) -> None:
        self._journal = journal
        self._echo = echo
        self._told = journal.recorded

    def tell(self) -> None:
        """Tell of every request that came since the last time."""
        new = self._journal.recorded - self._told
        if not new:
            return
        self._told += new
        newest = [exchange for _, (_, exchange) in zip(range(min(new, _MOST)), self._journal.newest(), strict=False)]
        lines = [_line(exchange) for exchange in reversed(newest)]
        if new > len(newest):
            lines.insert(0, f"({new - len(newest):,} requests are not shown)")
        self._echo("\n".join(lines))


def _line(exchange: Exchange) -> str:
    path = unquote(exchange.path.decode("latin-1")) + ("?" + exchange.query.decode("latin-1") if exchange.query else "")
    status = exchange.response.status if exchange.response else 0
    colour = "green" if status < 400 else "yellow" if status < 500 else "red"
    shown = click.style(status, fg=colour) if status else click.style("no answer", fg="red")
    operation = f" {exchange.operation}" if exchange.operation else ""
    reason = f" ({_printable(exchange.response.reason)})" if exchange.response else ""
    return f"{exchange.method} {_printable(path)} {shown}{operation}{reason}"


def _printable(text: str) -> str:
    """Return `text` with what a terminal would obey written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
