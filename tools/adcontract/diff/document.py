"""The two sides of a comparison: a snapshot of an API of `spec/`, or an OpenAPI document in a file of the user."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract.contract.catalog import apis
from adcontract.errors import UsageError
from adcontract.loading import load, load_plain
from adcontract.reporting.notes import show_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.contract.contract import Contract
    from adcontract.contract.operations import Operation
    from adcontract.errors import Location

_SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class ComparedDocument:
    """One side of a comparison. `where` gives the place of a pointer; `contract` is None for a file."""

    name: str
    data: dict[str, Any]
    where: Callable[[str], Location] = field(repr=False)
    operations: tuple[Operation, ...]
    contract: Contract | None = None


def is_file(operand: str) -> bool:
    """Return whether `operand` names a file, and not an API."""
    return operand.lower().endswith(_SUFFIXES)


def document(operand: str, spec: Path) -> ComparedDocument:
    """Return the document that `operand` names: `api@snapshot`, `api` for its newest, or the path of a file.

    Raises:
        UsageError: if there is no such API, snapshot or file; the message lists what there is.
        ContractError: if it is not an OpenAPI document; it carries every finding.
    """
    file = Path(operand)
    if is_file(operand):
        return _from_file(file)
    if file.is_dir() and operand not in apis(spec):
        raise UsageError(f"{file}: this is a folder. Name a file in it, or a snapshot as <api>@<snapshot>.")
    api, _, snapshot = operand.partition("@")
    return of_contract(load(api, snapshot or None, spec=spec))


def of_contract(contract: Contract) -> ComparedDocument:
    """Return a contract as one side of a comparison."""
    name = f"{contract.name.api}@{contract.name.snapshot}"
    return ComparedDocument(name, contract.document, contract.where, contract.operations, contract)


def _from_file(file: Path) -> ComparedDocument:
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file. Name a file, or a snapshot as <api>@<snapshot>.")
    contract = load_plain(file)
    show_notes([contract])
    return ComparedDocument(str(file), contract.document, contract.where, contract.operations)
