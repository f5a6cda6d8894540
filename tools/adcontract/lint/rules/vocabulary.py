"""Rules on the project's own keywords, which start with x-, and on keywords that do not belong in a contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.assembly.vocabulary import keywords
from adcontract.errors import did_you_mean
from adcontract.lint.registry import NodeViolation, on_nodes
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.openapi.grammar import Node

_PYTHON = re.compile(r"x-(openapi-router-controller|swagger-router-controller|python\b.*|.*Func)")


@on_nodes("python-name", "No contract has names from Python code.")
def python_name(node: Node) -> Iterator[NodeViolation]:
    """Look for the keywords by which Connexion finds functions, and for an operationId that is a module's path."""
    for key in node.data:
        if _PYTHON.fullmatch(key):
            yield join("", key), f"{key} names Python code.", "Remove it: the tools find their functions themselves."
    name = node.data.get("operationId") if node.type == "operation" else None
    if isinstance(name, str) and "." in name:
        yield (
            "/operationId",
            f"{name} looks like a name in Python code.",
            "Name it with a verb and a noun, like listOffers.",
        )


@on_nodes("x-unknown", "Every x- keyword is in vocabulary.schema.json, and on a type of object that may have it.")
def x_unknown(node: Node) -> Iterator[NodeViolation]:
    """Look up each x- keyword in the vocabulary."""
    known = keywords()
    for key in node.data:
        if not key.startswith("x-") or key in known[node.type] or _PYTHON.fullmatch(key):
            continue
        holders = [node_type for node_type, keys in known.items() if key in keys]
        if holders:
            yield join("", key), f"{key} does not belong on a {node.type}.", f"It belongs on a {' or '.join(holders)}."
        else:
            fix = did_you_mean(key, known[node.type]).strip() or "Remove it, or add it to vocabulary.schema.json."
            yield join("", key), f"{key} is not a known keyword.", fix


@on_nodes("inferred-sentence", "An x-inferred is a sentence of more than three words that ends with a period.")
def inferred_sentence(node: Node) -> Iterator[NodeViolation]:
    """Check the text for the node, or the texts for its keywords."""
    mark = node.data.get("x-inferred")
    texts = {join("", key): text for key, text in mark.items()} if isinstance(mark, dict) else {"": mark}
    for pointer, text in texts.items():
        if isinstance(text, str) and not (text.strip().endswith(".") and len(text.split()) > 3):
            yield f"/x-inferred{pointer}", f"{text} is not a sentence.", "Describe from what it was inferred, and why."


@on_nodes("inferred-keyword", "Every keyword that x-inferred names is present in the same object.")
def inferred_keyword(node: Node) -> Iterator[NodeViolation]:
    """Look for each key of an x-inferred."""
    mark = node.data.get("x-inferred")
    for key in mark if isinstance(mark, dict) else ():
        if key not in node.data:
            yield (
                join("/x-inferred", key),
                f"The object of this x-inferred has no {key}.",
                "Correct the name, or remove it.",
            )


@on_nodes(
    "one-enum",
    "A schema has enum (a closed set of values) or x-extensible-enum (an open one), not both.",
    of=("schema",),
)
def one_enum(node: Node) -> Iterator[NodeViolation]:
    """Look for both in one schema."""
    if {"enum", "x-extensible-enum"} <= node.data.keys():
        fix = "Keep enum if the page says that there are no other values, else x-extensible-enum."
        yield "/x-extensible-enum", "The schema has both enum and x-extensible-enum.", fix
