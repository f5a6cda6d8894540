"""The plan of a run: a run on a double of the target, of which everything is counted and nothing is sent."""

from __future__ import annotations

import io
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import urllib3

from adcontract_conformance.checks.ledger import Ledger
from adcontract_conformance.checks.news import News
from adcontract_conformance.client.clock import Clock
from adcontract_conformance.client.interrupts import interruptible
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.client.probes import probe
from adcontract_conformance.client.target import BoundMetError
from adcontract_conformance.plan.double import Double
from adcontract_conformance.run.contract_run import ContractRun
from adcontract_conformance.run.result import Run

if TYPE_CHECKING:
    from requests import PreparedRequest

    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.model.promises import LawResult, Skip
    from adcontract_conformance.run.options import Options

KINDS = {
    "examples": "documented",
    "security": "security",
    "behavior": "laws",
    "state": "links",
    "schema": "generated valid",
    "rejection": "generated faulty",
}
"""What the requests of a group are."""

RECOGNIZING, CLEARING = "recognizing", "clearing"


class Planned(NamedTuple):
    """A request that would be sent: of which contract, for which operation, of which kind, and with which method."""

    contract: str
    operation: str
    kind: str
    method: str

    @property
    def writes(self) -> bool:
        """Whether its method is one that writes."""
        return self.method not in SAFE


class Counted(NamedTuple):
    """What a run would send, counted, the seconds that the suite itself takes for it, and the bound that it meets."""

    requests: Counter[Planned]
    seconds: float
    bound: str | None
    errors: list[str]


class _Unjudged(Ledger):
    """A ledger for answers of which nothing is learned."""

    def add(self, group: str, exchange: Exchange) -> None:
        pass

    def law(self, tried: LawResult) -> None:
        pass

    def skip(self, group: str, skip: Skip) -> None:
        pass


class _Counter:
    """Answers in place of the target, and counts the requests; it is told of a run which group is on."""

    def __init__(self, target: Target) -> None:
        self.requests: Counter[Planned] = Counter()
        self._target = target
        self._double: Double | None = None
        self._contract = ""
        self._kind = RECOGNIZING

    def begin(self, checked: CheckedContract) -> None:
        """Answer as a contract says from now on."""
        self._double = Double(checked, self._target.url, self._target.credentials.near_values)
        self._contract, self._kind = checked.title, RECOGNIZING

    def answer(self, request: PreparedRequest) -> urllib3.HTTPResponse:
        """Count a request, and return the answer to it."""
        kind = CLEARING if self._target.timing.is_clearing else self._kind
        operation = self._target.allowance.operation.removeprefix(f"{self._contract} ")
        self.requests[Planned(self._contract, operation, kind, str(request.method))] += 1
        if self._double is None:
            raise TypeError("no contract has begun")
        status, headers, body = self._double.answer(request)
        return urllib3.HTTPResponse(io.BytesIO(body), headers, status, preload_content=False)

    def show(self, ledger: Ledger, group: str, done: int, total: int) -> None:  # noqa: ARG002
        self._kind = KINDS.get(group, group)

    def found(self, ledger: Ledger, finding: Finding) -> None:
        pass

    def close(self, ledger: Ledger, group: str) -> None:
        pass


def counted(target: Target, contracts: list[CheckedContract], options: Options) -> Counted:
    """Count what a run would send to a target that serves all of the contracts. From now on nothing is sent to it.

    Raises:
        KeyboardInterrupt: if the user stops it.
    """
    counter, start = _Counter(target), time.monotonic()
    target.allowance.double, target.timing.least = counter.answer, 0.0
    options = replace(options, workers=1, seconds=None, max_failures=None, waiving=None)
    ledgers = [_Unjudged(each, options.groups) for each in contracts if each.operations]
    run, clock = Run(target, options, list(ledgers), contracts), Clock(None, target.allowance)
    news = News(list(ledgers), None, clock, counter)
    with suppress(BoundMetError), interruptible() as interrupts:
        run.book.is_urgent = lambda: interrupts.times > 1
        for ledger in ledgers:
            counter.begin(ledger.checked)
            contract_run = ContractRun(ledger, run, clock, counter, news, interrupts)
            probe(contract_run.sender)
            contract_run.run()
    # a team's own law may fail at values that no target has
    errors = [each.message for ledger in ledgers for each in ledger.broken if each.ours]
    return Counted(counter.requests, time.monotonic() - start, clock.bound, errors)
