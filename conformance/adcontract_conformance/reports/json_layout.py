"""A JSON text with a line for each value, every token as it came, and the position of each value in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from adcontract.openapi.pointer import join

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


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
