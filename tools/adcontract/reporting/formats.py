"""The formats that every report can have, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from adcontract.reporting.github import as_github
from adcontract.reporting.junit import as_junit
from adcontract.reporting.markdown import as_markdown
from adcontract.reporting.sarif import as_sarif
from adcontract.wording import printable_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.reporting.model import Report

Result = TypeVar("Result")


def in_printable_lines(write: Callable[[Result], str]) -> Callable[[Result], str]:
    """Return a writer of lines that are read as they are, so that a terminal obeys nothing of what they quote."""
    return lambda result: printable_lines(write(result))


WRITERS: dict[str, Callable[[Report], str]] = {
    "github": in_printable_lines(as_github),
    "sarif": as_sarif,
    "markdown": in_printable_lines(as_markdown),
    "junit": as_junit,
}
"""The writers of reports. A command has its own writers for text and JSON."""


def report_formats(report: Callable[[Result], Report], *names: str) -> dict[str, Callable[[Result], str]]:
    """Return writers for the results that `report` turns into reports: those of these names, or all of them."""

    def writer(write: Callable[[Report], str]) -> Callable[[Result], str]:
        return lambda result: write(report(result))

    return {name: writer(WRITERS[name]) for name in names or WRITERS}
