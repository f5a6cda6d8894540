"""The journal: the last requests and their responses, and finding them by filters."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from adcontract import UsageError
from adcontract_mock.http.session_name import known_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract_mock.http.exchange import Exchange

KEPT = 64 * 1024
"""The number of bytes that are kept of the body of a request, and of that of a real server's response."""


class Journal:
    """Keeps the last `size` exchanges. `id` differs from that of another worker or of an earlier start.

    `on_record` is called with each exchange too, if there is one.
    """

    def __init__(self, size: int = 1000) -> None:
        self.id = secrets.token_hex(4)
        self.recorded = 0
        self.on_record: Callable[[Exchange], object] | None = None
        self._exchanges: deque[Exchange] = deque(maxlen=size)

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange; of a body that is too long its beginning."""
        if len(exchange.body) > KEPT:
            exchange.left_out = len(exchange.body) - KEPT
            exchange.body = exchange.body[:KEPT]
        response = exchange.response
        # the bodies of the mock itself are few, and shared
        if exchange.forwarded and response and len(response.body) > KEPT:
            exchange.response_left_out = len(response.body) - KEPT
            exchange.response = replace(response, body=response.body[:KEPT])
        self.recorded += 1
        self._exchanges.append(exchange)
        if self.on_record:
            self.on_record(exchange)

    def clear(self) -> None:
        """Forget all exchanges; the numbers go on, so that a client that asks for those `after` one misses none."""
        self._exchanges.clear()

    def __len__(self) -> int:
        return len(self._exchanges)

    def newest(self) -> Iterator[tuple[int, Exchange]]:
        """Yield the exchanges with their numbers, counted from 1 at the start, the newest first."""
        return zip(range(self.recorded, 0, -1), reversed(self._exchanges), strict=False)


def is_of(exchange: Exchange, operation: str) -> bool:
    """Return whether `operation` is the one that responded, by its id alone or with the document before it."""
    return exchange.operation is not None and operation in (
        exchange.operation,
        f"{exchange.document} {exchange.operation}",
    )


def status(exchange: Exchange) -> int | None:
    """Return the status that was sent; None where the connection ended without one."""
    return exchange.response.status or None if exchange.response else None


def _breaks(exchange: Exchange) -> bool:
    """Return whether a real server's response breaks the contract."""
    return bool(exchange.forwarded and exchange.forwarded.breaches)


FILTERS: dict[str, Callable[[Exchange, str], bool]] = {
    "breaches": lambda exchange, value: _breaks(exchange) == (value == "true"),
    "document": lambda exchange, value: exchange.document == value,
    "method": lambda exchange, value: exchange.method == value.upper(),
    "operation": is_of,
    "path": lambda exchange, value: value in exchange.path.decode("latin-1"),
    "session": lambda exchange, value: exchange.session == known_as(value),
    "status": lambda exchange, value: fnmatchcase(str(status(exchange)), value.upper().replace("X", "?")),
    "violations": lambda exchange, value: bool(exchange.faults) == (value == "true"),
}
"""The filters of exchanges. A path matches any part of it, `4XX` all statuses of that class."""


def find(journal: Journal, asked: Mapping[str, str]) -> Iterator[tuple[int, Exchange]]:
    """Yield the exchanges that match every filter in `asked`, the newest first, each with its number.

    Besides `FILTERS` there are `after` (only those with higher numbers) and `limit` (at most that many).

    Raises:
        UsageError: if `asked` has an unknown filter, or an invalid value.
    """
    for name in asked:
        if name not in (*FILTERS, "after", "limit"):
            raise UsageError(f"There is no filter {name!r}. There are {', '.join(sorted(FILTERS))}, after and limit.")
    for name in ("breaches", "violations"):
        if asked.get(name, "true") not in ("true", "false"):
            raise UsageError(f"{name} is true or false, not {asked[name]!r}.")
    after, limit = _number(asked, "after", 0), _number(asked, "limit", len(journal))
    filters = [(FILTERS[name], value) for name, value in asked.items() if name in FILTERS]

    def found() -> Iterator[tuple[int, Exchange]]:
        left = limit
        for number, exchange in journal.newest():
            if number <= after or not left:
                return
            if all(fits(exchange, value) for fits, value in filters):
                left -= 1
                yield number, exchange

    return found()


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(f"{name} is a whole number of at most nine digits, not {text!r}.")
    return int(text)
