"""The cache of assembled documents, by the content of their sources, and of the marks of what was found sound."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEPT = 40
_MARKS_KEPT = 1000
"""Of the marks, which have no content."""

_MARK = ".sound"

_ROOMS = (".", "openapi", "files", "contract", "assembly", "plain")
"""The folders of this package whose code assembles a document."""


def key(folder: Path, name: str) -> str:
    """Return the key of the document `name` as this code assembles it from the files in `folder`."""
    digest = hashlib.sha256(_code())
    facts = folder / "facts"  # no document is assembled from them
    _add(digest, folder, (file for file in folder.rglob("*.*") if facts not in file.parents))
    return f"{name}-{digest.hexdigest()[:32]}"


def plain_key(file: Path) -> str:
    """Return the key of the document of a user's own whose root is `file`; the other files are looked at when read."""
    digest = hashlib.sha256(_code() + str(file.resolve()).encode() + hash_of(file).encode())
    return f"plain-{digest.hexdigest()[:32]}"


def hash_of(file: Path) -> str:
    """Return a hash of the content of a file, empty where it cannot be read: whoever needs it reports that."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
    except OSError:
        return ""


@cache
def _code() -> bytes:
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    _add(digest, package, (file for room in _ROOMS for file in (package / room).glob("*.*")))
    return digest.digest()


def _add(digest: hashlib._Hash, root: Path, files: Iterable[Path]) -> None:
    for file in sorted(files):
        if file.suffix in (".yaml", ".json", ".txt", ".py"):
            digest.update(f"{file.relative_to(root)}\0".encode())
            # what cannot be read is reported by whoever needs it
            with contextlib.suppress(OSError):
                digest.update(file.read_bytes() if file.is_file() else b"")


def read(key: str) -> tuple[bytes, bytes] | None:
    """Return the document and the origin that were stored under `key`, as JSON, or None."""
    folder = _folder()
    try:
        return (folder / f"{key}.json").read_bytes(), (folder / f"{key}.origin.json").read_bytes()
    except OSError:
        return None


def write(key: str, document: bytes, origin: bytes) -> None:
    """Store both under `key` and drop the oldest of many. A folder that cannot be written is not an error."""
    with contextlib.suppress(OSError):
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in ((f"{key}.origin.json", origin), (f"{key}.json", document)):
            handle, temporary = tempfile.mkstemp(dir=folder)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(folder / name)
        _drop_oldest(folder, "*.json", _KEPT)


def is_marked(key: str) -> bool:
    """Return whether `key` was marked, and the mark is still there."""
    return (_folder() / f"{key}{_MARK}").exists()


def mark(key: str) -> None:
    """Mark `key` and drop the oldest of many marks. A folder that cannot be written is not an error."""
    with contextlib.suppress(OSError):
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key}{_MARK}").touch()
        _drop_oldest(folder, f"*{_MARK}", _MARKS_KEPT)


def _drop_oldest(folder: Path, pattern: str, kept: int) -> None:
    for old in sorted(folder.glob(pattern), key=lambda file: file.stat().st_mtime)[:-kept]:
        old.unlink(missing_ok=True)


def _folder() -> Path:
    return platformdirs.user_cache_path("adcontract", appauthor=False)
