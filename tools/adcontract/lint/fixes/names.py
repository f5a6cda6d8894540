"""Corrections of the names of path files, and of the references to them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from adcontract.files.file_names import path_stems
from adcontract.files.source import Loader

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path("openapi.yaml")


def moved_paths(texts: dict[Path, str]) -> Iterator[tuple[Path, dict[Path, str | None], str]]:
    """Yield each path file that is not named after its path: its new name, the changed files, and the rule."""
    root = yaml.load(texts[ROOT], Loader=Loader) if ROOT in texts else None
    paths = root.get("paths") if isinstance(root, dict) else None
    paths = paths if isinstance(paths, dict) else {}
    stems = path_stems(map(str, paths))
    for path, item in paths.items():
        reference = item.get("$ref") if isinstance(item, dict) else None
        old, new = Path(str(reference)), Path(f"paths/{stems[str(path)]}.yaml")
        if old == new or old not in texts or new in texts or old.parent != new.parent:
            continue
        changed: dict[Path, str | None] = {new: texts[old], old: None}
        name = re.compile(rf"(?<![\w.-]){re.escape(old.as_posix())}(?![\w.-])")
        for file, text in texts.items():
            if file.suffix == ".yaml" and file != old and name.search(text):
                changed[file] = name.sub(new.as_posix(), text)
        texts.update({file: text for file, text in changed.items() if text is not None})
        del texts[old]
        yield new, changed, "path-file-name"
