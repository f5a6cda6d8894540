"""A run as a report: an entry for each finding, a test case for each check of an operation."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from adcontract.reporting.model import Case, Entry, Level, Report, Rule, Suite
from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import CHECKS, GROUPS, Outcome
from adcontract_conformance.reports.sentences import command_line, excerpt, gaps, notes, promise, verdict
from adcontract_conformance.reports.snapshots import verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.checks.ledger import Finding, Ledger, Result
    from adcontract_conformance.run import Run

TOOL = "adcontract check"


def report(run: Run) -> Report:
    """Return a run as a report; its entries point at the lines of the contract that the target breaks."""
    conclusions = (
        [each.sentence for each in verdicts(run)]
        if run.options.every_snapshot
        else [line for ledger in run.ledgers for line in (verdict(run, ledger), *gaps(run, ledger))]
    )
    return Report(
        TOOL,
        f"{TOOL} {run.target.url}",
        (*conclusions, *notes(run)),
        tuple(Rule(check.id, promise(check)) for check in CHECKS.values()),
        tuple(_entry(finding) for ledger in run.ledgers for finding in ledger.findings),
        tuple(_problems(run)),
        tuple(_suites(run)),
    )


def _entry(finding: Finding) -> Entry:
    operation, response = finding.operation, finding.exchange.response
    received = (
        f"{response.status} {excerpt(response)}"
        if isinstance(response, HttpResponse)
        else f"none: it {response.reason}"
    )
    return Entry(
        finding.check.id,
        Level.ERROR if finding.outcome is Outcome.FAIL else Level.WARNING,
        finding.sentence,
        finding.where,
        subject=operation.id,
        fingerprint=finding.fingerprint,
        details=(
            f"operation: {operation.method} {operation.path}",
            f"promise: {promise(finding.check)}",
            f"contract: {finding.basis}",
            *(f"request: {curl}" for curl in finding.exchange.curl()),
            f"response: {received}",
        ),
    )


def _problems(run: Run) -> Iterator[str]:
    for ledger in run.ledgers:
        for broken in ledger.broken:
            operation = f" {broken.operation.id}" if broken.operation else ""
            yield f"{ledger.checked.title}{operation}: {broken.message}"
    if run.stopped:
        yield run.stopped


def _suites(run: Run) -> Iterator[Suite]:
    """Yield a suite for each API and group."""
    properties = {
        "target": run.target.url,
        "version": version("adcontract"),
        "seed": str(run.options.seed),
        "again": command_line(run),
    }
    for ledger in run.ledgers:
        for group in (each for each in GROUPS if each in ledger.groups):
            yield Suite(
                f"{ledger.checked.title} {group}",
                tuple(_case(ledger, result) for result in ledger.results if result.check.group == group),
                run.started.isoformat(timespec="seconds"),
                ledger.seconds[group],
                properties,
            )


def _case(ledger: Ledger, result: Result) -> Case:
    return Case(
        f"{ledger.checked.api}.{result.check.group}",
        f"{result.operation.id}: {result.check.sentence}",
        tuple(map(_entry, result.findings)),
        skipped=result.reason if result.outcome is Outcome.SKIPPED else "",
        error=result.reason if result.outcome is Outcome.ERROR else "",
    )
