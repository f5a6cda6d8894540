"""A run of all corrections on one API: tried on a copy, and written only if every document stays as it is."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract.contract.catalog import apis, names
from adcontract.errors import ContractError, UsageError
from adcontract.files.source import parse_yaml, read_json, text_of
from adcontract.lint.fixes.names import moved_paths
from adcontract.lint.fixes.order import ORDERS, in_order, with_blank_lines
from adcontract.lint.fixes.texts import TEXT_FIXES
from adcontract.lint.subjects import type_of
from adcontract.loading import assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUFFIXES = (".yaml", ".json", ".txt")


@dataclass
class Fixed:
    """What was corrected: the rules by file; and by API, why nothing was corrected in it."""

    files: dict[Path, list[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def fix(spec: Path, api: str | None = None) -> Fixed:
    """Correct the form of the files of all APIs below `spec`, or of one.

    Raises:
        UsageError: if there is no such API, or a file cannot be written; those before it are corrected.
    """
    fixed = Fixed()
    for each in [api] if api else apis(spec):
        if not (spec / each / "openapi.yaml").is_file():
            names(spec, each)  # raises an error that lists what exists
        _fix_api(fixed, spec / each)
    return fixed


def _fix_api(fixed: Fixed, folder: Path) -> None:
    before = _documents(folder)
    if before is None:
        fixed.refused[folder.name] = "its documents cannot be assembled. Correct the other findings first"
        return
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / folder.name
        shutil.copytree(folder, copy)
        texts = _texts(copy)
        changes, rules = _changes(copy, texts)
        if not changes:
            return
        for file, text in changes.items():
            _write(copy / file, text)
        if _documents(copy) != before:
            fixed.refused[folder.name] = "the corrections would change a document, which they never should"
            return
    for file in changes:
        if _bytes(folder / file) != texts.get(file, "").encode():
            fixed.refused[folder.name] = f"{file} was changed meanwhile"
            return
    # what is renamed stands there twice rather than not at all
    for file, text in sorted(changes.items(), key=lambda change: change[1] is None):
        _write(folder / file, text)
        fixed.files[folder / file] = rules[file]


def _changes(folder: Path, texts: dict[Path, str]) -> tuple[dict[Path, str | None], dict[Path, list[str]]]:
    """Return the new text of each file to change, None for one to remove; and the rules that asked for it."""
    changes: dict[Path, str | None] = {}
    rules: dict[Path, list[str]] = {}
    for file, text in texts.items():
        new = text
        for rule, change in _corrections(folder, file):
            changed = _harmless(folder / file, new, change(new))
            if changed != new:
                new = changed
                rules.setdefault(file, []).append(rule)
        if new != text:
            changes[file] = new
    for file, moved, names_ in moved_paths({file: changes.get(file) or text for file, text in texts.items()}):
        changes.update(moved)
        rules.update({each: [*rules.get(each, []), names_] for each in moved if each != file})
        rules[file] = [names_]
    return changes, rules


def _corrections(folder: Path, file: Path) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield the corrections of a file, each with the rule that asks for it."""
    for rule, change in TEXT_FIXES.items():
        if rule != "tab" or file.suffix == ".yaml":
            yield rule, change
    object_type = type_of(folder, folder / file) if file.suffix == ".yaml" else None
    if object_type:
        for rule in ORDERS:
            yield rule, lambda text, rule=rule: _ordered(text, object_type, folder / file, rule)  # type: ignore[misc]
        yield "blank-line", lambda text: with_blank_lines(text, object_type, parse_yaml(folder / file, text))


def _ordered(text: str, object_type: str, file: Path, rule: str) -> str:
    left: set[str] = set()
    while True:
        source = parse_yaml(file, text)
        moved = in_order(text, object_type, source, rule, left)
        if moved is None:
            return text
        if _same(file, text, moved):
            text = moved


def _harmless(file: Path, before: str, after: str) -> str:
    """Return the corrected text of a file, or the one with the corrected lines that leave its meaning as it is."""
    if before == after or _same(file, before, after):
        return after
    lines, corrected = before.split("\n"), after.split("\n")
    for index, line in enumerate(corrected if len(corrected) == len(lines) else ()):
        kept, lines[index] = lines[index], line
        if kept != line and not _same(file, before, "\n".join(lines)):
            lines[index] = kept
    return "\n".join(lines)


def _same(file: Path, before: str, after: str) -> bool:
    """Return whether a file means the same with both texts."""
    if file.suffix != ".yaml":
        return True
    try:
        return bool(parse_yaml(file, before).data == parse_yaml(file, after).data)
    except ContractError:
        return False


def _texts(folder: Path) -> dict[Path, str]:
    """Return the text of every readable file, by its path in the folder."""
    texts = {}
    for file in sorted(folder.rglob("*")):
        if file.suffix in SUFFIXES and file.is_file():
            try:
                text = text_of(file)
                _ = read_json(file) if file.suffix == ".json" else None
                _ = parse_yaml(file, text) if file.suffix == ".yaml" else None
            except ContractError:
                continue
            texts[file.relative_to(folder)] = text
    return texts


def _documents(folder: Path) -> list[dict[str, Any]] | None:
    """Return the documents of an API, None if one cannot be assembled."""
    try:
        assemblies = [assemble(folder, name.snapshot) for name in names(folder.parent, folder.name)]
    except ContractError:
        return None
    if any(each.holes or not each.document for each in assemblies):
        return None
    return [each.document for each in assemblies]


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _write(file: Path, text: str | None) -> None:
    """Write a file at once, so that no reader sees a part of it; without a text remove it."""
    file = file.resolve()  # a link stays one
    try:
        if text is None:
            file.unlink()
            return
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "wb") as opened:
            opened.write(text.encode())
        if file.exists():
            shutil.copymode(file, temporary)
        else:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except OSError as error:
        raise UsageError(f"{file}: it cannot be corrected: {error.strerror}. Make its folder writable.") from None
