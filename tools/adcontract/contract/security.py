"""Security schemes (OpenAPI 3.0.3, Security Scheme Object): where each carries its credential, read and written."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, quote

from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Read: TypeAlias = "Callable[[Mapping[bytes, bytes], bytes], bytes]"
"""Returns the credential of a request, empty for none, by its headers (names in lower case) and its query."""


class PlacedCredential(NamedTuple):
    """A credential in its place: the location, the name of the header, parameter or cookie, and its value as text."""

    location: Literal["header", "query", "cookie"]
    name: str
    value: str


@dataclass(frozen=True)
class SecurityScheme:
    """One security scheme: where it carries a credential.

    `key` is the name of the header, the query parameter or the cookie. `word` is the authentication scheme that stands
    before the credential in `Authorization` (RFC 9110, 11.4), empty for a key. The credential of `Basic` is the encoded
    one.
    """

    name: str
    location: Literal["header", "query", "cookie"]
    key: str
    word: str
    pointer: str

    def reader(self) -> Read:
        """Return a function that reads the credential of a request."""
        if self.word:
            word = self.word.lower().encode()
            return lambda headers, _: _after(headers.get(b"authorization", b""), word)
        if self.location == "query":
            return lambda _, query: dict(reversed(parse_qsl(query))).get(self.key.encode(), b"")
        if self.location == "cookie":
            return lambda headers, _: _cookie(headers.get(b"cookie", b"").decode("latin-1"), self.key)
        header = self.key.lower().encode()
        return lambda headers, _: headers.get(header, b"").strip()

    def place(self, credential: str) -> PlacedCredential:
        """Return a credential in its place in a request, after the authentication scheme where there is one."""
        return PlacedCredential(self.location, self.key, f"{self.word} {credential}" if self.word else credential)


def security_schemes(document: dict[str, Any]) -> dict[str, SecurityScheme]:
    """Return the security schemes of an assembled document, by name. OAuth 2 and OpenID Connect send bearer tokens."""
    declared = document.get("components", {}).get("securitySchemes", {})
    return {
        name: _scheme(name, *deref(document, node, join("/components/securitySchemes", name)))
        for name, node in declared.items()
    }


def write_credential(
    schemes: Iterable[SecurityScheme], credential: str, url: str, headers: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """Return the URL and the headers of a request with a credential in the place of each of the schemes."""
    written = dict(headers)
    for scheme in schemes:
        location, name, value = scheme.place(credential)
        if location == "header":
            written[name] = value
        elif location == "query":
            url += f"{'&' if '?' in url else '?'}{quote(name, safe='')}={quote(value, safe='')}"
        else:
            known = [written["Cookie"]] if "Cookie" in written else []
            written["Cookie"] = "; ".join([*known, f"{name}={SimpleCookie().value_encode(value)[1]}"])
    return url, written


def _scheme(name: str, node: dict[str, Any], pointer: str) -> SecurityScheme:
    if node["type"] == "apiKey":
        return SecurityScheme(name, node["in"], node["name"], "", pointer)
    return SecurityScheme(name, "header", "Authorization", str(node.get("scheme", "bearer")).capitalize(), pointer)


def _after(line: bytes, word: bytes) -> bytes:
    first, _, credential = line.strip().partition(b" ")
    return credential.strip() if first.lower() == word else b""


def _cookie(text: str, name: str) -> bytes:
    try:
        morsel = SimpleCookie(text).get(name)
    except CookieError:
        return b""
    return morsel.value.encode("latin-1") if morsel else b""
