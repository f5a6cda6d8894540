"""Whether others write to a target while it is checked: it is read for a while, and nothing else is asked of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET = 3.0
"""For how many seconds at least it is watched."""

LONGEST = 10.0
"""For how many seconds at most."""

LOOKS = 30
"""How often at least it is looked at, within that time: others may write more seldom while the target is slow."""

PAUSE = 0.1
"""After how many seconds it is looked at again."""


def comes_by_itself(shows: Callable[[], bool], since: float) -> bool:
    """Return whether a change `shows` in twice the time that has passed since the requests began that may have made it.

    `since` is that time, of the monotonic clock.
    """
    began = time.monotonic()
    enough, looks = max(QUIET, 2 * (began - since)), 0
    while (passed := time.monotonic() - began) < LONGEST and (looks < LOOKS or passed < enough):
        if shows():
            return True
        looks += 1
        time.sleep(PAUSE)
    return False
