"""The bounds of a run: its time, and whatever else ends it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcontract_conformance.client.allowance import Allowance


class Clock:
    """Time passed and left, in seconds. None is left when another bound is met."""

    def __init__(self, bound: float | None, allowance: Allowance) -> None:
        self._start = time.monotonic()
        self._allowance = allowance
        self._bound = bound
        self._met: str | None = None

    def stop(self, bound: str) -> None:
        """Leave no time, because of another bound, a clause."""
        self._met = bound

    @property
    def bound(self) -> str | None:
        """Which bound is met, as a clause; None if none is."""
        return self._met or self._allowance.met or ("the time was up" if self.time_is_up else None)

    @property
    def time_is_up(self) -> bool:
        """Whether the time is up, whatever other bound is met."""
        return self._bound is not None and self.passed >= self._bound

    @property
    def may_send(self) -> bool:
        """Whether there is time for another request, and the run may send it."""
        return not (self.time_is_up or self._allowance.met)

    @property
    def passed(self) -> float:
        """How long the run has taken until now."""
        return time.monotonic() - self._start

    @property
    def left(self) -> float | None:
        """How long it may still take; None for no limit."""
        if self._met or self._allowance.met:
            return 0.0
        return None if self._bound is None else max(self._bound - self.passed, 0.0)

    @property
    def up(self) -> bool:
        """Whether a bound is met."""
        return self.bound is not None
