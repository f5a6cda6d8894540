"""Where the keys of a TOML text are: the parsers of TOML do not say it."""

from __future__ import annotations

import re
import tomllib
from typing import TypeAlias

Path: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: the names of keys, and the numbers of list items and of tables of an array, from 0."""

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r'[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|\'[^\']*\'')
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:\\.|[^"\\])*"|\'[^\']*\'',
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def places(text: str) -> dict[Path, tuple[int, int]]:
    """Return the line and the column, from 1, of each key, list item and table of a valid TOML text, by its path.

    A key that is written several times, as the tables of one array are, is where it stands first.
    """
    scanner = _Scanner(text)
    scanner.document()
    return {path: _line_and_column(text, offset) for path, offset in scanner.found.items()}


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class _Scanner:
    """Reads a text from its beginning to its end. The offset of each path is in `found`."""

    def __init__(self, text: str) -> None:
        self.found: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._arrays: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        self._skip()
        while self._at < len(self._text):
            if self._next("[["):
                table = self._new_table_of(self._keys())
                self._next("]]")
            elif self._next("["):
                table = self._note(self._keys(), ())
                self._next("]")
            else:
                self._pair(table)
            self._skip()

    def _pair(self, table: Path) -> None:
        path = self._note(self._keys(), table)
        self._next("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        if self._next("["):
            number = 0
            while not self._next("]"):
                self.found[(*path, number)] = self._at
                self._value((*path, number))
                self._next(",")
                number += 1
        elif self._next("{"):
            while not self._next("}"):
                self._pair(path)
                self._next(",")
        else:
            self._at = self._match(_TEXT if self._text[self._at] in "\"'" else _SCALAR).end()

    def _keys(self) -> list[tuple[str, int]]:
        """Read a key, dotted or not; return its names with their offsets."""
        keys = list[tuple[str, int]]()
        while not keys or self._next("."):
            self._skip()
            match = self._match(_KEY)
            # a quoted name may have escapes
            (name,) = tomllib.loads(f"{match[0]} = 0")
            keys.append((name, self._at))
            self._at = match.end()
        return keys

    def _note(self, keys: list[tuple[str, int]], table: Path) -> Path:
        """Note where each name of a key is; return the path of the last. Of an array of tables the latest is meant."""
        path = table
        for name, offset in keys:
            path = (*path, name)
            self.found.setdefault(path, offset)
            if path in self._arrays:
                path = (*path, self._arrays[path])
        return path

    def _new_table_of(self, keys: list[tuple[str, int]]) -> Path:
        path = (*self._note(keys[:-1], ()), keys[-1][0])
        self.found.setdefault(path, keys[-1][1])
        self._arrays[path] = self._arrays.get(path, -1) + 1
        path = (*path, self._arrays[path])
        self.found[path] = keys[-1][1]
        return path

    def _next(self, mark: str) -> bool:
        """Read a mark, and return whether it was there."""
        self._skip()
        is_there = self._text.startswith(mark, self._at)
        self._at += len(mark) if is_there else 0
        if is_there:
            self._skip()
        return is_there

    def _skip(self) -> None:
        self._at = self._match(_GAP).end()

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not TOML at {_line_and_column(self._text, self._at)}")
        return match
