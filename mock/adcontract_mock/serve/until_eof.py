"""The end of the mock with the program that started it, however that ends."""

from __future__ import annotations

import contextlib
import os
import signal
import threading

_STANDARD_INPUT = 0
_SIZE = 4096


def end_with_standard_input() -> None:
    """Give this process SIGTERM when its standard input ends, as it does with the program at its other end.

    What is read from there is dropped.
    """
    # a daemon, so that the mock may end first
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    # not sys.stdin, whose lock would be held when the interpreter ends
    with contextlib.suppress(OSError):
        while os.read(_STANDARD_INPUT, _SIZE):
            pass
    signal.raise_signal(signal.SIGTERM)
