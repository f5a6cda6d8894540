"""The headers of a request, which are the same in one request of a client after another: looked at once, kept once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from adcontract_mock.http.session_name import session_of

_REMEMBERED = 64

Headers = tuple[tuple[bytes, bytes], ...]


class RequestHead(NamedTuple):
    """Headers as ASGI gives them, and what they say of any request that has them.

    `named` are their values by name. `session` is the one that they name, or None. `prefers` is whether they have
    a preference; their session may have some too.
    """

    headers: Headers
    named: dict[bytes, bytes]
    session: str | None
    prefers: bool


@lru_cache(_REMEMBERED)
def request_head(headers: Headers) -> RequestHead:
    """Return what `headers` say.

    It is remembered, as to look at them again takes longer; and the journal, which holds a thousand requests, is so
    much smaller that the processor has more of it at hand.
    """
    named = dict(headers)
    return RequestHead(headers, named, session_of(named), b"prefer" in named or b"mock-snapshot" in named)
