"""Rules on the order of keys and statuses, and on blank lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from adcontract.files.source import text_of
from adcontract.lint.registry import Violation, on_files
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.errors import Location
    from adcontract.files.source import Source
    from adcontract.lint.subjects import Files
    from adcontract.openapi.grammar import Node

EXTENSIONS = "x-*"

ORDERS: dict[str, tuple[str, ...]] = {
    "document": ("openapi", "info", "servers", "security", "tags", "paths", "components", EXTENSIONS),
    "info": ("title", "version", "description", EXTENSIONS),
    "server": ("url", "description", EXTENSIONS),
    "tag": ("name", "description", EXTENSIONS),
    "path": ("parameters", "get", "put", "post", "delete", "patch", EXTENSIONS),
    "operation": (
        "operationId",
        "summary",
        "description",
        "tags",
        "deprecated",
        "parameters",
        "requestBody",
        "responses",
        "security",
        EXTENSIONS,
    ),
    "parameter": (
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        "allowEmptyValue",
        "style",
        "explode",
        "schema",
        "content",
        "examples",
        EXTENSIONS,
    ),
    "header": ("description", "required", "schema", "example", EXTENSIONS),
    "request body": ("description", "required", "content", EXTENSIONS),
    "response": ("description", "headers", "content", EXTENSIONS),
    "media type": ("schema", "examples", EXTENSIONS),
    "example": ("summary", "description", EXTENSIONS),
    "schema": (
        "type",
        "format nullable",
        "title",
        "description",
        "deprecated readOnly writeOnly default enum pattern minimum exclusiveMinimum maximum exclusiveMaximum "
        "multipleOf minLength maxLength minItems maxItems uniqueItems minProperties maxProperties",
        "allOf oneOf anyOf not",
        "discriminator",
        "properties",
        "additionalProperties",
        "items",
        "required",
        "example",
        EXTENSIONS,
    ),
    "security scheme": ("type", "name", "in", "scheme", "bearerFormat", "description", EXTENSIONS),
    "error": ("status", "response"),
}
"""The order of the keys of each type of object. Keys in one string may have any order among themselves."""

RANKS = {
    node_type: {key: rank for rank, keys in enumerate(order) for key in keys.split()}
    for node_type, order in ORDERS.items()
}


@on_files("key-order", "The keys of every type of object have one order.")
def key_order(files: Files) -> Iterator[Violation]:
    """Report, for each object, the first key that is out of order, if as few as possible are."""
    for source, node in files.nodes:
        ranks = RANKS.get(node.type, {})
        known = [(found, key) for key in node.data if (found := rank(ranks, key)) is not None]
        if moved := _out_of_order([found for found, _ in known]):
            key = known[moved[0]][1]
            order = ", ".join(key for key in sorted(ranks, key=ranks.__getitem__) if _has(key, node.data))
            yield (
                source.where(join(node.pointer, key)),
                f"{key} is not at its place.",
                f"Write them in this order: {order}.",
            )


@on_files("status-order", "The statuses of an operation are in ascending order.")
def status_order(files: Files) -> Iterator[Violation]:
    """Report the first status of an operation that is out of order, if as few as possible are."""
    for source, node in files.nodes:
        responses = node.data.get("responses") if node.type == "operation" else None
        statuses = list(responses) if isinstance(responses, dict) else []
        if moved := _out_of_order(statuses):
            status = statuses[moved[0]]
            where = source.where(join(node.pointer, "responses", status))
            yield where, f"{status} is not at its place.", f"Write them in this order: {', '.join(sorted(statuses))}."


@on_files("blank-line", "Blank lines separate operations, and the keys of an operation where their values span lines.")
def blank_line(files: Files) -> Iterator[Violation]:
    """Check the line above each key of a path and of an operation. The x- keywords of an operation are one block."""
    for source, node in files.nodes:
        lines = text_of(source.file).split("\n")
        for before, key, where in blank_lines_missing(lines, source, node):
            yield where, f"There is no blank line between {before} and {key}.", "Insert one."


def blank_lines_missing(lines: list[str], source: Source, node: Node) -> Iterator[tuple[str, str, Location]]:
    """Yield each key of a path or an operation that lacks a blank line above it: the key before it, itself, its place.

    Comments right above a key belong to it.
    """
    if node.type not in ("path", "operation"):
        return
    places = [(key, source.where(join(node.pointer, key))) for key in node.data]
    for (before, above), (key, where) in pairwise(places):
        in_block = before.startswith("x-") and key.startswith("x-")
        spans = _spans(lines, above) or _spans(lines, where)
        line = where.line - 2
        while line > above.line - 1 and lines[line].lstrip().startswith("#"):
            line -= 1
        if spans and not in_block and lines[line].strip():
            yield before, key, where


def rank(ranks: dict[str, int], key: str) -> int | None:
    """Return the place of a key in the order of its object, None where nothing is known of it."""
    return ranks.get(_general(key))


def _out_of_order(ranks: list[Any]) -> list[int]:
    """Return the indexes of the fewest values without which the others ascend."""
    longest: list[list[int]] = []
    for index, rank in enumerate(ranks):
        before = [way for way in longest if ranks[way[-1]] <= rank]
        longest.append([*max(before, key=len, default=[]), index])
    kept = max(longest, key=len, default=[])
    return [index for index in range(len(ranks)) if index not in kept]


def _spans(lines: list[str], key: Location) -> bool:
    """Return whether the value of `key` continues in the next line, which is indented more."""
    below = lines[key.line] if key.line < len(lines) else ""
    return len(below) - len(below.lstrip()) >= key.column


def _general(key: str) -> str:
    return EXTENSIONS if key.startswith("x-") else key


def _has(key: str, data: dict[str, object]) -> bool:
    return any(_general(own) == key for own in data)
