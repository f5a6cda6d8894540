"""The keys of the objects in a YAML text with the part of the text that belongs to each, so that they can be moved."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import yaml

from adcontract.files.source import Loader
from adcontract.openapi.pointer import join


@dataclass(frozen=True)
class Keys:
    """The keys of an object, in order, and the nodes of their names and values."""

    names: list[str]
    pairs: list[tuple[Any, Any]]
    is_flow: bool

    @property
    def indent(self) -> int:
        """The number of characters before a key."""
        column: int = self.pairs[0][0].start_mark.column
        return column

    def line(self, index: int) -> int:
        """Return the line of a key, from 0."""
        line: int = self.pairs[index][0].start_mark.line
        return line


def objects(text: str) -> dict[str, Keys]:
    """Return every object in a YAML text, which is valid, by its JSON Pointer."""
    found: dict[str, Keys] = {}
    waiting = [("", yaml.compose(text, Loader=Loader))]
    while waiting:
        pointer, node = waiting.pop()
        if isinstance(node, yaml.MappingNode) and node.value:
            names = [key.value for key, _ in node.value]
            found[pointer] = Keys(names, node.value, bool(node.flow_style))
            waiting += [(join(pointer, key.value), value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(join(pointer, str(index)), item) for index, item in enumerate(node.value)]
    return found


def reordered(text: str, keys: Keys, order: list[int]) -> str | None:
    """Return the text with the keys of an object in another order, each with its comments; None if they cannot move."""
    return _flow(text, keys, order) if keys.is_flow else _block(text, keys, order)


def first_line(lines: list[str], keys: Keys, index: int) -> int:
    """Return the first line of a key and of the comments right above it."""
    line = keys.line(index)
    while index and line > keys.line(index - 1) + 1 and _is_comment(lines[line - 1], keys.indent):
        line -= 1
    return line


def _flow(text: str, keys: Keys, order: list[int]) -> str | None:
    spans = [(key.start_mark.index, value.end_mark.index) for key, value in keys.pairs]
    between = [text[end:start] for (_, end), (start, _) in pairwise(spans)]
    if any("#" in each for each in between):
        return None
    parts = [text[start:end] for start, end in (spans[index] for index in order)]
    joined = "".join(part + gap for part, gap in zip(parts, [*between, ""], strict=True))
    return text[: spans[0][0]] + joined + text[spans[-1][1] :]


def _block(text: str, keys: Keys, order: list[int]) -> str | None:
    lines = text.split("\n")
    starts = [first_line(lines, keys, index) for index in range(len(keys.names))]
    end = _end(lines, keys)
    blocks = [lines[start:stop] for start, stop in zip(starts, [*starts[1:], end], strict=True)]
    # the blank lines between two keys stay where they are
    gaps = [_blank_lines_at_end(block) for block in blocks[:-1]]
    bodies = [block[: len(block) - gap] for block, gap in zip(blocks, [*gaps, 0], strict=True)]
    prefix = lines[starts[0]][: keys.indent]
    if prefix.strip():  # the first key of an item of a list stands behind its hyphen
        bodies[0][0] = " " * keys.indent + bodies[0][0][keys.indent :]
        if bodies[order[0]][0].lstrip().startswith("#"):
            return None
        bodies[order[0]][0] = prefix + bodies[order[0]][0][keys.indent :]
    moved = [line for index, gap in zip(order, [*gaps, 0], strict=True) for line in (*bodies[index], *[""] * gap)]
    return "\n".join([*lines[: starts[0]], *moved, *lines[end:]])


def _end(lines: list[str], keys: Keys) -> int:
    """Return the line after the last one of an object; blank lines and comments of what is around it are left out."""
    end = line = keys.line(len(keys.names) - 1) + 1
    while line < len(lines):
        text = lines[line]
        indent = len(text) - len(text.lstrip())
        if text.strip() and (indent < keys.indent or (indent == keys.indent and not text.lstrip().startswith("- "))):
            break
        line += 1
        end = line if text.strip() else end
    return end


def _blank_lines_at_end(block: list[str]) -> int:
    return next((count for count, line in enumerate(reversed(block)) if line.strip()), len(block))


def _is_comment(line: str, indent: int) -> bool:
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) == indent
