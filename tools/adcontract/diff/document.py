"""The two sides of a comparison: a snapshot of an API of `spec/`, or an OpenAPI document in a file of the user."""

from __future__ import annotations

import signal
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract.assembly import cache
from adcontract.contract.catalog import contract_of
from adcontract.errors import UsageError
from adcontract.loading import load, load_plain
from adcontract.reporting.notes import show_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.contract.contract import Contract
    from adcontract.contract.operations import Operation
    from adcontract.errors import Location

_SUFFIXES = (".json", ".yaml", ".yml")
_LARGE = 1_000_000
"""The bytes of a file that takes longer to read than a process takes to start."""


@dataclass(frozen=True)
class ComparedDocument:
    """One side of a comparison. `where` gives the place of a pointer; `contract` is None for a file."""

    name: str
    data: dict[str, Any]
    where: Callable[[str], Location] = field(repr=False)
    operations: tuple[Operation, ...]
    contract: Contract | None = None


def document(operand: str, spec: Path) -> ComparedDocument:
    """Return the document that `operand` names: `api@snapshot`, `api` for its newest, or a path.

    The path is that of a contract's folder or `openapi.yaml`, or of a file of the user's own.

    Raises:
        UsageError: if there is no such API, snapshot or file; the message lists what there is.
        ContractError: if it is not an OpenAPI document; it carries every finding.
    """
    file = file_of(operand)
    if file:
        return _from_file(file)
    spec, api, snapshot = snapshot_of(operand, spec)
    return of_contract(load(api, snapshot, spec=spec))


def documents(old: str, new: str, spec: Path) -> tuple[ComparedDocument, ComparedDocument]:
    """Return two documents (see `document`). Of two large files that are not in the cache, a process reads the second.

    Raises:
        UsageError, ContractError: as `document` does.
    """
    files = [file for each in (old, new) if (file := file_of(each)) and _takes_long(file)]
    if len(files) < 2:
        return document(old, spec), document(new, spec)
    pool = ProcessPoolExecutor(1, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    with pool:
        pool.submit(_into_cache, files[1])  # what fails there fails again here
        one = document(old, spec)
    return one, document(new, spec)


def _takes_long(file: Path) -> bool:
    is_large = file.is_file() and file.stat().st_size >= _LARGE
    return is_large and cache.read(cache.plain_key(file)) is None


def _into_cache(file: Path) -> None:
    load_plain(file)


def file_of(operand: str) -> Path | None:
    """Return the file of a user's own document that `operand` names, None where it names a contract."""
    file = Path(operand)
    return file if operand.lower().endswith(_SUFFIXES) and contract_of(file) is None else None


def snapshot_of(operand: str, spec: Path) -> tuple[Path, str, str | None]:
    """Return the folder of contracts, the API and the snapshot that `operand` names; without a snapshot the newest.

    Raises:
        UsageError: if it is a folder without a contract.
    """
    folder, _, snapshot = operand.rpartition("@")
    path = Path(folder if folder and "/" not in snapshot else operand)
    chosen = snapshot if folder and str(path) != operand else None
    if path.name == str(path) and (spec / path / "openapi.yaml").is_file():
        return spec, path.name, chosen
    if contract := contract_of(path):
        return *contract, chosen
    if path.is_dir():
        raise UsageError(f"{path}: this is a folder. Name a file in it, or a snapshot as <api>@<snapshot>.")
    return spec, str(path), chosen


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
