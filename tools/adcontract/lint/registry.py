"""The rules by their ids. A rule is a function that yields violations; it never prints."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from adcontract.errors import Location

if TYPE_CHECKING:
    from adcontract.lint.subjects import Document, Files
    from adcontract.openapi.grammar import Node

Violation = tuple[Location, str, str]
"""A violation that a rule on files or a document yields: its location, a message and a fix."""

NodeViolation = tuple[str, str, str]
"""A violation that a rule on a node yields: a pointer below the node, a message and a fix."""

FileCheck = Callable[["Files"], Iterator[Violation]]
NodeCheck = Callable[["Node"], Iterator[NodeViolation]]
DocumentCheck = Callable[["Document"], Iterator[Violation]]

_Check = TypeVar("_Check")


OPENAPI = "openapi"
"""The profile of the rules that hold for anybody's document."""

HOUSE = "house"
"""The profile of the conventions of spec/README.md. It includes the other one."""

PROFILES = (OPENAPI, HOUSE)


@dataclass(frozen=True)
class Rule:
    """A rule that contracts follow: its sentence, its profile, and in `detail` what is looked at, if that says more."""

    id: str
    sentence: str
    profile: str = HOUSE
    detail: str = ""


_OF_ASSEMBLY = {
    OPENAPI: {
        "unreadable": "Every file exists and is encoded as UTF-8.",
        "yaml-syntax": "Every YAML file is valid YAML.",
        "yaml-anchor": "No YAML file in a folder of contracts uses an anchor; no alias is endless anywhere.",
        "yaml-duplicate-key": "No object has a key twice.",
        "yaml-key": "Every key is a string; a status as a key is quoted.",
        "yaml-plain-scalar": "An unquoted value in a folder of contracts means the same in YAML 1.1 and 1.2.",
        "yaml-tag": "No YAML file uses a tag such as !!python/name.",
        "json-syntax": "Every payload is valid JSON.",
        "json-duplicate-key": "No object of a payload has a member twice.",
        "ref-is-file": "In a folder of contracts a reference is the path of a whole file in paths/ or components/.",
        "ref-exists": "The file of a reference exists.",
        "ref-kind": "A reference leads to a component of the type that its place requires.",
        "ref-siblings": "A reference has no sibling keys.",
        "ref-cycle": "No chain of references leads back to itself.",
        "openapi-form": "Every object has the keys and values that OpenAPI 3.0.3 allows.",
        "overlay-target": "The target of an overlay action matches something.",
    },
    HOUSE: {
        "overlay-form": "An overlay has version 1.0.0, and each of its actions describes what the date changed.",
        "x-value": "The value of every x- keyword is valid against vocabulary.schema.json.",
        "version": "info.version is the name of the snapshot.",
        "shared-name": "A shared pagination that an operation names is defined in openapi.yaml.",
        "operations-list": "A document has exactly the operations that are listed from its page.",
        "payload-name": "The file name of a payload names its place in the document.",
        "payload-form": "A file of parameters has values by location and name.",
        "payload-unused": "Every payload has a place in the document.",
        "payload-missing": "Every named example has its payload.",
    },
}
"""The rules that the assembly of a document checks itself, by their profile."""

RULES: dict[str, Rule] = {
    rule_id: Rule(rule_id, sentence, profile)
    for profile, rules in _OF_ASSEMBLY.items()
    for rule_id, sentence in rules.items()
}
"""Every rule by its id."""


def in_profile(rule: Rule, profile: str) -> bool:
    """Return whether a profile has a rule."""
    return PROFILES.index(rule.profile) <= PROFILES.index(profile)


FILE_CHECKS: dict[str, FileCheck] = {}
USAGE_CHECKS: dict[str, FileCheck] = {}
NODE_TYPES: dict[str, tuple[str, ...]] = {}
NODE_CHECKS: dict[str, NodeCheck] = {}
DOCUMENT_CHECKS: dict[str, DocumentCheck] = {}


def on_files(
    rule_id: str, sentence: str, profile: str = HOUSE, *, after_documents: bool = False
) -> Callable[[FileCheck], FileCheck]:
    """Register a rule on the files of one API; `after_documents` if it asks which files the documents use."""
    return _register(USAGE_CHECKS if after_documents else FILE_CHECKS, rule_id, sentence, profile)


def on_nodes(
    rule_id: str, sentence: str, profile: str = HOUSE, *, of: tuple[str, ...] = ()
) -> Callable[[NodeCheck], NodeCheck]:
    """Register a rule on each OpenAPI object of the types `of`, or of any, in the files and the assembled documents."""
    NODE_TYPES[rule_id] = of
    return _register(NODE_CHECKS, rule_id, sentence, profile)


@cache
def node_checks(node_type: str) -> list[tuple[str, NodeCheck]]:
    """Return the rules on the objects of a type; all must be registered."""
    return [(rule, check) for rule, check in NODE_CHECKS.items() if node_type in (NODE_TYPES[rule] or (node_type,))]


def on_document(rule_id: str, sentence: str, profile: str = HOUSE) -> Callable[[DocumentCheck], DocumentCheck]:
    """Register a rule on each assembled document."""
    return _register(DOCUMENT_CHECKS, rule_id, sentence, profile)


def _register(checks: dict[str, _Check], rule_id: str, sentence: str, profile: str) -> Callable[[_Check], _Check]:
    def register(check: _Check) -> _Check:
        RULES[rule_id] = Rule(rule_id, sentence, profile, inspect.cleandoc(check.__doc__ or ""))
        checks[rule_id] = check
        return check

    return register
