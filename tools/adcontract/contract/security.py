"""Security schemes (OpenAPI 3.0.3, Security Scheme Object): where each carries its credential, read and written."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, quote

from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

BASIC = "Basic"
"""The authentication scheme whose credential is `user:password`, encoded."""

Read: TypeAlias = "Callable[[Mapping[bytes, bytes], bytes], bytes]"
"""Returns the credential of a request, empty for none, by its headers (names in lower case) and its query."""


class Placeholder(str):
    """Stands for a credential. It is written as it is, and whoever puts the credential in encodes that."""

    __slots__ = ()


class PlacedCredential(NamedTuple):
    """A credential in its place: the location, the name of the header, parameter or cookie, and its value as text."""

    location: Literal["header", "query", "cookie"]
    name: str
    value: str


@dataclass(frozen=True)
class SecurityScheme:
    """One security scheme: where it carries a credential.

    `key` is the name of the header, the query parameter or the cookie. `word` is the authentication scheme that stands
    before the credential in `Authorization` (RFC 9110, 11.4), empty for a key. The credential of `Basic` is
    `user:password`, which is encoded when it is written and decoded when it is read (RFC 7617).
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
            if self.word == BASIC:
                return lambda headers, _: _pair(_after(headers.get(b"authorization", b""), word))
            return lambda headers, _: _after(headers.get(b"authorization", b""), word)
        if self.location == "query":
            return lambda _, query: _pairs(query).get(self.key, "").encode()
        if self.location == "cookie":
            return lambda headers, _: _cookie(headers.get(b"cookie", b"").decode("latin-1"), self.key)
        header = self.key.lower().encode()
        return lambda headers, _: headers.get(header, b"").strip()

    def place(self, credential: str) -> PlacedCredential:
        """Return a credential in its place in a request, after the authentication scheme where there is one."""
        if self.word == BASIC and not isinstance(credential, Placeholder):
            credential = basic_credential(credential)
        return PlacedCredential(self.location, self.key, f"{self.word} {credential}" if self.word else credential)

    def as_read(self, credential: str) -> bytes:
        """Return what `reader` reads from a request in which this credential was placed."""
        return _with_colon(credential).encode() if self.word == BASIC else credential.encode()


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
            text = value if isinstance(credential, Placeholder) else quote(value, safe="")
            url += f"{'&' if '?' in url else '?'}{quote(name, safe='')}={text}"
        else:
            known = [written["Cookie"]] if "Cookie" in written else []
            text = value if isinstance(credential, Placeholder) else cookie_value(value)
            written["Cookie"] = "; ".join([*known, f"{name}={text}"])
    return url, written


def basic_credential(pair: str) -> str:
    """Return `user:password` as the credential of HTTP Basic (RFC 7617); without `:` it is a user with no password."""
    return base64.b64encode(_with_colon(pair).encode()).decode()


def cookie_value(text: str) -> str:
    """Return a text as the value of a cookie (RFC 6265, section 4.1.1), quoted where it has to be."""
    return SimpleCookie().value_encode(text)[1]


def _scheme(name: str, node: dict[str, Any], pointer: str) -> SecurityScheme:
    if node["type"] == "apiKey":
        return SecurityScheme(name, node["in"], node["name"], "", pointer)
    return SecurityScheme(name, "header", "Authorization", str(node.get("scheme", "bearer")).capitalize(), pointer)


def _after(line: bytes, word: bytes) -> bytes:
    first, _, credential = line.strip().partition(b" ")
    return credential.strip() if first.lower() == word else b""


def _with_colon(pair: str) -> str:
    return pair if ":" in pair or not pair else f"{pair}:"


def _pair(credential: bytes) -> bytes:
    """Return the user and the password of HTTP Basic, with `:` between them; empty if there are none."""
    try:
        pair = base64.b64decode(credential, validate=True)
    except binascii.Error:
        return b""
    return pair if b":" in pair else b""


def _pairs(query: bytes) -> dict[str, str]:
    """Return the parameters of a query by name; of equal ones the first."""
    # given bytes, `parse_qsl` fails where a value is not ASCII
    return dict(reversed(parse_qsl(query.decode("latin-1"))))


def _cookie(text: str, name: str) -> bytes:
    try:
        morsel = SimpleCookie(text).get(name)
    except CookieError:
        return b""
    return morsel.value.encode("latin-1") if morsel else b""
