"""From the file of a user's own document to the document that every tool reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.assembly.assembly import Assembly
from adcontract.assembly.resolver import Resolver
from adcontract.contract.catalog import DocumentName
from adcontract.errors import ContractError, Finding
from adcontract.files.plain_yaml import read_plain
from adcontract.openapi.text import as_text
from adcontract.plain.completing import (
    check_paths,
    drop_client_certificates,
    drop_ignored_headers,
    fill_servers,
    name_operations,
)
from adcontract.plain.dialect import Dialect
from adcontract.plain.examples import settle_examples
from adcontract.plain.form import mend_form
from adcontract.plain.gathering import gather
from adcontract.plain.unread import note_unread

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.files.source import Source

_VERSION = re.compile(r"3\.([01])(\.[0-9]+.*)?")
_SUFFIXES = (".json", ".yaml", ".yml")
_UNNAMED = re.compile(r"[^a-z0-9]+")


def is_plain(spec: Path) -> bool:
    """Return whether a path is that of a document of a user's own, and not that of a folder of contracts."""
    return not spec.is_dir() and (spec.exists() or spec.suffix.lower() in _SUFFIXES)


def assemble_plain(file: Path) -> tuple[Assembly, list[Path]]:
    """Assemble the document in `file`, and return it with the files that it was read from.

    Its faults are its findings; what it says that no tool heeds is in its notes.

    Raises:
        ContractError: if it is no document of OpenAPI 3.0 or 3.1.
    """
    assembly = Assembly(file.parent)
    try:
        root = read_plain(file)
    except ContractError as error:
        assembly.findings += error.findings
        return assembly, [file]
    dialect = Dialect(is_31=_minor(root) == "1")
    files = gather(assembly, root, dialect)
    if not assembly.findings:
        _finish(assembly, dialect)
    assembly.notes += dialect.notes()
    return assembly, files


def name_of(document: dict[str, Any], file: Path) -> DocumentName:
    """Return the name of a document: the API is its title in lower case, or its file, the snapshot its version."""
    info = document.get("info", {})
    stem = file.parent.resolve().name if file.stem.lower() in ("openapi", "index", "api") else file.stem
    api = _slug(as_text(info.get("title", ""))) or _slug(stem) or "api"
    version = re.sub(r"[^A-Za-z0-9._-]+", "-", as_text(info.get("version", ""))).strip("-.")
    return DocumentName(api, version or "1")


def _slug(text: str) -> str:
    return _UNNAMED.sub("-", text.lower()).strip("-")


def _minor(root: Source) -> str:
    """Return the minor version of OpenAPI of a file.

    Raises:
        ContractError: if it is another version, or no OpenAPI.
    """
    data = root.data if isinstance(root.data, dict) else {}
    version = as_text(data.get("openapi", ""))
    if match := _VERSION.fullmatch(version):
        return match[1]
    pointer, message = "/openapi", f"The version of OpenAPI is {version}, and 3.0 and 3.1 are read."
    fix = "Write the document in OpenAPI 3.1."
    if "swagger" in data:
        pointer, message = "/swagger", f"This is Swagger {as_text(data['swagger'])}, and OpenAPI 3.0 and 3.1 are read."
        fix = "Convert it, for example by `npx swagger2openapi FILE --outfile openapi.yaml`."
    elif "openapi" not in data:
        pointer, message = "", "This is not an OpenAPI document: it has no `openapi` with a version."
        fix = "Name the file that begins with `openapi: 3…`."
    raise ContractError([Finding(root.where(pointer), "openapi-form", message, fix)])


def _finish(assembly: Assembly, dialect: Dialect) -> None:
    document = assembly.document
    document["openapi"] = "3.0.3"
    info = document.get("info")
    if isinstance(info, dict) and isinstance(info.get("version"), int | float):
        info["version"] = as_text(info["version"])
    mend_form(assembly)
    resolver = Resolver(assembly.folder)
    resolver.assembly = assembly
    resolver.settle()
    if assembly.findings:
        assembly.document = {}
        return
    drop_client_certificates(assembly, dialect)
    name_operations(assembly)
    check_paths(assembly)
    fill_servers(assembly.document)
    drop_ignored_headers(assembly.document)
    note_unread(assembly, dialect)
    settle_examples(assembly)
