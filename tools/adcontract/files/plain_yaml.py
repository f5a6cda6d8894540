"""Reading a YAML or JSON file of a document of a user's own, as YAML 1.2 and JSON allow it, with every position."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
import yaml

from adcontract.errors import ContractError, Finding, Location
from adcontract.files.json_positions import json_positions
from adcontract.files.source import PLAIN_TAGS, TAG, Source, YamlReader, integer, read_json, text_of
from adcontract.openapi.pointer import get, join

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VALUES = 200_000
_VALUES_PER_CHARACTER = 3
"""The values that a file may have with its aliases written out: without any it has fewer than characters."""

_LEVELS = 120
"""The values in which one may be nested. Documents have some 60; to be OpenAPI 3.0 it takes at most twice as many."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0(o[0-7]+|x[0-9a-fA-F]+)")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_plain(file: Path) -> Source:
    """Read a file of a document of a user's own: JSON by its suffix, else YAML 1.2 (core schema).

    Anchors, aliases and merge keys are written out, keys are texts, and no object has a key twice.

    Raises:
        ContractError: with every finding of the file, or the one that stopped the parser.
    """
    if file.suffix.lower() == ".json":
        return _usable(replace(read_json(file), positions=dict(json_positions(text_of(file)))), "json-syntax")
    reader = _PlainReader(file, text_of(file).removeprefix("\ufeff"))
    try:
        data = reader.read()
    except RecursionError:
        fix = "Write fewer mappings and lists inside each other."
        reader.findings = [Finding(Location(file), "yaml-syntax", "The YAML is nested too deep.", fix)]
    if reader.findings:
        raise ContractError(reader.findings)
    return _usable(Source(file, data, reader.positions), "yaml-syntax")


def _usable(source: Source, rule: str) -> Source:
    """Return a file whose values can be written as JSON again.

    Raises:
        ContractError: with the value that is nested too deep, or has half of a character.
    """
    wrong = max(source.positions, key=lambda pointer: pointer.count("/"))
    if wrong.count("/") > _LEVELS:
        message, fix = f"A value is nested in more than {_LEVELS} others.", "Move inner schemas to the components."
    elif wrong := next(_half_characters(source), ""):
        message, fix = "The text has half of a character, a lone surrogate.", "Write the character itself."
    else:
        return source
    raise ContractError([Finding(Location(source.file, *source.positions[wrong]), rule, message, fix)])


def _half_characters(source: Source) -> Iterator[str]:
    """Yield the pointers of the texts, and of the members, that UTF-8 cannot have."""
    try:
        orjson.dumps(source.data)
    except TypeError:
        yield from (pointer for pointer in source.positions if _is_half(pointer) or _is_half(get(source.data, pointer)))


def _is_half(value: Any) -> bool:
    return isinstance(value, str) and any("\ud800" <= each <= "\udfff" for each in value)


class _PlainReader(YamlReader):
    """Reads what YAML 1.2 allows, and writes out what aliases stand for."""

    def __init__(self, file: Path, text: str) -> None:
        super().__init__(file, text)
        self.values = 0
        self.most = _VALUES + _VALUES_PER_CHARACTER * len(text)
        self.open: set[int] = set()

    def value(self, node: yaml.Node, pointer: str) -> Any:
        self.positions.setdefault(pointer, (node.start_mark.line + 1, node.start_mark.column + 1))
        self.values += 1
        if id(node) in self.open:
            self.report(node, "yaml-anchor", "An alias stands inside its own anchor.", "Write the content here.")
        elif self.values == self.most:
            fix = "Use fewer aliases inside each other."
            self.report(node, "yaml-anchor", f"With its aliases the file has {self.most:,} values.", fix)
        elif self.values < self.most:
            if isinstance(node, yaml.ScalarNode):
                return self.scalar(node)
            if node.tag not in (f"{TAG}map", f"{TAG}seq"):
                self.report(node, "yaml-tag", f"The tag {node.tag} stands here.", "Remove it.")
                return None
            self.open.add(id(node))
            data = self.inside(node, pointer)
            self.open.discard(id(node))
            return data
        return None

    def inside(self, node: yaml.Node, pointer: str) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, pointer)
        return [self.value(item, join(pointer, str(index))) for index, item in enumerate(node.value)]

    def mapping(self, node: yaml.MappingNode, pointer: str) -> dict[str, Any]:
        merged = [value for key, value in node.value if key.tag == f"{TAG}merge"]
        own = [(key, value) for key, value in node.value if key.tag != f"{TAG}merge"]
        for key in (key for key, _ in own if not isinstance(key, yaml.ScalarNode)):
            self.report(key, "yaml-key", "A key is not text.", "Write a text as the key.")
        texts = [
            (yaml.ScalarNode(f"{TAG}str", key.value, key.start_mark, key.end_mark), value)
            for key, value in own
            if isinstance(key, yaml.ScalarNode)
        ]
        node = yaml.MappingNode(node.tag, texts, node.start_mark, node.end_mark)
        data = super().mapping(node, pointer)
        for value in merged:
            for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                more = self.value(each, pointer)
                if isinstance(more, dict):
                    data = {**more, **data}
                else:
                    self.report(each, "yaml-key", "<< merges an object, and this is none.", "Name the anchor of one.")
        return data

    def scalar(self, node: yaml.ScalarNode) -> Any:
        text, type_ = node.value, node.tag.removeprefix(TAG)
        if node.tag not in PLAIN_TAGS:
            self.report(node, "yaml-tag", f"The tag {node.tag} stands here.", "Remove it.")
            return None
        if node.style in ("'", '"', "|", ">"):
            return text
        if type_ in ("null", "bool"):
            return _WORDS.get(text, text)
        if type_ == "str" and not (_NUMBER.fullmatch(text) and "e" in text.lower()):
            return text
        if _INTEGER.fullmatch(text):
            return integer(text)
        if _OTHER_BASE.fullmatch(text):
            return integer(text, 0)
        return float(text) if _NUMBER.fullmatch(text) else text
