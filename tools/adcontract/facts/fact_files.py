"""Reading the facts of a page: from a file, `facts/<snapshot>.yaml`, or from a folder, `facts/<snapshot>/`.

`facts/<snapshot>.<name>.yaml` or `facts/<snapshot>.<name>/` has the facts of a further page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from adcontract.errors import ContractError, Finding, Location
from adcontract.files.source import Source, read_yaml
from adcontract.openapi.breaches import message_of
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DOCUMENT = "document"
"""The group of the facts that are about no operation."""

RULE = "facts-form"
"""The lint rule on the form of these files."""

_LINES = re.compile(r"L([0-9]+)(?:-([0-9]+))?")
_PAGE = "page.yaml"
_SCHEMA = Path(__file__).with_name("facts.schema.json")


@dataclass(frozen=True, order=True)
class Lines:
    """Lines of a page, from the first to the last, counted from 1."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"L{self.first}" if self.first == self.last else f"L{self.first}-{self.last}"


@dataclass(frozen=True)
class Fact:
    """One assertion of a page: the node at `address` of an operation has `value` for `keyword`.

    `operation` is an operationId, or empty where the fact is about the document. `where` is its place in the file.
    """

    lines: Lines
    operation: str
    address: str
    keyword: str
    value: Any
    where: Location

    def __str__(self) -> str:
        value = "" if self.value is True else f": {json.dumps(self.value, ensure_ascii=False)}"
        return f"{self.operation or DOCUMENT} {self.address} {self.keyword}{value}"


@dataclass(frozen=True)
class Silence:
    """Lines of a page without a fact, and the reason."""

    lines: tuple[Lines, ...]
    reason: str


@dataclass(frozen=True)
class Page:
    """A page as its file or folder keeps it: what identifies it, its facts, and its lines without a fact.

    `where` is the place of its length.
    """

    file: Path
    where: Location
    title: str
    date: str
    length: int
    facts: tuple[Fact, ...]
    silences: tuple[Silence, ...]

    @property
    def silent(self) -> int:
        """The number of lines without a fact."""
        stated = {line for fact in self.facts for line in range(fact.lines.first, fact.lines.last + 1)}
        return self.length - len(stated)

    @property
    def uncovered(self) -> list[Lines]:
        """The lines that have neither a fact nor a reason, in order."""
        covered = [fact.lines for fact in self.facts]
        covered += [lines for silence in self.silences for lines in silence.lines]
        return list(_gaps(covered, self.length))


def fact_files(folder: Path, snapshot: str) -> list[Path]:
    """Return the files and folders of facts of a snapshot in the `folder` of its API, one for each page, by name."""
    pages = (file for file in (folder / "facts").glob("*") if file.is_dir() or file.suffix == ".yaml")
    return sorted(file for file in pages if f"{file.name}.".startswith(f"{snapshot}."))


def read_page(file: Path) -> Page:
    """Read the facts of one page, from a file or from the files of a folder.

    In a folder, `page.yaml` has the page, and every other file has facts of it. They are in the order of their lines.

    Raises:
        ContractError: with every finding on its form.
    """
    first, parts = (file / _PAGE, sorted(set(file.glob("*.yaml")) - {file / _PAGE})) if file.is_dir() else (file, [])
    if file.is_dir() and not first.is_file():
        fix = f"Write the page's title, date and number of lines to {_PAGE}."
        raise ContractError([Finding(Location(file), RULE, f"The folder has no {_PAGE}.", fix)])
    return _page(file, *(read_yaml(each) for each in (first, *parts)))


@lru_cache(64)  # to check the form of facts, and to hold a document to them, each file is read
def _page(file: Path, head: Source, *others: Source) -> Page:
    """Return the page of a file or folder, whose own file is `head`."""
    sources = (head, *others)
    findings = list(_misformed(head, ("page",) if head.file != file else ("page", "facts")))
    findings += [finding for source in others for finding in _misformed(source, ("facts",), part=True)]
    if not findings:
        findings = [finding for source in sources for finding in _wrong_lines(source, head.data["page"]["lines"])]
    if findings:
        raise ContractError(findings)
    page = head.data["page"]
    silences = tuple(
        Silence(tuple(map(_lines, each["lines"])), each["reason"])
        for source in sources
        for each in source.data.get("no-fact", [])
    )
    facts = tuple(sorted((fact for source in sources for fact in _facts(source)), key=lambda fact: fact.lines))
    return Page(file, head.where("/page/lines"), page["title"], page["date"], page["lines"], facts, silences)


def _facts(source: Source) -> Iterator[Fact]:
    """Yield the facts of a file; one for each operation of its group, and for each phrase that a description says."""
    for group, entries in source.data.get("facts", {}).items():
        named, _, prefix = group.partition(" ")
        for lines, addresses in entries.items():
            for address, assertions in addresses.items():
                here = join("/facts", group, lines, address)
                stated = assertions if isinstance(assertions, dict) else {assertions: True}
                for keyword, value in stated.items():
                    where = source.where(join(here, keyword))
                    for operation in named.split(","):
                        for each in value if keyword == "says" and isinstance(value, list) else [value]:
                            yield Fact(
                                _lines(lines),
                                "" if operation == DOCUMENT else operation,
                                _below(prefix.strip(), address),
                                keyword,
                                each,
                                where,
                            )


def _below(prefix: str, address: str) -> str:
    """Return an address that stands below the one of its group; a dot is that address itself."""
    if not prefix or address == ".":
        return prefix or address
    return f"{prefix}.{address}"


def _lines(text: str) -> Lines:
    match = _LINES.fullmatch(text)
    assert match is not None
    return Lines(int(match[1]), int(match[2] or match[1]))


def _misformed(source: Source, required: tuple[str, ...], part: bool = False) -> Iterator[Finding]:
    fix = "Write it as spec/README.md describes under Facts."
    for error in _validator(required, part).iter_errors(source.data):
        pointer = join("", *map(str, error.instance_path))
        breach: Any = error.kind
        if breach.name == "additionalProperties":
            for key in breach.unexpected:
                yield Finding(source.where(join(pointer, key)), RULE, f"{key} does not belong here.", fix)
        else:
            yield Finding(source.where(pointer), RULE, f"{message_of(error)}.", fix)


def _wrong_lines(source: Source, length: int) -> Iterator[Finding]:
    """Yield a finding for each range of lines that runs backward, or beyond the page of this length."""
    groups = source.data.get("facts", {}).items()
    named = [(lines, join("/facts", group, lines)) for group, each in groups for lines in each]
    for index, silence in enumerate(source.data.get("no-fact", [])):
        named += [(lines, f"/no-fact/{index}/lines/{at}") for at, lines in enumerate(silence["lines"])]
    for text, pointer in named:
        lines = _lines(text)
        if not lines.first <= lines.last <= length:
            message = f"{text} is not a range of lines of a page of {length}."
            yield Finding(source.where(pointer), RULE, message, "Correct the lines, or the length of the page.")


def _gaps(covered: Iterable[Lines], length: int) -> Iterator[Lines]:
    expected = 1
    for lines in sorted(covered):
        if lines.first > expected:
            yield Lines(expected, lines.first - 1)
        expected = max(expected, lines.last + 1)
    if expected <= length:
        yield Lines(expected, length)


@cache
def _validator(required: tuple[str, ...], part: bool) -> Any:
    """Return the validator of a file that has these members; a `part` of a page does not repeat the page."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    schema["required"] = list(required)
    if part:
        del schema["properties"]["page"]
    return jsonschema_rs.validator_for(schema, mask="This")
