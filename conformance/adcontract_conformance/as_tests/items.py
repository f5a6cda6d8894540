"""The items of pytest: one for each check of an operation, and one for each contract as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from adcontract.wording import printable, printable_lines
from adcontract_conformance.as_tests.shared_run import NoRunError
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.coverage import shortfalls
from adcontract_conformance.reports.report import waived
from adcontract_conformance.reports.sentences import excerpt, extent, gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from pathlib import Path

    from adcontract.errors import Location
    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.reports.document import ContractReport, ReportedFinding, ReportedResult, RunReport

WARNING = "adcontract warning"
"""The name of the section of an item's report that has a warning."""

WHOLE = "(run)"
"""Stands for the operation in the node id of a contract as a whole."""

ROOT = "adcontract"


def fail(text: str) -> NoReturn:
    """End an item with a text for people: a traceback would be one of the suite."""
    raise pytest.fail.Exception(printable_lines(text), pytrace=False) from None


class Results:
    """The results of a run, by the title of a contract, and the exit status of the command."""

    def __init__(self, report: RunReport, status: int) -> None:
        self.report, self.status = report, status
        self.contracts = {each.title: each for each in report.apis}
        self.results = {(each.title, of.operation, of.check): of for each in report.apis for of in each.results}
        self.findings = {(each.title, of.fingerprint): of for each in report.apis for of in each.findings}
        self.causes = {
            (each.title, of.fingerprint): cause
            for each in report.apis
            for cause in each.found_causes
            for of in cause.findings
        }


class Branch(pytest.Collector):
    """A part of the tree of items, with nothing to collect: its items are known."""

    def collect(self) -> Iterable[pytest.Item]:
        """Return nothing."""
        return ()


class Tree:
    """Creates the branches and items below a session."""

    def __init__(self, session: pytest.Session, report: Callable[[], Results]) -> None:
        self._root: Any = Branch.from_parent(session, name=ROOT, nodeid=ROOT)
        self._report = report
        self._has_xdist = session.config.pluginmanager.hasplugin("xdist")
        self._branches: dict[tuple[str, ...], Any] = {}

    def item(
        self,
        kind: type[ContractItem],
        path: tuple[str, ...],
        name: str,
        where: Location | None,
        marks: Iterable[str],
        **more: Any,
    ) -> ContractItem:
        """Return the item of a name below the branches of a path: the title of a contract, and an operation."""
        parent = self._root
        for depth in range(1, len(path) + 1):
            above = parent
            if path[:depth] not in self._branches:
                shown = path[0].replace(" ", "/") if depth == 1 else path[depth - 1]
                self._branches[path[:depth]] = Branch.from_parent(above, name=shown)
            parent = self._branches[path[:depth]]
        item: ContractItem = kind.from_parent(parent, name=name, run=self._report, path_of=path, where=where, **more)
        for mark in (ROOT, *marks):
            item.add_marker(mark)
        if self._has_xdist:
            item.add_marker(pytest.mark.xdist_group(ROOT))
        return item


