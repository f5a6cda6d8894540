"""The journal: the last requests and their responses."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract_mock.http.exchange import Exchange

KEPT = 64 * 1024
"""The number of bytes that are kept of the body of a request, and of that of a real server's response."""


MOST_BYTES = 100_000_000
"""The number of bytes that all exchanges may have together."""


_FAULT = 200
"""The bytes of a fault besides its field and message, roughly."""


class AnyJournal(Protocol):
    """A journal to read and to clear. Any of this raises `StateError` where it is kept and cannot be used."""

    @property
    def id(self) -> str:
        """The name of the journal: another one has other exchanges."""

    @property
    def recorded(self) -> int:
        """The number of the last exchange, counted from 1."""

    def __len__(self) -> int: ...

    def newest(self) -> Iterator[tuple[int, Exchange]]:
        """Yield the exchanges with their numbers, the newest first."""

    def clear(self) -> None:
        """Forget all exchanges."""


class Journal:
    """Keeps the last `size` exchanges, fewer if they are long.

    `id` differs from that of another worker or of an earlier start. `on_record` is called with each exchange too, if
    there is one. `bytes` is the size of what it keeps.
    """

    def __init__(self, size: int = 1000) -> None:
        self.id = secrets.token_hex(4)
        self.recorded = 0
        self.on_record: Callable[[Exchange], object] | None = None
        self._exchanges: deque[Exchange] = deque()
        self._most = size
        self.bytes = 0

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange; of a body that is too long its beginning."""
        if len(exchange.body) > KEPT:
            exchange.left_out = len(exchange.body) - KEPT
            exchange.body = exchange.body[:KEPT]
        exchange.faults = tuple(replace(fault, value=None) for fault in exchange.faults)  # it may be the whole body
        response = exchange.response
        # the bodies of the mock itself are few, and shared
        if exchange.forwarded and response and len(response.body) > KEPT:
            exchange.response_left_out = len(response.body) - KEPT
            exchange.response = replace(response, body=response.body[:KEPT])
        self.recorded += 1
        self._exchanges.append(exchange)
        self.bytes += _bytes(exchange)
        while len(self._exchanges) > self._most or (self.bytes > MOST_BYTES and len(self._exchanges) > 1):
            self.bytes -= _bytes(self._exchanges.popleft())
        if self.on_record:
            self.on_record(exchange)

    def keep_values(self) -> None:
        """Keep the typed values of all requests, and no longer the contracts that can read them."""
        for exchange in self._exchanges:
            exchange.keep_values()

    def clear(self) -> None:
        """Forget all exchanges; the numbers go on, so that a client that asks for those `after` one misses none."""
        self._exchanges.clear()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._exchanges)

    def newest(self) -> Iterator[tuple[int, Exchange]]:
        """Yield the exchanges with their numbers, counted from 1 at the start, the newest first."""
        return zip(range(self.recorded, 0, -1), reversed(self._exchanges), strict=False)


def _bytes(exchange: Exchange) -> int:
    said = sum(len(name) + len(value) for name, value in exchange.headers) + len(exchange.path) + len(exchange.query)
    faults = sum(len(fault.field) + len(fault.message) + _FAULT for fault in exchange.faults)
    response = exchange.response
    return len(exchange.body) + said + faults + (len(response.body) + len(response.reason) if response else 0)


def is_of(exchange: Exchange, operation: str) -> bool:
    """Return whether `operation` is the one that responded, by its id alone or with the document before it."""
    return exchange.operation is not None and operation in (
        exchange.operation,
        f"{exchange.document} {exchange.operation}",
    )


def status(exchange: Exchange) -> int | None:
    """Return the status that was sent; None where the connection ended without one."""
    return exchange.response.status or None if exchange.response else None
