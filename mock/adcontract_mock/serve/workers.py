"""Several processes that serve one mock."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from uvicorn.supervisors import Multiprocess

if TYPE_CHECKING:
    import socket

    import uvicorn


class Workers(Multiprocess):
    """Starts workers, and replaces one that dies.

    On SIGHUP each worker reads the contracts anew. uvicorn would replace them, which ends connections that clients are
    about to use. Where there is a terminal, SIGHUP is about its end.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._has_terminal = sys.stdin is not None and sys.stdin.isatty()

    def handle_hup(self) -> None:
        """Have each worker read the contracts anew; end if the terminal has ended."""
        if self._has_terminal:
            self.handle_term()
            return
        for process in self.processes:
            if process.pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGHUP)
