"""What can go wrong with a contract, told as findings that name the place, the cause and the way out.

AdcontractError
  UsageError        something the user asked for does not exist
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
    """A place in a file; `line` and `column` count from 1."""

    file: Path
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong in a contract: where, by which rule, what it is and what to do about it."""

    where: Location
    rule: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}: {self.message} {self.fix}"


class AdcontractError(Exception):
    """The root of the errors that are told to the user in plain lines, never as a traceback."""

    def lines(self) -> list[str]:
        """Return what to print, a line each."""
        return [str(self)]


class UsageError(AdcontractError):
    """The user named something that does not exist, or cannot be had; the message says what can."""


class ContractError(AdcontractError):
    """A contract cannot be assembled."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(sorted(findings))

    def lines(self) -> list[str]:
        """Return one line for each finding."""
        return [str(finding) for finding in self.findings]


def did_you_mean(given: str, known: Iterable[str], most: int = 1) -> str:
    """Return ` Did you mean …?` with the known names that are closest to the one given, `most` of them; or nothing."""
    close = difflib.get_close_matches(given, list(known), n=most)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def shown(file: Path) -> str:
    """Return a path as a reader at the shell would type it: relative where it lies below the current folder."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
