"""Rules on the names of files, and on unused files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from adcontract.assembly.overlay import SEEN
from adcontract.errors import Location
from adcontract.files.file_names import path_stems
from adcontract.lint.registry import Violation, on_files
from adcontract.openapi.grammar import COMPONENTS
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.lint.subjects import Files

_CAPITAL_FIRST = re.compile(r"[A-Z][A-Za-z0-9]*")
_SMALL_FIRST = re.compile(r"[a-z][A-Za-z0-9]*")


@on_files("path-file-name", "Each path has a file of its own, named after the path.")
def path_file_name(files: Files) -> Iterator[Violation]:
    """Compare the path and the file of each entry under `paths`."""
    stems = path_stems(path for path, _, _ in _entries(files, "paths"))
    for path, item, pointer in _entries(files, "paths"):
        yield from _named(files, item, pointer, f"paths/{stems[path]}.yaml")


@on_files("component-file-name", "The file name of a component is its name: Offer.yaml, accessToken.yaml.")
def component_file_name(files: Files) -> Iterator[Violation]:
    """Check the names of the files, and of the components that openapi.yaml lists."""
    for component in COMPONENTS:
        form, example = _CAPITAL_FIRST, "OfferPage"
        if component == "securitySchemes":
            form, example = _SMALL_FIRST, "accessToken"
        for file in files.sources:
            if file.parent == files.folder / "components" / component and not form.fullmatch(file.stem):
                yield (
                    Location(file),
                    f"{file.stem} is not a valid name of one of the {component}.",
                    f"Write it like {example}.",
                )
        for name, item, pointer in _entries(files, "components", component):
            yield from _named(files, item, pointer, f"components/{component}/{name}.yaml")


@on_files("unreferenced", "Every file below paths/, components/ and seen/ is part of a document.", after_documents=True)
def unreferenced(files: Files) -> Iterator[Violation]:
    """Report each file that no document of any snapshot uses."""
    for part in ("paths", "components", SEEN):
        for file in sorted((files.folder / part).rglob("*")):
            if file.is_file() and files.reached is not None and file not in files.reached:
                fix = "Name it <snapshot>.<date>.overlay.yaml." if part == SEEN else "Refer to it, or delete it."
                yield Location(file), f"Nothing refers to {file.name}.", fix


def _entries(files: Files, *keys: str) -> Iterator[tuple[str, Any, str]]:
    """Yield name, value and pointer of each member of an object in openapi.yaml."""
    node: Any = files.root.data if files.root else {}
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    for name, item in node.items() if isinstance(node, dict) else ():
        yield name, item, join("", *keys, name)


def _named(files: Files, item: Any, pointer: str, expected: str) -> Iterator[Violation]:
    assert files.root is not None
    reference = item.get("$ref") if isinstance(item, dict) else None
    if not isinstance(reference, str):
        yield (
            files.root.where(pointer),
            "This definition is in openapi.yaml.",
            f"Move it to {expected}, and refer to that file.",
        )
    elif PurePosixPath(reference).name != PurePosixPath(expected).name:
        where = files.root.where(join(pointer, "$ref"))
        yield where, f"{reference} is not named after its content.", f"Name it {expected}."
