"""Whether a target is still there: where an answer fails to come, it is asked again what it has answered before."""

from __future__ import annotations

import threading
import time
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

GATEWAY = (502, 503, 504)
"""What a gateway answers for a server that is gone."""


class Gone(KeyboardInterrupt):
    """The target does not answer any more. Schemathesis ends at it as at an interrupt."""


class Pulse:
    """Knows a request that a target has answered; `gone` says how it went down, and is None as long as it answers.

    All that send to one target share it.
    """

    def __init__(self) -> None:
        self.gone: str | None = None
        self._known: PreparedRequest | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `Gone` if the target went down."""
        if self.gone:
            raise Gone

    def answered(self, request: PreparedRequest, status: int) -> None:
        """Note that a request was answered."""
        if self._known is None and request.method == "GET" and status < 500:
            self._known = request.copy()

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
                self.gone = _asked_again(request, self._known, ask)
        self.check()


def _asked_again(
    request: PreparedRequest, known: PreparedRequest, ask: Callable[[PreparedRequest], str | None]
) -> str | None:
    began = time.monotonic()
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE)
        missing = ask(known)
        if missing is None:
            return None
        if time.monotonic() - began > PATIENCE:
            break
    return f"since {_line(request)} it {missing}, also at {_line(known)}, which it answered before"


def _line(request: PreparedRequest) -> str:
    return f"{request.method} {urlsplit(str(request.url)).path}"
