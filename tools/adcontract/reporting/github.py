"""A report as workflow commands of GitHub Actions, which become annotations of the lines that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.errors import shown
from adcontract.reporting.model import Level

if TYPE_CHECKING:
    from adcontract.reporting.model import Entry, Report

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def as_github(report: Report) -> str:
    """Return a workflow command for each entry and each problem, and the summary as plain lines after them."""
    lines = [_annotation(entry) for entry in report.entries]
    lines += [f"::error title={_property(report.tool)}::{_data(problem)}" for problem in report.problems]
    return "\n".join([*lines, *report.summary])


def _annotation(entry: Entry) -> str:
    where = entry.location
    properties = {"file": shown(where.file), "line": where.line, "col": where.column, "title": entry.rule}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[entry.level]} {listed}::{_data(chr(10).join((entry.text, *entry.details)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
