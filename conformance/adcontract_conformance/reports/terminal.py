"""A finished run as text: the causes of its findings, the gravest first, and the verdict on each contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from adcontract.wording import plural, printable
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.coverage import covered, shortfalls, uncovered
from adcontract_conformance.reports.screen import STYLES
from adcontract_conformance.reports.sentences import excerpt, extent, gaps, last_lines, shortened, variety, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.reports.document import ReportedError, ReportedFinding, RunReport

    Line = Callable[..., None]

_BODY = 160
_NAMED = 6
"""How many operations a cause names."""

_LINES = 40
"""How many lines a report has, with those of the progress of its run, unless all findings are asked for."""

_ERRORS = 6
"""How many errors of the suite are shown unless all are asked for."""

_FEWEST = 9
"""How many lines the causes have in any case."""

_ROOM = 4
"""How many lines are left for the other causes."""

_LONGEST = 300
"""The longest line of such a report."""


def summary(console: Console, report: RunReport, *, verbose: bool = False, used: int = 0) -> None:
    """Print the causes of the findings of a run, the gravest first, and the verdict on each contract.

    Unless `verbose`, the causes end where the report would have more than 40 lines, of which so many are `used`, and
    long lines are cut.
    """

    def line(text: str, style: str = "") -> None:
        shown = printable(text if verbose else shortened(text, _LONGEST))
        console.print(Text(shown, style=style), soft_wrap=True)

    edits = [f"fail  {each.where}: {each.sentence}" for each in report.waivers_to_edit]
    first = (
        edits
        + [f"fail  {each}" for contract in report.apis for each in shortfalls(report, contract, whole=verbose)]
        + [gap for contract in report.apis for gap in gaps(report, contract, whole=verbose)]
        + list(_headlines(report))
    )
    errors = _errors([each for contract in report.apis for each in contract.errors], whole=verbose)
    last = last_lines(report)
    for text in first:
        line(text, "bold")
    # the reason for which it ended early comes after all
    ended = 1 if report.stopped else 0
    left = _LINES - used - len(first) - len(errors) - 1 - 2 * len(report.apis) - len(last) - ended
    found = sorted(
        (
            cause
            for contract in report.apis
            for cause in contract.found_causes
            if verbose or cause.outcome is not Outcome.WAIVED
        ),
        key=lambda cause: -cause.outcome.rank,
    )
    _causes(line, found, None if verbose else max(left, _FEWEST))
    for text in errors:
        line(text, STYLES[Outcome.ERROR])
    line("")
    for contract in report.served:
        line(verdict(report, contract), STYLES.get(contract.outcome, ""))
        for text in (covered(contract), *(uncovered(contract) if verbose else ())):
            line(text)
    for note in last:
        line(note)


def _headlines(report: RunReport) -> Iterator[str]:
    """Yield for each contract that the target does not conform to what is wrong, in one line."""
    for contract in report.apis:
        found = [cause for cause in contract.found_causes if cause.outcome is Outcome.FAIL]
        if found:
            others = f" {plural(len(found) - 1, 'other cause')} below." if len(found) > 1 else ""
            yield f"{contract.title} does not conform. {found[0].sentence}{extent(found[0])}{others}"


def _causes(line: Line, found: list[Cause[ReportedFinding]], bound: int | None) -> None:
    """Print causes in not more lines than `bound`: those that fit in full, then the others in a line each."""
    used, number = 0, 0
    for number, cause in enumerate(found):
        lines = list(_cause(cause, whole=bound is None))
        others = len(found) - number - 1
        if bound is not None and not number and others:
            # a line for each of the next, and how many more there are, must fit as well
            lines = lines[: bound - _ROOM]
        if bound is not None and number and used + len(lines) + 1 + (others + 2 if others else 0) > bound:
            break
        used += len(lines) + 1
        line("")
        for text, style in zip(lines, [STYLES[cause.outcome]] + [""] * len(lines), strict=False):
            line(text, style)
    else:
        return
    line("")
    rest = found[number:]
    fitting = len(rest) if used + len(rest) + 2 <= (bound or 0) else max((bound or 0) - used - 2, 1)
    for cause in rest[:fitting]:
        line(_first_line(cause), STYLES[cause.outcome])
    more = sum(len(cause.findings) for cause in rest[fitting:])
    line(f"{plural(more, 'more finding')}: --verbose shows all of them." if more else "--verbose shows their requests.")


def _first_line(cause: Cause[ReportedFinding]) -> str:
    name, others = cause.operations[0], len(cause.operations) - 1
    where = f"{name} and {others} more" if others else name
    finding = cause.findings[0]
    often = f" ({finding.count} times)" if len(cause.findings) == 1 and finding.count > 1 else extent(cause)
    return f"{cause.outcome.word}  {where}: {cause.sentence}{often}"


def _cause(cause: Cause[ReportedFinding], *, whole: bool) -> Iterator[str]:
    finding = cause.findings[0]
    yield _first_line(cause)
    if cause.sentence != finding.sentence:
        yield f"      for example {finding.operation_id}: {finding.sentence}"
    yield f"      {finding.method} {finding.path}, {finding.check_id}: {finding.promise}"
    yield f"      {finding.where} ({finding.reason}) [{finding.fingerprint}]"
    for curl in finding.curls:
        yield f"      {curl}"
    answer = finding.answer
    if answer.status is not None:
        body = " ".join(excerpt(answer).split())
        to = next((f"to {text} " for name, text in answer.headers.items() if name.lower() == "location"), "")
        to = to if 300 <= answer.status < 400 else ""
        yield f"      response: {answer.status} {to}{body[:_BODY]}{'…' if len(body) > _BODY else ''}".rstrip()
    if whole:
        for each in cause.findings[1:]:
            where = f"{each.where} [{each.fingerprint}]"
            yield f"      also {each.operation_id}, {each.check_id}: {each.sentence} {where}"
        return
    yield from (f"      {text}" for text in variety(cause, _NAMED))


def _errors(broken: list[ReportedError], *, whole: bool) -> list[str]:
    """Return the lines on what the suite could not do."""
    if not broken:
        return []
    named = [f"error  {f'{each.operation}: ' if each.operation else ''}{each.message}" for each in broken]
    lines = ["", *(named if whole else named[:_ERRORS])]
    if len(lines) <= len(broken):
        lines.append(f"       {plural(len(broken) + 1 - len(lines), 'more error')}: --verbose shows all of them.")
    if any(each.ours for each in broken):
        lines.append("       adcontract failed here, not the target: please report it with the command below.")
    return lines
