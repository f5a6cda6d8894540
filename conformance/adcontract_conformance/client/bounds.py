"""Bounds on the answer that a thread waits for: how long the target may be silent, and how long the whole may take.

`requests` bounds only the time between two bytes, so that a byte a second would keep it for ever.
"""

from __future__ import annotations

import http.client
import io
import re
import threading
import time
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

PAGES = 60
"""How many pages of a list are read at most."""

SILENCE = 10.0
"""How long a target may send nothing, in seconds."""

WHOLE = 20.0
"""How long a whole answer may take, in seconds."""

HURRIED = 2.0
"""How long the suite waits where it has waited in vain before, in seconds."""

_INTERIM = range(102, 200)
"""Statuses after which the response follows (RFC 9110, section 15.2), besides 100, which `http.client` knows."""

_BODILESS = (http.client.NO_CONTENT, http.client.NOT_MODIFIED)
"""Statuses of responses that HTTP has no body in (RFC 9110, sections 15.3.5 and 15.4.5)."""

_LAST_CHUNK = re.compile(rb"0+\r?[\n;]")

_AT_HAND = 0.001
"""How long bytes are waited for that should not come, in seconds."""

_SLICE = 0.1
"""How often the suite looks whether it still wants an answer, in seconds."""


class Waiting:
    """An answer that is waited for: `fault` says in a few words why it cannot be read, if so.

    `check` raises an exception where the answer is not wanted any more. One that is `hurried` is not waited for as long
    as others. `opened` says that a connection was opened for it, `received` that a part of it came, and `surplus` that
    a body came after a status that has none.
    """

    def __init__(self, check: Callable[[], None], *, hurried: bool = False) -> None:
        self.began = time.monotonic()
        self.fault: str | None = None
        self.opened = False
        self.received = False
        self.surplus = False
        self.file: io.BufferedReader | None = None
        self._check = check
        self._silence, self._whole = (HURRIED, HURRIED) if hurried else (SILENCE, WHOLE)

    def hasten(self, seconds: float) -> None:
        """Wait no longer than so many seconds from now on."""
        self._whole = min(self._whole, self.seconds + seconds)

    def close(self) -> None:
        """Close what it was read from: of some responses urllib3 forgets to."""
        if self.file is not None:
            self.file.close()

    @property
    def seconds(self) -> float:
        """How long it has been waited for."""
        return time.monotonic() - self.began

    @property
    def was_long(self) -> bool:
        """Whether it has been waited for longer than one that is hurried."""
        return self.seconds >= HURRIED

    def left(self, since: float) -> float:
        """Return for how many seconds the next bytes may be waited for, of which there were none `since` then.

        Raises:
            TimeoutError: if a bound is passed.
        """
        self._check()
        silent, seconds = time.monotonic() - since, self.seconds
        if silent >= self._silence:
            stops = "stops in the middle of a response for" if self.received else "does not respond within"
            self.fault = f"{stops} {self._silence:g} s"
        elif seconds >= self._whole:
            self.fault = f"does not end its response within {self._whole:g} s"
        if self.fault:
            raise TimeoutError(self.fault)
        return min(self._silence - silent, self._whole - seconds, _SLICE)


class _Current(threading.local):
    waiting: Waiting | None = None


_current = _Current()


def wait_for(waiting: Waiting) -> None:
    """Apply the bounds to the next answer that this thread waits for."""
    _current.waiting = waiting


def hasten(seconds: float) -> None:
    """Wait no longer than so many seconds for the answer that this thread waits for, if it does."""
    if _current.waiting is not None:
        _current.waiting.hasten(seconds)


class _Bytes(io.RawIOBase):
    """The bytes that a target sends, read within the bounds."""

    def __init__(self, connection: socket.socket, waiting: Waiting) -> None:
        super().__init__()
        self._connection = connection
        self._waiting = waiting
        self.at_hand = False
        # a socket stays open for as long as a file of it does
        self._file = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        since = time.monotonic()
        if self.at_hand:
            self._connection.settimeout(_AT_HAND)
            try:
                return self._connection.recv_into(buffer)
            except OSError:
                return None
        while True:
            self._connection.settimeout(self._waiting.left(since))
            try:
                count = self._connection.recv_into(buffer)
            except TimeoutError:
                continue
            self._waiting.received |= count > 0
            return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response whose bytes are read within the bounds."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self._bytes: _Bytes | None = None
        if _current.waiting is not None:
            self._bytes = _Bytes(sock, _current.waiting)
            file, self.fp = self.fp, io.BufferedReader(self._bytes)
            _current.waiting.file = self.fp
            file.close()

    def begin(self) -> None:
        super().begin()
        while self.status in _INTERIM:
            self.headers = None  # type: ignore[assignment] # so that it begins again
            super().begin()
        waiting = _current.waiting
        if waiting and waiting.file and self._bytes and self.status in _BODILESS:
            self._bytes.at_hand = True
            came = waiting.file.peek(1)
            # some servers end a body in chunks that has none
            is_end = "chunked" in self.headers.get("Transfer-Encoding", "").lower() and _LAST_CHUNK.match(came)
            waiting.surplus = bool(came) and not is_end


class _Connected:
    """A connection that notes that it is opened, and not used again."""

    response_class: Any = _Response

    def connect(self) -> None:
        if _current.waiting is not None:
            _current.waiting.opened = True
        super().connect()  # type: ignore[misc] # of the connection that it is mixed into


class _Connection(_Connected, HTTPConnection):
    pass


class _TlsConnection(_Connected, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TlsPool}
"""The connection pools whose answers are bounded, by the scheme of the URL."""
