"""Rules on schemas that the JSON Schema of OpenAPI leaves open."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from adcontract.lint.registry import OPENAPI, NodeViolation, on_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.openapi.grammar import Node

# fmt: off
FORMATS = (
    "binary", "byte", "char", "commonmark", "date", "date-time", "decimal", "decimal128", "double", "double-int",
    "duration", "email", "float", "hostname", "html", "http-date", "idn-email", "idn-hostname", "int16", "int32",
    "int64", "int8", "ipv4", "ipv6", "iri", "iri-reference", "json-pointer", "media-range", "password", "regex",
    "relative-json-pointer", "time", "uint16", "uint32", "uint64", "uint8", "unix-time", "unixtime", "uri",
    "uri-reference", "uri-template", "url", "uuid",
)
# fmt: on
"""The formats that OpenAPI, JSON Schema and the registry of the OpenAPI Initiative name."""

_LETTERS = re.compile(r"[^a-z0-9]")
_DIGITS = re.compile(r"[0-9]+")
_SHORTEST = 5


@on_nodes("array-items", "A schema of arrays has items.", OPENAPI, of=("schema",))
def array_items(node: Node) -> Iterator[NodeViolation]:
    """Look for items where the type is array (OpenAPI 3.0.3, Schema Object)."""
    if node.data.get("type") == "array" and "items" not in node.data:
        yield "/type", "This array has no items.", "Add the schema of its items; items: {} allows any."


@on_nodes("format-name", "No format is a known one, misspelled.", OPENAPI, of=("schema",))
def format_name(node: Node) -> Iterator[NodeViolation]:
    """Compare each format with the known ones. Others are allowed, if they do not resemble a known one."""
    name = node.data.get("format")
    if isinstance(name, str) and name not in FORMATS and (meant := _misspelled(name)):
        yield "/format", f"{name} is not a known format.", f"Did you mean {meant}?"


def _misspelled(name: str) -> str | None:
    """Return the known format that is meant by a name; a shorter or a numbered one (uuid4) may be one of its own."""
    plain = _LETTERS.sub("", name.lower())
    if same := next((known for known in FORMATS if _LETTERS.sub("", known) == plain), None):
        return same
    close = difflib.get_close_matches(name.lower(), FORMATS, n=1, cutoff=0.8)
    if len(name) < _SHORTEST or not close or _DIGITS.sub("", name.lower()) == _DIGITS.sub("", close[0]):
        return None
    return close[0]
