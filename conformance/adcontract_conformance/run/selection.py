"""What a run is about: the contracts, their operations, and the groups of checks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from adcontract import UsageError, load_named, names, spec_folder
from adcontract.contract.servers import elsewhere
from adcontract.errors import Finding, did_you_mean
from adcontract.plain.dialect import NOT_READ
from adcontract_conformance.checks.waiving import Waiving
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.promises import GROUPS, known_groups
from adcontract_conformance.own.files import require_operations
from adcontract_conformance.settings.waivers import found, read_waivers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract

ALL = "all"
"""The value of `--snapshot` for every snapshot."""


def checked_contracts(
    spec: Path | None, api: str | None, snapshot: str | None, only: tuple[str, ...], focus: tuple[str, ...] = ()
) -> list[CheckedContract]:
    """Return the contracts of a folder (ours, if none is named), each with the operations that are checked.

    The newest snapshot of an API is meant unless one is named, or `ALL`.

    Raises:
        UsageError: if there is no such API, snapshot or operation, or a team's own check names another operation.
    """
    spec = spec or spec_folder()
    every = snapshot == ALL
    chosen = [name for name in names(spec, api, None if every else snapshot) if snapshot or name.newest]
    contracts = [load_named(name, spec) for name in chosen]
    known = [operation.id for contract in contracts for operation in contract.operations]
    for operation in (*only, *focus):
        if operation not in known:
            raise UsageError(
                f"There is no operation {operation}.{did_you_mean(operation, known)} Name an operationId of spec/."
            )
    require_operations(known, lambda: _operations(spec))
    checked_contracts = [_checked(contract, only, focus) for contract in contracts]
    return [checked for checked in checked_contracts if checked.operations]


def _checked(contract: Contract, only: tuple[str, ...], focus: tuple[str, ...]) -> CheckedContract:
    """Return a contract with the operations that the target may serve, unless some are named."""
    others = {} if only else elsewhere(contract.document, contract.operations)
    here = tuple(each.id for each in contract.operations if each.id not in others)
    if not (others and here):
        return CheckedContract(contract, only, focus)
    return CheckedContract(contract, here, focus, at_other_servers=others)


def left_out(checked: CheckedContract) -> Iterator[Finding]:
    """Yield a note about each operation that is not checked because it has a server of its own."""
    contract = checked.contract
    pointers = {each.id: each.pointer for each in contract.operations}
    for id_, url in checked.at_other_servers.items():
        message = f"{id_} is at {url}, which is no server of the whole document, and is not checked."
        fix = f"To check it, name it by --only {id_}, with that server as TARGET."
        yield Finding(contract.where(pointers[id_]), NOT_READ, message, fix)


def _operations(spec: Path) -> Iterator[str]:
    """Yield the ids of the operations of all contracts."""
    for name in names(spec):
        yield from (operation.id for operation in load_named(name, spec).operations)


def waiving(
    file: Path | None, settings: Path | None, spec: Path | None, contracts: list[CheckedContract]
) -> Waiving | None:
    """Return the waivers of a file, or of that beside the settings or in the current folder; None if there is none.

    Raises:
        UsageError: if the file has a mistake, or a waiver is of a check or an operation that does not exist.
    """
    path = file or found(settings.parent if settings else Path.cwd())
    if path is None:
        return None
    waivers = read_waivers(path)
    known = {operation.id for each in contracts for operation in each.contract.operations}
    if any(each.operation not in known for each in waivers.all):
        known |= set(_operations(spec or spec_folder()))
    held = Waiving(waivers, date.today())
    held.refuse_unknown(known)
    return held


def chosen_groups(asked: str | None) -> tuple[str, ...]:
    """Return the groups that a text names, separated by commas, in the order in which they run; all for None.

    Raises:
        UsageError: if it names an unknown group, or none.
    """
    known = known_groups()
    wanted = known if asked is None else tuple(part.strip() for part in asked.split(",") if part.strip())
    for group in wanted:
        if group not in known:
            raise UsageError(f"There is no group {group}.{did_you_mean(group, known)} Known: {', '.join(known)}.")
    if not wanted:
        raise UsageError(f"--groups names no group. Known: {', '.join(known)}.")
    return tuple(group for group in known if group in wanted)


def with_own_groups(groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return groups with those of a team's own checks, of which no profile can know."""
    return tuple(group for group in known_groups() if group in groups or group not in GROUPS)
