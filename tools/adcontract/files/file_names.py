"""The names of the files and folders of a contract, such as every system can have them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 150
"""The bytes of a name; file systems allow 255, and a payload's name has more parts than one."""

_NOT_EVERYWHERE = re.compile(r'[<>:"|?*\\\x00-\x20\x7f]+')
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_RESERVED = frozenset(("con", "prn", "aux", "nul", *(f"{name}{i}" for name in ("com", "lpt") for i in range(1, 10))))
"""The names that Windows gives to devices, whatever the suffix."""


def path_stem(path: str) -> str:
    """Return the name of the file of a path, without its suffix: without braces, and with `_` for `/`.

    What some systems do not allow in the name of a file becomes `-`; a long name ends with a hash instead.
    """
    name = path.strip("/").replace("{", "").replace("}", "").replace("/", "_")
    name = _NOT_EVERYWHERE.sub("-", name) or "root"
    if is_reserved(name):
        name += "-path"
    return shortened(name)


def path_stems(paths: Iterable[str]) -> dict[str, str]:
    """Return the name of the file of each path; of several with one name the later ones get a number."""
    stems: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        stems[path] = free(path_stem(path), taken, "-")
    return stems


def free(name: str, taken: set[str], before_number: str = "") -> str:
    """Return a name that is not yet taken, with a number if it is, and take it. Case makes no difference."""
    found, number = name, 2
    while found.casefold() in taken:
        found, number = f"{name}{before_number}{number}", number + 1
    taken.add(found.casefold())
    return found


def shortened(name: str) -> str:
    """Return a name that is not too long for a file: a hash stands for its end."""
    encoded = name.encode()
    if len(encoded) <= _LONGEST:
        return name
    start = encoded[: _LONGEST - 9].decode(errors="ignore")
    return f"{start}-{hashlib.sha256(encoded).hexdigest()[:8]}"


def is_reserved(name: str) -> bool:
    """Return whether Windows does not allow a name for a file or a folder."""
    return name.partition(".")[0].casefold() in _RESERVED


def unfit(name: str) -> str | None:
    """Return why a name cannot be that of the folder of a contract, or None."""
    if not _FOLDER.fullmatch(name):
        return "it may have letters, digits, `-`, `_` and `.`, and starts with a letter or a digit"
    if is_reserved(name) or name.endswith("."):
        return "it is reserved on Windows"
    if len(name) > _LONGEST:
        return f"it is longer than {_LONGEST} characters"
    return None
