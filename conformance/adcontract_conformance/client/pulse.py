"""Whether a target is still there: where an answer fails to come, it is asked again what it has answered before.

Where an operation does not answer, it is not waited for as long as the others.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import PreparedRequest

TRIES = 3
"""How often it is asked until it counts as gone."""

PAUSE = 0.5
"""How long the suite waits between two tries, in seconds."""

PATIENCE = 5.0
"""For how long it is asked again, in seconds."""

FAILURES = range(500, 600)
"""What a target answers that fails."""

SUCCESSES = range(200, 300)
"""What a target answers that carries a request out."""

MANY = 2
"""So many paths at which a target fails are all of it, if it carried out requests with them before."""

GATEWAY = (502, 503, 504)
"""What a gateway answers for a server that is gone."""


OFTEN = 2
"""How often the suite waits for an operation as long as it can."""

WORKED = 3
"""How many requests with other paths are asked again, to see that a target fails at all of them (5xx)."""

ROW = 5
"""How many failures in a row (5xx) are looked into where the target has carried out requests with one path only."""


class Gone(KeyboardInterrupt):
    """The target does not answer any more. Schemathesis ends at it as at an interrupt."""


class Pulse:
    """Knows requests that a target has answered; `gone` says how it went down, and is None as long as it answers.

    All that send to one target share it.
    """

    def __init__(self) -> None:
        self.gone: str | None = None
        self._known: PreparedRequest | None = None
        self._worked: dict[str, PreparedRequest] = {}
        self._failures = 0
        self._late: Counter[str] = Counter()
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `Gone` if the target went down."""
        if self.gone:
            raise Gone

    def answered(self, request: PreparedRequest, status: int) -> None:
        """Note that a request was answered."""
        if status in FAILURES:
            return
        self._failures = 0
        if request.method == "GET":
            self._known = self._known or request.copy()
            path = urlsplit(str(request.url)).path
            if status in SUCCESSES and len(self._worked) < WORKED and path not in self._worked:
                self._worked[path] = request.copy()

    def feel(self, request: PreparedRequest, ask: Callable[[PreparedRequest], str | None]) -> None:
        """Find out whether a target that did not answer a request still answers.

        Args:
            request: the one without an answer.
            ask: sends a request, and returns in a few words how it is not answered; None if it is.

        Raises:
            Gone: if it does not.
        """
        with self._lock:
            if self._known and not self.gone:
                self.gone = _asked_again(request, [self._known], ask)
        self.check()

    def is_late(self, operation: str) -> bool:
        """Return whether an operation often did not answer, so that it is not waited for as long as the others."""
        return self._late[operation] >= OFTEN

    def was_late(self, operation: str) -> None:
        """Note that an operation did not answer, and was waited for."""
        if operation:
            self._late[operation] += 1

    def failed(self, request: PreparedRequest, ask: Callable[[PreparedRequest], str | None]) -> None:
        """Find out whether a target that failed at a request (5xx) fails at all that it carried out before.

        It is asked less and less often while it fails: one operation may fail for good.

        Args:
            request: the one at which it failed.
            ask: sends a request, and returns in a few words how it fails at it; None if it does not.

        Raises:
            Gone: if it does.
        """
        with self._lock:
            self._failures += 1
            is_turn = self._failures & (self._failures - 1) == 0
            if len(self._worked) < MANY:
                is_turn = bool(self._worked) and self._failures % ROW == 0
            if is_turn and not self.gone:
                self.gone = _asked_again(request, list(self._worked.values()), ask)
        self.check()


def _asked_again(
    request: PreparedRequest, known: list[PreparedRequest], ask: Callable[[PreparedRequest], str | None]
) -> str | None:
    """Return how a target does not answer known requests any more; None if it answers one of them."""
    began, missing = time.monotonic(), ""
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE)
        for each in known:
            words = ask(each)
            if words is None:
                return None
            missing = words
        if time.monotonic() - began > PATIENCE:
            break
    lines = " and ".join(map(_line, known))
    return f"since {_line(request)} it {missing}, also at {lines}, which it answered before"


def _line(request: PreparedRequest) -> str:
    return f"{request.method} {urlsplit(str(request.url)).path}"
