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
    a preference; their session may have some too.
    """

    headers: Headers
    named: dict[bytes, bytes]
    session: str | None
    prefers: bool


@lru_cache(_REMEMBERED)
def request_head(headers: Headers) -> RequestHead:
    """Return what `headers` say about a request.

    It is remembered, because that is faster; and as the thousand requests of the journal share it, more of the journal
    stays in the cache of the processor.
    """
    named = dict(headers)
    return RequestHead(headers, named, session_of(named), b"prefer" in named or b"mock-snapshot" in named)
