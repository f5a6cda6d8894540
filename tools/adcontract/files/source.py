"""Reading one YAML or JSON file strictly, with the position of everything in it."""

from __future__ import annotations

import json
import re
import stat
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from adcontract.errors import ContractError, Finding, Location
from adcontract.files.json_positions import json_positions
from adcontract.files.syntax_errors import place_in_json, place_in_yaml
from adcontract.openapi.pointer import join, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 50_000_000
"""The bytes of a file; the documents of the largest public APIs have a tenth of it."""

BYTE_ORDER_MARK = "\ufeff"
"""The character that says in which encoding a file is; UTF-8 does not need it, and lint reports it."""

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_PLAIN_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = {TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")}


@dataclass(frozen=True, eq=False)
class Source:
    """A file as data, which is not changed: several documents are assembled from it.

    `positions` maps a JSON Pointer in the file to the line and column, from 1, where it stands.
    """

    file: Path
    data: Any
    positions: dict[str, tuple[int, int]] = field(repr=False)

    def where(self, pointer: str = "") -> Location:
        """Return the location of the node at `pointer`, or of the nearest one around it."""
        return Location(self.file, *self.positions.get(nearest(pointer, self.positions), (1, 1)))


@dataclass
class _Files:
    texts: dict[Path, str] = field(default_factory=dict)
    sources: dict[Path, Source] = field(default_factory=dict)


_files: ContextVar[_Files | None] = ContextVar("files", default=None)


@contextmanager
def each_read_once() -> Iterator[None]:
    """Let each file be read only once within, so that all see the same content, even if it is saved meanwhile."""
    token = _files.set(_Files())
    try:
        yield
    finally:
        _files.reset(token)


def read_yaml(file: Path) -> Source:
    """Read a YAML file of a contract.

    Only what means the same in YAML 1.1 and 1.2 is accepted: no tabs, no anchors, no duplicate keys, and no unquoted
    text that one of the two reads as a date, a boolean or an octal number.

    Raises:
        ContractError: with every finding of the file, or the one that stopped the parser.
    """
    known = _files.get()
    if known is None:
        return parse_yaml(file, text_of(file))
    if file not in known.sources:
        known.sources[file] = parse_yaml(file, text_of(file))
    return known.sources[file]


@lru_cache(maxsize=1024)  # the snapshots of an API have most of their files in common
def parse_yaml(file: Path, text: str) -> Source:
    """Return the content of a YAML file that has this text; see `read_yaml`."""
    reader = YamlReader(file, text)
    data = reader.read()
    if reader.findings:
        raise ContractError(reader.findings)
    return Source(file, data, reader.positions)


class YamlReader:
    """Reads the nodes of a document in one pass."""

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self.text = text
        self.positions: dict[str, tuple[int, int]] = {}
        self.findings: list[Finding] = []
        self.seen: set[int] = set()

    def read(self) -> Any:
        """Return the data of the text; what is wrong with it is in `findings`."""
        try:
            root = yaml.compose(self.text.removeprefix(BYTE_ORDER_MARK), Loader=Loader)
        except yaml.reader.ReaderError as error:
            before = self.text[: error.position]
            where = Location(self.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
            # the two readers of the library differ in the type
            code = error.character if isinstance(error.character, int) else ord(error.character)
            message = f"The character U+{code:04X} may not stand in YAML."
            self.findings.append(Finding(where, "yaml-syntax", message, "Remove it."))
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            tab = "\\t" in problem or "tab" in problem or (mark and self.text[mark.index : mark.index + 1] == "\t")
            hint = "Indent with spaces." if tab else "Correct the YAML here."
            where = Location(self.file, *place_in_yaml(error, self.text)) if mark else Location(self.file)
            self.findings.append(Finding(where, "yaml-syntax", f"This is not valid YAML: {problem}.", hint))
            return None
        if root is None:
            self.findings.append(
                Finding(Location(self.file), "yaml-syntax", "The file is empty.", "Write it or delete it.")
            )
            return None
        return self.value(root, "")

    def report(self, node: yaml.Node, rule: str, message: str, fix: str) -> None:
        """Add a finding about a node."""
        mark = node.start_mark
        self.findings.append(Finding(Location(self.file, mark.line + 1, mark.column + 1), rule, message, fix))

    def value(self, node: yaml.Node, pointer: str) -> Any:
        """Return the data of a node at `pointer`."""
        self.positions.setdefault(pointer, (node.start_mark.line + 1, node.start_mark.column + 1))
        if id(node) in self.seen:
            self.report(node, "yaml-anchor", "An anchor is used here.", "Move the shared part to a component file.")
            return None
        if not _has_own_tag(node):
            self.report(node, "yaml-tag", f"The tag {node.tag} stands here.", "Remove it: a contract is plain data.")
            return None
        if isinstance(node, yaml.MappingNode):
            self.seen.add(id(node))
            return self.mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            self.seen.add(id(node))
            return [self.value(item, join(pointer, str(i))) for i, item in enumerate(node.value)]
        return self.scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def mapping(self, node: yaml.MappingNode, pointer: str) -> dict[str, Any]:
        """Return the data of a mapping at `pointer`."""
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if key_node.tag != f"{TAG}str":
                self.report(key_node, "yaml-key", f"The key {key} is not read as text.", f"Quote it: '{key}'.")
            elif key in data:
                self.report(
                    key_node, "yaml-duplicate-key", f"The key {key} stands here twice.", "Remove one of the two."
                )
            else:
                inside = join(pointer, key)
                self.positions[inside] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                data[key] = self.value(value_node, inside)
        return data

    def scalar(self, node: yaml.ScalarNode) -> Any:
        """Return the data of a scalar."""
        text = node.value
        type_ = node.tag.removeprefix(TAG)
        if type_ == "str" or node.style in ("'", '"', "|", ">"):
            return text
        if text in _PLAIN_WORDS:
            return _PLAIN_WORDS[text]
        if type_ == "int" and _INTEGER.fullmatch(text):
            return integer(text)
        if type_ in ("int", "float") and _NUMBER.fullmatch(text):
            return float(text)
        taken_for = {"bool": "boolean", "timestamp": "date", "int": "number", "float": "number"}.get(type_, type_)
        self.report(node, "yaml-plain-scalar", f"{text or 'Nothing'} is read as a {taken_for}.", f"Quote it: '{text}'.")
        return None


def integer(text: str, base: int = 10) -> int | float:
    """Return the integer that a text is, as JSON carries it: beyond 64 bits it is a number with a point."""
    value = int(text, base)
    return value if -(2**63) <= value < 2**64 else float(value)


def _has_own_tag(node: yaml.Node) -> bool:
    """Return whether `node` has the tag of plain YAML, without one written in the file."""
    if isinstance(node, yaml.ScalarNode):
        return node.tag in PLAIN_TAGS and (not node.style or node.tag == f"{TAG}str")
    return bool(node.tag == (f"{TAG}map" if isinstance(node, yaml.MappingNode) else f"{TAG}seq"))


def read_json(file: Path) -> Source:
    """Read a payload file: JSON (RFC 8259) without duplicate members.

    Raises:
        ContractError: with the location at which the file stops being JSON.
    """
    text = text_of(file)
    doubled = False

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubled
        data = dict(pairs)
        doubled = doubled or len(data) != len(pairs)
        return data

    try:
        data = json.loads(text.removeprefix(BYTE_ORDER_MARK), object_pairs_hook=members, parse_int=integer)
        source = Source(file, data, {})
    except RecursionError:
        fix = "Write fewer arrays and objects inside each other."
        raise ContractError([Finding(Location(file), "json-syntax", "The JSON is nested too deep.", fix)]) from None
    except json.JSONDecodeError as error:
        where = Location(file, *place_in_json(error, text))
        raise ContractError(
            [Finding(where, "json-syntax", f"This is not valid JSON: {error.msg}.", "Correct it here.")]
        ) from None
    if doubled:
        raise ContractError(_doubles(file, text))
    return source


def _doubles(file: Path, text: str) -> list[Finding]:
    seen: set[str] = set()
    findings = []
    for pointer, (line, column) in json_positions(text):
        if pointer in seen:
            message = f"The member {pointer.rpartition('/')[2]} stands twice in one object."
            findings.append(Finding(Location(file, line, column), "json-duplicate-key", message, "Remove one."))
        seen.add(pointer)
    return findings


def text_of(file: Path) -> str:
    """Return the text of a file of a contract, with its byte order mark and the ends of its lines as they are.

    Raises:
        ContractError: if it cannot be opened, is not a file, has more than 50 MB, or is not UTF-8.
    """
    known = _files.get()
    if known is None:
        return _read(file)
    if file not in known.texts:
        known.texts[file] = _read(file)
    return known.texts[file]


def _read(file: Path) -> str:
    reason, fix = "", "Make it readable as UTF-8."
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            reason, fix = "it is not a file", "Put a file there."
        elif file.stat().st_size > MOST_BYTES:
            reason, fix = f"it is larger than {MOST_BYTES // 1_000_000} MB", "Divide it."
        else:
            return file.read_bytes().decode("utf-8")
    except OSError as error:
        reason = str(error.strerror)
        fix = "Create it, or name another." if isinstance(error, FileNotFoundError) else fix
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    raise ContractError([Finding(Location(file), "unreadable", f"The file cannot be read: {reason}.", fix)])
