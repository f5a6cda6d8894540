"""Taking a body and sending an answer at once, as bytes that are ready, past what uvicorn does again each time.

uvicorn looks at every header of an answer each time, has the system called for the head and for the body, and waits for
a body that is there: together that takes longer than to find the answer. There is no public way around it, so what is
used of uvicorn's insides stands here alone, its minor version is pinned, and a test holds the bytes to those that
uvicorn itself would send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from adcontract_mock.http.response import HttpResponse

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


def received_at_once(receive: Receive) -> bytes | None:
    """Return the body of a request if it is whole and `receive` is uvicorn's own; None if it has to be waited for."""
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


def sent_at_once(answer: HttpResponse, scope: Scope, send: Send) -> bool:
    """Send `answer`, and return whether that could be done; if not, it has to be sent as ASGI asks.

    It can be done where the answer is whole, and where `send` is uvicorn's own, which no middleware has replaced, on a
    connection that stays open and takes what is written.
    """
    if answer.__class__ is not HttpResponse or scope["method"] == "HEAD":
        return False
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
    head = STATUS_LINE[answer.status]
    for header in cycle.default_headers:
        head += b"%b: %b\r\n" % header
    cycle.transport.write(head + ready)
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    cycle.on_response()
    return True
