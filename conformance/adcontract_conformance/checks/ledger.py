"""The results of a run: one for each check and operation, and the findings, each reported once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adcontract_conformance.checks.causes import causes, failing
from adcontract_conformance.checks.coverage import Coverage, deletes_alone
from adcontract_conformance.checks.findings import Findings, places
from adcontract_conformance.checks.latency import LATENCY, Latency
from adcontract_conformance.checks.matrix import Matrix, Part
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.client.redaction import Redaction
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.exchange import Exchange, HttpResponse, Purpose
from adcontract_conformance.model.promises import (
    CHECKS,
    IMPOSSIBLE,
    READ_ONLY,
    UNALLOWED,
    UNNAMED,
    FaultyCheckError,
    Found,
    Outcome,
    Skip,
    SuiteError,
    known_groups,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract import Operation
    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.waiving import Waiving
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.promises import Check, LawResult


@dataclass
class Result:
    """How one check ended on one operation, and on how many requests; `untried` says what it did not look at."""

    check: Check
    operation: Operation
    outcome: Outcome = Outcome.SKIPPED
    reason: str = "no request for it was sent"
    requests: int = 0
    untried: str = ""
    findings: list[Finding] = field(default_factory=list)


NOT_ASKED_FOR = "its group was not asked for"


class Ledger:
    """The results of one contract, as they come in. `own` says that the server was written for it.

    `base` is the URL of the target. `max_latency` is how long a response may take, in seconds, if the user has said so.
    `waiving` has the waivers.

    Checks judge an exchange as it came. Everything that is kept here may be shown, so it is kept as `redaction` leaves
    it. `left_out` says in a sentence why nothing was checked, if so. `withheld` has the operations, by group, that got
    fewer requests than there are for them, because of a bound for each.
    """

    def __init__(
        self,
        checked: CheckedContract,
        groups: Iterable[str],
        *,
        own: bool = False,
        base: str = "",
        max_latency: float | None = None,
        redaction: Redaction | None = None,
        waiving: Waiving | None = None,
    ) -> None:
        self._redaction = redaction or Redaction()
        self.checked = checked
        self.groups = tuple(groups)
        self.own = own
        self.requests = 0
        self.left_out: str | None = None
        self.seconds = dict.fromkeys(known_groups(), 0.0)
        self.broken: list[SuiteError] = []
        self.finished_groups: list[str] = []
        self.withheld: dict[str, list[str]] = {}
        self._coverage = Coverage()
        self._matrix = Matrix(checked, base)
        self._latency = Latency(max_latency) if max_latency is not None else None
        self._results: dict[tuple[str, str], Result] = {}
        self._findings = Findings(checked, own=own, redaction=self._redaction, waiving=waiving)
        self._unwritten = set[str]()

    def result(self, check: Check, operation: Operation) -> Result:
        """Return the result of `check` on `operation`, to be updated."""
        return self._results.setdefault((check.id, operation.id), Result(check, operation))

    def expect(self, check: Check, operation: Operation) -> None:
        """Note that a law is about an operation, so that it is not forgotten where it is not tried."""
        self.result(check, operation)

    def add(self, group: str, exchange: Exchange) -> None:
        """Let every check of the group that is about such an exchange judge it, and a team's own checks of any group.

        A missing response, and a 5xx that was not asked for, is reported by one check only.
        """
        self.requests += 1
        self._coverage.add(exchange)
        self._matrix.add(exchange)
        self._measure(exchange)
        # a server that does not know HEAD may answer it with 501
        asked = exchange.purpose in (Purpose.PREFERRED, Purpose.HEAD, Purpose.HEAD_WITHOUT_CREDENTIALS)
        dead = not isinstance(exchange.response, HttpResponse) or (exchange.response.status >= 500 and not asked)
        for check in CHECKS.values():
            is_asked = check.group in (group, *self.groups)
            heard = isinstance(exchange.response, HttpResponse) and check.group in self.groups
            if (
                is_asked
                and check.looks_at(group, exchange)
                and (heard if check.declared else not dead or check.id.endswith(".answered"))
            ):
                self._judge(check, exchange)

    def _measure(self, exchange: Exchange) -> bool:
        """Measure a response; return whether it is one with which its operation fails."""
        here = not self.checked.is_elsewhere(exchange.operation)
        slow = self._latency.add(exchange) if self._latency is not None and here else None
        if slow is not None:
            self.law(slow)
        return slow is not None

    def measure(self, exchange: Exchange) -> bool:
        """Measure the response to a request that was sent again; return whether its operation now fails."""
        self.requests += 1
        return self._measure(exchange)

    @property
    def slow_once(self) -> list[tuple[Exchange, int]]:
        """The exchanges, as they came, with the only slow response of their operation, of so many."""
        return self._latency.alone() if self._latency is not None else []

    def _judge(self, check: Check, exchange: Exchange) -> None:
        result = self.result(check, exchange.operation)
        result.requests += 1
        try:
            breaches = list(check.judge(self.checked, exchange)) if check.judge else []
        except NotTestable as reason:
            if result.outcome is Outcome.SKIPPED:
                result.reason = self._redaction.text(str(reason))
            return
        except FaultyCheckError as error:
            self._cannot_judge(result, SuiteError(exchange.operation, str(error), ours=False))
            return
        except Exception as error:
            message = f"{check.id}: {type(error).__name__}: {error}"
            self._cannot_judge(result, SuiteError(exchange.operation, message))
            return
        if isinstance(exchange.response, HttpResponse) and not exchange.response.whole and check.is_about_bodies:
            result.reason = "the body of the response was too long to be read"
        elif check.declared or not self._coverage.says_nothing(exchange):
            result.outcome = max(result.outcome, Outcome.PASS)
        elif result.outcome is Outcome.SKIPPED and isinstance(exchange.response, HttpResponse):
            result.reason = f"no response says anything of it; the last one was {exchange.response.status}"
        self._write(result, (Found(breach, exchange) for breach in breaches))

    def _cannot_judge(self, result: Result, broken: SuiteError) -> None:
        """Note why a check could not be carried out; the fault of a team's own one is reported once."""
        broken = replace(broken, message=self._redaction.text(broken.message))
        if broken.ours or all(each.message != broken.message for each in self.broken):
            self.broken.append(broken)
        result.outcome, result.reason = Outcome.ERROR, broken.message

    def _write(self, result: Result, found: Iterable[Found]) -> None:
        for each in found:
            finding = self._findings.note(result.check, result.operation, each)
            result.outcome = max(result.outcome, finding.outcome)
            if finding not in result.findings:
                result.findings.append(finding)

    def law(self, tried: LawResult) -> None:
        """Note how a law went."""
        result = self.result(CHECKS[tried.check_id], tried.operation)
        result.requests += tried.requests
        if tried.reason:
            self._leave(result, tried.reason)
        else:
            result.outcome, result.untried = max(result.outcome, Outcome.PASS), tried.untried
        self._write(result, tried.found)

    def _retract(self, check: Check, operation: Operation) -> None:
        """Drop the result of a check on an operation, for one that is known to be better."""
        dropped = self._results.pop((check.id, operation.id), None)
        for finding in dropped.findings if dropped else ():
            self._findings.drop(finding)

    def _leave(self, result: Result, reason: str) -> None:
        """Note why a check was not tried."""
        result.reason = self._redaction.text(reason)
        if reason.endswith((UNNAMED, UNALLOWED, IMPOSSIBLE)):
            self._coverage.miss(result.operation)
        if reason.endswith(READ_ONLY) and result.operation.method not in SAFE:
            self._unwritten.add(result.operation.id)

    def taken_news(self) -> list[Finding]:
        """Return the first failure of each cause that was found since the last call."""
        return self._findings.taken_news()

    def skip(self, group: str, skip: Skip) -> None:
        """Note why a check has no request to look at, should it have no other."""
        for check in CHECKS.values():
            if check.group != group or check.judge is None or check.purposes == {Purpose.UNKNOWN_PATH}:
                continue
            result = self.result(check, skip.operation)
            if skip.purpose in check.purposes or (skip.purpose is None and not result.requests):
                self._leave(result, skip.reason)

    def error(self, group: str, broken: SuiteError) -> None:
        """Note that the suite itself failed."""
        if broken.check_id and broken.operation is not None:
            self._cannot_judge(self.result(CHECKS[broken.check_id], broken.operation), broken)
            return
        broken = replace(broken, message=self._redaction.text(broken.message))
        self.broken.append(broken)
        for check in CHECKS.values():
            if broken.operation is not None and check.group == group:
                result = self.result(check, broken.operation)
                result.outcome, result.reason = Outcome.ERROR, broken.message

    def close(self, reason: str | None = None) -> None:
        """Give every check a result on every operation; `reason` says why not all were tried, if not."""
        for tried in self._latency.results() if self._latency is not None else ():
            self._retract(CHECKS[tried.check_id], tried.operation)
            self.law(tried)
        for check in CHECKS.values():
            if check.purposes == {Purpose.UNKNOWN_PATH} or check.judge is None:
                continue
            for operation in filter(check.is_about, self.checked.operations):
                result = self.result(check, operation)
                if check.group not in self.groups:
                    result.outcome, result.reason = Outcome.DISABLED, NOT_ASKED_FOR
        for result in self._results.values():
            if result.outcome is Outcome.SKIPPED and result.check.group not in self.groups:
                result.outcome, result.reason = Outcome.DISABLED, NOT_ASKED_FOR
            elif result.outcome is Outcome.SKIPPED and reason:
                result.reason = reason

    @property
    def results(self) -> list[Result]:
        """Every result, by group, check and operation."""
        place = places(self.checked)
        return sorted(self._results.values(), key=lambda each: place(each.check, each.operation))

    @property
    def findings(self) -> list[Finding]:
        """Every finding, the gravest first, of those that are as grave by group, operation and check."""
        return self._findings.ordered()

    def parts(self, operation: Operation) -> list[Part]:
        """Return the parts of an operation, whether they were tried and seen, and the laws that are about it."""
        laws = (self._results[name, operation.id] for name in CHECKS if (name, operation.id) in self._results)
        tried = [
            Part("law", each.check.id, tried=is_tried, seen=is_tried, reason="" if is_tried else each.reason)
            for each in laws
            if each.check.judge is None and each.check is not LATENCY
            for is_tried in [Outcome.PASS <= each.outcome < Outcome.ERROR]
        ]
        return [*self._matrix.parts(operation.id), *tried]

    def responses(self, operation: Operation) -> Counter[int]:
        """Return the statuses of the responses to the requests of an operation that can succeed."""
        return self._coverage.responses(operation.id)

    def is_asked(self, operation: Operation) -> bool:
        """Return whether an operation was sent a request of its own, beside those of laws, or should have been."""
        return self._coverage.is_asked(operation.id)

    @property
    def causes(self) -> list[Cause[Finding]]:
        """The causes of the findings, the gravest first."""
        return causes(self.checked.api, self.findings)

    @property
    def failing(self) -> int:
        """How many causes fail, before those that are about the same are one."""
        return failing(self.findings)

    def tally(self, group: str) -> Counter[Outcome]:
        """Return how many results of a group have each outcome."""
        # a copy, because a live table asks from a thread of its own
        return Counter(result.outcome for result in list(self._results.values()) if result.check.group == group)

    @property
    def outcome(self) -> Outcome:
        """The gravest outcome, but a failure is graver than an error of the suite, which takes nothing back.

        A contract that no check of the chosen groups is about is skipped.
        """
        outcomes = {result.outcome for result in self._results.values()} - {Outcome.DISABLED}
        if Outcome.FAIL in outcomes:
            return Outcome.FAIL
        return Outcome.ERROR if self.broken else max(outcomes, default=Outcome.SKIPPED)

    @property
    def untried(self) -> dict[str, Counter[int]]:
        """The operations that carried out no request, with the statuses of their responses.

        Without those that the user wants untried, and those that no run can try: what the suite cannot create, it does
        not delete.
        """
        wanted = (each for each in self.checked.operations if each.id not in self._unwritten)
        testable = (each for each in wanted if not deletes_alone(self.checked, each))
        return self._coverage.untried(testable, self.finished_groups)

    @property
    def unwritten(self) -> list[str]:
        """The operations that were not tried because they write, as the user wants it."""
        return [each.id for each in self.checked.operations if each.id in self._unwritten]

    @property
    def limited(self) -> int:
        """The number of requests that were too many for the target (429)."""
        return self._coverage.limited

    @property
    def unread(self) -> Counter[str]:
        """How many responses had a body that was too long to be read, by operation."""
        return self._coverage.unread

    def unreached_operations(self, group: str) -> list[str]:
        """Return the operations that no request of a group that is not finished was sent to."""
        results = (result for result in self._results.values() if result.check.group == group)
        reached = {result.operation.id for result in results if result.requests}
        return [operation.id for operation in self.checked.operations if operation.id not in reached]

    @property
    def unreached(self) -> list[str]:
        """The groups that were asked for and not finished."""
        return [group for group in self.groups if group not in self.finished_groups]
