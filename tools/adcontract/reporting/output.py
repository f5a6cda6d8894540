"""The files that reports are written to, and the format of each."""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from adcontract.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

ENDINGS = {
    ".txt": "text",
    ".sarif.json": "sarif",
    ".json": "json",
    ".sarif": "sarif",
    ".md": "markdown",
    ".xml": "junit",
    ".html": "html",
}
"""The format by the ending of a file's name; the first that fits."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Output:
    """A file that a report is written to, and its format."""

    format: str
    file: Path

    def write(self, text: str) -> None:
        """Write a report, without the colors of a terminal, and create the folder of its file where there is none.

        Raises:
            UsageError: if the file cannot be written.
        """
        try:
            self._resolved.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(f"{click.unstyle(text)}\n", encoding="utf-8")
        except OSError as error:
            raise self._unwritable(error) from None

    def check(self) -> tuple[object, ...]:
        """Make sure that the file can be written, and leave everything as it is. Return what identifies the file.

        Raises:
            UsageError: if it cannot be written, or is not a file.
        """
        if str(self.file) == "-":
            raise UsageError("-: this is not a file. Name a file, or use --format for the report that is printed.")
        try:
            known = self.file.stat()
            if not stat.S_ISDIR(known.st_mode):
                self._refuse_other_than_files(known)
            with self.file.open("ab"):
                pass
        except FileNotFoundError:
            self._check_folder()
            return (self._resolved,)
        except OSError as error:
            raise self._unwritable(error) from None
        return known.st_dev, known.st_ino

    @property
    def _resolved(self) -> Path:
        """The file itself, if a symbolic link is named, and the link may point at nothing yet."""
        return Path(os.path.realpath(self.file))

    def _refuse_other_than_files(self, known: os.stat_result) -> None:
        if _is_printed_to(known):
            raise UsageError(f"{self.file}: the report is printed there. Name a file, or leave --output out.")
        # whoever opens a pipe waits for its reader
        if not stat.S_ISREG(known.st_mode) and not stat.S_ISCHR(known.st_mode):
            raise UsageError(f"{self.file}: this is not a regular file. Name another file.")

    def _check_folder(self) -> None:
        folder = next(each for each in self._resolved.parents if each.exists())
        if not os.access(folder, os.W_OK | os.X_OK):
            raise self._unwritable(OSError(errno.EACCES, os.strerror(errno.EACCES)))

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"{self.file}: the report cannot be written: {error.strerror}. Name another file.")


def _is_printed_to(known: os.stat_result) -> bool:
    """Return whether a file is the standard output; the null device, which may be, keeps nothing of either."""
    try:
        return os.path.samestat(known, os.fstat(1)) and (not stat.S_ISCHR(known.st_mode) or os.isatty(1))
    except OSError:
        return False


def output_of(text: str, formats: tuple[str, ...]) -> Output:
    """Return the output that `FORMAT:FILE` names, or `FILE` with an ending that names the format.

    Raises:
        UsageError: if the format or the ending is unknown, or not one of `formats`; the message lists them.
    """
    name, colon, file = text.partition(":")
    listed = ", ".join(formats)
    if colon and file and name in {*ENDINGS.values(), *formats}:
        found: str | None = name
    elif colon and file and re.fullmatch("[A-Za-z]+", name):
        raise UsageError(
            f"{text}: there is no format {name}.{did_you_mean(name, formats)} Known: {listed}. "
            f"Write a file of this name as ./{text}."
        )
    else:
        file = text
        found = next((known for ending, known in ENDINGS.items() if text.lower().endswith(ending)), None)
    if found in formats:
        return Output(found, Path(file))
    endings = ", ".join(ending for ending, known in ENDINGS.items() if known in formats)
    reason = "its ending names no format" if found is None else f"this command has no {found} report"
    raise UsageError(f"{text}: {reason}. Use one of {endings}, or write FORMAT:FILE with {listed}.")


def prepare(outputs: Iterable[Output]) -> None:
    """Make sure, before a long run, that every output can be written; nothing is written or created.

    Raises:
        UsageError: if a file cannot be written, or two reports are to go to one file.
    """
    files = set()
    for output in outputs:
        identity = output.check()
        if identity in files:
            raise UsageError(f"{output.file}: two reports cannot go to one file. Name another file for one of them.")
        files.add(identity)


@contextmanager
def written(
    outputs: Iterable[Output], formats: Mapping[str, Callable[[Result], str]], result: Result
) -> Iterator[None]:
    """Write a result to each output in its format when it is printed, or could not be printed.

    Raises:
        UsageError: if a file cannot be written.
    """
    try:
        yield
    finally:
        errors = [error for output in outputs if (error := _error(output, formats[output.format](result)))]
        if errors:
            raise errors[0]


def _error(output: Output, text: str) -> UsageError | None:
    """Write a report, and return why it cannot be written, if so: the others are written all the same."""
    try:
        output.write(text)
    except UsageError as error:
        return error
    return None
