"""The session that a request names, by a header or by a cookie."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = b"mock-session"
COOKIE = b"mock_session"

_LONGEST = 100
_BEGIN = 60


def session_of(headers: Mapping[bytes, bytes]) -> str | None:
    """Return the session of a request: the header `Mock-Session`, else the cookie `mock_session`; None for neither."""
    named = headers.get(HEADER, b"").strip()
    if not named and COOKIE in (cookies := headers.get(b"cookie", b"")):
        pairs = (pair.strip().partition(b"=") for pair in cookies.split(b";"))
        named = next((value.strip(b' "') for name, _, value in pairs if name == COOKIE), b"")
    return known_as(named.decode("latin-1")) if named else None


def known_as(name: str) -> str:
    """Return the name that is kept of a session: shortened if it is long; long ones that begin alike stay different."""
    return name if len(name) <= _LONGEST else f"{name[:_BEGIN]}~{blake2b(name.encode(), digest_size=16).hexdigest()}"
