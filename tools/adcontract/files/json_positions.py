"""The position of every value in a JSON text. PyYAML's marks cannot serve: it refuses escaped surrogates and tabs."""

from __future__ import annotations

import json
import re
from bisect import bisect_left

from adcontract.openapi.pointer import join

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\]:,"]+')


def json_positions(text: str) -> list[tuple[str, tuple[int, int]]]:
    """Return the pointer of every value in `text`, which is valid JSON, with its line and column, both from 1.

    A member has the position of its name. A name that stands twice in an object is returned twice.
    """
    reader = _Reader(text)
    reader.value("")
    return [("", reader.position(0)), *reader.found]


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [(match.group(), match.start()) for match in _TOKEN.finditer(text)]
        self.lines = [-1, *(match.start() for match in re.finditer("\n", text))]
        self.next = 0
        self.found: list[tuple[str, tuple[int, int]]] = []

    def position(self, token: int) -> tuple[int, int]:
        start = self.tokens[token][1]
        line = bisect_left(self.lines, start)
        return line, start - self.lines[line - 1]

    def value(self, pointer: str) -> None:
        opening = self.tokens[self.next][0]
        self.next += 1
        if opening in ("{", "["):
            index = 0
            while self.tokens[self.next][0] not in ("}", "]"):
                position, part = self.position(self.next), str(index)
                if opening == "{":
                    name = self.tokens[self.next][0]
                    part = json.loads(name) if "\\" in name else name[1:-1]
                    self.next += 1
                self.found.append((join(pointer, part), position))
                self.value(join(pointer, part))
                index += 1
            self.next += 1
