"""Several reports of one target as a history: what came, what went, and what is still there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from adcontract.reporting.markdown import escaped
from adcontract.wording import plural, printable
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.sentences import plain_verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract_conformance.reports.document import ContractReport, ReportedFinding, RunReport

_SHOWN = 10
"""How many findings of a kind are listed for a report."""


@dataclass(frozen=True)
class Step:
    """A report, and what differs from those before it.

    A finding `came` if the report has it and the one before, as far as it looked, did not; it `went` if the report
    looked and did not find it. What a report has not looked at stays as it was.
    """

    report: RunReport
    came: tuple[ReportedFinding, ...]
    went: tuple[ReportedFinding, ...]

    @property
    def date(self) -> str:
        """When the run began, in UTC."""
        return f"{self.report.date:%Y-%m-%d %H:%M}"

    @property
    def counts(self) -> dict[str, int]:
        """How many findings fail, warn and so on, and how many requests were sent."""
        found = [finding.outcome for contract in self.report.apis for finding in contract.findings]
        outcomes = (Outcome.FAIL, Outcome.WARN, Outcome.FLAKY, Outcome.WAIVED)
        counts = {outcome.word: found.count(outcome) for outcome in outcomes}
        return {**counts, "requests": sum(contract.requests for contract in self.report.apis)}


@dataclass(frozen=True)
class Trend:
    """The steps of a history, the oldest first; `present` are the findings at its end, each with the day it came."""

    steps: tuple[Step, ...]
    present: tuple[tuple[ReportedFinding, str], ...]


def trend(reports: Iterable[RunReport]) -> Trend:
    """Return reports as a history, ordered by their dates."""
    present: dict[str, tuple[ReportedFinding, str]] = {}
    steps = []
    for report in sorted(reports, key=lambda each: each.date):
        found = {each.fingerprint: each for contract in report.apis for each in contract.findings}
        came = tuple(each for name, each in found.items() if name not in present)
        looked = {place for contract in report.apis for place in _looked_at(contract)}
        went = tuple(
            each
            for name, (each, _) in present.items()
            if name not in found and (each.check_id, each.operation_id) in looked
        )
        for each in went:
            del present[each.fingerprint]
        day = f"{report.date:%Y-%m-%d}"
        present |= {name: (each, present[name][1] if name in present else day) for name, each in found.items()}
        steps.append(Step(report, came, went))
    return Trend(tuple(steps), tuple(sorted(present.values(), key=lambda each: (-each[0].outcome.rank, each[1]))))


def _looked_at(contract: ContractReport) -> Iterator[tuple[str, str]]:
    """Yield the checks that have looked at an operation to their end."""
    for result in contract.results:
        if result.outcome >= Outcome.PASS and result.group not in contract.unreached:
            yield result.check, result.operation


def as_text(history: Trend) -> str:
    """Return a history as lines: a table of the reports, then what came and went in each, then what is there."""
    return "\n".join([*_table(history), *_changes(history, "  ", str), *_present(history, "  ", str)])


def as_markdown(history: Trend) -> str:
    """Return a history as Markdown, for the summary of a job."""
    head, *rows = _rows(history)
    table = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    title = f"## {escaped(printable(history.steps[-1].report.target))}: {plural(len(history.steps), 'report')}"
    return "\n".join([title, "", *table, *_changes(history, "- ", escaped), *_present(history, "- ", escaped)])


def as_json(history: Trend) -> str:
    """Return a history as one JSON document."""
    steps = [
        {
            "date": step.report.date,
            "verdict": plain_verdict(step.report),
            **step.counts,
            "came": [each.fingerprint for each in step.came],
            "went": [each.fingerprint for each in step.went],
        }
        for step in history.steps
    ]
    every = {each.fingerprint: each for step in history.steps for each in (*step.came, *step.went)}
    findings: dict[str, Any] = {
        name: {
            "check": each.check_id,
            "operation": each.operation_id,
            "outcome": each.outcome.word,
            "sentence": each.sentence,
        }
        for name, each in every.items()
    }
    present = [{"fingerprint": each.fingerprint, "since": since} for each, since in history.present]
    target = history.steps[-1].report.target
    value = {"target": target, "reports": steps, "findings": findings, "present": present}
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _rows(history: Trend) -> list[list[str]]:
    head = ["date", *history.steps[0].counts, "came", "went", "verdict"]
    rows = [
        [
            step.date,
            *map(str, step.counts.values()),
            f"+{len(step.came)}",
            f"-{len(step.went)}",
            plain_verdict(step.report),
        ]
        for step in history.steps
    ]
    return [head, *rows]


def _table(history: Trend) -> Iterator[str]:
    rows = _rows(history)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *numbers, last = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in numbers), last[0]]
        yield "  ".join(cells).rstrip()


def _changes(history: Trend, bullet: str, text: Callable[[str], str]) -> Iterator[str]:
    # what the first report has is no change
    for step in history.steps[1:]:
        if step.came or step.went:
            yield from ("", f"{step.date}", "")
            yield from _listed([f"came: {_line(each)}" for each in step.came], bullet, text)
            yield from _listed([f"went: {_line(each)}" for each in step.went], bullet, text)


def _present(history: Trend, bullet: str, text: Callable[[str], str]) -> Iterator[str]:
    yield ""
    if not history.present:
        yield "Nothing is there at the end."
        return
    yield from (f"There at the end: {plural(len(history.present), 'finding')}.", "")
    yield from _listed([f"since {since}: {_line(each)}" for each, since in history.present], bullet, text)


def _listed(lines: list[str], bullet: str, text: Callable[[str], str]) -> Iterator[str]:
    yield from (f"{bullet}{text(line)}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"{bullet}and {len(lines) - _SHOWN} more"


def _line(finding: ReportedFinding) -> str:
    return printable(f"{finding.outcome.word} {finding.operation_id}: {finding.sentence} [{finding.fingerprint}]")


FORMATS: dict[str, Callable[[Trend], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
"""Every format by its name."""
