"""A response that is ready to be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

JSON = "application/json"
EXPLAIN = "mock-explain"

_LONGEST = 1000
_WITHOUT_LENGTH = (204, 304)
_SET_BY_SERVER = {b"connection", b"transfer-encoding"}
_UNSAFE = re.compile(rb"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A status, headers and a body, and in one line the reason for them. It is an ASGI application.

    `status` is 0 where no response is sent. `reason` is the text of the header `Mock-Explain` after the operation id,
    before it is shortened and written in ASCII.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    reason: str
    _head: bytes = field(default=b"", init=False, repr=False, compare=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it, without the body if the method is HEAD (RFC 9110, 9.3.2)."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})

    def head(self) -> bytes:
        """Return the headers as HTTP/1.1 sends them (RFC 9112); empty if the server has to frame the body itself."""
        if not self._head and self._is_plain():
            lines = (name + b": " + value + b"\r\n" for name, value in self.headers)
            object.__setattr__(self, "_head", b"".join((*lines, b"\r\n")))
        return self._head

    def _is_plain(self) -> bool:
        named = dict(self.headers)
        length = b"" if self.status in _WITHOUT_LENGTH else str(len(self.body)).encode()
        return (
            named.get(b"content-length", b"") == length
            and not named.keys() & _SET_BY_SERVER
            and not _UNSAFE.search(b"".join(text for header in self.headers for text in header))
        )

    def with_header(self, name: str, value: str) -> HttpResponse:
        """Return the same response with this header in place of any with its name."""
        key = name.lower().encode("latin-1")
        kept = tuple(header for header in self.headers if header[0] != key)
        return replace(self, headers=(*kept, (key, safe(value))))

    def with_headers(self, headers: Mapping[str, str]) -> HttpResponse:
        """Return the same response with these headers in place of any with their names."""
        response = self
        for name, value in headers.items():
            response = response.with_header(name, value)
        return response

    def with_reason(self, reason: str, operation_id: str = "") -> HttpResponse:
        """Return the same response with another reason; `operation_id` is that of the operation that responds."""
        return replace(self.with_header(EXPLAIN, _explanation(reason, operation_id)), reason=reason)


def response_of(
    status: int, headers: dict[str, str], media_type: str | None, body: bytes, reason: str, operation_id: str = ""
) -> HttpResponse:
    """Return a response with its `Content-Type`, `Content-Length` and `Mock-Explain`.

    Without a media type it has no body; `operation_id` is that of the operation that responds, if there is one.
    """
    named = {name.lower(): value for name, value in headers.items()}
    if media_type is None:
        body = b""
        if status >= 200 and status not in _WITHOUT_LENGTH:
            named["content-length"] = "0"
    else:
        named |= {"content-type": media_type, "content-length": str(len(body))}
    named[EXPLAIN] = _explanation(reason, operation_id)
    return HttpResponse(
        status, tuple((name.encode("latin-1"), safe(value)) for name, value in named.items()), body, reason
    )


def mock_response(status: int, reason: str, /, **payload: Any) -> HttpResponse:
    """Return a response of the mock itself, which no contract describes, with `payload` as JSON."""
    return response_of(status, {}, JSON, orjson.dumps(payload), reason)


def _explanation(reason: str, operation_id: str) -> str:
    text = f"{operation_id}: {reason}" if operation_id else reason
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def safe(text: str) -> bytes:
    """Return `text` as the value of a header; characters that are not printable ASCII are escaped."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return text.strip().encode("ascii", "backslashreplace")
