"""The faults of a network or a server that a client can ask for: `Prefer: fault=timeout`.

A fault replaces a response by another one, which is then sent. To close a connection in the middle, which no server
does by itself, it uses the transport of uvicorn; under another server the connection ends as that server ends one.
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

LookUpResponse = Callable[[str], HttpResponse | None]
"""Looks up the response that a contract declares for a status, None for none."""

Spoil = Callable[[HttpResponse, LookUpResponse], HttpResponse]

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
    """A fault: its name, a sentence about what the client observes, and the function that spoils a response.

    `spoil` gets the response, and a lookup of the one that the contract declares for a status, None for none.
    """

    name: str
    description: str
    spoil: Spoil


FAULTS: dict[str, NetworkFault] = {}


def fault(name: str, description: str) -> Callable[[Spoil], Spoil]:
    """Register the fault `name`; the arguments are those of `NetworkFault`."""

    def register(spoil: Spoil) -> Spoil:
        FAULTS[name] = NetworkFault(name, description, spoil)
        return spoil

    return register


@fault("timeout", "No response is sent, until the client gives up or a minute is over.")
def _timeout(response: HttpResponse, _: LookUpResponse) -> HttpResponse:
    return _Silent(0, (), b"", response.reason)


@fault("reset", "The connection is reset without a response.")
def _reset(response: HttpResponse, _: LookUpResponse) -> HttpResponse:
    return _Reset(0, (), b"", response.reason)


@fault("truncated", "The body ends before its Content-Length, and the connection with it.")
def _truncated(response: HttpResponse, _: LookUpResponse) -> HttpResponse:
    return _Truncated(*_with_body(response))


@fault("slow-body", "The body arrives in small pieces, for three seconds.")
def _slow(response: HttpResponse, _: LookUpResponse) -> HttpResponse:
    return _Slow(*_with_body(response))


@fault("malformed-json", "The body is declared as JSON, and is not valid JSON.")
def _malformed(response: HttpResponse, _: LookUpResponse) -> HttpResponse:
    status, _headers, body, reason = _with_body(response)
    # an unterminated string is never valid JSON, whatever stands before it
    return response_of(status, {}, JSON, body.rstrip()[:-1] + b',"', reason)


@fault("500", "The response is a 500: that of the contract, or one of the mock.")
def _internal(_: HttpResponse, declared: LookUpResponse) -> HttpResponse:
    return declared("500") or mock_response(500, "fault", message="An internal error, as requested.")


@fault("503", "The response is a 503: that of the contract, or one of the mock.")
def _unavailable(_: HttpResponse, declared: LookUpResponse) -> HttpResponse:
    return declared("503") or mock_response(503, "fault", message="Not available, as requested.").with_header(
        "Retry-After", "30"
    )


@fault("html-error", "The response is an HTML page with status 502, as proxies send it.")
def _html(response: HttpResponse, _: LookUpResponse) -> HttpResponse:
    return response_of(502, {}, "text/html", _PAGE, response.reason)


def _with_body(response: HttpResponse) -> tuple[int, tuple[tuple[bytes, bytes], ...], bytes, str]:
    """Return the parts of `response`; without a body those of one that has a body to spoil."""
    if response.body:
        return response.status, response.headers, response.body, response.reason
    status = 200 if response.status == 204 else response.status
    with_body = mock_response(status, response.reason, message="A body to spoil.")
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
        """Close the connection."""
        await _close(receive, abruptly=True)


class _Truncated(HttpResponse):
    __slots__ = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half of the body, and close the connection."""
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
    """Close the connection of a request: after the data already written, or abruptly."""
    # uvicorn's `receive` is a method of the object that has the transport; ASGI has no name for it
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
    """Wait at most that long for the client to disconnect, and return whether it did."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(wait(), seconds)
    except TimeoutError:
        return False
    return True
