"""A run as a report: an entry for each finding, a test case for each check of an operation."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from adcontract.reporting.model import Case, Entry, Level, Report, Rule, Suite
from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import CHECKS, GROUPS, Outcome
from adcontract_conformance.reports.sentences import (
    command_line,
    excerpt,
    gaps,
    left_out,
    notes,
    problems,
    promise,
    verdict,
    whose,
)
from adcontract_conformance.reports.snapshots import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.ledger import Ledger, Result
    from adcontract_conformance.reports.snapshots import Verdict
    from adcontract_conformance.run import Run

TOOL = "adcontract check"


def report(run: Run) -> Report:
    """Return a run as a report; its entries point at the lines of the contract that the target breaks.

    If all snapshots were checked, each entry names its own. Where the target serves one of them, the findings on those
    that it does not conform to are notes, for they fail nothing.
    """
    every = verdicts(run) if run.options.every_snapshot else []
    entry: dict[Ledger, Callable[[Finding], Entry]] = dict.fromkeys(run.ledgers, _entry)
    for each in every:
        entry.update({ledger: _entry_of_snapshot(each, ledger) for ledger in each.ledgers})
    conclusions = [each.sentence for each in every]
    for ledger in run.ledgers:
        if ledger.left_out:
            conclusions.append(left_out(ledger))
        elif not every:
            conclusions += [verdict(run, ledger), *gaps(run, ledger)]
    return Report(
        TOOL,
        f"{TOOL} {run.target.url}",
        (*conclusions, *notes(run)),
        tuple(Rule(check.id, promise(check)) for check in CHECKS.values()),
        tuple(entry[ledger](finding) for ledger in run.ledgers for finding in ledger.findings),
        (*problems(run), *([run.stopped] if run.stopped else [])),
        tuple(_suites(run, entry)),
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


def _entry_of_snapshot(verdict: Verdict, ledger: Ledger) -> Callable[[Finding], Entry]:
    title = ledger.checked.title
    conforms = ledger in verdict.conforming

    def entry(finding: Finding) -> Entry:
        plain = _entry(finding)
        return replace(
            plain,
            subject=f"{title} {plain.subject}",
            level=Level.NOTE if verdict.served and not conforms else plain.level,
            topic="" if conforms else f"obstacles to {title}",
        )

    return entry


def _suites(run: Run, entry: Mapping[Ledger, Callable[[Finding], Entry]]) -> Iterator[Suite]:
    """Yield a suite for each API and group."""
    properties = {
        "target": run.target.url,
        "version": version("adcontract"),
        "seed": str(run.options.seed),
        "for": whose(run),
        "again": command_line(run),
    }
    for ledger in run.ledgers:
        for group in (each for each in GROUPS if each in ledger.groups):
            yield Suite(
                f"{ledger.checked.title} {group}",
                tuple(_case(ledger, result, entry[ledger]) for result in ledger.results if result.check.group == group),
                run.started.isoformat(timespec="seconds"),
                ledger.seconds[group],
                properties,
            )


def _case(ledger: Ledger, result: Result, entry: Callable[[Finding], Entry]) -> Case:
    return Case(
        f"{ledger.checked.api}.{result.check.group}",
        f"{result.operation.id}: {result.check.sentence}",
        tuple(map(entry, result.findings)),
        skipped=result.reason if result.outcome is Outcome.SKIPPED else "",
        error=result.reason if result.outcome is Outcome.ERROR else "",
    )
