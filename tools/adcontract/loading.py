"""From the files of an API to its contract: assembled, or taken from the cache."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.assembly import cache
from adcontract.assembly.links import link
from adcontract.assembly.operation_list import compare_with_list
from adcontract.assembly.overlay import apply, overlays, seen_overlays
from adcontract.assembly.payloads import attach
from adcontract.assembly.resolver import Resolver
from adcontract.assembly.shared_definitions import share
from adcontract.contract.catalog import DocumentName, spec_folder
from adcontract.contract.catalog import names as names_in
from adcontract.contract.contract import Contract
from adcontract.contract.discriminators import heirs
from adcontract.errors import ContractError, UsageError, did_you_mean
from adcontract.openapi.grammar import COMPONENTS
from adcontract.plain.assembling import assemble_plain, is_plain, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adcontract.assembly.assembly import Assembly
    from adcontract.errors import Location


def names(spec: Path, api: str | None = None, snapshot: str | None = None) -> list[DocumentName]:
    """Return the names of the documents in `spec`, of one API or all, at one snapshot or all.

    `spec` is a folder of contracts, or the file of a document of a user's own, which is one API with one snapshot.

    Raises:
        UsageError: if the API or the snapshot does not exist; the message lists those that do.
        ContractError: if a document cannot be read.
    """
    if not is_plain(spec):
        return names_in(spec, api, snapshot)
    name = load_plain(spec).name
    for given, known, kind in ((api, name.api, "API"), (snapshot, name.snapshot, "snapshot")):
        if given not in (None, known):
            raise UsageError(f"{spec} has no {kind} {given}.{did_you_mean(given or '', [known])} Known: {known}.")
    return [name]


def load(api: str, snapshot: str | None = None, *, spec: Path | None = None) -> Contract:
    """Return the contract of `api` at `snapshot`, or at its newest, from `spec` (see `names`) or from the package.

    Raises:
        UsageError: if there is no such API or snapshot.
        ContractError: if the contract cannot be assembled; it carries every finding.
    """
    root = spec or spec_folder()
    chosen = names(root, api, snapshot)
    return load_named(next((name for name in chosen if name.newest), chosen[0]), root)


def load_named(name: DocumentName, spec: Path, *, seen: bool = True) -> Contract:
    """Return the contract that `names` found in `spec`, a folder or a file, assembled now or taken from the cache.

    Without `seen` it is what the vendor's page says, and what is inferred from it: not what servers showed beyond it.

    Raises:
        ContractError: if the contract cannot be assembled; it carries every finding.
    """
    if is_plain(spec):
        return load_plain(spec)
    folder = spec / name.api
    is_of_page = not seen and bool(seen_overlays(folder, name.snapshot))
    key = cache.key(folder, f"{name}-page" if is_of_page else str(name))
    stored = cache.read(key)
    if stored is None:
        assembly = assemble(folder, name.snapshot, seen=seen)
        if assembly.findings:
            raise ContractError(assembly.findings)
        stored = orjson.dumps(assembly.document), _origin(assembly)
        cache.write(key, *stored)
    return Contract(name, folder, *stored)


@contextmanager
def without_collection() -> Iterator[None]:
    """Keep the garbage collector from walking through whole documents again and again: they stay to the end."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@without_collection()
def load_plain(file: Path) -> Contract:
    """Return the contract in the file of a document of a user's own, assembled now or taken from the cache.

    Raises:
        ContractError: if it is not a document of OpenAPI 3.0 or 3.1; it carries every finding.
    """
    key = cache.plain_key(file)
    stored = cache.read(key)
    if stored is not None:
        found = orjson.loads(stored[1])
        if all(cache.hash_of(file.parent / name) == known for name, known in found["files"].items()):
            return Contract(DocumentName(*found["name"]), file.parent, *stored)
    assembly, files = assemble_plain(file)
    if assembly.findings:
        raise ContractError(assembly.findings)
    prune(assembly.document)
    name = name_of(assembly.document, file)
    root = file.parent.resolve()
    read = {str(each.relative_to(root)): cache.hash_of(each) for each in files}
    origin = _origin(assembly, name=[name.api, name.snapshot], files=read)
    stored = orjson.dumps(assembly.document), origin
    cache.write(key, *stored)
    return Contract(name, file.parent, *stored)


