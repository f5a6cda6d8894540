"""Rules that hold a contract to the decisions of spec/README.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.errors import Location
from adcontract.lint.registry import NodeViolation, Violation, on_document, on_nodes
from adcontract.openapi.paths import shape
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.lint.subjects import Document
    from adcontract.openapi.grammar import Node

_HIDDEN = re.compile(r"\[email.{0,8}protected\]")


@on_nodes("open-object", "Objects are open: no schema says additionalProperties: false, unless its x-source does.")
def open_object(node: Node) -> Iterator[NodeViolation]:
    """Look for schemas that refuse fields they do not know."""
    if node.type == "schema" and node.data.get("additionalProperties") is False and "x-source" not in node.data:
        fix = "Remove it, or say in x-source where the page does."
        yield "/additionalProperties", "This refuses fields that the page does not refuse.", fix


@on_document("get-body", "A GET has no body; what the page shows as one becomes query parameters.")
def get_body(document: Document) -> Iterator[Violation]:
    """Look for bodies where browsers send none (RFC 9110, section 9.3.1)."""
    for operation in document.operations:
        if operation.method in ("GET", "HEAD") and operation.body:
            where = document.where(join(operation.pointer, "requestBody"))
            yield where, f"{operation.id} is a {operation.method} with a body.", "Make query parameters of it."


@on_document("same-path", "No two paths differ in the names of their parameters only.")
def same_path(document: Document) -> Iterator[Violation]:
    """Compare the paths without the names between their braces (OpenAPI 3.0.3, Paths Object)."""
    seen: dict[str, str] = {}
    for path in document.data["paths"]:
        first = seen.setdefault(shape(path), path)
        if first != path:
            yield document.where(join("/paths", path)), f"{path} is the same path as {first}.", "Make them one."


@on_document("hidden-address", "An address that the host of the page hid is one at example.com.")
def hidden_address(document: Document) -> Iterator[Violation]:
    """Look for the text that stands in place of such an address."""
    for file in sorted(document.payload_files()):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if match := _HIDDEN.search(line):
                fix = "Write the user's name, or creator, at example.com."
                yield Location(file, number, match.start() + 1), f"{match[0]} hides an address.", fix
