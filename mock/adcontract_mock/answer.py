"""An answer that is ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

JSON = "application/json"
EXPLAIN = b"mock-explain"

EXTENSION = "adcontract"
"""The key in an ASGI scope's `extensions` under which the mock keeps the request's `Exchange`."""

_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, its headers and its body, and in one line why it was chosen. It is an ASGI application.

    `why` is what the header `Mock-Explain` says, with all its letters and in its full length.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    why: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it: to HEAD without its body (RFC 9110, 9.3.2)."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})

    def with_header(self, name: str, value: str) -> Answer:
        """Return the same answer with this header in place of any of its name."""
        key = name.lower().encode("latin-1")
        kept = tuple(header for header in self.headers if header[0] != key)
        return replace(self, headers=(*kept, (key, safe(value))))

    def because(self, why: str) -> Answer:
        """Return the same answer for another reason."""
        return replace(self.with_header(EXPLAIN.decode(), why), why=why)


def make(status: int, headers: dict[str, str], media_type: str | None, body: bytes, why: str) -> Answer:
    """Return an answer with its `Content-Type`, `Content-Length` and `Mock-Explain`; without a media type no body."""
    named = {name.lower(): value for name, value in headers.items()}
    if media_type is None:
        body = b""
        if status >= 200 and status != 204:
            named["content-length"] = "0"
    else:
        named |= {"content-type": media_type, "content-length": str(len(body))}
    raw = tuple((name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in named.items())
    return Answer(status, (*raw, (EXPLAIN, safe(why))), body, why)


def own(status: int, why: str, /, **told: Any) -> Answer:
    """Return an answer of the mock's own, which no contract describes: `told` as JSON."""
    return make(status, {}, JSON, orjson.dumps(told), why)


def safe(text: str) -> bytes:
    """Return `text` as the value of a header: what is not printable ASCII is written as an escape, the end cut off."""
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    value = shown.strip().encode("ascii", "backslashreplace")
    return value if len(value) <= _LONGEST else value[: _LONGEST - 3] + b"..."
