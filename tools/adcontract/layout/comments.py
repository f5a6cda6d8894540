"""The comments of the files of a document, for what they stand above or beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from adcontract.errors import ContractError
from adcontract.files.source import Loader, text_of
from adcontract.layout.yaml_text import Comments
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from adcontract.errors import Location

_COMMENT = re.compile(r"\s*(#.*)")
_BESIDE = re.compile(r"\s(#.*)")


def comments_of(document: dict[str, Any], locations: dict[str, Location]) -> tuple[Comments, int]:
    """Return the comments above and beside the nodes of a document, and the number of those with no node below.

    `locations` has where each node stands, by its pointer.
    """
    files = {where.file for where in locations.values()}
    texts = {file: lines for file in files if (lines := _comment_lines(file))}
    comments = Comments()
    if texts:
        _Collector(comments, texts, locations).walk(document, "")
    return comments, sum(len(lines) for lines in texts.values())


class _Collector:
    """Gives each comment to the first node that stands below it or at its left."""

    def __init__(self, comments: Comments, texts: dict[Path, dict[int, str]], locations: dict[str, Location]) -> None:
        self.comments = comments
        self.texts = texts
        self.locations = locations

    def walk(self, node: Any, pointer: str) -> None:
        members: Iterable[tuple[Any, Any]] = ()
        if isinstance(node, dict):
            members = node.items()
        elif isinstance(node, list):
            members = enumerate(node)
        for key, value in members:
            inside = join(pointer, str(key))
            where = self.locations.get(inside)
            if where and (lines := self._take(where)):
                self.comments.add(node, key, lines)
            self.walk(value, inside)

    def _take(self, where: Location) -> list[str]:
        left = self.texts.get(where.file, {})
        first = where.line
        while first - 1 in left and left[first - 1].startswith("\n"):
            first -= 1
        taken = [left.pop(line)[1:] for line in range(first, where.line)]
        return [*taken, left.pop(where.line)] if where.line in left else taken


def _comment_lines(file: Path) -> dict[int, str]:
    """Return the comments of a file by their lines, from 1; one that has its own line begins with a line feed."""
    try:
        text = text_of(file)
        if "#" not in text or file.suffix == ".json":
            return {}
        tokens = [each for each in yaml.scan(text, Loader=Loader) if isinstance(each, yaml.ScalarToken)]
    except (ContractError, yaml.YAMLError):
        return {}
    lines = text.splitlines()
    ends: dict[int, int] = {}
    inside: set[int] = set()
    for token in tokens:
        start, end = token.start_mark, token.end_mark
        if end.line == start.line:
            ends[start.line] = max(ends.get(start.line, 0), end.column)
        elif token.style in ("|", ">"):
            inside.update(range(start.line, end.line + (end.column > 0)))
        else:
            inside.update(range(start.line, end.line + 1))
    found: dict[int, str] = {}
    for number, line in enumerate(lines):
        if number in inside or "#" not in line:
            continue
        if match := _COMMENT.fullmatch(line):
            found[number + 1] = "\n" + match[1].rstrip()
        elif match := _BESIDE.search(line, ends.get(number, 0)):
            found[number + 1] = match[1].rstrip()
    return found
