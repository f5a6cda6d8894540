"""The sentences that several reports of a run share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from adcontract.wording import plural
from adcontract_conformance.client.allowance import PER_OPERATION
from adcontract_conformance.client.transport import MOST
from adcontract_conformance.model.promises import IMPOSSIBLE, READ_ONLY, UNALLOWED, UNNAMED, Outcome
from adcontract_conformance.reports.coverage import covered, shortfalls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.reports.document import Answer, ContractReport, ReportedFinding, RunReport

_Key = TypeVar("_Key")

_NAMED = 5
"""How many untried operations a sentence names."""

_WHOLE = " … (whole with --verbose) … "

_EXCERPT = 400
"""How much of a body a report shows, in characters."""

_VERDICTS = {
    Outcome.ERROR: "not determined",
    Outcome.FAIL: "does not conform",
    Outcome.WARN: "conforms, with warnings",
    Outcome.FLAKY: "conforms, with breaches that come and go",
    Outcome.WAIVED: "conforms, with waived findings",
    Outcome.PASS: "conforms",
    Outcome.SKIPPED: "not determined: nothing was checked",
}


def conclusions(report: RunReport) -> list[str]:
    """Return the verdict on each contract, or on each API if all snapshots were checked, and what was not checked."""
    lines = [each.says for each in report.verdicts] if report.options.every_snapshot else []
    for contract in report.apis:
        if contract.left_out:
            lines.append(left_out(contract))
        elif not report.options.every_snapshot:
            lines += [verdict(report, contract), *gaps(report, contract, whole=True)]
            lines += [*shortfalls(report, contract, whole=True), covered(contract)]
    return lines


def last_lines(report: RunReport) -> list[str]:
    """Return the lines after the verdicts: the notes, and how to repeat the run."""
    read_only = [unwritten(each) for each in report.served if each.unwritten]
    others = [f"{each.title}: {at_other_servers(each)}" for each in report.served if each.at_other_servers]
    return [*read_only, *others, *report.notes, f"Again: {report.again}"]


def verdict(report: RunReport, contract: ContractReport) -> str:
    """Return in one line whether the target conforms to a contract, and how much was checked."""
    seconds = sum(contract.seconds.values())
    unwritten = f"{len(contract.unwritten)} of them not tried: --read-only, " if contract.unwritten else ""
    counts = f"{plural(len(contract.operations), 'operation')}, {unwritten}{plural(contract.requests, 'request')}"
    counts += f", shard {report.options.shard}" if report.options.shard else ""
    waived = sum(finding.outcome is Outcome.WAIVED for finding in contract.findings)
    counts += f", {waived} waived" if waived else ""
    is_asked_for = contract.results or contract.left_out or report.stopped
    word = _VERDICTS[overall(report, contract)] if is_asked_for else "no check of the chosen groups is about it"
    if Outcome.PASS <= contract.outcome < Outcome.FAIL:
        edits = len(report.waivers_to_edit)
        word += f", but {plural(edits, 'waiver')} must be edited" if edits else ""
        word += ", but less is covered than --min-coverage demands" if shortfalls(report, contract) else ""
    return f"{contract.title}: {word} ({counts}, seed {report.seed}, {seconds:.0f} s, --for {report.options.for_})"


def plain_verdict(report: RunReport) -> str:
    """Return in a few words whether the target conforms to all contracts of a run."""
    worst = max((contract.outcome for contract in report.apis), default=Outcome.SKIPPED)
    if report.waivers_to_edit and worst < Outcome.FAIL:
        return "a waiver is to be edited"
    if worst < Outcome.FAIL and any(shortfalls(report, contract) for contract in report.apis):
        return "less is covered than --min-coverage demands"
    open_ = worst < Outcome.FAIL and any(gaps(report, contract) for contract in report.apis)
    return _VERDICTS[Outcome.ERROR if open_ else worst]


def overall(report: RunReport, contract: ContractReport) -> Outcome:
    """Return the outcome of a contract: an error, which is no verdict, where something was not checked."""
    is_open = contract.outcome < Outcome.FAIL and gaps(report, contract)
    return Outcome.ERROR if is_open else contract.outcome


def extent(cause: Cause[ReportedFinding]) -> str:
    """Return in brackets how many findings have a cause, and in how many operations; nothing for a single one."""
    findings, operations = len(cause.findings), len(cause.operations)
    if findings == 1:
        return ""
    words = [plural(findings, "place")] if findings > operations else []
    words += [f"in {operations} operations"] if operations > 1 else []
    warned = sum(finding.outcome is not cause.outcome for finding in cause.findings)
    only = f", {plural(warned, 'warning')} among them" if warned else ""
    return f" ({' '.join(words)}{only})"


def variety(cause: Cause[ReportedFinding], number: int | None = None) -> list[str]:
    """Return lines on the findings of a cause beside its first: in which ways, and in which operations it is found.

    A line names a `number` of them, or all.
    """
    kinds, operations = cause.kinds, cause.operations[1:]
    lines = []
    if len(kinds) > 1 and not set(kinds) <= set(cause.operations):
        others = [kind for kind in kinds if kind != cause.sentence.rstrip(".")]
        lines.append(f"among them {_few(others, number, '; ')}")
    if operations:
        lines.append(f"also in {_few(operations, number)}")
    elif checks := {each.check_id: None for each in cause.findings if each.check_id != cause.findings[0].check_id}:
        lines.append(f"also by {', '.join(checks)}")
    return lines


def shortened(text: str, length: int, gap: str = _WHOLE) -> str:
    """Return a text without its middle where it is longer than a line may be, with a `gap` in its place."""
    if len(text) <= length:
        return text
    half = (length - len(gap)) // 2
    return f"{text[:half]}{gap}{text[-half:]}"


def gaps(report: RunReport, contract: ContractReport, *, whole: bool = False) -> list[str]:
    """Return a line for each part of a contract that the run was asked to check and could not.

    Unless `whole`, a line names a few operations of many.
    """
    if contract.left_out:
        return [left_out(contract)]
    lines = []
    if untried := {} if report.options.allow_untried else contract.untried:
        named = [
            f"{name} ({'; '.join([_received(statuses), *_not_allowed(contract, name)])})"
            for name, statuses in untried.items()
        ]
        lines.append(
            f"{len(untried)} of {plural(len(contract.operations), 'operation')} never succeeded, so nothing is "
            f"known of them: {_few(named, None if whole else _NAMED)}."
        )
    if contract.limited and not report.options.allow_untried:
        lines.append(
            f"{contract.limited} of {plural(contract.requests, 'request')} were refused with 429, so their checks saw "
            "nothing. Raise the target's rate limit for this run."
        )
    if contract.unread and not report.options.allow_untried:
        named = [f"{name} ({plural(count, 'time')})" for name, count in _most(contract.unread, _NAMED)]
        responses = plural(sum(contract.unread.values()), "response")
        lines.append(
            f"{responses} had a body of more than {MOST / 2**20:g} MiB, which was not "
            f"looked at: {', '.join(named)}. Let the target answer with less."
        )
    if contract.withheld:
        most = plural(report.options.max_requests_per_operation or 0, "request")
        groups = [
            f"{group} of {_few(list(names), None if whole else _NAMED)}" for group, names in contract.withheld.items()
        ]
        lines.append(f"Not finished, because an operation gets {most} ({PER_OPERATION}): {', '.join(groups)}.")
    if contract.unreached:
        reason = "the run ended early" if report.stopped else report.bound
        groups = [_unreached(contract, group, whole=whole) for group in contract.unreached]
        lines.append(f"Not finished, because {reason}: {', '.join(groups)}.")
    elif not (report.options.allow_untried or report.options.shard):
        lines += _own_untried(report, contract)
    return [f"{contract.title}: {line}" for line in lines]


def _own_untried(report: RunReport, contract: ContractReport) -> Iterator[str]:
    """Yield a line for each check of a team that saw nothing: who declares one wants to know."""
    for check in report.checks:
        if check.declared:
            results = [each for api in report.apis for each in api.results if each.check == check.id]
            here = [each for each in contract.results if each.check == check.id]
            is_read_only = any(each.reason.endswith((READ_ONLY, UNALLOWED)) for each in here)
            if here and not is_read_only and all(each.outcome is Outcome.SKIPPED for each in results):
                yield f"{check.id} ({check.declared}) was not tried: {here[0].reason.removeprefix('not tried: ')}."


def left_out(contract: ContractReport) -> str:
    """Return the line of a contract that the target does not serve."""
    return f"{contract.title}: {contract.left_out}"


def problems(report: RunReport) -> list[str]:
    """Return a line for each error of the suite, and for each item that it could not remove."""
    lines = []
    for contract in report.apis:
        for broken in contract.errors:
            operation = f" {broken.operation}" if broken.operation else ""
            lines.append(f"{contract.title}{operation}: {broken.message}")
    return lines


def _unreached(contract: ContractReport, group: str, *, whole: bool) -> str:
    operations = contract.unreached_operations[group]
    if len(operations) == len(contract.operations) and not whole:
        return group
    return f"{group} of {_few(operations, None if whole else _NAMED)}" if operations else group


def _few(names: Sequence[str], number: int | None, separator: str = ", ") -> str:
    """Return so many names, or all of them, and how many others there are."""
    if number is None or len(names) <= number:
        return separator.join(names)
    return f"{separator.join(names[:number])} and {len(names) - number} more"


def _not_allowed(contract: ContractReport, operation: str) -> list[str]:
    """Return why an operation could not be tried, if the user has to let it be, or to give an example."""
    reasons = (each.reason for each in contract.results if each.operation == operation)
    return [each.removeprefix("not tried: ") for each in reasons if each.endswith((UNNAMED, UNALLOWED, IMPOSSIBLE))][:1]


def _received(statuses: dict[int, int]) -> str:
    if not statuses:
        return "no request was possible"
    counts = [f"{status or 'no response'}, {plural(count, 'time')}" for status, count in _most(statuses, 2)]
    return ", ".join(counts)


def _most(counts: dict[_Key, int], number: int) -> list[tuple[_Key, int]]:
    return sorted(counts.items(), key=lambda item: -item[1])[:number]


def unwritten(contract: ContractReport) -> str:
    """Return the line on the operations that were not tried because they write, as the user wants it."""
    operations = plural(len(contract.unwritten), "operation")
    return (
        f"{contract.title}: not tried, because of --read-only: {operations}, {_few(list(contract.unwritten), _NAMED)}."
    )


def at_other_servers(contract: ContractReport) -> str:
    """Return the sentence on the operations that were not tried because the target need not have them."""
    named = [f"{operation} ({url})" for operation, url in contract.at_other_servers.items()]
    return f"not tried and not counted, because no server of the whole document has them: {', '.join(named)}."


def excerpt(answer: Answer) -> str:
    """Return the beginning of a response's body."""
    text = answer.body[:_EXCERPT]
    return f"{text}…" if answer.length > len(text.encode()) else text
