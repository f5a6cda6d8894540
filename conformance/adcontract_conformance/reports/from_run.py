"""A finished run turned into its report."""

from __future__ import annotations

import base64
from datetime import UTC
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from adcontract.errors import shown
from adcontract_conformance.client.leftovers import what_stays
from adcontract_conformance.model.promises import CHECKS, UNALLOWED, UNNAMED, Outcome
from adcontract_conformance.reports.command_line import command_line, notes
from adcontract_conformance.reports.covered_parts import CoveredPart, OperationCoverage
from adcontract_conformance.reports.created_items import Count, CreatedItems, LeftItem
from adcontract_conformance.reports.document import (
    VERSION,
    ContractReport,
    Place,
    RateLimit,
    ReportedCheck,
    ReportedError,
    ReportedFinding,
    ReportedOperation,
    ReportedOptions,
    ReportedResult,
    ReportedWaiver,
    RunReport,
    SentRequest,
    SnapshotVerdict,
    Tool,
    WaiverToEdit,
    with_causes,
)
from adcontract_conformance.reports.excerpts import answer_of, lines_around
from adcontract_conformance.reports.sentences import conclusions
from adcontract_conformance.reports.snapshots import verdicts

if TYPE_CHECKING:
    from adcontract import Location, Operation
    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.ledger import Ledger, Result
    from adcontract_conformance.checks.waiving import FoundWaiver
    from adcontract_conformance.model.exchange import Request
    from adcontract_conformance.run.result import Run
    from adcontract_conformance.run.waiver_problems import WaiverProblem


def report_of(run: Run) -> RunReport:
    """Return the report of a finished run."""
    timing, problems = run.target.timing, run.waiver_problems
    unused = [each for each in problems if each.is_stale and run.options.shard]
    plain = RunReport(
        version=VERSION,
        suite=Tool(name="adcontract", version=version("adcontract")),
        target=run.target.url,
        date=run.started.astimezone(UTC).replace(microsecond=0),
        seed=run.options.seed,
        options=_options(run),
        again=command_line(run),
        seconds=round(run.seconds, 1),
        stopped=run.stopped,
        bound=run.bound,
        resent=timing.resent,
        rate_limit=RateLimit(refused=timing.refused, waited=round(timing.waited, 1)),
        created=_created(run),
        conclusions=(),
        notes=tuple(notes(run)),
        verdicts=(),
        checks=tuple(
            ReportedCheck(id=each.id, group=each.group, sentence=each.sentence, declared=each.declared)
            for each in CHECKS.values()
        ),
        waivers_to_edit=tuple(_to_edit(each) for each in problems if each not in unused),
        waivers_unused=tuple(map(_to_edit, unused)),
        apis=tuple(map(_contract, run.ledgers)),
    )
    return concluded(_writable(plain))


def concluded(report: RunReport) -> RunReport:
    """Return a report with the conclusions from its results."""
    found = tuple(
        SnapshotVerdict(api=each.api, speaks=each.served.snapshot if each.served else None, says=each.sentence)
        for each in verdicts(report)
    )
    concluded = msgspec.structs.replace(report, verdicts=found)
    return msgspec.structs.replace(concluded, conclusions=tuple(conclusions(concluded)))


def _to_edit(problem: WaiverProblem) -> WaiverToEdit:
    waiver = problem.waiver
    return WaiverToEdit(
        where=_place(problem.where),
        sentence=problem.sentence,
        check_id=waiver.check,
        operation_id=waiver.operation,
        fingerprint=waiver.fingerprint,
    )


def _options(run: Run) -> ReportedOptions:
    options, limits = run.options, run.target.limits
    return ReportedOptions(
        groups=options.groups,
        max_time=options.seconds,
        workers=options.workers,
        max_failures=options.max_failures,
        max_latency=options.max_latency,
        for_="own" if options.own else "vendor",
        token="given" if run.target.credentials.are_given else "default",
        spec=str(options.spec) if options.spec else None,
        every_snapshot=options.every_snapshot,
        allow_untried=options.allow_untried,
        read_only=limits.read_only,
        allow_writes=limits.allow_writes,
        rate=str(limits.rate) if limits.rate else None,
        max_requests=limits.requests,
        max_requests_per_operation=limits.per_operation,
        min_coverage=dict(options.min_coverage),
        shard=str(options.shard) if options.shard else None,
    )


def _created(run: Run) -> CreatedItems:
    book = run.book
    counts = vars(what_stays(book))
    return CreatedItems(
        removed=len(book.removed),
        left=tuple(
            LeftItem(
                api=each.checked.api,
                resource=each.resource,
                id=run.target.redaction.text(each.id) if isinstance(each.id, str) else each.id,
                reason=run.target.redaction.text(each.reason),
            )
            for each in book.open
        ),
        file=str(run.left) if run.left else None,
        **{
            name: tuple(Count(api=api, name=of, count=count) for (api, of), count in sorted(counter.items()) if count)
            for name, counter in counts.items()
        },
    )


