"""What goes over a connection when an answer is sent at once."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from adcontract_mock.answer import Answer, make, own

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ANSWERS = [
    own(200, "why", says="a body"),
    own(404, "is it \N{SNOWMAN}?", says="a body"),
    make(204, {"X-Limit": "300"}, None, b"", "no body"),
    make(401, {"WWW-Authenticate": "Bearer"}, None, b"", "an empty body"),
    make(200, {}, "text/csv", b"a,b\r\n" * 5000, "a long body"),
    make(200, {"Connection": "close"}, "text/plain", b"last", "the end"),
    Answer(200, ((b"x-few", b"headers"),), b"a body of unknown length", "no length"),
]


class Transport(asyncio.Transport):
    """A connection that notes what is done to it."""

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


def sent(answer: Answer, requests: bytes, *, as_asgi: bool = False, full: bool = False) -> Transport:
    """Return a connection on which uvicorn serves `answer`; it may be full, so that nothing more is to be written.

    With `as_asgi` something stands between the application and uvicorn, as a middleware does.
    """

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(scope, receive, partial(send) if as_asgi else send)

    async def serve() -> Transport:
        config = uvicorn.Config(app, lifespan="off", log_level="critical", access_log=False)
        config.load()
        state, transport = ServerState(), Transport()
        state.default_headers = [(b"date", b"Sat, 22 Nov 2025 12:00:00 GMT")]
        protocol = HttpToolsProtocol(config=config, server_state=state, app_state={})
        protocol.connection_made(transport)
        if full:
            protocol.pause_writing()
        protocol.data_received(requests)
        await asyncio.sleep(0.02)
        if full:
            assert not transport.written
            protocol.resume_writing()
            await asyncio.sleep(0.02)
        result = Transport()
        result.written, result.closed = list(transport.written), transport.closed
        protocol.connection_lost(None)
        return result

    return asyncio.run(serve())


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.why)
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
def test_an_answer_that_is_sent_at_once_is_the_one_that_uvicorn_sends(answer: Answer, requests: bytes) -> None:
    at_once, as_asgi = sent(answer, requests), sent(answer, requests, as_asgi=True)
    assert b"".join(at_once.written) == b"".join(as_asgi.written)
    assert at_once.closed == as_asgi.closed


def test_a_head_and_a_body_go_in_one_piece() -> None:
    assert len(sent(ANSWERS[0], GET).written) == 1
    assert len(sent(ANSWERS[0], GET, as_asgi=True).written) == 2


def test_a_client_that_does_not_read_is_waited_for() -> None:
    assert b"".join(sent(ANSWERS[0], GET, full=True).written).endswith(ANSWERS[0].body)


def test_no_line_can_be_smuggled_into_the_headers() -> None:
    forged = Answer(200, ((b"content-length", b"0"), (b"x-name", b"a\r\nSet-Cookie: b")), b"", "forged")
    assert forged.ready() == b""
    assert not re.search(rb"200|Set-Cookie", b"".join(sent(forged, GET).written))
