"""Rules from the conventions of spec/README.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.contract.idempotency import NAMES as KEY_NAMES
from adcontract.errors import Location
from adcontract.files.source import text_of
from adcontract.lint.registry import OPENAPI, NodeViolation, Violation, on_document, on_nodes
from adcontract.openapi.paths import shape
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.lint.subjects import Document
    from adcontract.openapi.grammar import Node

_LOCAL = re.compile(
    r"(localhost|127\.[0-9.]+|\[::1\]|0\.0\.0\.0|10\.[0-9.]+|192\.168\.[0-9.]+|[^.]+|.*\.(local|localhost|internal|test))"
    r"(:[0-9]+)?"
)
_HIDDEN = re.compile(r"\[email.{0,8}protected\]")


@on_nodes(
    "open-object", "No schema has additionalProperties: false, unless its x-source documents that.", of=("schema",)
)
def open_object(node: Node) -> Iterator[NodeViolation]:
    """Look for schemas that reject unknown fields."""
    if node.data.get("additionalProperties") is False and "x-source" not in node.data:
        fix = "Remove it, or add an x-source that names the place in the page."
        yield "/additionalProperties", "This schema rejects fields that the page does not exclude.", fix


@on_document("get-body", "A GET has no request body; a body that the page shows becomes query parameters.", OPENAPI)
def get_body(document: Document) -> Iterator[Violation]:
    """Look for request bodies where browsers send none (RFC 9110, section 9.3.1)."""
    for operation in document.operations:
        if operation.method in ("GET", "HEAD") and operation.data.get("requestBody"):
            where = document.where(join(operation.pointer, "requestBody"))
            yield (
                where,
                f"{operation.id} is a {operation.method} with a request body.",
                "Turn it into query parameters.",
            )


@on_document(
    "idempotency-key", "An Idempotency-Key is a header of a request that writes, and each request can have its own."
)
def idempotency_key(document: Document) -> Iterator[Violation]:
    """Look for keys where sending twice changes nothing anyway, and for keys that can have only some values."""
    for operation in document.operations:
        for key in operation.parameters:
            if key.location != "header" or key.name.lower() not in KEY_NAMES:
                continue
            if operation.idempotency is None:
                message = f"{operation.id} is a {operation.method}, which changes nothing, and takes a key."
                yield document.where(key.pointer), message, "Remove the parameter."
            elif "enum" in key.data.get("schema", {}):
                message = f"{key.name} has only {len(key.data['schema']['enum'])} values, so that requests share them."
                yield document.where(join(key.schema_pointer, "enum")), message, "Remove the enum."


@on_document("same-path", "No two paths differ only in the names of their parameters.", OPENAPI)
def same_path(document: Document) -> Iterator[Violation]:
    """Compare the paths without the names between their braces (OpenAPI 3.0.3, Paths Object)."""
    seen: dict[str, str] = {}
    for path in document.data["paths"]:
        first = seen.setdefault(shape(path), path)
        if first != path:
            yield document.in_root(join("/paths", path)), f"{path} is the same path as {first}.", "Merge them."


@on_document("hidden-address", "An email address that the host of the page hid is replaced by one at example.com.")
def hidden_address(document: Document) -> Iterator[Violation]:
    """Look for the text that replaces such an address."""
    for file in sorted(document.payload_files()):
        for number, line in enumerate(text_of(file).splitlines(), 1):
            if match := _HIDDEN.search(line):
                fix = "Write the name of the user, or creator, at example.com."
                yield Location(file, number, match.start() + 1), f"{match[0]} hides an email address.", fix


@on_nodes(
    "server-slash",
    "The URL of a server does not end with a slash: every path begins with one.",
    OPENAPI,
    of=("server",),
)
def server_slash(node: Node) -> Iterator[NodeViolation]:
    """Look at the last character; the URL of the host of the document itself is a slash."""
    url = node.data.get("url")
    if isinstance(url, str) and url.endswith("/") and url != "/":
        yield "/url", f"{url} ends with a slash.", f"Write {url.rstrip('/')}."


@on_nodes("server-https", "The URL of a server is https, unless it is on this machine.", of=("server",))
def server_https(node: Node) -> Iterator[NodeViolation]:
    """Look for http, with which credentials can be read on the way."""
    url = node.data.get("url")
    if isinstance(url, str) and url.startswith("http://") and not _LOCAL.fullmatch(url[7:].partition("/")[0]):
        yield "/url", f"{url} is not encrypted.", f"Write https://{url[7:]}."
