"""How a target is reached beside its URL: secrets, headers, a proxy, and what it is known to have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_server(url: str) -> bool:
    """Return whether a URL is one of a server: of HTTP, with a host, and without a query or a fragment."""
    try:
        parts = urlsplit(url)
        # reading it finds out whether it is a number
        _ = parts.port
    except ValueError:
        return False
    is_plain = url.isprintable() and " " not in url
    is_http = parts.scheme in ("http", "https") and bool(parts.hostname)
    return is_plain and is_http and not (parts.query or parts.fragment)


@dataclass(frozen=True)
class Secret:
    """The value of an environment variable that no report may show: its `mark` stands there instead."""

    variable: str
    value: str = field(repr=False)

    @property
    def mark(self) -> str:
        """What a shell replaces by the value."""
        return f"${self.variable}"


@dataclass(frozen=True)
class Access:
    """How a target is reached beside its URL.

    Args:
        token: the credential for every security scheme that is not named in `credentials`.
        credentials: those of single security schemes, by the names that the contract has.
        headers: sent with each request.
        proxy: the URL of a proxy that all requests go through.
        known: values of parameters that exist on the target, by operation and name.
    """

    token: Secret | None = None
    credentials: Mapping[str, Secret] = field(default_factory=dict)
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    proxy: Secret | str | None = None
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret."""
        every = (self.token, *self.credentials.values(), *self.headers.values(), self.proxy)
        return tuple(each for each in every if isinstance(each, Secret))
