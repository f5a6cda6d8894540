"""What names a package: its package.json, and its README with the names of all payloads."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import orjson

from adcontract import UsageError
from adcontract.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from adcontract import Contract, DocumentName
    from adcontract_kit.recorded import Recorded, RecordedOperation

_MODULES = ("fixtures", "msw", "zod")
_NEWER = {"msw": "^3.0.0"}
"""Newer major versions with which the runtime works, too."""


def package_name(name: DocumentName) -> str:
    """Return the name of the package of a document."""
    return f"@adcontract/{name}"


def check_replaceable(folder: Path, name: str) -> None:
    """Check that a folder is new, empty or the package of this name, which a new one may replace.

    Raises:
        UsageError: if it is not.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        found = orjson.loads((folder / "package.json").read_bytes())["name"]
    except (OSError, ValueError, LookupError, TypeError):
        found = None
    if found != name:
        message = f"{shown(folder)} is not the package {name}, and is not replaced."
        raise UsageError(f"{message} Name another folder with --out, or move this one away.")


def package_json(contract: Contract, needed: Mapping[str, str]) -> str:
    """Return the package.json of a contract; `needed` are the versions of the packages with which it was compiled."""
    entries = {".": "index", **{f"./{each}": each for each in _MODULES}}
    described = {
        "name": package_name(contract.name),
        "version": version("adcontract"),
        "description": f"Types, client, payloads, handlers and schemas: {contract.document['info']['title']}",
        "private": True,
        "type": "module",
        "sideEffects": False,
        "engines": {"node": ">=20"},
        "exports": {
            **{entry: {"types": f"./{file}.d.ts", "default": f"./{file}.js"} for entry, file in entries.items()},
            "./openapi.json": "./openapi.json",
            "./package.json": "./package.json",
        },
        "dependencies": {"openapi-fetch": f"^{needed['openapi-fetch']}"},
        "peerDependencies": {name: _range(name, needed[name]) for name in ("msw", "zod")},
        "peerDependenciesMeta": {name: {"optional": True} for name in ("msw", "zod")},
    }
    return f"{orjson.dumps(described, option=orjson.OPT_INDENT_2).decode()}\n"


def _range(name: str, lowest: str) -> str:
    return " || ".join((f"^{lowest}", *([_NEWER[name]] if name in _NEWER else [])))


def readme(recorded: Recorded) -> str:
    """Return the README of a package."""
    name, info = package_name(recorded.contract.name), recorded.contract.document["info"]
    lines = [
        f"# {name}",
        "",
        f"{info['title']}, {info['version']}. Written by `adcontract kit`, which replaces this folder: do not edit it.",
        "",
        "| module | has |",
        "|---|---|",
        f"| `{name}` | `createClient({{ baseUrl, token }})`, a client of openapi-fetch, and the types |",
        f"| `{name}/fixtures` | `fixtures`: every payload by operation, status and name |",
        f"| `{name}/msw` | `mock({{ baseUrl }})`: `handlers` for MSW, and `respond` to choose a response |",
        f"| `{name}/zod` | `schema(name)`, `responseSchema(operation, status)`, `checkResponses()` for `client.use` |",
        f"| `{name}/openapi.json` | the document of the types |",
        "",
        "`msw` and `zod` are needed for the modules of their names only. pnpm and Yarn take this folder as",
        "`file:./folder`; npm, where it is outside of the project, with `--install-links`. Then it is a copy:",
        "install it again when it was written again.",
        "",
        "| operation | | payloads of the success | other statuses |",
        "|---|---|---|---|",
        *(_row(each) for each in sorted(recorded.operations, key=lambda each: each.operation.id)),
        "",
    ]
    return "\n".join(lines)


def _row(recorded: RecordedOperation) -> str:
    operation = recorded.operation
    success = operation.success.status if operation.success else ""
    names = ", ".join(f"`{name}`" for name in recorded.responses[success].payloads) if success else ""
    others = ", ".join(status for status in recorded.responses if status != success)
    return f"| `{operation.id}` | `{operation.method} {operation.path}` | {success} {names} | {others} |"
