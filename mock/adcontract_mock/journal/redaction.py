"""Removing credentials from requests that are shown or written."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract import SecurityScheme

REDACTED = "[redacted]"

_HEADERS = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie"))
_SCHEMES = frozenset(("basic", "bearer", "digest", "token"))


class Redaction:
    """Removes credentials from the usual headers, and from wherever the security schemes of a contract put them."""

    def __init__(self, schemes: Iterable[SecurityScheme]) -> None:
        """Take the security schemes of all contracts: the credential of one is redacted on every path."""
        places = {(scheme.location, scheme.key) for scheme in schemes}
        self._headers = _HEADERS | {name.lower() for location, name in places if location == "header"}
        self._query = {name for location, name in places if location == "query"}

    def headers(self, raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
        """Return headers by lower-case name; those of one name are joined by commas (RFC 9110, 5.3)."""
        shown: dict[str, str] = {}
        for key, line in raw:
            name, value = key.decode("latin-1").lower(), line.decode("latin-1")
            value = _without_credential(value) if name in self._headers else value
            shown[name] = f"{shown[name]}, {value}" if name in shown else value
        return shown

    def query(self, raw: bytes) -> str:
        """Return a query string as it was sent, without the values of credentials."""
        return "&".join(self._pair(pair) for pair in raw.decode("latin-1").split("&"))

    def _pair(self, pair: str) -> str:
        name, equals, _ = pair.partition("=")
        return f"{name}={REDACTED}" if equals and unquote_plus(name) in self._query else pair


def _without_credential(line: str) -> str:
    """Return the value of a header without the credential in it: `Bearer [redacted]`."""
    word, space, _ = line.strip().partition(" ")
    return f"{word} {REDACTED}" if space and word.lower() in _SCHEMES else REDACTED