class ContractItem(pytest.Item):
    """A test about a contract."""

    def __init__(
        self, *, run: Callable[[], Results], path_of: tuple[str, ...], where: Location | None, **other: Any
    ) -> None:
        super().__init__(**other)
        self._run, self._where = run, where
        self.title, self.operation = path_of[0], path_of[-1]

    def setup(self) -> None:
        """Have the suite run, if it has not. If it cannot, one item says so, and the others are skipped."""
        try:
            self._run()
        except NoRunError as error:
            if error.is_news:
                fail(str(error))
            pytest.skip(printable(f"nothing was checked: {error}"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the text of a failure as it is, so that the summary of pytest has its first line."""
        if isinstance(excinfo.value, pytest.fail.Exception):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    @property
    def results(self) -> Results:
        """The results of the run."""
        return self._run()

    @property
    def contract(self) -> ContractReport:
        """What the run has found out about the contract."""
        return self.results.contracts[self.title]

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Return where the contract has the operation, and the heading of a failure."""
        heading = f"{self.title}: {self.operation}: {self.name}"
        return (self.path, None, heading) if self._where is None else (self._where.file, self._where.line - 1, heading)


class CheckItem(ContractItem):
    """A check of an operation."""

    def setup(self) -> None:
        """Have the suite run, if it has not. A check that could not be carried out is an error, not a failure."""
        super().setup()
        result = self._result()
        if result is not None and result.outcome is Outcome.ERROR:
            fail(result.reason)

    def runtest(self) -> None:
        """Report how the check ended."""
        result, contract = self._result(), self.contract
        if contract.left_out:
            pytest.skip(printable(contract.left_out))
        if result is None:
            pytest.skip("the law is not about what the target shows of this operation")
        if result.outcome is Outcome.SKIPPED:
            pytest.skip(printable(result.reason))
        found = [self.results.findings[self.title, name] for name in result.findings]
        causes = {name: self.results.causes[self.title, name] for name in result.findings}
        self.user_properties += [("fingerprint", name) for name in result.findings]
        if result.outcome is Outcome.WAIVED:
            reasons = (f"{each.sentence} {waived(each.waiver)}" for each in found if each.waiver)
            pytest.xfail(printable("; ".join(reasons)))
        if result.outcome is Outcome.FAIL:
            failures = [each for each in found if each.outcome is Outcome.FAIL]
            fail("\n\n".join("\n".join(_lines(each, causes[each.fingerprint])) for each in failures))
        for finding in found:
            cause = causes[finding.fingerprint]
            first = cause.findings[0]
            text = f"{first.operation_id}: {cause.sentence}{extent(cause)} {first.where} ({first.reason})"
            self.add_report_section("call", WARNING, printable(f"{cause.outcome.word}  {text} [{first.fingerprint}]"))

    def _result(self) -> ReportedResult | None:
        return self.results.results.get((self.title, self.operation, self.name))


class WholeItem(ContractItem):
    """A contract as a whole: everything was tried, nothing was left, and nothing else was found.

    `known` are the results that have an item, as operation and check.
    """

    def __init__(self, *, known: Container[tuple[str, str]], **other: Any) -> None:
        super().__init__(**other)
        self._known = known

    def runtest(self) -> None:
        """Report what the suite could not do."""
        report, contract = self.results.report, self.contract
        found = [*gaps(report, contract, whole=True), *(each.message for each in contract.errors)]
        found += [*shortfalls(report, contract, whole=True)]
        found += [f"{each.where}: {each.sentence}" for each in report.waivers_to_edit]
        if report.stopped:
            found.append(report.stopped)
        found += [
            f"{result.operation}: {result.check}: {result.outcome.word} {result.reason}".rstrip()
            for result in contract.results
            if result.outcome >= Outcome.FAIL and (result.operation, result.check) not in self._known
        ]
        if not found and self.results.status and all(each.outcome < Outcome.FAIL for each in report.apis):
            # whatever the reason is, nothing passes that does not for the command
            found = [f"adcontract check ends with the status {self.results.status}.", *report.conclusions]
        if found:
            fail("\n".join(found))


def _lines(finding: ReportedFinding, cause: Cause[ReportedFinding]) -> Iterator[str]:
    """Yield a finding as the lines of a report."""
    answer = finding.answer
    yield finding.sentence
    yield f"    promise: {finding.promise}"
    yield f"    contract: {finding.where} ({finding.reason})"
    yield from (f"    request: {curl}" for curl in finding.curls)
    received = f"none: the target {answer.reason}" if answer.status is None else f"{answer.status} {excerpt(answer)}"
    yield f"    response: {received}"
    yield f"    fingerprint: {finding.fingerprint}"
    if len(cause.findings) > 1:
        yield f"    cause: {cause.sentence}{extent(cause)} [{cause.fingerprint}]"
