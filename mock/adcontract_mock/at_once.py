"""Sending an answer at once, as bytes that are ready, past what uvicorn does again for each header of each answer.

uvicorn looks at every header of an answer each time, and has the system called for the head and for the body: both
together take longer than to find the answer. There is no public way around it, so what is used of uvicorn's insides
stands here alone, its minor version is pinned, and a test holds the bytes to those that uvicorn itself would send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

if TYPE_CHECKING:
    from starlette.types import Send

    from adcontract_mock.answer import Answer


def sent_at_once(answer: Answer, send: Send) -> bool:
    """Send `answer`, and return whether that could be done; if not, it has to be sent as ASGI asks.

    It can be done where `send` is uvicorn's own, which no middleware has replaced, on a connection that stays open and
    takes what is written.
    """
    cycle = getattr(send, "__self__", None)
    ready = answer.ready()
    if (
        not ready
        or cycle.__class__ is not RequestResponseCycle
        or cycle.response_started
        or cycle.disconnected
        or cycle.access_log
        or cycle.flow.write_paused
        or not cycle.keep_alive
    ):
        return False
    parts = [STATUS_LINE[answer.status]]
    for name, value in cycle.default_headers:
        parts += (name, b": ", value, b"\r\n")
    parts.append(ready)
    cycle.transport.write(b"".join(parts))
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    cycle.on_response()
    return True
