"""Who may speak to the mock: the names by which it is reached, and the web pages that a browser has open.

A page of any site can send requests to a server on this machine. It may read a response only if that allows its origin
(Fetch, CORS protocol). By DNS rebinding, the name of a site that becomes an address of this machine, even that is
circumvented, but then the header `Host` has that name.
"""

from __future__ import annotations

import re
import secrets
import socket
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from adcontract import UsageError
from adcontract_mock.http.response import HttpResponse, mock_response, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE_TOKEN = "Mock-Page-Token"
OWN = "/_mock"

ANY = "*"
_REMEMBERED = 256
_AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]/?#@\\\s,]+)(:[0-9]*)?", re.IGNORECASE)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?P<authority>[^/?#@\\\s,]+)", re.IGNORECASE)
_READING = frozenset(("GET", "HEAD", "OPTIONS"))


def new_page_token() -> str:
    """Return a text that nobody can guess."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True)
class Access:
    """Names and origins that are allowed, besides those of this machine.

    `bound` is the address that the mock listens on, None where it has no address of its own: then any name is right.
    `hosts` are names in lower case, `origins` as browsers send them; `*` is any, without cookies. `page_token` is what
    the control page sends, to prove that a change comes from it.
    """

    bound: str | None = None
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    page_token: str = field(default_factory=new_page_token)

    @classmethod
    def parse(cls, bound: str | None, hosts: Iterable[str], origins: Iterable[str], page_token: str) -> Access:
        """Return the access for `hosts` and `origins` as a user writes them.

        Raises:
            UsageError: if one is not a host or an origin.
        """
        return cls(bound, frozenset(map(_host, hosts)), frozenset(map(_origin, origins)), page_token)

    def refusal(self, method: str, path: str, host: bytes, origin: bytes, page_token: bytes) -> HttpResponse | None:
        """Return the 403 to a request that may not reach the mock, None if it may.

        Args:
            method: the method, in capitals.
            path: the path.
            host: the value of `Host`; without one it does not come from a browser.
            origin: the value of `Origin`, which every page sends that is not the mock's own, and with each change.
            page_token: the value of `Mock-Page-Token`.
        """
        if host and not self.is_reached_as(host):
            name = safe(_name(host) or host.decode("latin-1")).decode()
            return _refused(
                f"The mock may not be reached as {name}: the name could be that of any web site. "
                f"Allow it with --allowed-host {name}."
            )
        if not origin:
            return None
        known = self.is_of_this_machine(host, origin)
        shown = safe(origin.decode("latin-1")).decode()
        if path == OWN or path.startswith(f"{OWN}/"):
            if not known:
                return _refused(f"Pages of {shown} may not use /_mock/. Use it in the control page, or from a program.")
            if method not in _READING and not secrets.compare_digest(page_token, self.page_token.encode()):
                return _refused(
                    f"A page may not change anything at /_mock/, except the control page, by its {PAGE_TOKEN}. "
                    "Send the change from a program, without Origin."
                )
            return None
        if known or ANY in self.origins or shown in self.origins:
            return None
        return _refused(f"Pages of {shown} may not use the mock. Allow them with --cors-origin {shown}.")

    def is_reached_as(self, host: bytes) -> bool:
        """Return whether the value of `Host` (RFC 9110, 7.2) names this mock."""
        return self.bound is None or _is_reached_as(host, self.bound, self.hosts)

    def is_of_this_machine(self, host: bytes, origin: bytes) -> bool:
        """Return whether a page was loaded from this machine, by a loopback name or as the mock itself is reached.

        The port may be another one: the page of a development server comes from such an origin.
        """
        return _is_of_this_machine(host, origin)

    def takes_cookies(self, host: bytes, origin: bytes) -> bool:
        """Return whether pages of `origin` may send cookies: not if they are allowed only as any others."""
        return ANY not in self.origins or self.is_of_this_machine(host, origin) or origin.decode() in self.origins


def is_loopback(name: str) -> bool:
    """Return whether a name is always this machine's: by its address, or as no site can have it (RFC 6761, 6)."""
    address = _address(name)
    if address is not None:
        return address.is_loopback
    return name == "localhost" or name.endswith((".localhost", ".test"))


@lru_cache(_REMEMBERED)
def _is_reached_as(host: bytes, bound: str, hosts: frozenset[str]) -> bool:
    name = _name(host)
    if name is None:
        return False
    if is_loopback(name) or name in hosts or name == bound.strip("[]").lower():
        return True
    # bound to every address, it is reached by each, and by the name of the machine
    return _is_everywhere(bound) and (_address(name) is not None or name == socket.gethostname().lower())


@lru_cache(_REMEMBERED)
def _is_of_this_machine(host: bytes, origin: bytes) -> bool:
    found = _ORIGIN.fullmatch(origin.decode("latin-1"))
    name = _name(found["authority"].encode("latin-1")) if found else None
    return name is not None and (is_loopback(name) or name == _name(host))


def _name(authority: bytes) -> str | None:
    """Return the name or address in `name:port` (RFC 3986, 3.2), None if there is none."""
    found = _AUTHORITY.fullmatch(authority.decode("latin-1").strip())
    return found["name"].strip("[]").lower().rstrip(".") if found else None


def _is_everywhere(bound: str) -> bool:
    address = _address(bound)
    return not bound or (address is not None and address.is_unspecified)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _host(text: str) -> str:
    name = _name(text.encode("latin-1", "replace")) if text.isascii() else None
    if name is None or name != text.strip("[]").lower().rstrip("."):
        raise UsageError(
            f"--allowed-host takes a name or an address without scheme and port, such as mock, not {text}."
        )
    return name


def _origin(text: str) -> str:
    found = _ORIGIN.fullmatch(text)
    if text not in (ANY, "null") and not (found and _name(found["authority"].encode("latin-1", "replace"))):
        raise UsageError(f"--cors-origin takes an origin, such as https://app.example:8080, null or *, not {text}.")
    return text if text in (ANY, "null") else text.lower()


def _refused(message: str) -> HttpResponse:
    return mock_response(403, message, message=message)
