"""How an answer is written to a connection."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from adcontract_mock.joined import JoinedProtocol


class Transport(asyncio.Transport):
    """A connection that notes what is done to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.done: list[str] = []

    def write(self, data: Any) -> None:
        self.done.append(bytes(data).decode())

    def close(self) -> None:
        self.done.append("(closed)")

    def is_closing(self) -> bool:
        return "(closed)" in self.done

    def pause_reading(self) -> None:
        raise AssertionError("nobody asked for this")

    def resume_reading(self) -> None: ...


def written(*messages: dict[str, Any] | None, end: bool = False) -> list[str]:
    """Return what is done to a connection for an answer that consists of `messages` of ASGI; None is a pause."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages:
            if message:
                await send(message)
            else:
                await asyncio.sleep(0.01)

    async def serve() -> list[str]:
        config = uvicorn.Config(app, http=JoinedProtocol, lifespan="off", log_level="critical")
        config.load()
        protocol = JoinedProtocol(config=config, server_state=ServerState(), app_state={})
        transport = Transport()
        protocol.connection_made(transport)
        protocol.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n" + (b"Connection: close\r\n" if end else b"") + b"\r\n")
        await asyncio.sleep(0.05)
        done = list(transport.done)
        protocol.connection_lost(None)
        return done

    return asyncio.run(serve())


def start(status: int, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(text: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text, "more_body": more}


def test_a_head_and_a_body_go_in_one_piece() -> None:
    (whole,) = written(start(200, (b"content-length", b"4")), body(b"body"))
    assert whole.startswith("HTTP/1.1 200 OK\r\n")
    assert whole.endswith("\r\n\r\nbody")


def test_what_is_there_does_not_wait_for_what_comes_later() -> None:
    head, *pieces = written(start(200, (b"content-length", b"8")), None, body(b"long", more=True), None, body(b"body"))
    assert head.endswith("\r\n\r\n")
    assert pieces == ["long", "body"]


def test_what_was_written_is_sent_before_the_end() -> None:
    whole, closed = written(start(204), body(b""), end=True)
    assert whole.startswith("HTTP/1.1 204 No Content\r\n")
    assert closed == "(closed)"
