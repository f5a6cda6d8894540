"""Rules on what operations are called, and on what is said of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.lint.registry import NodeViolation, Violation, on_document, on_nodes
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
"""The verbs an operationId may start with. A verb that is missing here is added here."""

_CAMEL = re.compile(r"[a-z]+([A-Z][a-z0-9]*)+")


@on_nodes("operation-id", "Every operation has an operationId, a verb and a noun in camelCase: listOffers.")
def operation_id(node: Node) -> Iterator[NodeViolation]:
    """Look at the form of the operationId; one with a dot is left to the rule on Python names."""
    if node.type != "operation":
        return
    name = node.data.get("operationId")
    if not isinstance(name, str):
        yield "", "The operation has no operationId.", "Name it with a verb and a noun, like listOffers."
    elif "." not in name and not _CAMEL.fullmatch(name):
        yield "/operationId", f"{name} is not verb and noun in camelCase.", "Name it like listOffers."


@on_nodes("operation-verb", "An operationId starts with a verb.")
def operation_verb(node: Node) -> Iterator[NodeViolation]:
    """Look the first word of a well-formed operationId up in `VERBS`."""
    name = node.data.get("operationId") if node.type == "operation" else None
    if isinstance(name, str) and _CAMEL.fullmatch(name):
        first = re.split(r"[A-Z]", name, maxsplit=1)[0]
        if first not in VERBS:
            fix = "Start with a verb like list, get or create; if it is one, add it to VERBS in lint/naming.py."
            yield "/operationId", f"{first} is no verb we know.", fix


@on_document("operation-id-unique", "No two operations of a document have the same operationId.")
def operation_id_unique(document: Document) -> Iterator[Violation]:
    """Report each operation whose operationId an earlier one has."""
    seen: dict[str, Location] = {}
    for operation in document.operations:
        where = document.where(join(operation.pointer, "operationId"))
        if operation.id in seen:
            yield where, f"{operation.id} is the name of the operation at {seen[operation.id]} too.", "Rename one."
        seen.setdefault(operation.id, where)


@on_nodes("summary", "Every operation has a summary.")
def summary(node: Node) -> Iterator[NodeViolation]:
    """Look for a summary that says something."""
    if node.type == "operation" and not str(node.data.get("summary", "")).strip():
        yield "", "The operation has no summary.", "Say in a few words what it does: List offers."


@on_nodes("description", "Every parameter, tag and response header has a description.")
def description(node: Node) -> Iterator[NodeViolation]:
    """Look for a description that says something."""
    wanted = node.type in ("parameter", "tag", "header") and "$ref" not in node.data
    if wanted and not str(node.data.get("description", "")).strip():
        yield "", f"The {node.type} has no description.", "Say in a sentence what it is for."


@on_nodes("source", "`info` and every operation have an x-source: the page, or the title of its section.")
def source(node: Node) -> Iterator[NodeViolation]:
    """Look for the x-source."""
    if node.type == "info" and "x-source" not in node.data:
        yield "", "info has no x-source.", "Name the page and the day it was seen."
    if node.type == "operation" and "x-source" not in node.data:
        yield "", "The operation has no x-source.", "Name the title of its section on the page."


@on_document("tag-declared", "Every operation has tags, and they are declared in openapi.yaml.")
def tag_declared(document: Document) -> Iterator[Violation]:
    """Look each tag of each operation up."""
    declared = {tag["name"] for tag in document.data.get("tags", [])}
    for operation in document.operations:
        tags = operation.data.get("tags", [])
        if not tags:
            yield document.where(operation.pointer), "The operation has no tag.", "Give it one of those declared."
        for index, tag in enumerate(tags):
            if tag not in declared:
                where = document.where(join(operation.pointer, "tags", str(index)))
                yield where, f"The tag {tag} is not declared.", "Declare it under tags in openapi.yaml, or correct it."


@on_document("tag-used", "Every declared tag is used in the newest document.")
def tag_used(document: Document) -> Iterator[Violation]:
    """Look for an operation with each declared tag. An older document may have lost those of a tag."""
    used = {tag for operation in document.operations for tag in operation.data.get("tags", [])}
    for index, tag in enumerate(document.data.get("tags", []) if document.name.newest else []):
        if tag["name"] not in used:
            where = document.where(join("/tags", str(index)))
            yield where, f"No operation has the tag {tag['name']}.", "Use it, or remove it."
