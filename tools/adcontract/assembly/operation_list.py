"""Comparing a document with `changes/<snapshot>.operations.txt`: its operations as copied from the page itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.contract.operations import operations_of
from adcontract.contract.provenance import inferred
from adcontract.errors import ContractError, Location
from adcontract.files.source import text_of
from adcontract.openapi.paths import shape
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly

_LINE = re.compile(r"([A-Z]+) (/\S*)")


def compare_with_list(assembly: Assembly, snapshot: str) -> None:
    """Report each operation that only one of the two has; the list may lack an operation with `x-inferred`."""
    folder = assembly.folder / "changes"
    if not folder.is_dir():
        return
    file = folder / f"{snapshot}.operations.txt"
    try:
        lines = text_of(file).splitlines()
    except ContractError as error:
        assembly.findings += error.findings
        return
    listed: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines, 1):
        if match := _LINE.fullmatch(line.strip()):
            listed[match[1], shape(match[2])] = number
        elif line.strip() and not line.startswith("#"):
            assembly.report(
                Location(file, number), "operations-list", f"{line} is not an operation.", "Write METHOD /path."
            )
    declared = {(operation.method, shape(operation.path)): operation for operation in operations_of(assembly.document)}
    for key, number in listed.items():
        if key not in declared:
            message = f"{lines[number - 1].strip()} is on the page of {snapshot}, but not in the contract."
            assembly.report(Location(file, number), "operations-list", message, "Add it, or correct an overlay.")
    for key, operation in declared.items():
        if key not in listed and not inferred(operation.data):
            where = assembly.where(join("/paths", operation.path, operation.method.lower()))
            message = f"{operation.method} {operation.path} is in the contract, but not on the page of {snapshot}."
            assembly.report(where, "operations-list", message, "Remove it in an overlay, or say why in x-inferred.")
