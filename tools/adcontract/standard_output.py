"""The standard output, whose errors end a command in one line: it is full, or its reader has gone."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from adcontract.errors import AdcontractError

if TYPE_CHECKING:
    from collections.abc import Iterator


class StandardOutputError(AdcontractError):
    """The standard output cannot be written; this is not reported if its reader has gone, as `head` does."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"the standard output cannot be written: {error.strerror}.")
        self._closed = isinstance(error, BrokenPipeError)

    def lines(self) -> list[str]:
        """Return the line to print, if any."""
        return [] if self._closed else super().lines()


@contextmanager
def checked_output() -> Iterator[None]:
    """Let everything in this block that writes to the standard output end with an error if that cannot be written.

    Raises:
        StandardOutputError: in place of the errors of the operating system.
    """
    stream = sys.stdout
    if stream is None:
        yield
        return
    checked = _Checked(stream)
    sys.stdout = cast("TextIO", checked)
    try:
        yield
    finally:
        sys.stdout = stream
        checked.flush()


class _Checked:
    """A stream that fails with a StandardOutputError, and again at every attempt after it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._error: StandardOutputError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._errors():
            return self._stream.write(text)

    def flush(self) -> None:
        with self._errors():
            self._stream.flush()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        if self._error is not None:
            raise self._error
        try:
            yield
        except OSError as error:
            self._error = StandardOutputError(error)
            # otherwise the interpreter tries again at its end, with a traceback
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            raise self._error from None
