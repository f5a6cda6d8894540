"""One planted fault: a mock that has it, the suite run on that mock, and what came of it."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from adcontract import AdcontractError, load_named, names, spec_folder
from adcontract_conformance.client.target import Target
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.promises import GROUPS
from adcontract_conformance.reports.from_run import report_of
from adcontract_conformance.run.options import Options
from adcontract_conformance.run.suite import run
from adcontract_conformance.settings.access import Access, Secret
from adcontract_mock.serve.in_thread import running
from adcontract_proof.fault import TOKEN, Fault
from adcontract_proof.judging import CHECKS, is_about
from adcontract_proof.probes.exchanges import Request
from adcontract_proof.visible import Visibility, noted

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from adcontract import Contract, Operation
    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.reports.document import ContractReport, RunReport
    from adcontract_mock.serve.in_thread import Running

ITEMS = 30
"""Items in each collection of a mock at its start, besides the documented ones, where no list needs more."""

PAGES = 2.5
"""So many pages of their default size have lists that are tried in it: a first, a middle and a last one."""

LATENCY = 0.5
"""How long a response may take where a fault makes some come late, in seconds."""

LONGEST = 120.0
"""How long a run on a fault may take, in seconds."""

FIRST: dict[str, tuple[str, ...]] = {
    "schema": ("examples", "schema"),
    "protocol": ("examples", "security", "schema", "rejection"),
    "security": ("security",),
    "input": ("rejection", "schema"),
    "lists": ("behavior",),
    "state": ("behavior", "state"),
    "rules": ("examples", "schema"),
    "time": ("examples", "schema"),
}
"""The groups of checks that find most faults of a class; the others are tried where these find nothing."""


class Clean(Struct, frozen=True, kw_only=True, tag="clean"):
    """A whole run on a mock without a fault: the requests, and the sentences of what it found, each a false alarm."""

    document: str
    requests: int
    seconds: float
    alarms: tuple[str, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True, tag="fault", omit_defaults=True):
    """What came of a fault.

    `checks` are those that found it, none where it was missed. `seconds` and `requests` are those until the first
    finding about it, of all runs. `causes` is how many causes the run found that found it, and `others` are the
    sentences of those that are not about the fault. `runs` is how many runs were needed, the first with few groups; it
    is `whole` if the run that found it went to its end. `untried` is why checks that find such faults were not tried.
    `refused` is the sentence with which the suite did not take the server for one of the contract, if it names the
    fault. `unseen` says that no request showed the fault, after so many; `error` says why a run did not come to an end.
    """

    fault: Fault
    checks: tuple[str, ...] = ()
    seconds: float = 0.0
    requests: int = 0
    causes: int = 0
    others: tuple[str, ...] = ()
    runs: int = 0
    whole: bool = False
    untried: tuple[str, ...] = ()
    refused: str = ""
    unseen: int = 0
    error: str = ""

    @property
    def is_caught(self) -> bool:
        """Whether a finding, or the refusal of the server, names the fault."""
        return bool(self.checks or self.refused)


@dataclass(frozen=True, kw_only=True)
class Trials:
    """How faults are tried: the folder of the contracts, the seed of the suite, how much it generates and reads."""

    spec: Path | None = None
    seed: int = 1
    generated: int
    pages: int

    def clean(self, api: str, snapshot: str) -> Clean:
        """Run the suite on a mock without a fault.

        Raises:
            AdcontractError: if the mock does not serve the contract, or the run does not come to its end.
        """
        operations = _contract(self.spec, api, snapshot).operations
        items = max(map(_items, operations), default=ITEMS)
        with self._mock(api, snapshot, items) as mock:
            report = self._run(mock.url, api, snapshot, _Plan(GROUPS, seconds=None), _First())
        if report.stopped:
            raise AdcontractError(f"{api}@{snapshot} without a fault could not be checked: {report.stopped}")
        [contract] = report.apis
        return Clean(
            document=f"{api}@{snapshot}",
            requests=contract.requests,
            seconds=round(report.seconds, 1),
            alarms=tuple(each.sentence for each in contract.found_causes),
        )

    def of(self, fault: Fault, *, whole: bool = False) -> Outcome:
        """Plant a fault, and run the suite on it until a finding is about it.

        First the groups that find most faults of the class are tried on the operation, then all groups, then those on
        all operations of its resource, each until something fails, and to the end if that is not about the fault. A
        fault that is `whole` gets runs of all groups to their end.
        """
        one, family = (fault.operation,), _family(self.spec, fault)
        plans = [_Plan(GROUPS, focus) for focus in (one, family) if focus]
        if not whole:
            plans.insert(0, _Plan(FIRST[fault.group], one))
        outcome, sent, is_cut = Outcome(fault=fault), list[Request](), False
        for index, plan in enumerate(plans):
            if not whole:
                outcome, sent, is_cut = self._tried(outcome, plan._replace(max_failures=1))
            if whole or (index and is_cut and not outcome.is_caught):
                outcome, sent, _ = self._tried(outcome, plan)
            if outcome.is_caught or outcome.error:
                return outcome
        items = _items_for(self.spec, fault)
        compared = _visibility(self.spec, fault.api, fault.snapshot, items).compared(fault.name, sent)
        return outcome if compared.difference else replace(outcome, unseen=compared.compared)

    def _tried(self, before: Outcome, plan: _Plan) -> tuple[Outcome, list[Request], bool]:
        """Return what came of a fault after one more run, the requests of that run, and whether it met a bound."""
        fault, first, began = before.fault, _First(), time.monotonic()
        runs, latency, sent = before.runs + 1, LATENCY if fault.group == "time" else None, list[Request]()
        try:
            items = _items_for(self.spec, fault)
            with self._mock(fault.api, fault.snapshot, items, fault.name) as mock:
                sent = noted(mock.journal)
                report = self._run(mock.url, fault.api, fault.snapshot, plan, first, latency)
        except AdcontractError as error:
            text, seconds = str(error), before.seconds + time.monotonic() - began
            if _names_place(self.spec, fault, text):
                return replace(before, runs=runs, seconds=seconds, refused=text), sent, False
            return replace(before, runs=runs, seconds=seconds, error=text), sent, False
        contract = report.apis[0]
        about = [each for each in contract.found_causes if is_about(fault, each)]
        seconds, requests = time.monotonic() - began, contract.requests
        if about:
            seconds, requests = first.seconds, first.requests
        after = replace(
            before,
            checks=tuple(dict.fromkeys(each.check_id for cause in about for each in cause.findings)),
            seconds=before.seconds + seconds,
            requests=before.requests + requests,
            causes=len(contract.found_causes),
            others=tuple(each.sentence for each in contract.found_causes if each not in about),
            runs=runs,
            whole=plan.max_failures is None,
            untried=() if about else _untried(contract, fault),
            error="" if about else report.stopped or "",
        )
        return after, sent, report.bound is not None

    def _mock(self, api: str, snapshot: str, items: int, plant: str | None = None) -> AbstractContextManager[Running]:
        return running(
            api=api, snapshot=snapshot, token=TOKEN, spec=self.spec, stateful=True, seed_items=items, plant=plant
        )

    def _run(
        self, url: str, api: str, snapshot: str, plan: _Plan, first: _First, latency: float | None = None
    ) -> RunReport:
        contracts = [CheckedContract(_contract(self.spec, api, snapshot), (), plan.focus)]
        options = Options(
            groups=plan.groups,
            seed=self.seed,
            seconds=plan.seconds,
            own=True,
            spec=self.spec,
            generated=self.generated,
            pages=self.pages,
            max_latency=latency,
            max_failures=plan.max_failures,
        )
        access = Access(token=Secret("ADCONTRACT_TOKEN", TOKEN))
        target = Target(f"{url}/{api}/{snapshot}", access, basic=any(each.takes_basic for each in contracts))
        with closing(target):
            return report_of(run(target, contracts, options, first))


class _Plan(NamedTuple):
    """A run: the groups of checks, the operations, all for none, and after how many failing causes or when it ends."""

    groups: tuple[str, ...]
    focus: tuple[str, ...] = ()
    max_failures: int | None = None
    seconds: float | None = LONGEST


class _First:
    """Notes when the first failure was found: after how many seconds and requests."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.seconds, self.requests = 0.0, 0

    def show(self, ledger: Ledger, group: str, done: int, total: int) -> None:
        """Do nothing: a run is one of many."""

    def found(self, ledger: Ledger, finding: Finding) -> None:  # noqa: ARG002
        """Note the first finding."""
        if not self.seconds:
            self.seconds, self.requests = time.monotonic() - self._began, ledger.requests

    def close(self, ledger: Ledger, group: str) -> None:
        """Do nothing: a run is one of many."""


