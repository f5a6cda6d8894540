"""The rules by their ids. A rule is a function that yields what is wrong; it never prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from adcontract.errors import Location

if TYPE_CHECKING:
    from adcontract.lint.subjects import Document, Files
    from adcontract.openapi.grammar import Node

Violation = tuple[Location, str, str]
"""What a rule on files or a document yields: the place, what is wrong, what to do about it."""

NodeViolation = tuple[str, str, str]
"""What a rule on a node yields: as above, with the place as a pointer below the node."""

FileCheck = Callable[["Files"], Iterator[Violation]]
NodeCheck = Callable[["Node"], Iterator[NodeViolation]]
DocumentCheck = Callable[["Document"], Iterator[Violation]]

_Check = TypeVar("_Check")


@dataclass(frozen=True)
class Rule:
    """What is asked of a contract, in a sentence."""

    id: str
    sentence: str


RULES: dict[str, Rule] = {
    id_: Rule(id_, sentence)
    for id_, sentence in (
        # What the reader itself finds while it assembles a document.
        ("unreadable", "Every file is there and is UTF-8."),
        ("yaml-syntax", "A YAML file can be parsed."),
        ("yaml-anchor", "No YAML file uses an anchor."),
        ("yaml-duplicate-key", "No key stands twice in one object."),
        ("yaml-key", "Every key is text, so statuses are quoted."),
        ("yaml-plain-scalar", "What is unquoted means the same in YAML 1.1 and 1.2."),
        ("yaml-tag", "No YAML file uses a tag such as !!python/name."),
        ("json-syntax", "A payload is JSON."),
        ("json-duplicate-key", "No member of a payload stands twice in one object."),
        ("ref-is-file", "A reference is the relative path of a whole file in paths/ or components/."),
        ("ref-exists", "The file of a reference exists."),
        ("ref-kind", "A reference leads to the kind of component that belongs there."),
        ("ref-siblings", "Nothing stands beside a reference."),
        ("ref-cycle", "No reference leads back to itself without content."),
        ("openapi-form", "Every object has the keys and values that OpenAPI 3.0.3 gives it."),
        ("x-value", "The value of every x- keyword fits vocabulary.schema.json."),
        ("version", "info.version is the snapshot."),
        ("shared-name", "The pagination that an operation names stands in openapi.yaml."),
        ("overlay-form", "An overlay is one of version 1.0.0, and each action says what its date changed."),
        ("overlay-target", "The target of an action selects something."),
        ("operations-list", "A document has the operations that are listed from its page, and no others."),
        ("payload-name", "A payload's file name says where it belongs."),
        ("payload-form", "A file of parameters has values by place and name."),
        ("payload-unused", "Every payload has a place in the document."),
        ("payload-missing", "Every named example has its payload."),
    )
}
"""Every rule by its id."""

FILE_CHECKS: dict[str, FileCheck] = {}
NODE_CHECKS: dict[str, NodeCheck] = {}
DOCUMENT_CHECKS: dict[str, DocumentCheck] = {}


def on_files(id_: str, sentence: str) -> Callable[[FileCheck], FileCheck]:
    """Register a rule on the files of one API."""
    return _register(FILE_CHECKS, id_, sentence)


def on_nodes(id_: str, sentence: str) -> Callable[[NodeCheck], NodeCheck]:
    """Register a rule on each OpenAPI object, as it stands in the files and in the assembled documents."""
    return _register(NODE_CHECKS, id_, sentence)


def on_document(id_: str, sentence: str) -> Callable[[DocumentCheck], DocumentCheck]:
    """Register a rule on each assembled document."""
    return _register(DOCUMENT_CHECKS, id_, sentence)


def _register(checks: dict[str, _Check], id_: str, sentence: str) -> Callable[[_Check], _Check]:
    def register(check: _Check) -> _Check:
        RULES[id_] = Rule(id_, sentence)
        checks[id_] = check
        return check

    return register
