"""The headers of a request. They are often the same for all requests of a client, so they are read and kept once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from adcontract_mock.http.session_name import session_of

_REMEMBERED = 64

Headers = tuple[tuple[bytes, bytes], ...]


class RequestHead(NamedTuple):
    """Headers as ASGI gives them, and everything that they say about a request.

    `named` are their values by name. `session` is the one that they name, if any. `prefers` is whether they have
    a preference; their session may have some too. `host` is where it was sent, which is no name if it was sent to two;
    `length` is that of its body, None where that ends without one.
    """

    headers: Headers
    named: dict[bytes, bytes]
    session: str | None
    prefers: bool
    host: bytes
    length: int | None


@lru_cache(_REMEMBERED)
def request_head(headers: Headers) -> RequestHead:
    """Return what `headers` say about a request.

    It is remembered, because that is faster; and as the thousand requests of the journal share it, more of the journal
    stays in the cache of the processor.
    """
    named = dict(headers)
    prefers = b"prefer" in named or b"mock-snapshot" in named
    host = b",".join(value for name, value in headers if name == b"host")
    length = named.get(b"content-length", b"0")
    # beside a coding it does not count (RFC 9112, 6.3)
    known = int(length) if length.isdigit() and b"transfer-encoding" not in named else None
    return RequestHead(headers, named, session_of(named), prefers, host, known)