def _untried(contract: ContractReport, fault: Fault) -> tuple[str, ...]:
    """Return why checks of the kind of a fault were not tried on its operation, each reason once."""
    skipped = (each for each in contract.results if each.operation == fault.operation and each.reason)
    ours = (each for each in skipped if each.check.partition(".")[2] in CHECKS[fault.group])
    return tuple(dict.fromkeys(f"{each.check}: {each.reason}" for each in ours))


@cache
def _contract(spec: Path | None, api: str, snapshot: str) -> Contract:
    folder = spec or spec_folder()
    name = next(each for each in names(folder, api, snapshot))
    return load_named(name, folder)


@cache
def _visibility(spec: Path | None, api: str, snapshot: str, items: int) -> Visibility:
    return Visibility(_contract(spec, api, snapshot), TOKEN, items)


def _items_for(spec: Path | None, fault: Fault) -> int:
    """Return how many items the collections of the mock begin with: other classes show in short lists, too."""
    operations = _contract(spec, fault.api, fault.snapshot).operations
    is_list = fault.group == "lists"
    return next((_items(each) for each in operations if is_list and each.id == fault.operation), ITEMS)


def _items(operation: Operation) -> int:
    """Return how many items a list needs to have several pages of its default size."""
    pagination = operation.behavior.pagination
    return max(ITEMS, ceil(PAGES * (pagination.default or 0))) if pagination else ITEMS


def _family(spec: Path | None, fault: Fault) -> tuple[str, ...]:
    """Return all operations of the resources on which that of a fault acts, or of the document; none for one alone."""
    contract = _contract(spec, fault.api, fault.snapshot)
    if fault.of_document:
        return tuple(each.id for each in contract.operations)
    resources = contract.resources.values()
    ids = [tuple(each.operation.id for each in resource.operations) for resource in resources]
    family = dict.fromkeys(each for known in ids if fault.operation in known for each in known)
    return tuple(family) if len(family) > 1 else ()


def _names_place(spec: Path | None, fault: Fault, text: str) -> bool:
    """Return whether a refusal of the server names the path of the operation that has the fault."""
    contract = _contract(spec, fault.api, fault.snapshot)
    path = next(each.path for each in contract.operations if each.id == fault.operation)
    return path.partition("{")[0] in text
