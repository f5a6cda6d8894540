"""Rules on schemas that the JSON Schema of OpenAPI leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.errors import did_you_mean
from adcontract.lint.registry import OPENAPI, NodeViolation, on_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.openapi.grammar import Node

# fmt: off
FORMATS = frozenset((
    "binary", "byte", "char", "commonmark", "date", "date-time", "decimal", "decimal128", "double", "double-int",
    "duration", "email", "float", "hostname", "html", "http-date", "idn-email", "idn-hostname", "int16", "int32",
    "int64", "int8", "ipv4", "ipv6", "iri", "iri-reference", "json-pointer", "media-range", "password", "regex",
    "relative-json-pointer", "time", "uint16", "uint32", "uint64", "uint8", "unixtime", "uri", "uri-reference",
    "uri-template", "url", "uuid",
))
# fmt: on
"""The formats that OpenAPI, JSON Schema and the registry of the OpenAPI Initiative name."""


@on_nodes("array-items", "A schema of arrays has items.", OPENAPI, of=("schema",))
def array_items(node: Node) -> Iterator[NodeViolation]:
    """Look for items where the type is array (OpenAPI 3.0.3, Schema Object)."""
    if node.data.get("type") == "array" and "items" not in node.data:
        yield "/type", "This array has no items.", "Add the schema of its items; items: {} allows any."


@on_nodes("format-name", "No format is a known one, misspelled.", OPENAPI, of=("schema",))
def format_name(node: Node) -> Iterator[NodeViolation]:
    """Compare each format with the known ones. Others are allowed, if they do not resemble a known one."""
    name = node.data.get("format")
    if isinstance(name, str) and name not in FORMATS:
        meant = did_you_mean(name.lower().replace("_", "-"), FORMATS, least=0.8).strip()
        if meant:
            yield "/format", f"{name} is not a known format.", meant
