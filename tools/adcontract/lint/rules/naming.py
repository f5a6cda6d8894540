"""Rules on the names and descriptions of operations, parameters, headers and tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.errors import did_you_mean
from adcontract.lint.registry import OPENAPI, NodeViolation, Violation, on_document, on_nodes
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.errors import Location
    from adcontract.lint.subjects import Document
    from adcontract.openapi.grammar import Node

# fmt: off
VERBS = frozenset((
    "accept", "activate", "add", "approve", "archive", "assign", "block", "cancel", "change", "check", "clear",
    "close", "confirm", "copy", "count", "create", "deactivate", "decline", "delete", "disable", "download",
    "duplicate", "enable", "end", "export", "find", "get", "import", "invite", "join", "leave", "list",
    "mark", "match", "merge", "move", "open", "override", "patch", "pause", "preview", "proxy", "publish",
    "read", "refund", "register", "reject", "remove", "rename", "replace", "report", "request", "reset",
    "restore", "resume", "revoke", "run", "save", "search", "send", "set", "share", "show", "start", "stop",
    "submit", "subscribe", "sync", "test", "track", "transfer", "unblock", "unpause", "unsubscribe",
    "update", "upload", "validate", "verify",
))
# fmt: on
"""The verbs that an operationId may start with, whatever its summary says."""

_ARTICLE = "(a|an|the|all|each|every|many|several|one)"
"""Words that follow a verb in a summary such as `Place an order`, and no noun."""

_CAMEL = re.compile(r"[a-z]+([A-Z][a-z0-9]*)+")


@on_nodes(
    "operation-id",
    "Every operation has an operationId: a verb and a noun in camelCase, like listOffers.",
    of=("operation",),
)
def operation_id(node: Node) -> Iterator[NodeViolation]:
    """Check the form of the operationId; an operationId with a dot is left to the rule on Python names."""
    name = node.data.get("operationId")
    if not isinstance(name, str):
        yield "/operationId", "The operation has no operationId.", "Name it with a verb and a noun, like listOffers."
    elif "." not in name and not _CAMEL.fullmatch(name):
        yield "/operationId", f"{name} is not a verb and a noun in camelCase.", "Name it like listOffers."


@on_nodes("operation-verb", "An operationId starts with a verb.", of=("operation",))
def operation_verb(node: Node) -> Iterator[NodeViolation]:
    """Look the first word of a well-formed operationId up in `VERBS`, and at the beginning of the summary."""
    name, summary_ = node.data.get("operationId"), str(node.data.get("summary", ""))
    if isinstance(name, str) and _CAMEL.fullmatch(name):
        first = re.split(r"[A-Z]", name, maxsplit=1)[0]
        if first not in VERBS and not re.match(rf"{first} {_ARTICLE}\b", summary_, re.IGNORECASE):
            fix = f"Start with a verb like list or get; if it is one, begin the summary so: {first.capitalize()} a …"
            yield "/operationId", f"{first} is not a known verb.", fix


@on_document("operation-id-unique", "No two operations of a document have the same operationId.", OPENAPI)
def operation_id_unique(document: Document) -> Iterator[Violation]:
    """Report each operation whose operationId an earlier one has."""
    seen: dict[str, Location] = {}
    for operation in document.operations:
        where = document.where(join(operation.pointer, "operationId"))
        if operation.id in seen:
            yield (
                where,
                f"The operation at {seen[operation.id]} has the same operationId, {operation.id}.",
                "Rename one.",
            )
        seen.setdefault(operation.id, where)


@on_nodes("summary", "Every operation has a summary.", of=("operation",))
def summary(node: Node) -> Iterator[NodeViolation]:
    """Look for a summary that is not blank."""
    if _lacks(node, "summary"):
        yield "/summary", "The operation has no summary.", "Describe it in a few words: List offers."


@on_nodes(
    "description", "Every parameter, tag and response header has a description.", of=("parameter", "tag", "header")
)
def description(node: Node) -> Iterator[NodeViolation]:
    """Look for a description that is not blank."""
    if "$ref" not in node.data and _lacks(node, "description"):
        yield "/description", f"The {node.type} has no description.", "Describe its purpose in a sentence."


def _lacks(node: Node, key: str) -> bool:
    """Return whether a text is blank or missing; a misspelled key is reported as what OpenAPI does not have."""
    others = (each for each in node.data if each != key and not each.startswith("x-"))
    return not str(node.data.get(key, "")).strip() and (key in node.data or not did_you_mean(key, others, least=0.8))


@on_nodes(
    "source",
    "info and every operation have an x-source: the page, or the title of its section.",
    of=("info", "operation"),
)
def source(node: Node) -> Iterator[NodeViolation]:
    """Look for the x-source."""
    if node.type == "info" and "x-source" not in node.data:
        yield "", "info has no x-source.", "Name the page and the date of the visit."
    if node.type == "operation" and "x-source" not in node.data:
        yield "", "The operation has no x-source.", "Name the title of its section on the page."


@on_document("tag-declared", "Every operation has tags, which are declared in openapi.yaml.")
def tag_declared(document: Document) -> Iterator[Violation]:
    """Look up each tag of each operation."""
    declared = {tag["name"] for tag in document.data.get("tags", [])}
    for operation in document.operations:
        tags = operation.data.get("tags", [])
        if not tags:
            yield (
                document.where(join(operation.pointer, "tags")),
                "The operation has no tag.",
                "Add one of the declared tags.",
            )
        for index, tag in enumerate(tags):
            if tag not in declared:
                where = document.where(join(operation.pointer, "tags", str(index)))
                yield (
                    where,
                    f"The tag {tag} is not declared.",
                    "Declare it under tags in openapi.yaml, or correct the name.",
                )


@on_document("tag-used", "Every declared tag is used in the newest document.")
def tag_used(document: Document) -> Iterator[Violation]:
    """Look for an operation with each declared tag. An older document may lack all operations of a tag."""
    used = {tag for operation in document.operations for tag in operation.data.get("tags", [])}
    for index, tag in enumerate(document.data.get("tags", []) if document.name.newest else []):
        if tag["name"] not in used:
            where = document.where(join("/tags", str(index)))
            yield where, f"No operation has the tag {tag['name']}.", "Use it, or remove it."
