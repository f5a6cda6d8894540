"""The model of a report: rules, the entries that they led to, and the cases that were tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract.errors import Location


class Level(StrEnum):
    """How grave an entry is, by the words of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Rule:
    """A rule that entries refer to by its id, and its sentence; `help` says more, in Markdown."""

    id: str
    sentence: str
    help: str = ""


@dataclass(frozen=True)
class Entry:
    """A finding or a change.

    `subject` is the operation or operations that it concerns, if any. `location` is its place in a file, and `related`
    are further places. `fingerprint` is the same in every run that finds the same. `details` are lines for a reader who
    looks closer, such as a request as curl. `topic` is shared by the entries that belong below one heading, if any.
    `waived` is why it may pass, if it may.
    """

    rule: str
    level: Level
    message: str
    location: Location
    fix: str = ""
    subject: str = ""
    related: tuple[Location, ...] = ()
    fingerprint: str = ""
    details: tuple[str, ...] = ()
    topic: str = ""
    waived: str = ""

    @property
    def text(self) -> str:
        """The message with its subject and its fix."""
        subject = f"{self.subject}: " if self.subject else ""
        return f"{subject}{self.message}{f' {self.fix}' if self.fix else ''}"


@dataclass(frozen=True)
class Case:
    """A test case: its entries, or the reason why it was skipped, or the error that kept it from being tried."""

    topic: str
    name: str
    entries: tuple[Entry, ...] = ()
    skipped: str = ""
    error: str = ""


@dataclass(frozen=True)
class Suite:
    """Test cases that were tried together. `started` is a time in ISO 8601, `seconds` the duration."""

    name: str
    cases: tuple[Case, ...]
    started: str = ""
    seconds: float | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """The result of a command.

    `summary` holds the conclusion, a line each, `problems` the reasons why the command did not finish. `rules` are
    all rules that an entry may refer to. `suites` are the cases, for commands that try some.
    """

    tool: str
    title: str
    summary: tuple[str, ...]
    rules: tuple[Rule, ...]
    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    suites: tuple[Suite, ...] = ()
