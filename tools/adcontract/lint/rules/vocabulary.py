"""Rules on our own keywords, which start with x-, and on those that do not belong in a contract."""

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


@on_nodes("python-name", "No contract names anything in Python.")
def python_name(node: Node) -> Iterator[NodeViolation]:
    """Look for the keywords by which Connexion finds functions, and for an operationId that is a module's path."""
    for key in node.data:
        if _PYTHON.fullmatch(key):
            yield join("", key), f"{key} names something in Python.", "Remove it: the tools find their own functions."
    name = node.data.get("operationId") if node.type == "operation" else None
    if isinstance(name, str) and "." in name:
        yield "/operationId", f"{name} is a name in Python.", "Name it with a verb and a noun, like listOffers."


@on_nodes("x-unknown", "Every x- keyword is one of ours and stands where it belongs.")
def x_unknown(node: Node) -> Iterator[NodeViolation]:
    """Look each x- keyword up in the vocabulary."""
    known = keywords()
    for key in node.data:
        if not key.startswith("x-") or key in known[node.type] or _PYTHON.fullmatch(key):
            continue
        homes = [kind for kind, theirs in known.items() if key in theirs]
        if homes:
            yield join("", key), f"{key} does not belong on a {node.type}.", f"It belongs on a {' or '.join(homes)}."
        else:
            fix = did_you_mean(key, known[node.type]).strip() or "Remove it, or add it to vocabulary.schema.json."
            yield join("", key), f"{key} is no keyword of ours.", fix


@on_nodes("inferred-sentence", "An x-inferred is a sentence of more than three words, with a period.")
def inferred_sentence(node: Node) -> Iterator[NodeViolation]:
    """Look at the text for the node, or at those for its keywords."""
    mark = node.data.get("x-inferred")
    texts = {join("", key): text for key, text in mark.items()} if isinstance(mark, dict) else {"": mark}
    for pointer, text in texts.items():
        if isinstance(text, str) and not (text.strip().endswith(".") and len(text.split()) > 3):
            yield f"/x-inferred{pointer}", f"{text} is no sentence.", "Say from what it was inferred, and why."


@on_nodes("inferred-keyword", "What x-inferred names stands beside it.")
def inferred_keyword(node: Node) -> Iterator[NodeViolation]:
    """Look for each key of an x-inferred."""
    mark = node.data.get("x-inferred")
    for key in mark if isinstance(mark, dict) else ():
        if key not in node.data:
            yield join("/x-inferred", key), f"There is no {key} beside this x-inferred.", "Correct or remove it."


@on_nodes("one-enum", "A set of values is closed (enum) or open (x-extensible-enum), not both.")
def one_enum(node: Node) -> Iterator[NodeViolation]:
    """Look for both in one schema."""
    if node.type == "schema" and {"enum", "x-extensible-enum"} <= node.data.keys():
        fix = "Keep enum if the page says that there are no others, else x-extensible-enum."
        yield "/x-extensible-enum", "enum and x-extensible-enum stand in one schema.", fix
