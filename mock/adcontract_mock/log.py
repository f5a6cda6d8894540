"""A line for each request: method, path, status, operation, and why this answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcontract_mock.answer import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Log:
    """Passes requests on and tells `echo` of each: `GET /v2/offers?page=2 200 listOffers (example default)`."""

    def __init__(self, app: ASGIApp, echo: Callable[[str], object]) -> None:
        self.app = app
        self.echo = echo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it when its answer starts."""

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.echo(_line(scope, message["status"]))
            await send(message)

        await self.app(scope, receive, telling if scope["type"] == "http" else send)


def _line(scope: Scope, status: int) -> str:
    exchange = scope.get("extensions", {}).get(EXTENSION)
    query = scope["query_string"].decode("latin-1")
    path = _printable(scope["path"]) + (f"?{query}" if query else "")
    colour = "green" if status < 400 else "yellow" if status < 500 else "red"
    operation = f" {exchange.operation}" if exchange and exchange.operation else ""
    why = f" ({_printable(exchange.answer.why)})" if exchange and exchange.answer else ""
    return f"{scope['method']} {path} {click.style(status, fg=colour)}{operation}{why}"


def _printable(text: str) -> str:
    """Return `text` with what a terminal would obey written as an escape."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
