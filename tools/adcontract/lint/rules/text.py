"""Rules on the text of the files: the ends of lines, tabs, and the byte order mark."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from adcontract.errors import ContractError, Location
from adcontract.files.source import BYTE_ORDER_MARK, read_yaml
from adcontract.lint.registry import OPENAPI, Violation, on_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adcontract.lint.subjects import Files

_TRAILING = re.compile(r"[ \t]+(?=\r?$)", re.MULTILINE)
_TAB = re.compile(r"\t")
_CARRIAGE_RETURN = re.compile(r"\r")


@on_files("byte-order-mark", "No file begins with a byte order mark.", OPENAPI)
def byte_order_mark(files: Files) -> Iterator[Violation]:
    """Look at the first character, which editors do not show."""
    for file, text in files.texts.items():
        if text.startswith(BYTE_ORDER_MARK):
            yield Location(file), "The file begins with a byte order mark (U+FEFF).", "Save it as UTF-8 without one."


@on_files("line-ending", "Every line ends with a line feed (LF), without a carriage return (CR).")
def line_ending(files: Files) -> Iterator[Violation]:
    """Report the first line of a file that ends otherwise."""
    for file, text in files.texts.items():
        if found := _CARRIAGE_RETURN.search(text):
            yield _at(file, text, found.start()), "The line ends with CR LF.", "Save the file with line feeds (LF)."


@on_files("trailing-space", "No line ends with spaces or tabs.")
def trailing_space(files: Files) -> Iterator[Violation]:
    """Report each line."""
    for file, text in files.texts.items():
        for found in _TRAILING.finditer(text):
            yield _at(file, text, found.start()), "The line ends with spaces or tabs.", "Remove them."


@on_files("tab", "No line of a YAML file has a tab before its end.")
def tab(files: Files) -> Iterator[Violation]:
    """Report the first tab of each line. JSON may be indented with tabs."""
    for file, text in files.texts.items():
        for number, line in enumerate(text.split("\n") if _is_yaml(file) else (), 1):
            if found := _TAB.search(line.rstrip()):
                yield Location(file, number, found.start() + 1), "There is a tab here.", "Write spaces."


@on_files("final-newline", "Every file ends with one line feed.")
def final_newline(files: Files) -> Iterator[Violation]:
    """Look at the end of each file."""
    for file, text in files.texts.items():
        body = text.rstrip("\r\n")
        rest = text[len(body) :].replace("\r", "")
        if body and rest != "\n":
            message = "Blank lines stand at the end of the file." if rest else "The last line has no line feed."
            where = _at(file, text, len(body) + (text[len(body) :].find("\n") + 1 if rest else 0))
            yield where, message, "End the file with one line feed."


def _is_yaml(file: Path) -> bool:
    """Return whether a file is valid YAML: a tab may be what makes it invalid, which is a finding already."""
    if file.suffix != ".yaml":
        return False
    with suppress(ContractError):
        read_yaml(file)
        return True
    return False


def _at(file: Path, text: str, place: int) -> Location:
    return Location(file, text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))
