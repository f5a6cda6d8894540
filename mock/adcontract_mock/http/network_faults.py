"""What can go wrong on the way to a client, by name: `Prefer: fault=timeout`.

A fault makes of an answer another answer, which is then sent. What no server does by itself, closing a connection in
the middle, takes the transport of uvicorn; under another server the connection ends as that server ends one.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract_mock.http.response import JSON, HttpResponse, mock_response, response_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

Declared = Callable[[str], HttpResponse | None]
"""Looks up the response that a contract declares for a status, None for none."""

_PATIENCE = 60.0
_PIECES = 20
_PAUSE = 0.15
_PAGE = b"""<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
</body>
</html>
"""
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class NetworkFault:
    """A fault: its name, a sentence about what the client observes, and what spoils a response so.

    `spoil` gets the response, and a lookup of the one that the contract declares for a status, None for none.
    """

    name: str
    description: str
    spoil: Callable[[HttpResponse, Declared], HttpResponse]


FAULTS: dict[str, NetworkFault] = {}


def fault(
    name: str, description: str
) -> Callable[[Callable[[HttpResponse, Declared], HttpResponse]], Callable[[HttpResponse, Declared], HttpResponse]]:
    """Register what makes the fault `name`."""

    def register(
        spoil: Callable[[HttpResponse, Declared], HttpResponse],
    ) -> Callable[[HttpResponse, Declared], HttpResponse]:
        FAULTS[name] = NetworkFault(name, description, spoil)
        return spoil

    return register


@fault("timeout", "No answer comes, until the client gives up or a minute is over.")
def _timeout(answer: HttpResponse, _: Declared) -> HttpResponse:
    return _Silent(0, (), b"", answer.reason)


@fault("reset", "The connection is reset without an answer.")
def _reset(answer: HttpResponse, _: Declared) -> HttpResponse:
    return _Reset(0, (), b"", answer.reason)


@fault("truncated", "The body ends before its Content-Length, and the connection with it.")
def _truncated(answer: HttpResponse, _: Declared) -> HttpResponse:
    return _Truncated(*_with_body(answer))


@fault("slow-body", "The body comes in small pieces, for three seconds.")
def _slow(answer: HttpResponse, _: Declared) -> HttpResponse:
    return _Slow(*_with_body(answer))


@fault("malformed-json", "The body says that it is JSON, and is not.")
def _malformed(answer: HttpResponse, _: Declared) -> HttpResponse:
    status, _headers, body, reason = _with_body(answer)
    # text that does not end is no JSON, whatever stands before it
    return response_of(status, {}, JSON, body.rstrip()[:-1] + b',"', reason)


@fault("500", "The answer is 500: the contract's, or one of the mock's own.")
def _internal(_: HttpResponse, declared: Declared) -> HttpResponse:
    return declared("500") or mock_response(500, "fault", message="An error of the server, as was asked for.")


@fault("503", "The answer is 503: the contract's, or one of the mock's own.")
def _unavailable(_: HttpResponse, declared: Declared) -> HttpResponse:
    return declared("503") or mock_response(503, "fault", message="Not available, as was asked for.").with_header(
        "Retry-After", "30"
    )


@fault("html-error", "The answer is a page in HTML with status 502, as a proxy sends.")
def _html(answer: HttpResponse, _: Declared) -> HttpResponse:
    return response_of(502, {}, "text/html", _PAGE, answer.reason)


def _with_body(answer: HttpResponse) -> tuple[int, tuple[tuple[bytes, bytes], ...], bytes, str]:
    """Return the parts of `answer`; where it has no body one in its place, so that there is something to spoil."""
    if answer.body:
        return answer.status, answer.headers, answer.body, answer.reason
    with_body = mock_response(200 if answer.status == 204 else answer.status, answer.reason, message="A body to spoil.")
    return with_body.status, with_body.headers, with_body.body, with_body.reason


class _Silent(HttpResponse):
    __slots__ = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Wait for the client to give up."""
        if not await _gone(receive, _PATIENCE):
            await _close(receive, abruptly=True)


class _Reset(HttpResponse):
    __slots__ = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """End the connection."""
        await _close(receive, abruptly=True)


class _Truncated(HttpResponse):
    __slots__ = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half of the body, and end the connection."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if scope["method"] != "HEAD":
            await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})
        await _close(receive, abruptly=False)


class _Slow(HttpResponse):
    __slots__ = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the body piece by piece."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if scope["method"] != "HEAD":
            size = -(-len(self.body) // _PIECES)
            for start in range(0, len(self.body), size):
                piece = self.body[start : start + size]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await asyncio.sleep(_PAUSE)
        await send({"type": "http.response.body", "body": b""})


async def _close(receive: Receive, *, abruptly: bool) -> None:
    """End the connection of a request: with what was written before, or abruptly."""
    # uvicorn's `receive` is a method of what holds the transport; ASGI has no word for this
    transport: Any = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("fault: the mock ends the connection")
    if abruptly:
        plain = transport.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
    else:
        transport.close()
    await _gone(receive, 5.0)


async def _gone(receive: Receive, seconds: float) -> bool:
    """Wait until the client is gone, at most so long, and return whether it is."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(wait(), seconds)
    except TimeoutError:
        return False
    return True
