"""Receiving a body and sending a response at once, past the work that uvicorn repeats for every request.

For each response uvicorn looks at every header, writes the head and the body in two system calls, and waits for a
body that is already there: together that takes longer than finding the response. There is no public way around it, so
the private parts of uvicorn in use stand here alone, its minor version is pinned, and a test compares the bytes with
those that uvicorn itself sends.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from adcontract_mock.http import bounds
from adcontract_mock.http.response import HttpResponse

if TYPE_CHECKING:
    from asyncio import Handle, Transport
    from collections.abc import Sequence

    from starlette.types import Receive, Scope, Send


def received_at_once(receive: Receive) -> bytes | None:
    """Return the body of a request if it is complete and `receive` is uvicorn's own; None if it has to be awaited."""
    cycle = getattr(receive, "__self__", None)
    if (
        cycle.__class__ is not RequestResponseCycle
        or cycle.more_body
        or cycle.disconnected
        or cycle.response_complete
        or cycle.waiting_for_100_continue
    ):
        return None
    body, cycle.body = bytes(cycle.body), bytearray()
    cycle.flow.resume_reading()
    cycle.message_event.clear()
    return body


def sent_at_once(response: HttpResponse, scope: Scope, send: Send) -> bool:
    """Send `response` and return True, or return False if it has to be sent through ASGI.

    The response has to be complete, and `send` uvicorn's own, which no middleware has replaced, on a connection that
    stays open and accepts data.
    """
    if response.__class__ is not HttpResponse or scope["method"] == "HEAD":
        return False
    cycle = getattr(send, "__self__", None)
    head = response.head()
    if (
        not head
        or cycle.__class__ is not RequestResponseCycle
        or cycle.response_started
        or cycle.disconnected
        or cycle.access_log
        or cycle.flow.write_paused
        or not cycle.keep_alive
    ):
        return False
    defaults = (b"%b: %b\r\n" % header for header in cycle.default_headers)
    cycle.transport.write(b"".join((STATUS_LINE[response.status], *defaults, head, response.body)))
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    cycle.on_response()
    return True


class BoundedProtocol(HttpToolsProtocol):
    """A connection that ends if it is one too many, or if the head or the body of a request is too long in coming.

    What has arrived as a whole is judged by the application; here is what only the server sees. An offer of another
    protocol is not taken (RFC 9110, 7.8): Java's HTTP client sends one with the first request of each connection.
    """

    _data = b""
    """What is being read."""

    _again = b""
    """What is to be read after that."""

    _in_head = 0
    """The bytes of a head that has begun in data before, and has not ended."""

    _has_ended = False
    """Whether a request ended in the data."""

    _deadline: Handle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Refuse the connection if there are too many, and wait for the head of a request."""
        super().connection_made(transport)
        if len(self.connections) > bounds.MAX_CONNECTIONS:
            self._end(bounds.too_many_connections())
        else:
            self._allow(bounds.HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a part of a request. Most are whole: for these it does next to nothing."""
        self._data, self._again, self._has_ended = data, b"", False
        super().data_received(data)
        while self._again and not self.transport.is_closing():
            self._data, self._again = self._again, b""
            super().data_received(self._data)
        if self._is_in_head() or (self.cycle and self.cycle.more_body):
            self._await_rest(len(data))
        elif self._deadline is not None and self.cycle:
            self._arrived()

    def _is_in_head(self) -> bool:
        """Return whether a head has begun and not ended: uvicorn knows the method when it has."""
        return self.scope is not None and "method" not in self.scope

    def _await_rest(self, length: int) -> None:
        """Wait for the rest of a request, of which `length` bytes have just come, and not too long."""
        if self.parser is None or self.transport.is_closing():
            return
        if self._is_in_head():
            is_new = not self._in_head or self._has_ended
            # what came before it in the same bytes does not count
            self._in_head += 1 if self._has_ended else length
            if self._in_head > bounds.MAX_HEAD:
                self._end(bounds.head_too_long())
            elif is_new:
                self._allow(bounds.HEAD_SECONDS)
        elif self._deadline is None:
            self._allow(bounds.BODY_SECONDS)

    def on_headers_complete(self) -> None:
        """Let the application respond, or refuse a long head, or one without Host."""
        arrived, self._in_head = self._in_head + len(self._data), 0
        if self._deadline is not None:
            self._arrived()
        if not self.url.startswith(b"/"):
            self._name_host()
        application = self.app
        if arrived > bounds.MAX_HEAD and _size(self.headers) > bounds.MAX_HEAD:
            self.app = bounds.head_too_long()
        elif b"host" not in dict(self.headers) and self.parser.get_http_version() == "1.1":
            self.app = bounds.no_host()
        super().on_headers_complete()
        self.app = application

    def on_message_complete(self) -> None:
        """Note the end of a request."""
        self._has_ended = True
        super().on_message_complete()

    def _should_upgrade(self) -> bool:
        """Return whether the parser takes what follows the head for another protocol, though it is not."""
        return bool(self.scope["method"] != "CONNECT")

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing of a CONNECT, which has its response."""

    def handle_websocket_upgrade(self) -> None:
        """Have the request read once more, without its offer, and then what came after its head."""
        offer = sys.exception()
        rest = self._data[offer.args[0] :] if isinstance(offer, httptools.HttpParserUpgrade) else b""
        head = [b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        head += [b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        self._again = b"".join((*head, b"\r\n", rest))

    def _name_host(self) -> None:
        """Have the host of an absolute target be the value of Host (RFC 9112, 3.2.2)."""
        host = httptools.parse_url(self.url).host
        if host:
            self.headers[:] = [(b"host", host), *(each for each in self.headers if each[0] != b"host")]

    def _allow(self, seconds: float) -> None:
        self._arrived()
        self._deadline = self.loop.call_later(seconds, self._too_late, seconds)

    def _arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self, seconds: float) -> None:
        self._deadline = None
        if self.flow.read_paused:
            # it is the application that takes its time
            self._allow(seconds)
        elif self.cycle and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()
        else:
            self._end(bounds.too_slow(seconds))

    def _end(self, response: HttpResponse) -> None:
        """Respond to bytes that are no whole request, and end the connection."""
        lines = (b"%b: %b\r\n" % header for header in response.headers)
        self.transport.write(b"".join((STATUS_LINE[response.status], *lines, b"\r\n", response.body)))
        self.transport.close()


def _size(headers: Sequence[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) for name, value in headers)
