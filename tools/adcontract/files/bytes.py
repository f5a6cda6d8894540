"""The bytes of a file that a user names, which may be no file."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_bytes(path: Path) -> bytes:
    """Return the content of a file or a pipe.

    Raises:
        OSError: if it cannot be read, or is a device, of which most have no end; the null device is empty.
    """
    if (path.is_char_device() or path.is_block_device()) and not path.samefile(os.devnull):
        raise OSError(errno.EINVAL, "It is a device")
    return path.read_bytes()
