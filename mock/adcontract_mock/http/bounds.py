"""How much a request may be, so that no client can keep the mock from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_mock.http.response import HttpResponse, mock_response

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

MAX_BODY = 10_000_000
"""The bytes of a body, unless the mock is started with another number."""

MAX_TARGET = 60_000
"""The bytes of path and query: a contract may have lists of a thousand texts in a query."""

MAX_HEAD = 131_072
"""The bytes of method, target and headers."""

MAX_HEADERS = 200
MAX_PARAMETERS = 2_000
"""The parameters of a query."""

MAX_CONNECTIONS = 900
"""Connections at one time: many systems let a process have 1,024 files."""

HEAD_SECONDS = 10.0
"""Within these a request's head has to arrive, counted from its first byte or the beginning of the connection."""

BODY_SECONDS = 60.0


class BodyTooLong(Exception):  # noqa: N818 - it is caught where it is thrown
    """A body without a length turned out to be longer than it may be."""


def refusal(scope: Scope) -> HttpResponse | None:
    """Return the response to a request whose target or headers are too long, None if they are not."""
    query = scope["query_string"]
    if len(scope.get("raw_path") or scope["path"]) + len(query) > MAX_TARGET:
        return _refused(414, f"Path and query are longer than {MAX_TARGET:,} bytes.")
    if query.count(b"&") >= MAX_PARAMETERS:
        return _refused(414, f"The query has more than {MAX_PARAMETERS:,} parameters.")
    if len(scope["headers"]) > MAX_HEADERS:
        return _refused(431, f"The request has more than {MAX_HEADERS} headers.")
    return None


def too_long(most: int) -> HttpResponse:
    """Return the 413 to a request whose body is longer than `most` bytes (RFC 9110, 15.5.14)."""
    return _refused(413, f"The body is longer than {most:,} bytes. Allow longer ones with --max-body.")


def head_too_long() -> HttpResponse:
    """Return the 431 to a request whose target and headers are too long together (RFC 6585, 5)."""
    return _refused(431, f"The head of the request is longer than {MAX_HEAD:,} bytes.")


def no_host() -> HttpResponse:
    """Return the 400 to a request of HTTP/1.1 without Host (RFC 9112, 3.2)."""
    return _refused(400, "The request has no header Host, which HTTP/1.1 demands.")


def too_slow(seconds: float) -> HttpResponse:
    """Return the 408 to a request that did not arrive within `seconds` (RFC 9110, 15.5.9)."""
    return _refused(408, f"The request did not arrive within {seconds:.0f} seconds.")


def too_many_connections() -> HttpResponse:
    """Return the 503 to a client that would have one connection too many."""
    return _refused(503, f"The mock serves {MAX_CONNECTIONS} connections at one time, and there are as many.")


def _refused(status: int, message: str) -> HttpResponse:
    """Return a response that ends the connection, as the rest of the request is not read."""
    return mock_response(status, message, message=message).with_header("Connection", "close")


def counted(receive: Receive, most: int) -> Receive:
    """Return `receive` for a body of unknown length, which raises `BodyTooLong` beyond `most` bytes."""
    length = 0

    async def receive_counted() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length > most:
            raise BodyTooLong
        return message

    return receive_counted
