"""Responses that come late, or fail now and then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adcontract_mock.faults.registry import Kinds
from adcontract_mock.http.response import HttpResponse, mock_response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from adcontract_mock.faults.answer import Answer

_kinds = Kinds("time")
_LATE = 0.7


class _Late(HttpResponse):
    __slots__ = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response late."""
        await asyncio.sleep(_LATE)
        await HttpResponse.__call__(self, scope, receive, send)


def _late(response: HttpResponse) -> HttpResponse:
    return _Late(response.status, response.headers, response.body, response.reason)


def _every(answer: Answer, times: int) -> bool:
    """Return whether this is the last of so many responses; the documented one counts as it."""
    if answer.exchange is None:
        return True
    count = answer.memory["count"] = answer.memory.get("count", 0) + 1
    return bool(count % times == 0)


@_kinds.answers("slow", "Every success comes 0.7 seconds late.")
def _slow(answer: Answer) -> HttpResponse | None:
    return _late(answer.response)


@_kinds.answers("sometimes-slow", "One success in ten comes 0.7 seconds late.")
def _sometimes_slow(answer: Answer) -> HttpResponse | None:
    return _late(answer.response) if _every(answer, 10) else None


@_kinds.answers("rarely-slow", "One success in a hundred comes 0.7 seconds late.", everywhere=True)
def _rarely_slow(answer: Answer) -> HttpResponse | None:
    return _late(answer.response) if _every(answer, 100) else None


@_kinds.answers("sometimes-500", "One valid request in ten is a 500.")
def _sometimes_500(answer: Answer) -> HttpResponse | None:
    return mock_response(500, "planted", message="Internal Server Error") if _every(answer, 10) else None


@_kinds.answers("rarely-500", "One valid request in a hundred is a 500.", everywhere=True)
def _rarely_500(answer: Answer) -> HttpResponse | None:
    return mock_response(500, "planted", message="Internal Server Error") if _every(answer, 100) else None
