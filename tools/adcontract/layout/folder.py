"""Writing the files of a contract: all of them or none, and never over one that exists."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from adcontract.errors import UsageError, shown
from adcontract.files.file_names import unfit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check_new(spec: Path, api: str) -> Path:
    """Return the folder of a new contract, which does not exist or is empty.

    Raises:
        UsageError: if the name is not one, or the folder cannot be written.
    """
    if reason := unfit(api):
        raise UsageError(f"{api}: this cannot be the name of an API: {reason}. Name it like orders-api.")
    target = spec / api
    with _reported(spec):
        if spec.exists() and not spec.is_dir():
            raise UsageError(f"{shown(spec)}: this is a file. Name the folder of the contracts with --spec.")
        twin = next((each.name for each in spec.glob("*") if each.name.casefold() == api.casefold()), api)
        if twin != api:
            message = f"the name differs from {api} in capitals only. Choose another name."
            raise UsageError(f"{shown(spec / twin)}: {message}")
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(f"{shown(target)}: this exists and is not empty. Choose another name, or delete it.")
    return target


def write_new(spec: Path, api: str, files: Mapping[str, str]) -> Path:
    """Write the files of a new contract, by their paths in its folder, and return the folder.

    They are written beside it and moved when all are there: an interrupt leaves nothing.

    Raises:
        UsageError: see `check_new`.
    """
    target = check_new(spec, api)
    is_new = not spec.exists()
    try:
        with _reported(spec):
            spec.mkdir(parents=True, exist_ok=True)
            # one folder deeper than contracts are looked for
            with tempfile.TemporaryDirectory(dir=spec, prefix=".adcontract-") as beside:
                _write(Path(beside) / api, files)
                with suppress(FileNotFoundError):
                    target.rmdir()
                (Path(beside) / api).rename(target)
    except BaseException:
        if is_new:
            with suppress(OSError):
                spec.rmdir()
        raise
    return target


def add_files(folder: Path, files: Mapping[str, str], changed: Mapping[str, str]) -> None:
    """Write new files into the folder of a contract, and others anew; if one cannot be written, none is.

    Raises:
        UsageError: if a file exists, or cannot be written.
    """
    with _reported(folder):
        for name in files:
            if (folder / name).exists():
                raise UsageError(f"{shown(folder / name)}: this file exists, and is not overwritten. Delete it first.")
        old = {name: (folder / name).read_bytes() for name in changed}
    try:
        with _reported(folder):
            _write(folder, files)
            for name, text in changed.items():
                _replace(folder / name, text.encode())
    except BaseException:
        for name in files:
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)
        for name, content in old.items():
            with suppress(OSError):
                if (folder / name).read_bytes() != content:
                    _replace(folder / name, content)
        raise


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def _replace(file: Path, content: bytes) -> None:
    """Write a file anew, in one step for whoever reads it."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".adcontract-") as beside:
        new = Path(beside) / file.name
        new.write_bytes(content)
        new.chmod(file.stat().st_mode)
        new.replace(file)


@contextmanager
def _reported(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = shown(Path(error.filename)) if isinstance(error.filename, str) else shown(folder)
        reason = error.strerror or str(error)
        raise UsageError(f"{place}: this cannot be written: {reason}. Choose another folder with --spec.") from None
