"""What may still be sent to a target: the limits of the user, held against all that leaves the process."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import requests

from adcontract.wording import plural
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.client.timing import Stopped
from adcontract_conformance.model.promises import READ_ONLY, UNALLOWED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import urllib3

    from adcontract_conformance.client.limits import Limits


PER_OPERATION = "--max-requests-per-operation"


class NotSent(NotTestable):
    """A request is not sent: the user does not let it pass, or there is none that the contract allows."""


class Spent(NotSent):
    """A request is not sent, because its operation got all that it may."""


class Withheld(requests.exceptions.ChunkedEncodingError):
    """A request did not leave the process. Schemathesis goes on as after a response that did not come."""

    def as_reason(self) -> NotSent:
        """Return why, for those who do not know how requests are sent."""
        return NotSent(str(self))


class _WithheldForBudget(Withheld):
    def as_reason(self) -> NotSent:
        return Spent(str(self))


class _Current(threading.local):
    operation = ""


class Allowance:
    """What the user lets pass. All that send to one target share it.

    `met` is the bound that ended the run, as a clause. `withheld` has the operations, each with its contract, for which
    a request too many was not sent. `counts` is how many requests were sent, by operation; not those that remove.
    `double` answers in place of the target, if there is one: then nothing leaves the process.
    """

    def __init__(self, limits: Limits, is_here: Callable[[], bool]) -> None:
        self.limits = limits
        self.met: str | None = None
        self.withheld: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.double: Callable[[requests.PreparedRequest], urllib3.HTTPResponse] | None = None
        self._is_here = is_here
        self._current = _Current()
        self._lock = threading.Lock()

    @cached_property
    def read_only(self) -> str | None:
        """Why nothing is written, as a clause; None if it may be."""
        if self.limits.read_only:
            return READ_ONLY
        return None if self.limits.allow_writes or self._is_here() else UNALLOWED

    def refusal(self, method: str | None) -> str | None:
        """Return why no request with this method is sent; None if one may be."""
        return None if str(method).upper() in SAFE or self.read_only is None else f"not tried: {self.read_only}"

    @contextmanager
    def about(self, operation: str) -> Iterator[None]:
        """Count what this thread sends in the block for an operation."""
        before = self._current.operation
        self.turn_to(operation)
        try:
            yield
        finally:
            self.turn_to(before)

    @property
    def operation(self) -> str:
        """The operation for which this thread sends, with its contract; empty for none."""
        return self._current.operation

    def turn_to(self, operation: str) -> None:
        """Count what this thread sends from now on for an operation."""
        self._current.operation = operation

    def taken_withheld(self, contract: str) -> list[str]:
        """Return the operations in `withheld`, which are of one contract, and begin it again."""
        with self._lock:
            found, self.withheld = self.withheld, set()
        return sorted(each.removeprefix(f"{contract} ") for each in found)

    def take(self) -> None:
        """Count a request before it is sent.

        Raises:
            Withheld: if its operation got all that it may.
            Stopped: if the run got all that it may.
        """
        operation = self._current.operation
        with self._lock:
            most, each = self.limits.requests, self.limits.per_operation
            if most is not None and self.counts.total() >= most:
                self.met = f"the run sent its {plural(most, 'request')} (--max-requests)"
                raise Stopped
            if each is not None and operation and self.counts[operation] >= each:
                self.withheld.add(operation)
                got = plural(each, "request")
                raise _WithheldForBudget(f"not tried: the operation got its {got} ({PER_OPERATION})")
            self.counts[operation] += 1
