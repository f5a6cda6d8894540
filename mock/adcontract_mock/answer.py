"""An answer that is ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

JSON = "application/json"

EXTENSION = "adcontract"
"""The key in an ASGI scope's `extensions` under which the mock keeps what it knows of a request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, its headers and its body, and in a few words why it was chosen. It is an ASGI application."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    why: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it: to HEAD without its body (RFC 9110, 9.3.2)."""
        scope.setdefault("extensions", {}).setdefault(EXTENSION, {})["why"] = self.why
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})

    def with_header(self, name: str, value: str) -> Answer:
        """Return the same answer with this header in place of any of its name."""
        key = name.lower().encode("latin-1")
        kept = tuple(header for header in self.headers if header[0] != key)
        return replace(self, headers=(*kept, (key, value.encode("latin-1"))))


def make(status: int, headers: dict[str, str], media_type: str | None, body: bytes, why: str) -> Answer:
    """Return an answer with its `Content-Type` and `Content-Length`; without a media type it has no body."""
    named = {name.lower(): value for name, value in headers.items()}
    if media_type is None:
        body = b""
        if status >= 200 and status != 204:
            named["content-length"] = "0"
    else:
        named |= {"content-type": media_type, "content-length": str(len(body))}
    raw = tuple((name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in named.items())
    return Answer(status, raw, body, why)


def own(status: int, why: str, /, **told: Any) -> Answer:
    """Return an answer of the mock's own, which no contract describes: `told` as JSON."""
    return make(status, {}, JSON, orjson.dumps(told), why)
