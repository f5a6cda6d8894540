"""A run for machines: as JSON, and as JUnit's XML."""

from __future__ import annotations

import json
import re
import shlex
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from adcontract_conformance.reports.snapshots import ALL, verdicts
from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.model.promises import GROUPS

if TYPE_CHECKING:
    from adcontract_conformance.checks.ledger import Finding, Ledger, Result
    from adcontract_conformance.run import Run

_EXCERPT = 400
"""How much of a body a report shows, in bytes."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, section 2.2."""


def again(run: Run) -> str:
    """Return the command that makes the same run."""
    options = run.options
    checked_contracts = [ledger.checked for ledger in run.ledgers]
    parts = ["adcontract", "check", run.target.url]
    chosen = {checked.api for checked in checked_contracts}
    if len(chosen) == 1:
        snapshot = checked_contracts[0].contract.name.snapshot if len(checked_contracts) == 1 else ALL
        parts += ["--api", *chosen, "--snapshot", snapshot]
    elif len(chosen) < len(checked_contracts):
        parts += ["--snapshot", ALL]
    for checked in checked_contracts:
        if len(checked.operations) < len(checked.contract.operations):
            parts += [part for each in checked.operations for part in ("--only", each.id)]
    if options.groups != GROUPS:
        parts += ["--groups", ",".join(options.groups)]
    parts += ["--seed", str(options.seed)]
    if options.seconds is not None:
        parts += ["--max-time", f"{options.seconds:g}"]
    if options.spec is not None:
        parts += ["--spec", str(options.spec)]
    return shlex.join([*parts, "--strict"] if options.strict else parts)


def shown(answer: HttpResponse) -> str:
    """Return the beginning of an answer's body as text."""
    text = answer.body[:_EXCERPT].decode(errors="replace")
    return f"{text}…" if len(answer.body) > _EXCERPT else text


def as_json(run: Run) -> str:
    """Return a run as one JSON document."""
    report = {
        "suite": {"name": "adcontract", "version": version("adcontract")},
        "target": run.target.url,
        "date": run.started.isoformat(timespec="seconds"),
        "seed": run.options.seed,
        "options": {
            "groups": list(run.options.groups),
            "max_time": run.options.seconds,
            "strict": run.options.strict,
            "token": "given" if run.target.token_given else "default",
        },
        "again": again(run),
        "seconds": round(run.seconds, 1),
        "stopped": run.stopped,
        "verdicts": [
            {
                "api": each.api,
                "speaks": each.spoken and each.spoken.checked.contract.name.snapshot,
                "says": each.sentence,
            }
            for each in verdicts(run)
        ],
        "apis": [_ledger(ledger) for ledger in run.ledgers],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _ledger(ledger: Ledger) -> dict[str, Any]:
    return {
        "api": ledger.checked.api,
        "snapshot": ledger.checked.contract.name.snapshot,
        "outcome": ledger.outcome.word,
        "operations": len(ledger.checked.operations),
        "requests": ledger.requests,
        "errors": [each.message for each in ledger.broken],
        "findings": [_finding(finding) for finding in ledger.findings],
        "results": [
            {
                "group": result.check.group,
                "check": result.check.id,
                "operation": result.operation.id,
                "outcome": result.outcome.word,
                "requests": result.requests,
                **({"reason": result.reason} if result.outcome in (Outcome.SKIPPED, Outcome.ERROR) else {}),
                "findings": [finding.fingerprint for finding in result.findings],
            }
            for result in ledger.results
            if result.outcome is not Outcome.DISABLED
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    answer = finding.exchange.answer
    return {
        "fingerprint": finding.fingerprint,
        "outcome": finding.outcome.word,
        "check": finding.check.id,
        "promise": finding.check.sentence,
        "operation": finding.operation.id,
        "method": finding.operation.method,
        "path": finding.operation.path,
        "sentence": finding.breach.sentence,
        "where": str(finding.where),
        "inferred": finding.breach.inferred,
        "count": finding.count,
        "curl": finding.exchange.request.curl(),
        "before": finding.exchange.curl()[:-1],
        "answer": (
            {"status": answer.status, "body": shown(answer)}
            if isinstance(answer, HttpResponse)
            else {"status": None, "reason": answer.reason}
        ),
    }


def as_junit(run: Run) -> str:
    """Return a run as XML that CI servers read: a suite for each API and group, a case for each check of an operation.

    JUnit knows no warnings: they stand in the output of a case that passes.
    """
    root = ElementTree.Element("testsuites", name="adcontract", time=f"{run.seconds:.1f}")
    for ledger in run.ledgers:
        for group in (each for each in GROUPS if each in ledger.groups):
            results = [result for result in ledger.results if result.check.group == group]
            _suite(ElementTree.SubElement(root, "testsuite"), run, ledger, group, results)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suite: ElementTree.Element, run: Run, ledger: Ledger, group: str, results: list[Result]) -> None:
    tally = ledger.tally(group)
    suite.attrib = {
        "name": f"{ledger.checked.title} {group}",
        "timestamp": run.started.isoformat(timespec="seconds"),
        "time": f"{ledger.seconds[group]:.1f}",
        "tests": str(len(results)),
        "failures": str(tally[Outcome.FAIL]),
        "errors": str(tally[Outcome.ERROR]),
        "skipped": str(tally[Outcome.SKIPPED]),
    }
    properties = ElementTree.SubElement(suite, "properties")
    values = {"target": run.target.url, "version": version("adcontract"), "seed": run.options.seed, "again": again(run)}
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", name=name, value=_xml(str(value)))
    for result in results:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"{ledger.checked.api}.{group}",
            name=f"{result.operation.id}: {result.check.sentence}",
        )
        _case(case, result)


def _case(case: ElementTree.Element, result: Result) -> None:
    failed = [finding for finding in result.findings if finding.outcome is Outcome.FAIL]
    warned = [finding for finding in result.findings if finding.outcome is Outcome.WARN]
    if result.outcome is Outcome.ERROR:
        ElementTree.SubElement(case, "error", message=_xml(result.reason))
    elif result.outcome is Outcome.SKIPPED:
        ElementTree.SubElement(case, "skipped", message=_xml(result.reason))
    elif failed:
        failure = ElementTree.SubElement(case, "failure", type=result.check.id, message=_xml(failed[0].breach.sentence))
        failure.text = _xml("\n\n".join(map(_text, failed)))
    if warned:
        ElementTree.SubElement(case, "system-out").text = _xml("\n\n".join(map(_text, warned)))


def _text(finding: Finding) -> str:
    answer = finding.exchange.answer
    came = f"{answer.status} {shown(answer)}" if isinstance(answer, HttpResponse) else f"none: it {answer.reason}"
    return "\n".join(
        (
            f"{finding.outcome.word}: {finding.breach.sentence} [{finding.fingerprint}]",
            f"contract: {finding.where} ({finding.basis})",
            *(f"request: {curl}" for curl in finding.exchange.curl()),
            f"answer: {came}",
        )
    )


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
