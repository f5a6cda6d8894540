"""Receiving a body and sending a response at once, past the work that uvicorn repeats for every request.

For each response uvicorn looks at every header, writes the head and the body in two system calls, and waits for a
body that is already there: together that takes longer than finding the response. There is no public way around it, so
the private parts of uvicorn in use stand here alone, its minor version is pinned, and a test compares the bytes with
those that uvicorn itself sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from adcontract_mock.http.response import HttpResponse

if TYPE_CHECKING:
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
    ready = response.ready()
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
    head = STATUS_LINE[response.status]
    for header in cycle.default_headers:
        head += b"%b: %b\r\n" % header
    cycle.transport.write(head + ready)
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    cycle.on_response()
    return True
