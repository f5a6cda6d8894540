"""Interrupts: none between a request that creates something and the note that it has to be removed."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def unhurried() -> Iterator[None]:
    """Carry out the block before an interrupt.

    Raises:
        KeyboardInterrupt: after the block, if one came.
    """
    if threading.current_thread() is not threading.main_thread():
        # no other thread ever gets one
        yield
        return
    came: list[int] = []
    before = {each: signal.signal(each, lambda number, _: came.append(number)) for each in _BOTH}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    if came:
        raise KeyboardInterrupt


@contextmanager
def ending_is_interrupting() -> Iterator[None]:
    """Take a SIGTERM, by which a CI ends a job, for a SIGINT, so that what was created is removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_BOTH = (signal.SIGINT, signal.SIGTERM)
