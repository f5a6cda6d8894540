"""The APIs and their snapshots, and the folder with their files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from adcontract.errors import ContractError, Finding, UsageError, did_you_mean
from adcontract.files.source import read_yaml
from adcontract.openapi.pointer import lookup

_PACKAGE = Path(__file__).resolve().parents[1]
_ROOT = "openapi.yaml"
_FILE_REFERENCE = re.compile(r"\$ref: ['\"]?(paths|components)/")
_WORD = re.compile(r"^x-(errors|pagination|resource):", re.MULTILINE)


@dataclass(frozen=True, order=True)
class DocumentName:
    """One document: an API at a snapshot, the newest where `newest` is true."""

    api: str
    snapshot: str
    newest: bool = True

    def __str__(self) -> str:
        return f"{self.api}-{self.snapshot}"


def spec_folder() -> Path:
    """Return the folder of the contracts: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "spec"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "spec"


def apis(spec: Path) -> list[str]:
    """Return the names of the APIs below `spec`, sorted.

    Raises:
        UsageError: if there is none.
    """
    names = sorted(file.parent.name for file in spec.glob(f"*/{_ROOT}"))
    if not names:
        raise UsageError(
            f"{spec}: no contract here. A contract is a folder with an openapi.yaml; name the folder above it."
        )
    return names


def contract_of(path: Path) -> tuple[Path, str] | None:
    """Return the folder of contracts and the API, if `path` is the folder of one contract or its `openapi.yaml`.

    A document of a user's own in several files may look like one: it has no payload files, and shares no behavior.
    """
    folder = path.parent if path.name == _ROOT else path
    try:
        text = (folder / _ROOT).read_text(encoding="utf-8") if (folder / _ROOT).is_file() else ""
    except (OSError, UnicodeDecodeError):
        return None
    words = set(_WORD.findall(text))
    has_more = folder == path or len(words) > 1 or any(each.is_dir() for each in (folder / "examples").glob("*"))
    if "errors" not in words or not _FILE_REFERENCE.search(text) or not has_more:
        return None
    folder = folder if folder.name not in ("", "..") else folder.resolve()
    return folder.parent, folder.name


def names(spec: Path, api: str | None = None, snapshot: str | None = None) -> list[DocumentName]:
    """Return the names of the documents of an API, or of all; at one snapshot, or at all.

    Raises:
        UsageError: if the API or the snapshot does not exist; the message lists those that do.
        ContractError: if an openapi.yaml cannot be read.
    """
    known = apis(spec)
    if api is not None and api not in known:
        raise UsageError(f"There is no API {api}.{did_you_mean(api, known)} Known: {', '.join(known)}.")
    found = [name for each in known if api in (None, each) for name in _snapshots(spec / each)]
    if snapshot is None:
        return found
    chosen = [name for name in found if name.snapshot == snapshot]
    if not chosen:
        existing = sorted({name.snapshot for name in found})
        whose = f"{api} has no snapshot" if api else "No API has a snapshot"
        raise UsageError(f"{whose} {snapshot}.{did_you_mean(snapshot, existing)} Known: {', '.join(existing)}.")
    return chosen


def _snapshots(folder: Path) -> list[DocumentName]:
    """Return the snapshots of one API, the newest first: that of openapi.yaml, and those with a folder of payloads."""
    root = read_yaml(folder / _ROOT)
    try:
        newest = lookup(root.data, "/info/version")
    except LookupError:
        newest = None
    if not isinstance(newest, str):
        message = "info.version is missing."
        raise ContractError([Finding(root.where("/info"), "version", message, "Write the snapshot there, quoted.")])
    older = {file.name for file in (folder / "examples").glob("*") if file.is_dir()} - {newest}
    return [
        DocumentName(folder.name, newest),
        *(DocumentName(folder.name, each, newest=False) for each in sorted(older, reverse=True)),
    ]
