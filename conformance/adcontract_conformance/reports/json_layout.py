"""A JSON text with a line for each value, every token as it came, and the position of each value in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Span:
    """Where a value is in a text: from `start`, which is that of its name if it is a member, to `end`."""

    start: int
    value: int
    end: int


def laid_out(text: str) -> tuple[str, dict[str, Span]] | None:
    """Return a JSON text with a line for each value, and where each value is in that, by its pointer.

    Return None if it is not JSON, or nested too deeply to be read.
    """
    try:
        json.loads(text)
        layout = _Layout(text)
        layout.value("", 0, 0)
    except (ValueError, RecursionError):
        return None
    return "".join(layout.out), layout.spans


def values_on_the_way(text: str, parts: Sequence[str]) -> list[str]:
    """Return the texts of the values on the way to a part of a JSON text, from the whole of it; few are laid out.

    The list ends before what is not there. It is empty if the text is not JSON.
    """
    found: list[str] = []
    try:
        start = _skip(text, 0)
        for part in (*parts, None):
            found.append(text[start : _DECODER.raw_decode(text, start)[1]])
            child = None if part is None else _child(text, start, part)
            if child is None:
                break
            start = child
    except (ValueError, RecursionError):
        return []
    return found


def _child(text: str, start: int, part: str) -> int | None:
    """Return where a member or an item of the value at `start` begins, None if there is none of this name or index."""
    is_object, index, at, found = text[start] == "{", 0, _skip(text, start + 1), None
    while text[start] in "{[" and text[at] not in "}]":
        name: object = str(index)
        if is_object:
            name, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if name == part:
            found = at
            if not is_object:
                break
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        at, index = _skip(text, at + 1) if text[at] == "," else at, index + 1
    return found


def _skip(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


class _Layout:
    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.next = 0
        self.out: list[str] = []
        self.length = 0
        self.spans: dict[str, Span] = {}

    def take(self) -> str:
        self.next += 1
        return str(self.tokens[self.next - 1])

    def write(self, text: str) -> None:
        self.out.append(text)
        self.length += len(text)

    def value(self, pointer: str, start: int, depth: int) -> None:
        begin, opening = self.length, self.take()
        self.write(opening)
        if opening in ("{", "["):
            self.content(opening, pointer, depth)
        self.spans[pointer] = Span(start, begin, self.length)

    def content(self, opening: str, pointer: str, depth: int) -> None:
        index = 0
        while self.tokens[self.next] not in ("}", "]"):
            if self.tokens[self.next] == ",":
                self.write(self.take())
            self.write("\n" + "  " * (depth + 1))
            start, part = self.length, str(index)
            if opening == "{":
                name = self.take()
                self.write(f"{name}{self.take()} ")
                part = json.loads(name)
            self.value(join(pointer, part), start, depth + 1)
            index += 1
        self.write(("\n" + "  " * depth if index else "") + self.take())
