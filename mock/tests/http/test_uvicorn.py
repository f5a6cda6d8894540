"""The bytes on a connection when a body is received and a response is sent at once."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from adcontract_mock.http._uvicorn import received_at_once, sent_at_once
from adcontract_mock.http.response import HttpResponse, mock_response, response_of

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
RESPONSES = [
    mock_response(200, "why", says="a body"),
    mock_response(404, "is it \N{SNOWMAN}?", says="a body"),
    response_of(204, {"X-Limit": "300"}, None, b"", "no body"),
    response_of(401, {"WWW-Authenticate": "Bearer"}, None, b"", "an empty body"),
    response_of(200, {}, "text/csv", b"a,b\r\n" * 5000, "a long body"),
    response_of(200, {"Connection": "close"}, "text/plain", b"last", "the end"),
    HttpResponse(200, ((b"x-few", b"headers"),), b"a body of unknown length", "no length"),
]


class Transport(asyncio.Transport):
    """A connection that records the calls to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


def sent(response: HttpResponse, requests: bytes, *, as_asgi: bool = False, full: bool = False) -> Transport:
    """Return a connection on which uvicorn serves `response`; it may be full, so that nothing more is to be written.

    With `as_asgi` it is never sent at once.
    """

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if as_asgi or not sent_at_once(response, scope, send):
            await response(scope, receive, send)

    return served(app, [requests], full=full)


def served(app: Any, pieces: list[bytes], *, full: bool = False) -> Transport:
    """Return a connection on which uvicorn serves `app` to data in pieces; it may be full."""

    async def serve() -> Transport:
        config = uvicorn.Config(app, lifespan="off", log_level="critical", access_log=False)
        config.load()
        state, transport = ServerState(), Transport()
        state.default_headers = [(b"date", b"Sat, 22 Nov 2025 12:00:00 GMT")]
        protocol = HttpToolsProtocol(config=config, server_state=state, app_state={})
        protocol.connection_made(transport)
        if full:
            protocol.pause_writing()
        for piece in pieces:
            protocol.data_received(piece)
            await asyncio.sleep(0.02)
        if full:
            assert not transport.written
            protocol.resume_writing()
            await asyncio.sleep(0.02)
        patience = asyncio.get_running_loop().time() + 2
        while state.tasks and asyncio.get_running_loop().time() < patience:  # the memory is cleaned up meanwhile, or so
            await asyncio.sleep(0.02)
        result = Transport()
        result.written, result.closed = list(transport.written), transport.closed
        protocol.connection_lost(None)
        return result

    return asyncio.run(serve())


@pytest.mark.parametrize("response", RESPONSES, ids=lambda response: response.reason)
@pytest.mark.parametrize(
    "requests",
    [
        GET,
        GET * 3,
        GET.replace(b"GET", b"HEAD"),
        GET.replace(b"Host", b"Connection: close\r\nHost"),
        GET.replace(b"1.1", b"1.0"),
        b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody" + GET,
    ],
    ids=["GET", "three at once", "HEAD", "close", "HTTP/1.0", "100-continue"],
)
def test_a_response_that_is_sent_at_once_is_the_one_that_uvicorn_sends(response: HttpResponse, requests: bytes) -> None:
    at_once, as_asgi = sent(response, requests), sent(response, requests, as_asgi=True)
    assert b"".join(at_once.written) == b"".join(as_asgi.written)
    assert at_once.closed == as_asgi.closed


def test_a_head_and_a_body_go_in_one_piece() -> None:
    assert len(sent(RESPONSES[0], GET).written) == 1
    assert len(sent(RESPONSES[0], GET, as_asgi=True).written) == 2


def test_a_client_that_does_not_read_is_waited_for() -> None:
    assert b"".join(sent(RESPONSES[0], GET, full=True).written).endswith(RESPONSES[0].body)


def test_no_line_can_be_smuggled_into_the_headers() -> None:
    forged = HttpResponse(200, ((b"content-length", b"0"), (b"x-name", b"a\r\nSet-Cookie: b")), b"", "forged")
    assert forged.head() == b""
    assert not re.search(rb"200|Set-Cookie", b"".join(sent(forged, GET).written))


def test_a_response_is_not_sent_past_a_middleware() -> None:
    async def send(_: Any) -> None: ...

    assert not sent_at_once(RESPONSES[0], {"method": "GET"}, send)


POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
CHUNKED = POST.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked")


@pytest.mark.parametrize(
    ("pieces", "at_once"),
    [
        ([POST + b"body"], True),
        ([POST + b"body" + POST + b"more"], True),
        ([CHUNKED + b"2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"], True),
        ([POST, b"bo", b"dy"], False),
        ([POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n") + b"body"], False),
    ],
    ids=["whole", "two at once", "chunked", "in pieces", "100-continue"],
)
def test_a_body_that_is_there_is_the_one_that_uvicorn_gives(pieces: list[bytes], at_once: bool) -> None:
    taken: list[tuple[bool, bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = received_at_once(receive)
        taken.append((body is not None, body or b""))
        more = body is None
        while more:
            message = await receive()
            taken[-1] = False, taken[-1][1] + message["body"]
            more = message["more_body"]
        with pytest.raises(TimeoutError):  # nothing is given twice: there is nothing more until the client goes
            await asyncio.wait_for(receive(), 0.001)
        await RESPONSES[0](scope, receive, send)

    written = b"".join(served(app, pieces).written)
    assert taken == [(at_once, b"body"), (at_once, b"more")][: len(taken)]
    assert len(taken) == written.count(b"HTTP/1.1 200") == b"".join(pieces).count(b"POST")


def test_a_body_from_another_server_is_awaited() -> None:
    async def receive() -> Any: ...

    assert received_at_once(receive) is None
