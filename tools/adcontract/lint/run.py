"""A run of all rules on the requested contracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adcontract.assembly.overlay import seen_overlays
from adcontract.contract.catalog import DocumentName, apis, names
from adcontract.errors import ContractError, Finding
from adcontract.files.source import each_read_once
from adcontract.lint.registry import HOUSE, in_profile
from adcontract.lint.rules import DOCUMENT_CHECKS, FILE_CHECKS, RULES, USAGE_CHECKS, node_checks
from adcontract.lint.subjects import Document, Files, read_files
from adcontract.loading import assemble, without_collection
from adcontract.plain.assembling import assemble_plain, is_plain, name_of
from adcontract.plain.dialect import NOT_READ

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from adcontract.assembly.assembly import Assembly
    from adcontract.errors import Location
    from adcontract.lint.registry import Violation
    from adcontract.openapi.grammar import Node


@dataclass
class Result:
    """The findings, and the numbers of contracts, operations and payloads that were checked.

    `waiting` names the contracts that could not be assembled, on which the rules on documents did not run; the reasons
    are among the findings `blocking`. `notes` name parts of documents that are not read, and are no findings. `files`
    are those from which a document of a user's own was read.
    """

    profile: str = HOUSE
    found: set[Finding] = field(default_factory=set)
    contracts: int = 0
    operations: int = 0
    payloads: int = 0
    waiting: list[str] = field(default_factory=list)
    blocking: set[Finding] = field(default_factory=set)
    notes: list[Finding] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Every finding of the profile, or that keeps a document from being assembled, by file, line and column."""
        return sorted(
            each for each in self.found if each in self.blocking or in_profile(RULES[each.rule], self.profile)
        )

    def add(self, rule: str, violations: Iterable[Violation]) -> None:
        """Add the violations of `rule`."""
        self.found.update(Finding(where, rule, message, fix) for where, message, fix in violations)


Progress = Callable[[Result, str], object]
"""Takes the result so far and the name of the document that was checked, empty after the files of an API."""


def lint(
    spec: Path,
    api: str | None = None,
    snapshot: str | None = None,
    profile: str = HOUSE,
    progress: Progress = lambda _result, _name: None,
) -> Result:
    """Return the findings of the rules of a profile in the contracts below `spec`: all, of one API, or of one snapshot.

    `spec` may also be the file of a document of a user's own.
    Where a document cannot be assembled, the reason is a finding in every profile. After the files of an API and after
    each document `progress` gets the result so far.
    A broken contract does not hide findings in another contract, nor a broken file findings in another file.

    Raises:
        UsageError: if there is no such API or snapshot.
        ContractError: if the file of a user's own is no document of OpenAPI 3.0 or 3.1.
    """
    result = Result(profile)
    with each_read_once(), without_collection():
        if is_plain(spec):
            _check_plain(result, spec, progress)
        for each in () if is_plain(spec) else [api] if api else apis(spec):
            _check_folder(result, spec, each, snapshot, progress)
        if not result.contracts and not result.waiting:
            names(spec, api, snapshot)  # raises an error that lists what exists
    return result


def _check_plain(result: Result, file: Path, progress: Progress) -> None:
    assembly, result.files = assemble_plain(file)
    result.contracts += 1
    result.found.update(assembly.findings, (each for each in assembly.notes if each.rule != NOT_READ))
    result.notes += [each for each in assembly.notes if each.rule == NOT_READ or _is_left_out(result, each)]
    if assembly.findings:
        result.waiting.append(str(file))
        result.blocking.update(assembly.findings)
    else:
        document = Document(name_of(assembly.document, file), assembly)
        _check_document(result, document)
        result.payloads = sum(1 for _ in document.payloads())
    progress(result, str(file))


def _is_left_out(result: Result, note: Finding) -> bool:
    """Return whether a note is of a keyword of ours that is left out, which the profile does not report."""
    return note.rule == "x-value" and not in_profile(RULES[note.rule], result.profile)


def _check_folder(result: Result, spec: Path, api: str, snapshot: str | None, progress: Progress) -> None:
    try:
        known = names(spec, api)
    except ContractError as error:
        result.found.update(error.findings)
        result.blocking.update(error.findings)
        result.waiting.append(api)
        _check_files(result, read_files(spec / api, []))
    else:
        chosen = [name for name in known if snapshot in (None, name.snapshot)]
        _check_api(result, spec / api, known, chosen, progress)


def _check_api(
    result: Result,
    folder: Path,
    known: list[DocumentName],
    chosen: list[DocumentName],
    progress: Progress,
) -> None:
    if not chosen:
        return
    files = read_files(folder, known)
    _check_files(result, files)
    progress(result, "")
    assemblies: dict[DocumentName, Assembly] = {}
    for name in chosen:
        _check_one(result, folder, name, assemblies)
        progress(result, str(name))
    # all are assembled even if one is requested: a file that it does not use may be part of another
    for name in known:
        if name not in assemblies:
            assemblies[name] = assemble(folder, name.snapshot)
    files.use(assemblies.values())
    for rule, check in USAGE_CHECKS.items():
        result.add(rule, check(files))


def _check_one(result: Result, folder: Path, name: DocumentName, assemblies: dict[DocumentName, Assembly]) -> None:
    assembly = assemblies[name] = assemble(folder, name.snapshot)
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
    for rule, check in node_checks(node.type):
        for inside, message, fix in check(node):
            result.found.add(Finding(where(node.pointer + inside), rule, message, fix))
