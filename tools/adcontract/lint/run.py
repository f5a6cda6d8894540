"""A run of all rules on the requested contracts."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adcontract.assembly.overlay import seen_overlays
from adcontract.contract.catalog import DocumentName, apis, names
from adcontract.errors import ContractError, Finding
from adcontract.files.source import each_read_once
from adcontract.lint.registry import HOUSE, in_profile
from adcontract.lint.rules import DOCUMENT_CHECKS, FILE_CHECKS, NODE_CHECKS, RULES
from adcontract.lint.subjects import Document, Files, read_files
from adcontract.loading import assemble
from adcontract.plain.assembling import assemble_plain, is_plain, name_of
from adcontract.plain.dialect import NOT_READ

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from adcontract.errors import Location
    from adcontract.lint.registry import Violation
    from adcontract.openapi.grammar import Node


@dataclass
class Result:
    """The findings, and the numbers of contracts, operations and payloads that were checked.

    `waiting` names the contracts that could not be assembled, on which the rules on documents did not run; the reasons
    are among the findings `blocking`. `notes` say what is not read of documents, and is not wrong.
    """

    found: set[Finding] = field(default_factory=set)
    contracts: int = 0
    operations: int = 0
    payloads: int = 0
    waiting: list[str] = field(default_factory=list)
    blocking: set[Finding] = field(default_factory=set)
    notes: list[Finding] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Every finding, by file, line and column."""
        return sorted(self.found)

    def add(self, rule: str, violations: Iterable[Violation]) -> None:
        """Add the violations of `rule`."""
        self.found.update(Finding(where, rule, message, fix) for where, message, fix in violations)


def lint(spec: Path, api: str | None = None, snapshot: str | None = None, profile: str = HOUSE) -> Result:
    """Return the findings of the rules of a profile in the contracts below `spec`: all, of one API, or of one snapshot.

    `spec` may also be the file of a document of a user's own.
    Where a document cannot be assembled, the reason is a finding in every profile.
    A broken contract does not hide findings in another contract, nor a broken file findings in another file.

    Raises:
        UsageError: if there is no such API or snapshot.
        ContractError: if the file of a user's own is no document of OpenAPI 3.0 or 3.1.
    """
    result = Result()
    with each_read_once(), _without_collection():
        if is_plain(spec):
            _check_plain(result, spec)
        for each in () if is_plain(spec) else [api] if api else apis(spec):
            _check_folder(result, spec, each, snapshot)
        if not result.contracts and not result.waiting:
            names(spec, api, snapshot)  # raises an error that lists what exists
    result.found = {each for each in result.found if each in result.blocking or in_profile(RULES[each.rule], profile)}
    return result


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the garbage collector from walking through whole contracts again and again: they stay to the end."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_plain(result: Result, file: Path) -> None:
    assembly, _ = assemble_plain(file)
    result.contracts += 1
    result.found.update(assembly.findings, (each for each in assembly.notes if each.rule != NOT_READ))
    result.notes += [each for each in assembly.notes if each.rule == NOT_READ]
    if assembly.findings:
        result.waiting.append(str(file))
        result.blocking.update(assembly.findings)
    else:
        document = Document(name_of(assembly.document, file), assembly)
        _check_document(result, document)
        result.payloads = sum(1 for _ in document.payloads())


def _check_folder(result: Result, spec: Path, api: str, snapshot: str | None) -> None:
    try:
        known = names(spec, api)
    except ContractError as error:
        result.found.update(error.findings)
        result.blocking.update(error.findings)
        result.waiting.append(api)
        _check_files(result, read_files(spec / api, {}))
    else:
        _check_api(result, spec / api, known, [name for name in known if snapshot in (None, name.snapshot)])


def _check_api(result: Result, folder: Path, known: list[DocumentName], chosen: list[DocumentName]) -> None:
    # all are assembled even if one is requested: a file that it does not use may be part of another
    assemblies = {name: assemble(folder, name.snapshot) for name in known} if chosen else {}
    if assemblies:
        _check_files(result, read_files(folder, assemblies))
    for name in chosen:
        assembly = assemblies[name]
        result.found.update(assembly.findings)
        result.contracts += 1
        if assembly.holes or not assembly.document:
            result.waiting.append(str(name))
            result.blocking.update(assembly.findings)
        else:
            is_seen = bool(seen_overlays(folder, name.snapshot))
            page = Document(name, assemble(folder, name.snapshot, seen=False)) if is_seen else None
            _check_document(result, Document(name, assembly, page))


def _check_files(result: Result, files: Files) -> None:
    result.found.update(files.findings)
    for rule, check in FILE_CHECKS.items():
        result.add(rule, check(files))
    for source, node in files.nodes:
        _check_node(result, node, source.where)


def _check_document(result: Result, document: Document) -> None:
    result.operations += len(document.operations)
    result.payloads += sum(1 for _ in document.payload_files())
    for rule, check in DOCUMENT_CHECKS.items():
        result.add(rule, check(document))
    for node in document.nodes:
        _check_node(result, node, document.where)


def _check_node(result: Result, node: Node, where: Callable[[str], Location]) -> None:
    for rule, check in NODE_CHECKS.items():
        for inside, message, fix in check(node):
            result.found.add(Finding(where(node.pointer + inside), rule, message, fix))
