"""The files that reports are written to, and the format of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from adcontract.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ENDINGS = {
    ".txt": "text",
    ".sarif.json": "sarif",
    ".json": "json",
    ".sarif": "sarif",
    ".md": "markdown",
    ".xml": "junit",
}
"""The format by the ending of a file's name; the first that fits."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Output:
    """A file that a report is written to, and its format."""

    format: str
    file: Path

    def write(self, text: str) -> None:
        """Write a report, without the colors of a terminal.

        Raises:
            UsageError: if the file cannot be written.
        """
        try:
            self.file.write_text(f"{click.unstyle(text)}\n", encoding="utf-8")
        except OSError as error:
            raise self._unwritable(error) from None

    def prepare(self) -> None:
        """Create the folder of the file, and make sure that the file can be written.

        Raises:
            UsageError: if it cannot.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            known = self.file.exists()
            with self.file.open("ab"):
                pass
            if not known:
                self.file.unlink()
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"{self.file}: the report cannot be written: {error.strerror}. Name another file.")


def output_of(text: str, formats: tuple[str, ...]) -> Output:
    """Return the output that `FORMAT:FILE` names, or `FILE` with an ending that names the format.

    Raises:
        UsageError: if the ending is unknown, or the format is not one of `formats`; the message lists them.
    """
    name, colon, file = text.partition(":")
    if colon and file and name in {*ENDINGS.values(), *formats}:
        found: str | None = name
    else:
        file = text
        found = next((known for ending, known in ENDINGS.items() if text.lower().endswith(ending)), None)
    if found in formats:
        return Output(found, Path(file))
    endings = ", ".join(ending for ending, known in ENDINGS.items() if known in formats)
    reason = "its ending names no format" if found is None else f"this command has no {found} report"
    raise UsageError(f"{text}: {reason}. Use one of {endings}, or write FORMAT:FILE with {', '.join(formats)}.")


def prepare(outputs: Iterable[Output]) -> None:
    """Make sure, before a long run, that every output can be written.

    Raises:
        UsageError: if a file cannot be written, or two reports are to go to one file.
    """
    files = set()
    for output in outputs:
        if output.file in files:
            raise UsageError(f"{output.file}: two reports cannot go to one file. Name another file for one of them.")
        files.add(output.file)
        output.prepare()


def write(outputs: Iterable[Output], formats: Mapping[str, Callable[[Result], str]], result: Result) -> None:
    """Write a result to each output in its format.

    Raises:
        UsageError: if a file cannot be written.
    """
    for output in outputs:
        output.write(formats[output.format](result))
