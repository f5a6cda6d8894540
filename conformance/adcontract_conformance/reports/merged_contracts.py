"""The results of the shards of a run on each contract joined into those of the whole run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from adcontract_conformance.checks.coverage import is_untried
from adcontract_conformance.model.promises import GROUPS, Outcome
from adcontract_conformance.reports.document import ContractReport, with_causes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adcontract_conformance.reports.covered_parts import CoveredPart, OperationCoverage
    from adcontract_conformance.reports.document import (
        ReportedError,
        ReportedFinding,
        ReportedResult,
        RunReport,
    )


def merged_contracts(reports: Sequence[RunReport]) -> tuple[ContractReport, ...]:
    """Return the results on each contract from those of all shards.

    Raises:
        ValueError: if two shards have checked one operation, or none has checked one.
    """
    titles = sorted({contract.title for report in reports for contract in report.apis})
    return tuple(
        _Merger(reports[0], [each for report in reports for each in report.apis if each.title == title]).merged()
        for title in titles
    )


class _Merger:
    """Joins the results of several shards on one contract."""

    def __init__(self, report: RunReport, parts: list[ContractReport]) -> None:
        self.parts = parts
        self.title = parts[0].title
        self.groups = list(report.options.groups)
        self.checks = [check.id for check in report.checks]
        self.group_of = {check.id: check.group for check in report.checks}
        self.order = [each.operation for each in parts[0].coverage]
        self.owners = {operation.id: part for part in parts for operation in part.operations}
        self._refuse_others()

    def _refuse_others(self) -> None:
        for part in self.parts:
            if [each.operation for each in part.coverage] != self.order:
                raise ValueError(f"The shards have other operations of {self.title}.")
        checked = Counter(operation.id for part in self.parts for operation in part.operations)
        for name in self.order:
            if checked[name] != 1:
                raise ValueError(f"{self.title} {name} is checked by {checked[name] or 'no'} shards.")

    def merged(self) -> ContractReport:
        parts, first = self.parts, self.parts[0]
        findings, causes = with_causes(first.api, self._findings())
        errors = self._errors()
        unreached = tuple(group for group in self.groups if any(group in part.unreached for part in parts))
        operations = {operation.id: operation for part in parts for operation in part.operations}
        coverage = tuple(self._coverage(name) for name in self.order)
        return replace(
            first,
            outcome=self._outcome(has_errors=bool(errors)),
            operations=tuple(operations[name] for name in self.order),
            requests=sum(part.requests for part in parts),
            seconds={group: round(sum(part.seconds.get(group, 0.0) for part in parts), 3) for group in first.seconds},
            left_out=next((part.left_out for part in parts if part.left_out), None),
            untried=self._untried(coverage, unreached),
            unreached=unreached,
            unreached_operations={
                group: self._ordered(name for part in parts for name in part.unreached_operations.get(group, ()))
                for group in unreached
            },
            unwritten=self._ordered(name for part in parts for name in part.unwritten),
            withheld={
                group: tuple(sorted({name for part in parts for name in part.withheld.get(group, ())}))
                for group in self.groups
                if any(group in part.withheld for part in parts)
            },
            limited=sum(part.limited for part in parts),
            unread=dict(sum((Counter(part.unread) for part in parts), Counter())),
            errors=errors,
            causes=causes,
            findings=findings,
            results=self._results([finding.fingerprint for finding in findings]),
            coverage=coverage,
        )

    def _ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        found = set(names)
        return tuple(name for name in self.order if name in found)

    def _place(self, operation: str) -> int:
        return self.order.index(operation) if operation in self.order else len(self.order)

    def _group_place(self, group: str) -> int:
        return self.groups.index(group) if group in self.groups else len(self.groups)

    def _outcome(self, *, has_errors: bool) -> Outcome:
        found = {part.outcome for part in self.parts}
        if Outcome.FAIL in found:
            return Outcome.FAIL
        return Outcome.ERROR if has_errors else max(found)

    def _errors(self) -> tuple[ReportedError, ...]:
        """Return the errors of all shards; the fault of a team's own check is reported once."""
        found: dict[tuple[str, str | None], ReportedError] = {}
        for error in (error for part in self.parts for error in part.errors):
            found.setdefault((error.message, error.operation if error.ours else None), error)
        return tuple(found.values())

    def _findings(self) -> list[ReportedFinding]:
        """Return each finding once: the gravest, with the shortest requests."""
        found: dict[str, list[ReportedFinding]] = {}
        for finding in (finding for part in self.parts for finding in part.findings):
            found.setdefault(finding.fingerprint, []).append(finding)

        def best(each: ReportedFinding) -> tuple[int, int, int]:
            return -each.outcome.rank, each.size, self._place(each.operation_id)

        def rank(each: ReportedFinding) -> tuple[int, int, int, int, str, str]:
            group = self._group_place(self.group_of[each.check_id])
            place, check = self._place(each.operation_id), self.checks.index(each.check_id)
            return -each.outcome.rank, group, place, check, each.pointer, each.part

        once = (replace(min(all_, key=best), count=sum(each.count for each in all_)) for all_ in found.values())
        return sorted(once, key=rank)

    def _results(self, fingerprints: list[str]) -> tuple[ReportedResult, ...]:
        found: dict[tuple[str, str], list[ReportedResult]] = {}
        for part in self.parts:
            for result in part.results:
                same = found.setdefault((result.check, result.operation), [])
                # what the shard says that checks the operation comes first
                same.insert(0 if self.owners.get(result.operation) is part else len(same), result)

        def rank(each: ReportedResult) -> tuple[int, int, int]:
            return self._group_place(each.group), self.checks.index(each.check), self._place(each.operation)

        return tuple(sorted((_result(same, fingerprints) for same in found.values()), key=rank))

    def _coverage(self, name: str) -> OperationCoverage:
        rows = [each for part in self.parts for each in part.coverage if each.operation == name]
        own = next(each for each in self.owners[name].coverage if each.operation == name)
        known: dict[tuple[str, str], list[CoveredPart]] = {}
        for each in (each for row in rows for each in row.parts):
            known.setdefault((each.kind, each.name), []).append(each)
        return replace(
            own,
            parts=tuple(
                replace(each, tried=any(one.tried for one in same), seen=any(one.seen for one in same))
                for each in own.parts
                for same in [known[each.kind, each.name]]
            ),
            responses=dict(sum((Counter(row.responses) for row in rows), Counter())),
            asked=any(row.asked for row in rows),
        )

    def _untried(self, coverage: Sequence[OperationCoverage], unreached: Sequence[str]) -> dict[str, dict[int, int]]:
        for_all = set(GROUPS) <= set(self.groups) - set(unreached)
        done = {row.operation for row in coverage if any(each.kind == "operation" and each.seen for each in row.parts)}
        unwritten = {name for part in self.parts for name in part.unwritten}
        return {
            row.operation: row.responses
            for row in coverage
            if row.operation not in unwritten | done
            and not any(each.kind == "operation" and each.excused for each in row.parts)
            and is_untried(row.responses, is_asked=row.asked, for_all=for_all, none=not done)
        }


def _result(same: Sequence[ReportedResult], fingerprints: Sequence[str]) -> ReportedResult:
    """Return what several shards say of one check on one operation, that which checks it first."""
    outcome = max(each.outcome for each in same)
    names = {name for each in same for name in each.findings}
    return replace(
        next(each for each in same if each.outcome is outcome),
        requests=sum(each.requests for each in same),
        untried=same[0].untried,
        findings=tuple(name for name in fingerprints if name in names),
    )
