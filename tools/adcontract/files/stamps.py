"""When the files of a folder were last written, by which a watch sees that one has changed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Stamp = tuple[int, int]
"""The time of a file, in nanoseconds, and its size."""


def stamp(status: os.stat_result) -> Stamp:
    """Return the stamp of a file of this status."""
    return status.st_mtime_ns, status.st_size


def stamps_of(files: Iterable[Path]) -> Iterator[tuple[str, Stamp]]:
    """Yield every file that is there with its stamp."""
    for file in files:
        with suppress(OSError):
            yield str(file), stamp(file.stat())


def stamps(folder: Path | str) -> Iterator[tuple[str, Stamp]]:
    """Yield every file below a folder with its stamp; one that vanishes meanwhile is left out."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir():
                yield from stamps(entry.path)
            else:
                yield entry.path, stamp(entry.stat())
        except OSError:
            continue
