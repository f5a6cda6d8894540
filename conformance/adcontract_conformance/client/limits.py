"""What the user lets a run send: which methods, to which hosts, how fast, and how much."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from adcontract import UsageError

SAFE = ("GET", "HEAD", "OPTIONS")
"""The methods that a read-only run sends."""

_SECONDS = {"s": 1, "min": 60}
_RATE = re.compile(r"(\d+(?:\.\d+)?)/(s|min)")


@dataclass(frozen=True)
class Rate:
    """How many requests are sent in a second (`s`) or a minute (`min`) at most."""

    number: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Return the rate that a text such as `10/s` or `300/min` says.

        Raises:
            UsageError: if it says none.
        """
        found = _RATE.fullmatch(text.strip())
        if found is None or not float(found[1]):
            raise UsageError(f"{text} is not a rate. Write it as 10/s or 300/min.")
        return cls(float(found[1]), found[2])

    @property
    def interval(self) -> float:
        """The time between two requests, in seconds."""
        return _SECONDS[self.unit] / self.number

    def __str__(self) -> str:
        # without an exponent, which `parse` does not take
        return f"{Decimal(str(self.number)):f}".removesuffix(".0") + f"/{self.unit}"


@dataclass(frozen=True)
class Limits:
    """What a run may send to its target.

    `read_only` lets nothing pass but GET, HEAD and OPTIONS, and so it is for a host that is not this machine unless
    `allow_writes`. `requests` is how many a run may send, and `per_operation` how many of them for one operation.
    """

    read_only: bool = False
    allow_writes: bool = False
    rate: Rate | None = None
    requests: int | None = None
    per_operation: int | None = None

    @property
    def is_counted(self) -> bool:
        """Whether somebody has to count what is sent, which several processes do not do together."""
        return any(each is not None for each in (self.rate, self.requests, self.per_operation))


def is_this_machine(url: str, proxy: str | None = None) -> bool:
    """Return whether a URL leads to this machine: its host is a loopback address, or a name of nothing else.

    Behind a proxy elsewhere, it leads elsewhere.
    """
    return _is_loopback(url) and (proxy is None or _is_loopback(proxy if "://" in proxy else f"http://{proxy}"))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        found = {str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(map(_is_loopback_address, found))


def _is_loopback_address(text: str) -> bool:
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
