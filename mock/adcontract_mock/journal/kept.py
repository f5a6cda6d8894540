"""The journal of all processes that share a state, which the state keeps."""

from __future__ import annotations

import contextlib
from collections import deque
from typing import TYPE_CHECKING

from adcontract_mock.journal.kept_exchange import kept_exchange, read_exchange
from adcontract_mock.state import bounds
from adcontract_mock.state.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract_mock.http.exchange import Exchange, RequestSource
    from adcontract_mock.journal.redaction import Redaction
    from adcontract_mock.state.state import State

_AT_ONCE = 100
"""The number of exchanges that are read together."""


class KeptJournal:
    """The last exchanges of all these processes, without credentials.

    Each is kept before its response is sent, so that whoever has the response finds it, in whichever process. While the
    state cannot be used, the process remembers its exchanges, and keeps them later.
    """

    def __init__(
        self,
        state: State,
        redaction: Callable[[], Redaction],
        source_of: Callable[[Exchange], RequestSource | None],
    ) -> None:
        """Take the state, what removes credentials now, and what can read the request of an exchange again."""
        self._state = state
        self._redaction = redaction
        self._source_of = source_of
        self._unkept: deque[bytes] = deque(maxlen=bounds.LOG)
        self._id = ""

    @property
    def id(self) -> str:
        """The name of the journal, the same one in all processes; empty until the state could first be read."""
        if not self._id:
            with contextlib.suppress(StateError), self._state.store.keeping() as keeper:
                self._id = keeper.log_state()[0]
        return self._id

    @property
    def recorded(self) -> int:
        """The number of the last exchange.

        Raises:
            StateError: if the state cannot be read.
        """
        with self._state.store.keeping() as keeper:
            return keeper.log_state()[2]

    def __len__(self) -> int:
        with self._state.store.keeping() as keeper:
            return keeper.log_state()[1]

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange, or remember it until that is possible."""
        self._unkept.append(kept_exchange(exchange, self._redaction()))
        with contextlib.suppress(StateError):
            self._keep()

    def newest(self) -> Iterator[tuple[int, Exchange]]:
        """Yield the exchanges with their numbers, the newest first.

        Raises:
            StateError: if the state cannot be read.
        """
        self._keep()
        number = 0
        while True:
            with self._state.store.keeping() as keeper:
                found = keeper.logged(number, _AT_ONCE)
            for number, data in found:
                yield number, read_exchange(data, self._source_of)
            if len(found) < _AT_ONCE:
                return

    def clear(self) -> None:
        """Forget all exchanges; the numbers go on.

        Raises:
            StateError: if the state cannot be used.
        """
        self._unkept.clear()
        with self._state.store.keeping() as keeper:
            keeper.forget_log()

    def _keep(self) -> None:
        if self._unkept:
            with self._state.store.keeping() as keeper:
                keeper.log(self._unkept)
            self._unkept.clear()
