"""The findings of a run of the rules, in every format."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

import click

from adcontract.errors import shown
from adcontract.lint.explain import as_markdown
from adcontract.lint.rules import RULES
from adcontract.reporting.formats import report_formats
from adcontract.reporting.model import Case, Entry, Level, Report, Rule, Suite
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.errors import Finding
    from adcontract.lint.run import Result

TOOL = "adcontract lint"


def report(result: Result) -> Report:
    """Return a result as a report: an entry for each finding, a test case for each rule."""
    entries = [Entry(each.rule, Level.ERROR, each.message, each.where, each.fix) for each in result.findings]
    cases = [
        Case(rule.id, rule.sentence, tuple(entry for entry in entries if entry.rule == rule.id))
        for rule in RULES.values()
    ]
    return Report(
        TOOL,
        TOOL,
        (summary(result),),
        tuple(Rule(rule.id, rule.sentence, as_markdown(rule)) for rule in RULES.values()),
        tuple(entries),
        suites=(Suite(TOOL, tuple(cases)),),
    )


def as_text(result: Result) -> str:
    """Return a line for each finding, the files apart, and a last line with counts, with colors for a terminal."""
    lines: list[str] = []
    for _, findings in groupby(result.findings, key=lambda finding: finding.where.file):
        lines += map(finding_line, findings)
        lines.append("")
    return "\n".join([*lines, summary(result)])


def finding_line(finding: Finding) -> str:
    """Return a finding in a line, with colors for a terminal."""
    place, rule = click.style(str(finding.where), bold=True), click.style(finding.rule, fg="yellow")
    return f"{place}  {rule}  {finding.message}  {finding.fix}"


def as_json(result: Result) -> str:
    """Return one JSON object: the findings, and the numbers of contracts, operations and payloads checked."""
    findings = [
        {
            "file": shown(finding.where.file),
            "line": finding.where.line,
            "column": finding.where.column,
            "rule": finding.rule,
            "message": finding.message,
            "fix": finding.fix,
        }
        for finding in result.findings
    ]
    counts = {"contracts": result.contracts, "operations": result.operations, "payloads": result.payloads}
    return json.dumps({"findings": findings, **counts, "waiting": result.waiting}, indent=2, ensure_ascii=False)


FORMATS: dict[str, Callable[[Result], str]] = {
    "text": as_text,
    "json": as_json,
    **report_formats(report),
}
"""Every format by its name."""


def summary(result: Result) -> str:
    """Return in one line what was checked and how many findings there are."""
    checked = ", ".join(
        (
            plural(result.contracts, "contract"),
            plural(result.operations, "operation"),
            plural(result.payloads, "payload"),
        )
    )
    line = f"{checked}: {plural(len(result.findings), 'finding') if result.findings else 'no findings'}"
    if result.waiting:
        line += f"; the rules on assembled documents wait until these can be assembled: {', '.join(result.waiting)}"
    return line