def _contract(ledger: Ledger) -> ContractReport:
    findings, causes = with_causes(ledger.checked.api, map(_finding, ledger.findings))
    order = [finding.fingerprint for finding in findings]
    return ContractReport(
        api=ledger.checked.api,
        snapshot=ledger.checked.contract.name.snapshot,
        where=_place(ledger.checked.contract.where("")),
        outcome=ledger.outcome,
        operations=tuple(
            ReportedOperation(id=each.id, method=each.method, path=each.path) for each in ledger.checked.operations
        ),
        at_other_servers=ledger.checked.at_other_servers,
        narrowed=len(ledger.checked.named) < len(ledger.checked.contract.operations),
        requests=ledger.requests,
        seconds={group: round(ledger.seconds[group], 3) for group in ledger.groups},
        left_out=ledger.left_out,
        untried={name: dict(seen) for name, seen in ledger.untried.items()},
        unreached=tuple(ledger.unreached),
        unreached_operations={group: tuple(ledger.unreached_operations(group)) for group in ledger.unreached},
        unwritten=tuple(ledger.unwritten),
        withheld={group: tuple(names) for group, names in ledger.withheld.items() if names},
        limited=ledger.limited,
        unread=dict(ledger.unread),
        errors=tuple(
            ReportedError(message=each.message, operation=each.operation.id if each.operation else None, ours=each.ours)
            for each in ledger.broken
        ),
        causes=causes,
        findings=findings,
        results=tuple(_result(each, order) for each in ledger.results if each.outcome is not Outcome.DISABLED),
        coverage=tuple(_coverage(ledger, each) for each in ledger.checked.named),
    )


def _coverage(ledger: Ledger, operation: Operation) -> OperationCoverage:
    return OperationCoverage(
        operation=operation.id,
        responses=dict(ledger.responses(operation)),
        asked=ledger.is_asked(operation),
        parts=tuple(
            CoveredPart(
                kind=each.kind,
                name=each.name,
                tried=each.tried,
                seen=each.seen,
                reason=each.reason,
                excused=each.excused,
            )
            for each in ledger.parts(operation)
        ),
    )


def _result(result: Result, order: list[str]) -> ReportedResult:
    # a check that ended otherwise may have the reason why a request for it could not be sent
    has_reason = result.outcome in (Outcome.SKIPPED, Outcome.ERROR) or result.reason.endswith((UNNAMED, UNALLOWED))
    names = {finding.fingerprint for finding in result.findings}
    return ReportedResult(
        group=result.check.group,
        check=result.check.id,
        operation=result.operation.id,
        outcome=result.outcome,
        requests=result.requests,
        reason=result.reason if has_reason else "",
        untried=result.untried,
        findings=tuple(name for name in order if name in names),
    )


def _finding(finding: Finding) -> ReportedFinding:
    exchange = finding.exchange
    *before, curl = exchange.curl()
    return ReportedFinding(
        fingerprint=finding.fingerprint,
        cause="",
        outcome=finding.outcome,
        check_id=finding.check_id,
        promise=finding.check.promise,
        operation_id=finding.operation_id,
        method=finding.operation.method,
        path=finding.operation.path,
        sentence=finding.sentence,
        seen=finding.seen,
        tries=finding.tries,
        where=_place(finding.where),
        source=lines_around(finding.where),
        pointer=finding.pointer,
        part=finding.part,
        way=finding.way,
        kinship=finding.kinship,
        only_of_a_mock=finding.only_of_a_mock,
        basis=finding.basis.partition(": ")[0],
        inferred=finding.breach.inferred,
        count=finding.count,
        size=finding.size,
        curl=curl,
        before=tuple(before),
        requests=tuple(map(_request, (*exchange.before, exchange.request))),
        answer=answer_of(exchange.response, finding.breach.spot),
        spot=finding.breach.spot,
        waiver=_waiver(finding.waiver) if finding.waiver else None,
    )


def _waiver(found: FoundWaiver) -> ReportedWaiver:
    waiver = found.waiver
    return ReportedWaiver(
        reason=waiver.reason,
        owner=waiver.owner,
        expires=waiver.expires,
        link=waiver.link,
        where=_place(found.where),
    )


def _place(where: Location) -> Place:
    return Place(file=shown(where.file), line=where.line, column=where.column)


def _request(request: Request) -> SentRequest:
    try:
        body, is_text = request.body.decode(), True
    except UnicodeDecodeError:
        body, is_text = base64.b64encode(request.body).decode(), False
    return SentRequest(
        method=request.method,
        url=request.url,
        headers=dict(request.headers),
        body=body,
        encoding="text" if is_text else "base64",
        marks=request.marks,
    )


def _writable(report: RunReport) -> RunReport:
    """Return a report of plain values that can be written: half a surrogate pair, which JSON can hold, cannot."""
    return msgspec.convert(_plain(msgspec.to_builtins(report, enc_hook=str)), RunReport, str_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_plain(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
