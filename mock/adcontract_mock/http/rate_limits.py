"""The rate limit of each credential: `--rate-limit 300/min`."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING

from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.http.response import HttpResponse

_SECONDS = {"s": 1, "min": 60, "h": 3600}
_WRITTEN = re.compile(r"([1-9][0-9]{0,8})/(s|min|h)")
_LIVE = re.compile(r"(?:x-)?rate-?limit-(limit|remaining|reset)", re.IGNORECASE)
_MOST = 10_000


@dataclass(frozen=True)
class RateLimit:
    """A number of requests in a number of seconds."""

    requests: int
    seconds: int
    text: str

    @classmethod
    def parse(cls, text: str) -> RateLimit:
        """Return the limit written as `300/min`; the units are `s`, `min` and `h`.

        Raises:
            UsageError: if it is not valid.
        """
        match = _WRITTEN.fullmatch(text.strip())
        if not match:
            raise UsageError(f"{text!r} is not a valid rate limit. Write 10/s, 300/min or 5000/h.")
        return cls(int(match[1]), _SECONDS[match[2]], match[0])


@dataclass(frozen=True, slots=True)
class Quota:
    """The quota of a credential: its limit, the requests left, and the seconds until the window ends."""

    limit: RateLimit
    remaining: int
    reset: int
    exceeded: bool

    def applied_to(self, response: HttpResponse) -> HttpResponse:
        """Return `response` with these values in those of its headers that are about a rate limit."""
        values = {"limit": self.limit.requests, "remaining": self.remaining, "reset": self.reset}
        for name, _ in response.headers:
            match = rate_limit_header(name.decode("latin-1"))
            if match:
                response = response.with_header(match[0], str(values[match[1].lower()]))
        return response


class RateLimiter:
    """Counts the requests of each credential, in windows that start with its first request."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._windows: OrderedDict[bytes, tuple[float, int]] = OrderedDict()

    def take(self, credential: bytes) -> Quota:
        """Count a request with `credential`, empty for none, and return its quota after it."""
        now = self._clock()
        started, used = self._windows.get(credential, (now, 0))
        if now - started >= self.limit.seconds:
            started, used = now, 0
        self._windows[credential] = started, used + 1
        self._windows.move_to_end(credential)
        if len(self._windows) > _MOST:
            self._windows.popitem(last=False)
        left = self.limit.requests - used - 1
        return Quota(self.limit, max(left, 0), ceil(started + self.limit.seconds - now), left < 0)


def rate_limit_header(header: str) -> re.Match[str] | None:
    """Return the match if a header is about a rate limit, such as `X-RateLimit-Remaining`; None for others.

    Group 1 is `limit`, `remaining` or `reset`. No standard defines them, but these names are in common use.
    """
    return _LIVE.fullmatch(header)
