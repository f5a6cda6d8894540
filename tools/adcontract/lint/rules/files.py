"""Rules on the names of files, and on files that nothing refers to."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from adcontract.errors import Location
from adcontract.lint.registry import Violation, on_files
from adcontract.openapi.grammar import COMPONENTS
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.lint.subjects import Files

_CAPITAL_FIRST = re.compile(r"[A-Z][A-Za-z0-9]*")
_SMALL_FIRST = re.compile(r"[a-z][A-Za-z0-9]*")


@on_files("path-file-name", "A path stands in a file of its own, named after the path.")
def path_file_name(files: Files) -> Iterator[Violation]:
    """Compare the path and the file of each entry under `paths`."""
    for path, item, pointer in _entries(files, "paths"):
        name = path.strip("/").replace("{", "").replace("}", "").replace("/", "_") + ".yaml"
        yield from _named(files, item, pointer, f"paths/{name}")


@on_files("component-file-name", "A component's file name is its name: Offer.yaml, accessToken.yaml.")
def component_file_name(files: Files) -> Iterator[Violation]:
    """Look at the names of the files, and at those of the components that openapi.yaml names itself."""
    for kind in COMPONENTS:
        form, example = (_SMALL_FIRST, "accessToken") if kind == "securitySchemes" else (_CAPITAL_FIRST, "OfferPage")
        for file in files.sources:
            if file.parent == files.folder / "components" / kind and not form.fullmatch(file.stem):
                yield Location(file), f"{file.stem} is no name for one of {kind}.", f"Write it like {example}."
        for name, item, pointer in _entries(files, "components", kind):
            yield from _named(files, item, pointer, f"components/{kind}/{name}.yaml")


@on_files("unreferenced", "Every file below paths/ and components/ is part of a document.")
def unreferenced(files: Files) -> Iterator[Violation]:
    """Report each file that no document of any snapshot is made from."""
    for part in ("paths", "components"):
        for file in sorted((files.folder / part).rglob("*")):
            if file.is_file() and files.reached is not None and file not in files.reached:
                yield Location(file), f"Nothing refers to {file.name}.", "Refer to it, or delete it."


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
        yield files.root.where(pointer), "This is written out here.", f"Move it to {expected}, and refer to that."
    elif PurePosixPath(reference).name != PurePosixPath(expected).name:
        where = files.root.where(join(pointer, "$ref"))
        yield where, f"{reference} is not named after what it holds.", f"Name it {expected}."
