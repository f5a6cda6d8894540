"""Bringing the document of a user's own to the conventions of spec/README.md, as far as nothing has to be invented."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from adcontract.assembly.vocabulary import keywords
from adcontract.files.payload_files import DEFAULT
from adcontract.layout.names import noun_of, rename_operations, words
from adcontract.openapi.grammar import nodes, operation_objects
from adcontract.openapi.pointer import walk
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = re.compile(r"[^A-Za-z0-9._-]+")
_SENTENCE = re.compile(r"[^.\n]{4,80}(?=\.(\s|\Z)|\Z)")
_NAMED = 5
"""The names that a remark lists; of more it says how many there are."""


def settle(document: dict[str, Any], source: str) -> list[str]:
    """Bring a document, which comes from the file `source`, to the conventions; return what was changed, in sentences.

    Summaries and tags that it lacks are derived from it, and marked as inferred. Names that no request shows get the
    form of the conventions. The places that the document itself documents say so by an x-source.
    """
    return [
        *_drop_callbacks(document),
        *_name_snapshot(document, source),
        *_name_operations(document),
        *_describe_operations(document),
        *_declare_tags(document),
        *_mark_sources(document, source),
        *_keep_one_example(document),
        *_mark_optional(document),
        *_leave_out(document),
    ]


def _drop_callbacks(document: dict[str, Any]) -> Iterator[str]:
    """Remove the requests that the API itself sends: the layout has places for payloads of operations alone."""
    with_some = [operation for _, _, operation in operation_objects(document) if operation.pop("callbacks", None)]
    if with_some:
        yield f"The callbacks of {plural(len(with_some), 'operation')} were left out."


def _name_snapshot(document: dict[str, Any], source: str) -> Iterator[str]:
    info = document["info"]
    version = _VERSION.sub("-", info["version"]).strip("-.") or "1"
    if version != info["version"]:
        yield f"The version {info['version']!r} cannot be the name of a folder: the snapshot is {version}."
        info["version"] = version
    info["x-source"] = f"The OpenAPI document {source}"
    for server in document.get("servers", []):
        if server["url"].endswith("/") and server["url"] != "/":
            server["url"] = server["url"].rstrip("/")


def _name_operations(document: dict[str, Any]) -> Iterator[str]:
    renamed = rename_operations(document)
    for node in _responses(document):
        for name, link in list(node.get("links", {}).items()):
            if "operationRef" in link:
                del node["links"][name]
            elif link.get("operationId") in renamed:
                link["operationId"] = renamed[link["operationId"]]
        if node.get("links") == {}:
            del node["links"]
    if renamed:
        names = _some([f"{old} is {new}" for old, new in renamed.items()])
        yield f"{plural(len(renamed), 'operationId')} got a verb and a noun in camelCase: {names}."


def _describe_operations(document: dict[str, Any]) -> Iterator[str]:
    number = 0
    for path, method, operation in operation_objects(document):
        if not str(operation.get("summary", "")).strip():
            number += 1
            first = _SENTENCE.match(str(operation.get("description", "")).strip())
            operation["summary"] = first[0] if first else " ".join(words(operation["operationId"])).capitalize()
            basis = "first sentence of its description" if first else "operationId in words"
            _infer(operation, "summary", f"The document has no summary; this one is the {basis}.")
        operation["x-source"] = f"{method.upper()} {path}"
    if number:
        yield f"{plural(number, 'operation')} without a summary got one, marked as inferred."


def _declare_tags(document: dict[str, Any]) -> Iterator[str]:
    declared = {tag["name"]: tag for tag in document.get("tags", [])}
    used: dict[str, dict[str, Any]] = {}
    for path, _, operation in operation_objects(document):
        if not operation.get("tags"):
            part = path.strip("/").partition("/")[0]
            name = " ".join(noun_of(part)).capitalize()
            operation["tags"] = [name]
            reason = "The document gives the operation no tag; this one is the first part of its path."
            _infer(operation, "tags", reason)
            used.setdefault(name, {"name": name, "description": f"Operations below `/{part}`."})
        for name in operation["tags"]:
            used.setdefault(name, {"name": name, "x-inferred": "The document uses this tag without declaring it."})
    for name, tag in used.items():
        if name not in declared and "description" in tag:
            tag["x-inferred"] = "The document has no tags for these operations; the name is that of their path."
    unused = [name for name in declared if name not in used]
    if unused:
        yield f"{plural(len(unused), 'tag')} without operations {_was(unused)} left out: {_some(unused)}."
    tags = [tag for name, tag in declared.items() if name in used]
    document["tags"] = [*tags, *(tag for name, tag in used.items() if name not in declared)]


def _mark_sources(document: dict[str, Any], source: str) -> Iterator[str]:
    """Mark what the document says and no payload can show; return nothing to say."""
    yield from ()
    for response in _responses(document):
        if "$ref" not in response and "x-inferred" not in response:
            response.setdefault("x-source", source)
    for node in nodes("document", document):
        if node.type == "schema" and node.data.get("additionalProperties") is False and "$ref" not in node.data:
            node.data.setdefault("x-source", source)


def _keep_one_example(document: dict[str, Any]) -> Iterator[str]:
    number = 0
    for node in nodes("document", document):
        examples = node.data.get("examples", {}) if node.type == "header" else {}
        if examples:
            number += len(examples) - 1
            first = next(iter(examples.values()))
            node.data["examples"] = {DEFAULT: {"value": first["value"]}}
    if number:
        yield f"{plural(number, 'example')} of headers {'was' if number == 1 else 'were'} left out: each has one."


def _mark_optional(document: dict[str, Any]) -> Iterator[str]:
    """Say of each header what a document says by nothing, and a vendor's page does not: it may be missing."""
    yield from ()
    for node in nodes("document", document):
        if node.type == "header" and "$ref" not in node.data:
            node.data.setdefault("required", False)


def _leave_out(document: dict[str, Any]) -> Iterator[str]:
    """Leave out keywords of other tools, which no tool of ours reads, and examples that look like references."""
    for path in [path for path in document["paths"] if not path.startswith("/")]:
        del document["paths"][path]
    known = keywords()
    references = 0
    dropped: Counter[str] = Counter()
    for node in list(nodes("document", document)):
        for key in [key for key in node.data if key.startswith("x-") and key not in known.get(node.type, ())]:
            del node.data[key]
            dropped[key] += 1
        if node.type == "schema" and _has_reference(node.data.get("example")):
            del node.data["example"]
            references += 1
    if references:
        yield f"{plural(references, 'example')} of schemas had a $ref, which only a part of OpenAPI has."
    if dropped:
        names = _some([f"{key} ({plural(number, 'place')})" for key, number in dropped.most_common()])
        yield f"Keywords of other tools were left out: {names}."


def _has_reference(example: Any) -> bool:
    return any(isinstance(each, dict) and "$ref" in each for _, each in walk(example))


def _responses(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document["components"].get("responses", {}).values()
    for _, _, operation in operation_objects(document):
        yield from operation.get("responses", {}).values()


def _infer(node: dict[str, Any], keyword: str, reason: str) -> None:
    mark = node.setdefault("x-inferred", {})
    if isinstance(mark, dict):
        mark[keyword] = reason


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _was(names: list[str]) -> str:
    return "was" if len(names) == 1 else "were"
