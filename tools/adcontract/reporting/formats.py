"""The formats that every report can have, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from adcontract.reporting.github import as_github
from adcontract.reporting.junit import as_junit
from adcontract.reporting.markdown import as_markdown
from adcontract.reporting.sarif import as_sarif

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.reporting.model import Report

WRITERS: dict[str, Callable[[Report], str]] = {
    "github": as_github,
    "sarif": as_sarif,
    "markdown": as_markdown,
    "junit": as_junit,
}
"""The writers of reports. A command has its own writers for text and JSON."""

Result = TypeVar("Result")


def report_formats(report: Callable[[Result], Report], *names: str) -> dict[str, Callable[[Result], str]]:
    """Return writers for the results that `report` turns into reports: those of these names, or all of them."""

    def writer(write: Callable[[Report], str]) -> Callable[[Result], str]:
        return lambda result: write(report(result))

    return {name: writer(WRITERS[name]) for name in names or WRITERS}
