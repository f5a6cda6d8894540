"""From the file of a document to the files of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.contract.default_errors import add_default_errors
from adcontract.errors import ContractError, shown
from adcontract.layout.comments import comments_of
from adcontract.layout.conventions import settle
from adcontract.layout.derived import declare_parents, drop_derived
from adcontract.layout.splitting import split
from adcontract.layout.suggestions.suggesting import suggest
from adcontract.loading import prune
from adcontract.openapi.grammar import operation_objects
from adcontract.plain.assembling import assemble_plain
from adcontract.wording import plural

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.layout.suggestions.suggesting import Suggestions

_NOTES = 10
"""The notes of a document that are listed."""


@dataclass
class Imported:
    """The files of a contract, by path; what was suggested, and what of the document was changed or left out."""

    files: dict[str, str]
    suggestions: Suggestions
    remarks: list[str]
    operations: int


def read(file: Path) -> Imported:
    """Return the contract that a document becomes. One that has the form of a contract already stays as it is.

    Raises:
        ContractError: if it is not a document of OpenAPI 3.0 or 3.1; it carries every finding.
    """
    assembly, _ = assemble_plain(file)
    if assembly.findings:
        raise ContractError(assembly.findings)
    document = assembly.document
    comments, lost = comments_of(document, assembly.locations)
    prune(document)
    remarks = [str(note) for note in assembly.notes[:_NOTES]]
    if more := len(assembly.notes[_NOTES:]):
        remarks.append(f"{plural(more, 'more note')}: `adcontract lint {shown(file)}` shows all.")
    if lost:
        remarks.append(f"{plural(lost, 'comment')} stood where nothing is read, or at the end of an object.")
    if "x-source" not in document["info"]:
        remarks += settle(document, file.name)
        prune(document)  # a keyword that was left out may have referred to more
    if "x-errors" not in document:
        add_default_errors(document)
    suggestions = suggest(document)
    drop_derived(document, file.parent)
    declare_parents(document)
    operations = sum(1 for _ in operation_objects(document))
    return Imported(split(document, comments), suggestions, remarks, operations)
