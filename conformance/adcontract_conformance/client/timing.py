"""The time of a run: when it has to end, how fast it may send, and the rate limit of the target (429)."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Taken: TypeAlias = "tuple[int, float, float | None, int, int]"
"""What one process has counted of the requests that were sent again, and how long it has waited."""

LONGEST_WAIT = 65.0
"""How long the suite waits at most where a target asks it to, in seconds: the window of a limit is often a minute."""

TRIES = 3
"""How often a request is sent while it is refused. The suite does not wait any more after that: it does not help."""

SLOWEST = 2.0
"""The longest time between two requests to a target that limits them, in seconds."""

CLEARING = 30.0
"""How long created items are removed after the time is up, in seconds."""

REQUESTS = 3
"""How many requests the removal of an item takes at most, if nothing goes wrong."""

GRACE = 2.0
"""How long an answer is waited for that may say what was created, when the run has to end, in seconds."""

EASE = 0.9
"""By which factor the time between two requests shrinks with each: who refuses one now and then is not slow."""

VAIN = 3
"""How often in a row it goes slower and no more requests pass than before, until it does not any more."""

CLOSED = 10.0
"""How long the suite waits at most for a target that is closed for a while (503), in seconds."""

_USUAL = 1.0
"""How long the suite waits where a target does not say for how long, in seconds."""


class Stopped(KeyboardInterrupt):
    """The run does not want an answer any more. Schemathesis ends at it as at an interrupt."""


class _Rest(threading.local):
    on = False


rest = _Rest()
"""Whether a thread waits before it sends a request: an interrupt then loses nothing."""


class Timing:
    """When a run ends, and how fast it may send. All that send to one target share it.

    `refused` is how often a request was refused as one too many (429), and `waited` how long the suite has waited
    because of that, in seconds. `asked` is how long the target asked it to wait where that is not done. `resent` is how
    often the target closed a connection while a request was on its way, and `closed` how often it answered with 503 and
    asked for the request again. `is_clearing` is whether that which was created is being removed. Two requests are
    never sent in less than `least` seconds.
    """

    def __init__(self, least: float = 0.0) -> None:
        self.until: float | None = None
        self.is_clearing = False
        self.least = least
        self.waited = 0.0
        self.refused = 0
        self.asked: float | None = None
        self.resent = 0
        self.closed = 0
        self._stays_closed = False
        self._hopeless = False
        self._interval = 0.0
        self._next = 0.0
        self._due = 0.0
        self._sent = 0
        self._passed = 0
        self._unslowed: int | None = None
        self._in_vain = 0
        self._since = time.monotonic()
        self._lock = threading.Lock()

    def end_after(self, seconds: float | None) -> None:
        """Let the run end in so many seconds; None for no end."""
        self.until = None if seconds is None else time.monotonic() + seconds

    @property
    def is_up(self) -> bool:
        """Whether the time of the run is up."""
        return self.until is not None and time.monotonic() >= self.until

    def taken(self) -> Taken:
        """Return `refused`, `waited`, `asked`, `resent` and `closed`, and begin them again."""
        with self._lock:
            found = self.refused, self.waited, self.asked, self.resent, self.closed
            self.refused, self.waited, self.resent, self.closed = 0, 0.0, 0, 0
        return found

    def add(self, taken: Taken) -> None:
        """Add what another process has `taken`."""
        with self._lock:
            self.refused += taken[0]
            self.waited += taken[1]
            self.asked = taken[2] if self.asked is None else self.asked
            self.resent += taken[3]
            self.closed += taken[4]

    @contextmanager
    def clearing(self, at_most: float | None = None, items: int = 0) -> Iterator[None]:
        """Give the block, which removes what was created, time of its own: so many seconds `at_most`, if that is given.

        Otherwise it is not bounded where the run is not. Where requests take their turns slowly, it is more for each of
        the `items`.
        """
        more = self.least * REQUESTS * items
        until, before, self.is_clearing = self.until, self.is_clearing, True
        if at_most is not None:
            self.until = time.monotonic() + at_most + more
        elif until is not None:
            self.until = max(until, time.monotonic() + CLEARING + more)
        try:
            yield
        finally:
            self.until, self.is_clearing = until, before

    def take_turn(self, stop: threading.Event) -> None:
        """Wait until the next request may be sent.

        Raises:
            Stopped: if the time is up, or `stop` was set.
        """
        with self._lock:
            now = time.monotonic()
            asked = max(now, self._next)
            turn = max(asked, self._due)
            self._next, self._due = turn + self._interval, turn + self.least
            self._interval *= EASE
            self._sent += 1
            self._passed += 1
            self.waited += asked - now
        self._sleep(turn - now, stop)
        with self._lock:
            # who wakes late does not send the next request sooner
            self._due = max(self._due, time.monotonic() + self.least)

    def may_pass(self, status: int, headers: Mapping[str, str], tries: int, stop: threading.Event) -> bool:
        """Return whether to send a request again, of which the response has a status that passes; wait before.

        That is so for 429, and for a first 503 that names a time which is short, until one lasts longer than it says.

        Raises:
            Stopped: if the time is up, or `stop` was set.
        """
        retry_after = headers.get("Retry-After", "")
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return self.wait_as_asked(retry_after, tries, stop)
        if status != HTTPStatus.SERVICE_UNAVAILABLE or not retry_after or self._stays_closed:
            return False
        self._stays_closed = tries > 1
        if self._stays_closed or (seconds := seconds_asked(retry_after)) > CLOSED:
            return False
        self.closed += 1
        self._sleep(seconds, stop)
        return True

    def wait_as_asked(self, retry_after: str, tries: int, stop: threading.Event) -> bool:
        """Wait as a refusal asks (429), and go slower for a while; return whether to send the request again.

        Args:
            retry_after: the header `Retry-After`, empty for none.
            tries: how often the request was refused.
            stop: ends the wait when it is set.

        Raises:
            Stopped: if the time is up, or `stop` was set.
        """
        seconds = seconds_asked(retry_after)
        with self._lock:
            now = time.monotonic()
            self.refused += 1
            self._hopeless = self._hopeless or seconds > LONGEST_WAIT or tries >= TRIES
            if self._hopeless or (self.until is not None and now + seconds >= self.until):
                # going slower does not help either
                self.asked, self._interval, self._next = seconds, 0.0, now
                return False
            if tries == 1:
                self._compare()
            # what the limit let pass since the run began, spread evenly
            span = now - self._since + seconds
            slower = min(max(self._interval, span / max(self._sent - 1, 1)), SLOWEST)
            self._interval = 0.0 if self._in_vain >= VAIN else slower
            self._next = max(self._next, now + seconds)
            self.waited += seconds
        self._sleep(seconds, stop)
        return True

    def _compare(self) -> None:
        """Note whether more requests passed since the last refusal, as it went slower, than before the first one."""
        passed, self._passed = self._passed, 0
        if self._unslowed is None:
            self._unslowed = passed
        else:
            self._in_vain = self._in_vain + 1 if passed <= self._unslowed else 0

    def _sleep(self, seconds: float, stop: threading.Event) -> None:
        left = seconds if self.until is None else min(seconds, self.until - time.monotonic())
        try:
            rest.on = left > 0
            if stop.wait(max(left, 0)) or self.is_up:
                raise Stopped
        finally:
            rest.on = False


def seconds_asked(text: str) -> float:
    """Return in how many seconds a `Retry-After` asks for the next request (RFC 9110, section 10.2.3)."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return _USUAL
    now = datetime.now(UTC if when.tzinfo else None)
    return max((when - now).total_seconds(), 0.0)
