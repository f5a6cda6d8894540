"""Inserting lines into a YAML file of a contract, whose other lines stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.errors import ContractError, Finding
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract.files.source import Source


class Lines:
    """The lines of a file; what is inserted does not move the places of what was read."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self._lines = text.splitlines()
        self._inserted: dict[int, list[str]] = {}
        self._replaced: dict[int, str] = {}

    def insert(self, before: str | None, lines: list[str], pointer: str = "") -> None:
        """Insert lines before a member of the object at `pointer`, and its comments; at the end where it is None."""
        self._inserted.setdefault(self._top(before, pointer), []).extend(lines)

    def append(self, key: str, lines: list[str]) -> None:
        """Insert lines at the end of a member of the whole, which is an object or a list in lines of its own.

        Raises:
            ContractError: if it is written in another way.
        """
        value, (line, _) = self.source.data[key], self.source.positions[join("", key)]
        text = self._lines[line - 1]
        if not value:
            self._replaced[line - 1] = text[: text.index(":") + 1]
            self._inserted.setdefault(line, []).extend(lines)
            return
        first = next(iter(value)) if isinstance(value, dict) else "0"
        if self.source.positions[join("", key, first)][0] == line:
            fix = "Write each of its entries in lines of its own."
            message = f"Nothing can be added to {key}, which stands in one line."
            raise ContractError([Finding(self.source.where(join("", key)), "layout", message, fix)])
        keys = list(self.source.data)
        after = keys[keys.index(key) + 1 :]
        end = self._top(after[0] if after else None, "")
        while end > line and not self._lines[end - 1].strip():
            end -= 1
        self._inserted.setdefault(end, []).extend(lines)

    def text(self) -> str:
        """Return the text of the file."""
        lines: list[str] = []
        for number, line in enumerate([*self._lines, None]):
            lines += self._inserted.get(number, [])
            if line is not None:
                lines.append(self._replaced.get(number, line))
        return "\n".join(lines) + "\n"

    def _top(self, key: str | None, pointer: str) -> int:
        """Return the index of the first line of a member with the comments above it; the end for None."""
        if key is None:
            return len(self._lines)
        top: int = self.source.positions[join(pointer, key)][0] - 1
        while top and self._lines[top - 1].lstrip().startswith("#"):
            top -= 1
        return top


def first_after(node: dict[str, Any], order: tuple[str, ...], key: str) -> str | None:
    """Return the first member of an object that stands after `key` by an order of keys, None if none does."""
    later = order[order.index(key) + 1 :] if key in order else ()
    return next((each for each in node if each in later or each.startswith("x-")), None)
