"""A run as a report: an entry for each cause of findings, a test case for each check of an operation."""

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
    extent,
    gaps,
    left_out,
    notes,
    problems,
    promise,
    variety,
    verdict,
    whose,
)
from adcontract_conformance.reports.snapshots import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.ledger import Ledger, Result
    from adcontract_conformance.reports.snapshots import Verdict
    from adcontract_conformance.run.result import Run

TOOL = "adcontract check"


def report(run: Run) -> Report:
    """Return a run as a report; its entries point at the lines of the contract that the target breaks.

    A test case has its own findings, each with its cause. If all snapshots were checked, each entry names its own.
    Where the target serves one of them, the findings on those that it does not conform to are notes: they fail nothing.
    """
    every = verdicts(run) if run.options.every_snapshot else []
    placed: dict[Ledger, Callable[[Entry], Entry]] = dict.fromkeys(run.ledgers, lambda entry: entry)
    for each in every:
        placed.update({ledger: _of_snapshot(each, ledger) for ledger in each.ledgers})
    conclusions = [each.sentence for each in every]
    for ledger in run.ledgers:
        if ledger.left_out:
            conclusions.append(left_out(ledger))
        elif not every:
            conclusions += [verdict(run, ledger), *gaps(run, ledger, whole=True)]
    return Report(
        TOOL,
        f"{TOOL} {run.target.url}",
        (*conclusions, *notes(run)),
        tuple(Rule(check.id, promise(check)) for check in CHECKS.values()),
        tuple(placed[ledger](_of_cause(cause)) for ledger in run.ledgers for cause in ledger.causes),
        (*problems(run), *([run.stopped] if run.stopped else [])),
        tuple(_suites(run, placed)),
    )


def _of_cause(cause: Cause) -> Entry:
    first = _entry(cause.findings[0])
    if len(cause.findings) == 1:
        return replace(first, fingerprint=cause.fingerprint)
    others = len(cause.operations) - 1
    example = [] if cause.sentence == first.message else [f"example: {first.text}"]
    return replace(
        first,
        message=f"{cause.sentence}{extent(cause)}",
        subject=f"{cause.operations[0]} and {others} more" if others else first.subject,
        related=tuple(cause.places[1:]),
        fingerprint=cause.fingerprint,
        details=(*example, *first.details, *variety(cause)),
    )


def _of_case(finding: Finding, cause: Cause, placed: Callable[[Entry], Entry]) -> Entry:
    entry = placed(_entry(finding))
    if len(cause.findings) == 1:
        return entry
    return replace(entry, message=f"{entry.message} Cause {cause.fingerprint}: {cause.sentence}{extent(cause)}")


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


def _of_snapshot(verdict: Verdict, ledger: Ledger) -> Callable[[Entry], Entry]:
    title = ledger.checked.title
    conforms = ledger in verdict.conforming

    def placed(plain: Entry) -> Entry:
        return replace(
            plain,
            subject=f"{title} {plain.subject}",
            level=Level.NOTE if verdict.served and not conforms else plain.level,
            topic="" if conforms else f"obstacles to {title}",
        )

    return placed


def _suites(run: Run, placed: Mapping[Ledger, Callable[[Entry], Entry]]) -> Iterator[Suite]:
    """Yield a suite for each API and group."""
    properties = {
        "target": run.target.url,
        "version": version("adcontract"),
        "seed": str(run.options.seed),
        "for": whose(run),
        "again": command_line(run),
    }
    for ledger in run.ledgers:
        of = {finding.fingerprint: cause for cause in ledger.causes for finding in cause.findings}
        for group in (each for each in GROUPS if each in ledger.groups):
            results = [result for result in ledger.results if result.check.group == group]
            yield Suite(
                f"{ledger.checked.title} {group}",
                tuple(_case(ledger, result, of, placed[ledger]) for result in results),
                run.started.isoformat(timespec="seconds"),
                ledger.seconds[group],
                properties,
            )


def _case(ledger: Ledger, result: Result, of: Mapping[str, Cause], placed: Callable[[Entry], Entry]) -> Case:
    return Case(
        f"{ledger.checked.api}.{result.check.group}",
        f"{result.operation.id}: {result.check.sentence}",
        tuple(_of_case(finding, of[finding.fingerprint], placed) for finding in result.findings),
        skipped=result.reason if result.outcome is Outcome.SKIPPED else "",
        error=result.reason if result.outcome is Outcome.ERROR else "",
    )
