"""The errors of a contract, reported as findings that name the location, the cause and the fix.

AdcontractError
  UsageError        the user named something that does not exist
  ContractError     the contract itself is broken; carries findings
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, order=True)
class Location:
    """A location in a file; `line` and `column` count from 1."""

    file: Path
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault of a contract: its location, the rule it breaks, a message and a fix."""

    where: Location
    rule: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}: {self.message} {self.fix}"


class AdcontractError(Exception):
    """The root of the errors that are reported to the user in plain lines, never as a traceback."""

    def lines(self) -> list[str]:
        """Return the lines to print."""
        return [str(self)]


class UsageError(AdcontractError):
    """The user named something that does not exist or is not available; the message names what is."""


class ContractError(AdcontractError):
    """A contract cannot be assembled; its text has a line for each finding."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return one line for each finding."""
        return [str(finding) for finding in self.findings]


def did_you_mean(given: str, known: Iterable[str], most: int = 1, least: float = 0.6) -> str:
    """Return ` Did you mean …?` with the known names that are closest to the one given, `most` of them; or nothing.

    Names that resemble it less than `least`, of 1 for equal ones, are left out.
    """
    close = difflib.get_close_matches(given, list(known), n=most, cutoff=least)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def shown(file: Path) -> str:
    """Return a path as a reader at the shell would type it: relative where it lies below the current folder."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
