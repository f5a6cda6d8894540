"""Interrupts: they end a run, and none comes between a request that creates something and the note to remove it."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.bounds import hasten
from adcontract_conformance.client.timing import GRACE, rest

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Whether an interrupt came, for Python drops an exception that is raised in a callback of the garbage collector.

    Hypothesis has such a callback. A SIGTERM, by which a CI ends a job, is an interrupt too.
    """

    def __init__(self) -> None:
        self.times = 0

    def check(self) -> None:
        """Have an interrupt heard that was dropped.

        Raises:
            KeyboardInterrupt: if one came.
        """
        if self.times:
            raise KeyboardInterrupt

    def interrupt(self, *_: Any) -> None:
        """Handle a signal."""
        self.times += 1
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interrupts]:
    """Let both signals interrupt the block, and yield what remembers that one came."""
    interrupts = Interrupts()
    before = _handled_by(interrupts.interrupt)
    try:
        yield interrupts
    finally:
        _restore(before)


@contextmanager
def unhurried() -> Iterator[None]:
    """Carry out the block before an interrupt, but without waiting for the target for long.

    Raises:
        KeyboardInterrupt: after the block, however it ends, if one came and nobody else holds it back.
    """
    came: list[int] = []

    def note(number: int, _: Any) -> None:
        came.append(number)
        if rest.on:
            raise KeyboardInterrupt
        hasten(GRACE)

    before = _handled_by(note)
    try:
        yield
    finally:
        _restore(before)
        _hand_on(came, before)


@contextmanager
def ignored() -> Iterator[None]:
    """Ignore both signals in the block: a process that it starts goes on to do so."""
    before = _handled_by(signal.SIG_IGN)
    try:
        yield
    finally:
        _restore(before)


def _hand_on(came: list[int], handlers: dict[signal.Signals, Any]) -> None:
    """Have interrupts handled that were held back: whoever handles them may count them, or hold them back, too."""
    if came:
        try:
            handler = handlers[signal.Signals(came[0])]
            if not callable(handler):
                raise KeyboardInterrupt
            handler(came[0], None)
        finally:
            _hand_on(came[1:], handlers)


def _handled_by(handler: Any) -> dict[signal.Signals, Any]:
    """Have a handler called for both signals, and return those that were called before.

    Only the main thread gets signals, and one that is ignored, as in the background of a script, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    heard = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    return {each: signal.signal(each, handler) for each in heard}


def _restore(before: dict[signal.Signals, Any]) -> None:
    for each, handler in before.items():
        signal.signal(each, handler)
