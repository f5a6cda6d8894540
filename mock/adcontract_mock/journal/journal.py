"""The last requests and their answers, and finding some of them."""

from __future__ import annotations

import secrets
from collections import deque
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract_mock.http.exchange import Exchange

KEPT = 64 * 1024
"""How many bytes of a request's body are kept."""


class Journal:
    """Keeps the last `size` exchanges. `id` tells this journal from that of another worker or of an earlier start.

    `also` is told of each exchange too, if it is there.
    """

    def __init__(self, size: int = 1000) -> None:
        self.id = secrets.token_hex(4)
        self.recorded = 0
        self.also: Callable[[Exchange], object] | None = None
        self._exchanges: deque[Exchange] = deque(maxlen=size)

    def record(self, exchange: Exchange) -> None:
        """Keep one more; of a body that is too long its start."""
        if len(exchange.body) > KEPT:
            exchange.left_out = len(exchange.body) - KEPT
            exchange.body = exchange.body[:KEPT]
        self.recorded += 1
        self._exchanges.append(exchange)
        if self.also:
            self.also(exchange)

    def clear(self) -> None:
        """Forget all; numbers go on, so that who asks for what came after one of them misses nothing."""
        self._exchanges.clear()

    def __len__(self) -> int:
        return len(self._exchanges)

    def newest(self) -> Iterator[tuple[int, Exchange]]:
        """Yield every exchange that is kept with its number, counted from 1 at the start, the newest first."""
        return zip(range(self.recorded, 0, -1), reversed(self._exchanges), strict=False)


def is_of(exchange: Exchange, operation: str) -> bool:
    """Return whether `operation` names the one that answered, by its id alone or after its document's."""
    return exchange.operation is not None and operation in (
        exchange.operation,
        f"{exchange.document} {exchange.operation}",
    )


def status(exchange: Exchange) -> int | None:
    """Return the status that was sent; None where the connection ended without one."""
    return exchange.response.status or None if exchange.response else None


FILTERS: dict[str, Callable[[Exchange, str], bool]] = {
    "document": lambda exchange, value: exchange.document == value,
    "method": lambda exchange, value: exchange.method == value.upper(),
    "operation": is_of,
    "path": lambda exchange, value: value in exchange.path.decode("latin-1"),
    "session": lambda exchange, value: exchange.session == value,
    "status": lambda exchange, value: fnmatchcase(str(status(exchange)), value.upper().replace("X", "?")),
    "violations": lambda exchange, value: bool(exchange.faults) == (value == "true"),
}
"""What exchanges can be found by. A path is found by any part of it, `4XX` are all statuses of that class."""


def find(journal: Journal, asked: Mapping[str, str]) -> Iterator[tuple[int, Exchange]]:
    """Yield the exchanges that fit every filter in `asked`, the newest first, each with its number.

    Besides `FILTERS` there are `after`, a number (only later ones), and `limit` (at most so many).

    Raises:
        UsageError: if `asked` names what is no filter, or has a value that no filter takes.
    """
    for name in asked:
        if name not in (*FILTERS, "after", "limit"):
            raise UsageError(f"There is no filter {name!r}. There are {', '.join(sorted(FILTERS))}, after and limit.")
    if asked.get("violations", "true") not in ("true", "false"):
        raise UsageError(f"violations is true or false, not {asked['violations']!r}.")
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
