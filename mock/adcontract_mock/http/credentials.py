"""Credentials: how each security scheme of OpenAPI 3.0.3 carries them, for the mock to read and a client to write."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Sent = Callable[[Mapping[bytes, bytes], bytes], bytes]


class Credentials:
    """Reads the credentials of the requests of one operation.

    In place of Connexion's security, which takes longer than all else that is done for a request.
    """

    def __init__(
        self, security: Sequence[Mapping[str, Any]], schemes: Mapping[str, Mapping[str, Any]], token: str | None
    ) -> None:
        """Take the operation's `security`, the document's schemes, and the only credential that is good, or None."""
        self._ways = [[_sent(schemes[name]) for name in way] for way in security]
        self._token = token.encode() if token is not None else None

    def find(self, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
        """Return the good credential of a request, empty where none is needed; None if it has none that is good."""
        if not self._ways:
            return b""
        for way in self._ways:
            found = b""
            for sent in way:
                found = sent(headers, query)
                if not found or (self._token is not None and found != self._token):
                    break
            else:
                return found
        return None


def _sent(scheme: Mapping[str, Any]) -> Sent:
    """Return what reads the credential of a request under `scheme`, empty for none."""
    if scheme["type"] != "apiKey":
        word = _word(scheme).encode()
        return lambda headers, _: _after(headers.get(b"authorization", b""), word)
    name: str = scheme["name"]
    if scheme["in"] == "query":
        return lambda _, query: dict(reversed(parse_qsl(query))).get(name.encode(), b"")
    if scheme["in"] == "cookie":
        return lambda headers, _: _cookie(headers.get(b"cookie", b"").decode("latin-1"), name)
    key = name.lower().encode()
    return lambda headers, _: headers.get(key, b"").strip()


def _after(line: bytes, word: bytes) -> bytes:
    first, _, credential = line.strip().partition(b" ")
    return credential.strip() if first.lower() == word else b""


def _cookie(text: str, name: str) -> bytes:
    try:
        morsel = SimpleCookie(text).get(name)
    except CookieError:
        return b""
    return morsel.value.encode("latin-1") if morsel else b""


def _word(scheme: Mapping[str, Any]) -> str:
    """Return the authentication scheme before the credential in `Authorization` (RFC 9110, 11.4), in lower case."""
    return str(scheme.get("scheme", "bearer")).lower()


def credential_header(scheme: Mapping[str, Any], credential: str) -> tuple[str, str] | None:
    """Return the header in which a client sends `credential` under `scheme`; None where it goes into the query."""
    if scheme["type"] != "apiKey":
        return "Authorization", f"{_word(scheme).capitalize()} {credential}"
    return {"header": (scheme["name"], credential), "cookie": ("Cookie", f"{scheme['name']}={credential}")}.get(
        scheme["in"]
    )
