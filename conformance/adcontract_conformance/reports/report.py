"""A run as a report: an entry for each cause of findings, a test case for each check of an operation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adcontract.reporting.model import Case, Entry, Level, Report, Rule, Suite
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.coverage import dimensions, shortfalls, unknown
from adcontract_conformance.reports.sentences import excerpt, extent, last_lines, problems, variety
from adcontract_conformance.reports.snapshots import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.reports.document import (
        ContractReport,
        ReportedCheck,
        ReportedFinding,
        ReportedResult,
        ReportedWaiver,
        RunReport,
        WaiverToEdit,
    )
    from adcontract_conformance.reports.snapshots import Verdict

    Of = Callable[[Entry], Entry]
    Named = Mapping[str, Cause[ReportedFinding]]

TOOL = "adcontract check"

WAIVERS = Rule("waivers", "A waiver has not expired, and its finding is still there.")

COVERAGE = Rule("coverage", "As much of a contract is covered as --min-coverage demands.")

_LEVELS = {Outcome.FAIL: Level.ERROR, Outcome.WAIVED: Level.NOTE}


def report(run: RunReport) -> Report:
    """Return a run as all reports know it; its entries point at the lines of the contract that the target breaks.

    A test case has its own findings, each with its cause. If all snapshots were checked, each entry names its own.
    Where the target serves one of them, the findings on those that it does not conform to are notes: they fail nothing.
    """
    every = verdicts(run) if run.options.every_snapshot else []
    placed: dict[str, Of] = dict.fromkeys((contract.title for contract in run.apis), lambda entry: entry)
    for each in every:
        placed.update({contract.title: _of_snapshot(each, contract) for contract in each.contracts})
    return Report(
        TOOL,
        f"{TOOL} {run.target}",
        (*run.conclusions, *last_lines(run)),
        (*(Rule(check.id, check.promise) for check in run.checks), WAIVERS, COVERAGE),
        (
            *(placed[contract.title](_of_cause(cause)) for contract in run.apis for cause in contract.found_causes),
            *map(_of_waiver, run.waivers_to_edit),
            *(entry for contract in run.apis for entry in _of_coverage(run, contract)),
        ),
        (*problems(run), *([run.stopped] if run.stopped else [])),
        (*_suites(run, placed), *_at_other_servers(run), *_waivers(run), *_coverage(run)),
    )


def _of_cause(cause: Cause[ReportedFinding]) -> Entry:
    first = _entry(cause.findings[0])
    if len(cause.findings) == 1:
        return replace(first, fingerprint=cause.fingerprint)
    others = len(cause.operations) - 1
    example = [] if cause.sentence == first.message else [f"example: {first.text}"]
    return replace(
        first,
        message=f"{cause.sentence}{extent(cause)}",
        subject=f"{cause.operations[0]} and {others} more" if others else first.subject,
        related=tuple(dict.fromkeys(finding.where.location for finding in cause.findings))[1:],
        fingerprint=cause.fingerprint,
        details=(*example, *first.details, *variety(cause)),
    )


def waived(waiver: ReportedWaiver) -> str:
    """Return why a finding may pass, until when, who sees to it, and where its waiver is."""
    return f"{waiver.reason} Until {waiver.expires}, {waiver.owner}, {waiver.link} ({waiver.where})"


def _of_case(finding: ReportedFinding, cause: Cause[ReportedFinding], placed: Of) -> Entry:
    entry = placed(_entry(finding))
    if len(cause.findings) == 1:
        return entry
    return replace(entry, message=f"{entry.message} Cause {cause.fingerprint}: {cause.sentence}{extent(cause)}")


def _entry(finding: ReportedFinding) -> Entry:
    answer = finding.answer
    received = f"none: it {answer.reason}" if answer.status is None else f"{answer.status} {excerpt(answer)}"
    return Entry(
        finding.check_id,
        _LEVELS.get(finding.outcome, Level.WARNING),
        finding.sentence,
        finding.where.location,
        subject=finding.operation_id,
        waived=waived(finding.waiver) if finding.waiver else "",
        fingerprint=finding.fingerprint,
        details=(
            f"operation: {finding.method} {finding.path}",
            f"promise: {finding.promise}",
            f"contract: {finding.reason}",
            *([f"waived: {waived(finding.waiver)}"] if finding.waiver else []),
            *(f"request: {curl}" for curl in finding.curls),
            f"response: {received}",
        ),
    )


def _of_waiver(each: WaiverToEdit) -> Entry:
    return Entry(WAIVERS.id, Level.ERROR, each.sentence, each.where.location)


def _waivers(run: RunReport) -> Iterator[Suite]:
    """Yield a suite with a case for each waiver that is to be edited, if there are any."""
    cases = [Case("waivers", str(each.where), (_of_waiver(each),)) for each in run.waivers_to_edit]
    if cases:
        yield Suite("waivers", tuple(cases))


def _at_other_servers(run: RunReport) -> Iterator[Suite]:
    """Yield a suite with a case for each operation that was not tried because the target need not have it."""
    for each in run.served:
        cases = [
            Case(
                each.api,
                f"{operation}: It is tried.",
                skipped=f"it is at {url}, which is no server of the whole document",
            )
            for operation, url in each.at_other_servers.items()
        ]
        if cases:
            yield Suite(f"{each.title} at other servers", tuple(cases))


def _of_coverage(run: RunReport, contract: ContractReport) -> Iterator[Entry]:
    for each in shortfalls(run, contract, whole=True):
        yield Entry(COVERAGE.id, Level.ERROR, each, contract.where.location)


def _coverage(run: RunReport) -> Iterator[Suite]:
    """Yield a suite with a case for each contract, if a coverage is demanded."""
    cases = [
        Case("coverage", each.title, tuple(_of_coverage(run, each)), skipped=unknown(run, each)) for each in run.apis
    ]
    if run.options.min_coverage and cases:
        yield Suite("coverage", tuple(cases))


def _of_snapshot(verdict: Verdict, contract: ContractReport) -> Of:
    title = contract.title
    conforms = contract in verdict.conforming

    def placed(plain: Entry) -> Entry:
        return replace(
            plain,
            subject=f"{title} {plain.subject}",
            level=Level.NOTE if verdict.served and not conforms else plain.level,
            topic="" if conforms else f"obstacles to {title}",
        )

    return placed


def _suites(run: RunReport, placed: Mapping[str, Of]) -> Iterator[Suite]:
    """Yield a suite for each contract and group."""
    properties = {
        "target": run.target,
        "version": run.suite.version,
        "seed": str(run.seed),
        "for": run.options.for_,
        "again": run.again,
    }
    checks = {check.id: check for check in run.checks}
    for contract in run.apis:
        of = {finding.fingerprint: cause for cause in contract.found_causes for finding in cause.findings}
        percent = {f"coverage.{each.name}": str(each).partition(" ")[2] for each in dimensions(contract)}
        for group in run.options.groups:
            results = [result for result in contract.results if result.group == group]
            yield Suite(
                f"{contract.title} {group}",
                tuple(_case(contract, result, checks[result.check], of, placed[contract.title]) for result in results),
                run.date.isoformat(timespec="seconds"),
                contract.seconds[group],
                {**properties, **percent},
            )


def _case(contract: ContractReport, result: ReportedResult, check: ReportedCheck, of: Named, placed: Of) -> Case:
    findings = {finding.fingerprint: finding for finding in contract.findings}
    return Case(
        f"{contract.api}.{result.group}",
        f"{result.operation}: {check.sentence}",
        tuple(_of_case(findings[name], of[name], placed) for name in result.findings),
        skipped=_skipped(result, [findings[name] for name in result.findings]),
        error=result.reason if result.outcome is Outcome.ERROR else "",
    )


def _skipped(result: ReportedResult, findings: Iterable[ReportedFinding]) -> str:
    """Return why a case has no result of its own: nothing was sent for it, or its findings are waived."""
    if result.outcome is Outcome.WAIVED:
        return "\n".join(f"waived: {waived(each.waiver)}" for each in findings if each.waiver)
    return result.reason if result.outcome is Outcome.SKIPPED else ""
