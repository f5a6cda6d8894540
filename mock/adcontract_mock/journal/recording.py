"""A file of all exchanges: an HTTP Archive that is valid at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import orjson

from adcontract import UsageError
from adcontract_mock.journal.har import har

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.journal.journal import Journal
    from adcontract_mock.journal.redaction import Redaction

_ENTRIES = b'"entries":['
_END = b"\n]}}\n"

MOST_BYTES = 100_000_000
"""The size of a file; a full one becomes `mock.1.har`, in place of an earlier one, and a new one begins."""


class Record:
    """Adds the exchanges of a mock to a HAR file, one on each line.

    The end of the file is written anew with each of them, so that browsers can load it whatever ends the mock.
    """

    def __init__(self, file: Path, journal: Journal, redaction: Callable[[], Redaction], base_url: str) -> None:
        """Open or create `file`, and add the exchanges of `journal`; `base_url` is the one that clients use.

        `redaction` returns what removes the credentials of the contracts that are served at the moment.

        Raises:
            UsageError: if the file cannot be written, or holds anything but such a record.
        """
        self._journal, self._redaction, self._base_url, self._path = journal, redaction, base_url, file
        try:
            with file.open("ab"):
                content = file.read_bytes()
            self._file = file.open("r+b", buffering=0)
            content = content or self._begin()
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}. Name another with --record.") from None
        if not content.startswith(b'{"log":') or not content.endswith(_END):
            self._file.close()
            raise UsageError(
                f"{file}: is not a record of this mock, and is left unchanged. Name another with --record."
            )
        self._empty = content.endswith(_ENTRIES + _END)
        journal.on_record = self.add

    def add(self, exchange: Exchange) -> None:
        """Add an exchange, without credentials; if that fails say so, and add nothing more."""
        entry = orjson.dumps(orjson.loads(har((exchange,), self._redaction(), self._base_url))["log"]["entries"][0])
        try:
            if self._file.seek(-len(_END), 2) + len(entry) > MOST_BYTES and not self._empty:
                self._rotate()
                self._file.seek(-len(_END), 2)
            # in one piece, so that nothing can come in between
            self._file.write((b"\n" if self._empty else b",\n") + entry + _END)
        except OSError as error:
            click.echo(f"{self._path}: cannot be written: {error.strerror}. Nothing more is recorded.", err=True)
            self._journal.on_record = None
        self._empty = False

    def _begin(self) -> bytes:
        """Write and return what a file without exchanges has."""
        head = orjson.dumps(orjson.loads(har((), self._redaction(), self._base_url))["log"] | {"entries": []})
        content = b'{"log":' + head.removesuffix(b"]}") + _END
        self._file.write(content)
        return content

    def _rotate(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_suffix(f".1{self._path.suffix}"))
        self._file = self._path.open("w+b", buffering=0)
        self._begin()
        self._empty = True

    def close(self) -> None:
        """Add nothing more."""
        self._journal.on_record = None
        self._file.close()
