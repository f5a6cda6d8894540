"""The file of what a run has created: written as it goes, so that it can be removed even if the run is killed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adcontract import UsageError
from adcontract.openapi.pointer import split
from adcontract_conformance.client.replies import MISSING, at

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract_conformance.client.entry import Entry
    from adcontract_conformance.client.items import ParentIds

FOLDER = Path(".adcontract")
"""Where the files are, in the current folder."""

_FORMAT = "created items 1"


@dataclass(frozen=True)
class SavedEntry:
    """An item in a file, in a line; `api` and `snapshot` name its contract. See `Entry`."""

    number: int
    line: int
    api: str
    snapshot: str
    resource: str
    id: Any
    parent_ids: ParentIds
    shown: Any


class BookFile:
    """Notes created and removed items in a file that is there as long as one is left.

    It holds no secret: `redacted` takes them out of a text. Where the file cannot be written, `path` is None, and
    `unwritable` says why.
    """

    def __init__(self, url: str, redacted: Callable[[str], str]) -> None:
        self._url, self._redacted = url, redacted
        self._numbers: dict[Entry, int] = {}
        self._file: IO[str] | None = None
        self._last = 0
        self.path: Path | None = None
        self.unwritable: str | None = None

    @classmethod
    def opened(cls, path: Path, url: str, redacted: Callable[[str], str]) -> BookFile:
        """Return the file of an earlier run, to note there what is removed.

        Raises:
            UsageError: if it cannot be written, or its run has not ended.
        """
        found = cls(url, redacted)
        try:
            found._file, found.path = path.open("a", encoding="utf-8"), path
        except OSError as error:
            raise UsageError(f"{path}: this file cannot be written: {error.strerror}.") from None
        if not _locked(found._file):
            raise UsageError(f"{path}: the run that writes this file has not ended. End it first.")
        return found

    def know(self, entry: Entry, number: int) -> None:
        """Note under which number an entry is in the file."""
        self._numbers[entry] = number
        self._last = max(self._last, number)

    def note(self, entry: Entry, created: bool) -> None:
        """Note that an item was created, or that it was removed."""
        try:
            if created:
                self._created(entry)
            elif entry in self._numbers:
                self._write({"removed": self._numbers.pop(entry)})
                if not self._numbers:
                    self.delete()
        except OSError as error:
            # the report names in any case what is left
            self._file = self.path = None
            self.unwritable = f"{FOLDER}: {(error.strerror or 'it is not a folder').lower()}"

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _created(self, entry: Entry) -> None:
        if self._file is None:
            self._file, self.path = _new_file(self._url)
            _locked(self._file)
            self._write({"adcontract": _FORMAT, "target": self._url})
        self._last += 1
        self._numbers[entry] = self._last
        name = entry.checked.contract.name
        ids = {pointer: at(entry.shown, pointer) for pointer in entry.type.ids}
        self._write(
            {
                "created": self._last,
                "api": name.api,
                "snapshot": name.snapshot,
                "resource": entry.resource,
                "id": self._safe(entry.id),
                "parents": [[*key, self._safe(value)] for key, value in entry.parent_ids.items()],
                "shown": {pointer: self._safe(value) for pointer, value in ids.items() if value is not MISSING},
            }
        )

    def _safe(self, value: Any) -> Any:
        return self._redacted(value) if isinstance(value, str) else value

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(f"{json.dumps(line)}\n")
            self._file.flush()

    def delete(self) -> None:
        """Delete the file, and the folder if it is empty."""
        self.close()
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            if self.path.parent == FOLDER and not any(FOLDER.iterdir()):
                FOLDER.rmdir()
            self.path = None


def _new_file(url: str) -> tuple[IO[str], Path]:
    for number in range(1, 1000):
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{_name(url)}{f'-{number}' if number > 1 else ''}.jsonl"
        try:
            return path.open("x", encoding="utf-8"), path
        except (FileExistsError, FileNotFoundError):
            # another run has this name, or has just removed the folder
            continue
    raise FileExistsError(FOLDER)


def _name(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    return re.sub(r"[^\w.-]", "-", f"left-{parts.hostname}-{port}")


def _locked(file: IO[str]) -> bool:
    """Lock a file, and return whether no other process has locked it."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # some file systems have no locks
    return True


def earlier(url: str) -> list[Path]:
    """Return the files in the current folder that earlier runs on a target have left."""
    found = []
    try:
        for path in sorted(FOLDER.glob(f"{_name(url)}*.jsonl")):
            with path.open("a", encoding="utf-8") as file:
                if _locked(file) and _target(path) == url:
                    found.append(path)
    except (OSError, UsageError):
        return found
    return found


def _target(path: Path) -> str:
    try:
        first = json.loads(_text(path).partition("\n")[0])
    except ValueError:
        first = None
    if not isinstance(first, dict) or first.get("adcontract") != _FORMAT or not isinstance(first.get("target"), str):
        raise UsageError(f"{path}: this is not a file of what `adcontract check` has created. Name one.")
    return str(first["target"])


def saved(path: Path) -> tuple[str, list[SavedEntry]]:
    """Return the target of a file, and what its run has created there and not removed.

    Raises:
        UsageError: if the file cannot be read, or is damaged.
    """
    target, found = _target(path), dict[int, SavedEntry]()
    for number, line in list(_lines(path))[1:]:
        try:
            if "removed" in line:
                del found[line["removed"]]
            else:
                found[line["created"]] = _entry(number, line)
        except (LookupError, TypeError, ValueError, AttributeError):
            raise _damaged(path, number) from None
    return target, list(found.values())


def _entry(number: int, line: dict[str, Any]) -> SavedEntry:
    api, snapshot, resource = (line[name] for name in ("api", "snapshot", "resource"))
    if not all(isinstance(name, str) for name in (api, snapshot, resource)) or isinstance(line["id"], dict | list):
        raise TypeError
    shown: dict[str, Any] = {}
    for pointer, value in line["shown"].items():
        *parts, last = split(pointer)
        place = shown
        for part in parts:
            place = place.setdefault(part, {})
        place[last] = value
    parent_ids: ParentIds = {(name, pointer): value for name, pointer, value in line["parents"]}
    return SavedEntry(int(line["created"]), number, api, snapshot, resource, line["id"], parent_ids, shown)


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the lines of a file with their numbers; the last one is not there if its writer was killed before its end.

    Raises:
        UsageError: if the file cannot be read, or a line is not JSON.
    """
    *lines, _ = _text(path).split("\n")
    for number, line in enumerate(lines, 1):
        try:
            yield number, json.loads(line)
        except ValueError:
            raise _damaged(path, number) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path}: this file cannot be read: {error.strerror}.") from None


def _damaged(path: Path, line: int) -> UsageError:
    return UsageError(f"{path}:{line}: this line is damaged. Correct it, or take it out.")
