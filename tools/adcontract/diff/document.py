"""The two sides of a comparison: a snapshot of an API of `spec/`, or an OpenAPI document in a file of the user."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract.assembly.resolver import Resolver
from adcontract.contract.catalog import apis
from adcontract.contract.operations import Operation, operations_of
from adcontract.errors import ContractError, Finding, UsageError
from adcontract.files.json_positions import json_positions
from adcontract.files.source import Source, read_json, read_yaml, text_of
from adcontract.loading import load
from adcontract.openapi.paths import shape
from adcontract.openapi.pointer import join, lookup, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract.contract.contract import Contract
    from adcontract.errors import Location

_SUFFIXES = (".json", ".yaml", ".yml")
_COMPONENT = re.compile(r"#/components/[^/]+/[^/]+")


@dataclass(frozen=True)
class ComparedDocument:
    """One side of a comparison. `where` gives the place of a pointer; `contract` is None for a file."""

    name: str
    data: dict[str, Any]
    where: Callable[[str], Location] = field(repr=False)
    operations: tuple[Operation, ...]
    contract: Contract | None = None


def document(operand: str, spec: Path) -> ComparedDocument:
    """Return the document that `operand` names: `api@snapshot`, `api` for its newest, or the path of a file.

    Raises:
        UsageError: if there is no such API, snapshot or file; the message lists what there is.
        ContractError: if it is not an OpenAPI document; it carries every finding.
    """
    file = Path(operand)
    if file.suffix.lower() in _SUFFIXES:
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
    source = _read(file)
    if findings := list(_unsupported(source)):
        raise ContractError(findings)
    resolver = Resolver(file.parent)
    assembly = resolver.assembly
    assembly.locations = {"": source.where(), **{pointer: source.where(pointer) for pointer in source.positions}}
    assembly.document = {"components": {}, **source.data}
    resolver.settle()
    if assembly.findings:
        raise ContractError(assembly.findings)
    return ComparedDocument(str(file), assembly.document, assembly.where, operations_of(assembly.document))


def _read(file: Path) -> Source:
    if file.suffix.lower() != ".json":
        return read_yaml(file)
    return replace(read_json(file), positions=dict(json_positions(text_of(file))))


def _unsupported(source: Source) -> Iterator[Finding]:
    """Yield the reasons why a file cannot be compared, even if it is valid OpenAPI."""

    def finding(pointer: str, rule: str, message: str, fix: str) -> Finding:
        return Finding(source.where(pointer), rule, message, fix)

    data = source.data if isinstance(source.data, dict) else {}
    version = str(data.get("openapi", "none"))
    if not version.startswith("3.0."):
        fix = "Name an OpenAPI document of version 3.0."
        yield finding("/openapi", "openapi-version", f"The version of OpenAPI is {version}.", fix)
        return
    for pointer, node in walk(data):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if isinstance(reference, str) and not _leads_to_component(data, reference):
            fix = "Bundle the document, so that each reference is #/components/<type>/<name> in the same file."
            yield finding(join(pointer, "$ref"), "ref-component", f"{reference} is not a component of this file.", fix)
    known: dict[str, str] = {}
    paths = data.get("paths")
    for path in paths if isinstance(paths, dict) else ():
        if (twin := known.setdefault(shape(path), path)) != path:
            message = f"{path} and {twin} are the same path: the names of path parameters do not matter."
            yield finding(join("/paths", path), "path-twice", message, "Merge them.")


def _leads_to_component(data: dict[str, Any], reference: str) -> bool:
    try:
        return bool(_COMPONENT.fullmatch(reference)) and lookup(data, reference[1:]) is not None
    except LookupError:
        return False
