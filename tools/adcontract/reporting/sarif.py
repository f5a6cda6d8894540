"""A report as a log of the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS)."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract.errors import shown

if TYPE_CHECKING:
    from adcontract.errors import Location
    from adcontract.reporting.model import Entry, Report, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(report: Report) -> str:
    """Return one log with one run: its rules, a result for each entry, a notification for each problem."""
    indexes = {rule.id: index for index, rule in enumerate(report.rules)}
    driver = {
        "name": report.tool,
        "version": version("adcontract"),
        "rules": [_rule(rule, report.tool) for rule in report.rules],
    }
    notifications = [{"level": "error", "message": {"text": problem}} for problem in report.problems]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications},
        ],
        "results": [_result(entry, indexes[entry.rule]) for entry in report.entries],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: Rule, tool: str) -> dict[str, Any]:
    # code scanning shows no rule without all three
    text = {"text": rule.sentence}
    help_ = {"text": f"{rule.sentence} `{tool} --rules` lists all rules."}
    if rule.help:
        help_["markdown"] = rule.help
    return {"id": rule.id, "shortDescription": text, "fullDescription": text, "help": help_}


def _result(entry: Entry, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": entry.rule,
        "ruleIndex": index,
        "level": entry.level.value,
        "message": {"text": "\n".join((entry.text, *entry.details))},
        "locations": [_location(entry.location)],
    }
    if entry.related:
        result["relatedLocations"] = [{"id": i, **_location(each)} for i, each in enumerate(entry.related, start=1)]
    if entry.fingerprint:
        result["partialFingerprints"] = {"adcontract/v1": entry.fingerprint}
    if entry.waived:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": entry.waived}]
    return result


def _location(where: Location) -> dict[str, Any]:
    region = {"startLine": where.line, "startColumn": where.column}
    return {"physicalLocation": {"artifactLocation": _artifact(Path(shown(where.file))), "region": region}}


def _artifact(file: Path) -> dict[str, str]:
    if file.is_absolute():
        return {"uri": file.as_uri()}
    return {"uri": quote(file.as_posix()), "uriBaseId": "%SRCROOT%"}
