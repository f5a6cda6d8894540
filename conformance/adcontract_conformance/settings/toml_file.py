"""A TOML file as typed data; whatever is wrong with it has its place, its cause and its fix."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from adcontract.errors import Location, UsageError, shown
from adcontract.files.bytes import read_bytes
from adcontract_conformance.settings.toml_errors import explained
from adcontract_conformance.settings.toml_places import places

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    from adcontract_conformance.settings.toml_places import Path

_T = TypeVar("_T")

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True)
class TomlFile(Generic[_T]):
    """A file, its `value`, and where each key is."""

    path: FilePath
    value: _T
    places: dict[Path, tuple[int, int]]

    def where(self, *keys: str | int) -> Location:
        """Return where a key is; where it is not written, the table in which it would be."""
        for end in range(len(keys), 0, -1):
            if place := self.places.get(keys[:end]):
                return Location(self.path, *place)
        return Location(self.path)

    def error(self, keys: Path, message: str) -> UsageError:
        """Return an error about a key, in one line: `message` names the cause and the fix."""
        return UsageError(f"{self.where(*keys)}: {message}")


def read(path: FilePath, type_: type[_T]) -> TomlFile[_T]:
    """Read a TOML file as a value of `type_`, a `msgspec.Struct`.

    A struct may say in `INSTEAD_OF_TEXT` what to write where it is given as a text.

    Raises:
        UsageError: if it cannot be read, is not TOML, or has a wrong key or a value of a wrong type.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or "it is not a file").lower()
        raise UsageError(f"{shown(path)} cannot be read: {reason}. Correct its name or its permissions.") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(errors="replace")
        place = Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise UsageError(f"{place}: a character is not UTF-8. Save the file as UTF-8.") from None
    return decode(path, text, type_)


def decode(path: FilePath, text: str, type_: type[_T]) -> TomlFile[_T]:
    """Return the text of a file as a value of `type_`; see `read`."""
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_broken(path, text, str(error))) from None
    found = places(text)
    try:
        return TomlFile(path, msgspec.convert(data, type_, str_keys=True), found)
    except msgspec.ValidationError as error:
        keys, message = explained(data, type_, str(error))
        raise TomlFile(path, data, found).error(keys, message) from None


def _broken(path: FilePath, text: str, message: str) -> str:
    """Return what is wrong with a text that is not TOML."""
    match = _PLACE.search(message)
    lines = text.splitlines() or [""]
    line, column = (int(match[1]), int(match[2])) if match else (len(lines), len(lines[-1]) + 1)
    cause = re.sub(r" \(at [^()]*\)$", "", message)
    if cause.startswith("Cannot "):
        return f"{Location(path, line, column)}: a key or a table is written twice: {cause}. Keep one of them."
    return f'{Location(path, line, column)}: not TOML: {cause}. Texts stand in quotes, as in key = "text".'
