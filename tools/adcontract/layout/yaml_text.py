"""YAML by the conventions of spec/README.md: short lists in a line, long texts folded, blank lines, comments."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 120
_ENDLESS = 1_000_000
_UNSAFE_IN_BLOCK = re.compile(r"[ \t]$|\t|\A[ \n]|\n\n\Z", re.MULTILINE)
"""What a block of lines cannot have, or no file of a contract: see the rules `trailing-space` and `tab`."""

_LIKE_NUMBER = re.compile(r"[-+]?(0[xXoO][0-9a-fA-F]+|\.?[0-9][0-9_]*\.?[0-9]*([eE][-+]?[0-9]+)?)")
"""A text that some reader of YAML takes for a number."""

_SPREAD = ("x-filter", "x-sort", "x-states", "x-errors", "x-pagination", "x-inferred", "x-request")
"""Our keywords whose members stand in lines of their own."""


@dataclass
class Comments:
    """The comments above the members of objects and the items of lists: lines with their `#`, by holder and key."""

    _of: dict[int, dict[Any, list[str]]] = field(default_factory=dict)
    _held: list[Any] = field(default_factory=list)

    def add(self, holder: Any, key: Any, lines: list[str]) -> None:
        """Add the lines above a member of `holder`."""
        if id(holder) not in self._of:
            self._held.append(holder)  # its id stays its own
        self._of.setdefault(id(holder), {}).setdefault(key, []).extend(lines)

    def above(self, holder: Any, key: Any) -> list[str]:
        """Return the lines above a member of `holder`."""
        return self._of.get(id(holder), {}).get(key, [])

    def carry(self, old: Any, new: Any) -> Any:
        """Give `new`, which replaces `old`, its comments, and return it."""
        for key, lines in self._of.get(id(old), {}).items() if old is not new else ():
            self.add(new, key, lines)
        return new


def text_of_file(node: dict[str, Any], comments: Comments, *, spread: int = 0) -> str:
    """Return the text of a YAML file.

    In the outer `spread` levels of the file a blank line separates members whose values span several lines.
    """
    return "\n".join(_mapping(node, 0, comments, spread)) + "\n"


def _mapping(
    node: dict[str, Any], indent: int, comments: Comments, spread: int, *, ours: bool = False
) -> Iterator[str]:
    before: tuple[str, bool] | None = None
    for key, value in node.items():
        lines = list(_member(key, value, indent, comments, spread - 1, ours=ours))
        spans = len(lines) > 1
        in_block = before is not None and before[0].startswith("x-") and key.startswith("x-") and indent > 0
        if before and spread > 0 and (spans or before[1]) and not in_block:
            yield ""
        yield from (" " * indent + line for line in comments.above(node, key))
        yield from lines
        before = key, spans


def _member(key: str, value: Any, indent: int, comments: Comments, spread: int, *, ours: bool) -> Iterator[str]:
    head, inner = " " * indent + f"{_plain(key)}:", indent + 2
    if isinstance(value, dict) and value and not (_is_brief(key, value, len(head), ours=ours)):
        yield head
        yield from _mapping(value, inner, comments, spread, ours=ours or key.startswith("x-"))
    elif isinstance(value, list) and _needs_lines(value, comments):
        yield head
        yield from _list(value, inner, comments)
    elif isinstance(value, str):
        yield from _string(head, value, inner)
    else:
        yield from _flow(head, value, inner)


def _list(node: list[Any], indent: int, comments: Comments) -> Iterator[str]:
    for index, item in enumerate(node):
        yield from (" " * indent + line for line in comments.above(node, index))
        dash = " " * indent + "-"
        if isinstance(item, str):
            yield from _string(dash, item, indent + 2)
        elif not item or not isinstance(item, dict | list):
            yield f"{dash} {_plain(item)}"
        else:
            inner = indent + 2
            lines = _mapping(item, inner, comments, 0) if isinstance(item, dict) else _list(item, inner, comments)
            first, *others = lines
            # a comment may not follow a dash and be above the first member as well
            yield from [dash, first] if first.lstrip().startswith("#") else [f"{dash} {first.lstrip()}"]
            yield from others


def _is_brief(key: str, value: dict[str, Any], column: int, *, ours: bool) -> bool:
    """Return whether an object of ours is short enough for a line; others are not written so."""
    if not (ours or key.startswith("x-")) or key in _SPREAD or "x-inferred" in value:
        return False
    line = _plain(value)
    return column + 1 + len(line) <= WIDTH and line.isprintable()


def _needs_lines(value: list[Any], comments: Comments) -> bool:
    """Return whether each item of a list needs a line: not if all are short scalars."""
    return any(
        isinstance(item, dict | list)
        or (isinstance(item, str) and (not item.isprintable() or len(item) > WIDTH // 2))
        or comments.above(value, index)
        for index, item in enumerate(value)
    )


def _flow(head: str, value: Any, indent: int) -> Iterator[str]:
    line = f"{head} {_plain(value)}"
    if len(line) <= WIDTH or not isinstance(value, list):
        yield line
        return
    yield head
    items = [f"{_plain([item])[1:-1]}" for item in value]
    row = " " * indent + "["
    for index, item in enumerate(items):
        piece = item + ("]" if index == len(items) - 1 else ",")
        if len(row) + len(piece) > WIDTH and row.strip() != "[":
            yield row.rstrip()
            row = " " * (indent + 1)
        row += piece + " "
    yield row.rstrip()


def _string(head: str, value: str, indent: int) -> Iterator[str]:
    if "\n" in value:
        yield from _lines(head, value, indent)
        return
    line = f"{head} {_plain(value)}"
    if len(line) <= WIDTH or " " not in value.strip():
        yield line
        return
    rows = textwrap.wrap(value, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    if " ".join(rows) == value and all(row.isprintable() for row in rows):
        yield f"{head} >-"
        yield from (" " * indent + row for row in rows)
    else:
        yield line


def _lines(head: str, value: str, indent: int) -> Iterator[str]:
    text, sign = (value, "|") if value.endswith("\n") else (value + "\n", "|-")
    if _UNSAFE_IN_BLOCK.search(text) or not all(row.isprintable() for row in text.split("\n")):
        first, *others = _dumped(value, default_style='"', width=WIDTH - indent).split("\n")
        yield f"{head} {first}"
        yield from (" " * indent + row.lstrip(" ") for row in others)
        return
    yield f"{head} {sign}"
    yield from ((" " * indent + row) if row else "" for row in text[:-1].split("\n"))


def _plain(value: Any) -> str:
    """Return a value in one line."""
    return _plain_text(value) if isinstance(value, str) else _dumped(value)


@lru_cache(4096)
def _plain_text(value: str) -> str:
    if not value.isprintable():
        return _dumped(value, default_style='"')
    return f"'{value}'" if _LIKE_NUMBER.fullmatch(value) else _dumped(value)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _dumped(value: Any, *, default_style: str | None = None, width: int = _ENDLESS) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        width=width,
        allow_unicode=True,
        default_flow_style=True,
        default_style=default_style,
        sort_keys=False,
    )
    return text.removesuffix("\n").removesuffix("\n...")
