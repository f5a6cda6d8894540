"""What a run is about: the contracts, their operations, and the groups of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract import UsageError, load_named, names, spec_folder
from adcontract.errors import did_you_mean
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.promises import GROUPS

if TYPE_CHECKING:
    from pathlib import Path

ALL = "all"
"""The value of `--snapshot` for every snapshot."""


def checked_contracts(
    spec: Path | None, api: str | None, snapshot: str | None, only: tuple[str, ...]
) -> list[CheckedContract]:
    """Return the contracts of a folder (ours, if none is named), each with the operations that are checked.

    The newest snapshot of an API is meant unless one is named, or `ALL`.

    Raises:
        UsageError: if there is no such API, snapshot or operation.
    """
    spec = spec or spec_folder()
    every = snapshot == ALL
    chosen = [name for name in names(spec, api, None if every else snapshot) if snapshot or name.newest]
    contracts = [load_named(name, spec) for name in chosen]
    known = [operation.id for contract in contracts for operation in contract.operations]
    for operation in only:
        if operation not in known:
            raise UsageError(
                f"There is no operation {operation}.{did_you_mean(operation, known)} Name an operationId of spec/."
            )
    checked_contracts = [CheckedContract(contract, only) for contract in contracts]
    return [checked for checked in checked_contracts if checked.operations]


def chosen_groups(asked: str | None) -> tuple[str, ...]:
    """Return the groups that a text names, separated by commas, in the order in which they run; all for None.

    Raises:
        UsageError: if it names an unknown group, or none.
    """
    wanted = GROUPS if asked is None else tuple(part.strip() for part in asked.split(",") if part.strip())
    for group in wanted:
        if group not in GROUPS:
            raise UsageError(
                f"There is no group {group}.{did_you_mean(group, list(GROUPS))} Known: {', '.join(GROUPS)}."
            )
    if not wanted:
        raise UsageError(f"--groups names no group. Known: {', '.join(GROUPS)}.")
    return tuple(group for group in GROUPS if group in wanted)