def assemble(folder: Path, snapshot: str, *, seen: bool = True) -> Assembly:
    """Assemble the document of `snapshot` from the files in `folder`; its faults are its findings.

    The newest document is resolved, every later change is undone, what servers showed beyond the snapshot is added if
    `seen` says so, and the payloads of the snapshot are put in.
    """
    resolver = _resolved(folder, snapshot, seen=seen)
    assembly = resolver.assembly
    if assembly.document:
        resolver.settle()
    if assembly.document:
        share(assembly)
        _refuse_other_version(assembly, snapshot)
        if not assembly.holes:
            compare_with_list(assembly, snapshot)
        attach(assembly, snapshot)
        link(assembly)
        prune(assembly.document)
    return assembly


def before_payloads(name: DocumentName, spec: Path) -> dict[str, Any]:
    """Return the document that an overlay of what servers showed applies to: still without its payloads.

    Raises:
        ContractError: if it cannot be assembled; it carries every finding.
    """
    if is_plain(spec):
        return load_plain(spec).copy()
    assembly = _resolved(spec / name.api, name.snapshot).assembly
    if assembly.findings:
        raise ContractError(assembly.findings)
    return assembly.document


def _resolved(folder: Path, snapshot: str, *, seen: bool = True) -> Resolver:
    """Return the newest document with every later change undone, and with what servers showed beyond the snapshot."""
    resolver = Resolver(folder)
    assembly = resolver.assembly
    resolver.root()
    if assembly.document:
        for later, files in overlays(folder).items():
            for file in files if later > snapshot else ():
                assembly.changes += apply(resolver, file, later)
        for date, file in seen_overlays(folder, snapshot) if seen else ():
            apply(resolver, file, date)
    return resolver


def _refuse_other_version(assembly: Assembly, snapshot: str) -> None:
    version = assembly.document.get("info", {}).get("version")
    if version != snapshot:
        message = f"The document of {snapshot} calls itself {version}."
        where = assembly.where("/info/version")
        if assembly.changes and where.file == assembly.folder / "openapi.yaml":
            # no overlay changes it: the first action of the last one should
            last = assembly.changes[-1].snapshot
            where = next(change.where for change in assembly.changes if change.snapshot == last)
        assembly.report(where, "version", message, "Let an action of the overlay update info.version.")


def _origin(assembly: Assembly, **more: Any) -> bytes:
    """Return the origin of a document, as JSON: the locations by pointer, the changes undone, and more by its name."""
    files: dict[Path, str] = {}

    def origin(where: Location) -> list[Any]:
        if where.file not in files:
            files[where.file] = str(where.file.relative_to(assembly.folder))
        return [files[where.file], where.line, where.column]

    changes = [
        [
            change.snapshot,
            change.sentence,
            origin(change.where),
            [(name, origin(each)) for name, each in change.touched],
        ]
        for change in assembly.changes
    ]
    notes = [[origin(each.where), each.rule, each.message, each.fix] for each in assembly.notes]
    locations = {key: origin(where) for key, where in assembly.locations.items()}
    return orjson.dumps({**more, "locations": locations, "changes": changes, **({"notes": notes} if more else {})})


def prune(document: dict[str, Any]) -> None:
    """Remove the components that nothing in the document refers to."""
    components = document["components"]
    outside = _references({key: value for key, value in document.items() if key != "components"})
    inside = {
        f"#/components/{section}/{name}": (section, name, _references(node))
        for section, named in components.items()
        for name, node in named.items()
    }
    for name, each in heirs(document).items():  # a value of a schema may be one of those that extend it
        inside[f"#/components/schemas/{name}"][-1].update(f"#/components/schemas/{heir.name}" for heir in each)
    while True:
        used = outside.union(*(references for _, _, references in inside.values()))
        unused = [
            reference
            for reference, (section, _, _) in inside.items()
            if reference not in used and section in COMPONENTS and section != "securitySchemes"
        ]
        if not unused:
            return
        for reference in unused:
            section, name, _ = inside.pop(reference)
            del components[section][name]
            if not components[section]:
                del components[section]


def _references(node: Any) -> set[str]:
    """Return every reference below a node."""
    return {target for each in _objects(node) for target in _targets(each)}


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a node, and itself if it is one."""
    open_: list[Any] = [node]
    while open_:
        node = open_.pop()
        if isinstance(node, dict):
            yield node
            open_ += node.values()
        elif isinstance(node, list):
            open_ += node


def _targets(node: dict[str, Any]) -> list[str]:
    """Return the references of an object: its own, and those of a discriminator."""
    own = node.get("$ref")
    discriminator = node.get("discriminator")
    mapped = list(discriminator.get("mapping", {}).values()) if isinstance(discriminator, dict) else []
    return [own, *mapped] if isinstance(own, str) else mapped
