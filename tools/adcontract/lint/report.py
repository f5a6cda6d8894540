"""What a run of the rules found, written for people, for programs and for code hosts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from adcontract.errors import shown
from adcontract.lint.registry import RULES

if TYPE_CHECKING:
    from adcontract.errors import Finding
    from adcontract.lint.run import Result

Writer = Callable[["Result"], Iterator[str]]


def as_text(result: Result) -> Iterator[str]:
    """Yield a line for each finding, the files apart, and a last line with counts. Colours are for a terminal."""
    for _, findings in groupby(result.findings, key=lambda finding: finding.where.file):
        for finding in findings:
            rule = click.style(finding.rule, fg="yellow")
            yield f"{click.style(str(finding.where), bold=True)}  {rule}  {finding.message}  {finding.fix}"
        yield ""
    yield summary(result)


def as_json(result: Result) -> Iterator[str]:
    """Yield one JSON object: the findings, and in how much they were looked for."""
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
    yield json.dumps({"findings": findings, **counts, "waiting": result.waiting}, indent=2, ensure_ascii=False)


def as_github(result: Result) -> Iterator[str]:
    """Yield a workflow command of GitHub Actions for each finding, and a last line with counts."""
    for finding in result.findings:
        place = f"file={_property(shown(finding.where.file))},line={finding.where.line},col={finding.where.column}"
        yield f"::error {place},title={finding.rule}::{_data(f'{finding.message} {finding.fix}')}"
    yield summary(result)


def as_sarif(result: Result) -> Iterator[str]:
    """Yield one log of the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS)."""
    driver = {
        "name": "adcontract lint",
        "version": version("adcontract"),
        "rules": [{"id": rule.id, "shortDescription": {"text": rule.sentence}} for rule in RULES.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding) for finding in result.findings],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    yield json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


WRITERS: dict[str, Writer] = {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif}
"""The formats by name."""


def summary(result: Result) -> str:
    """Return in one line what was looked at and how much was found."""
    looked = ", ".join(
        _count(number, noun)
        for number, noun in (
            (result.contracts, "contract"),
            (result.operations, "operation"),
            (result.payloads, "payload"),
        )
    )
    line = f"{looked}: {_count(len(result.findings), 'finding') if result.findings else 'no findings'}"
    if result.waiting:
        line += f"; the rules on assembled documents wait until these can be assembled: {', '.join(result.waiting)}"
    return line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _sarif_result(finding: Finding) -> dict[str, Any]:
    place = {
        "artifactLocation": _sarif_file(Path(shown(finding.where.file))),
        "region": {"startLine": finding.where.line, "startColumn": finding.where.column},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "level": "error",
        "message": {"text": f"{finding.message} {finding.fix}"},
        "locations": [{"physicalLocation": place}],
    }


def _sarif_file(file: Path) -> dict[str, str]:
    if file.is_absolute():
        return {"uri": file.as_uri()}
    return {"uri": quote(file.as_posix()), "uriBaseId": "%SRCROOT%"}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
