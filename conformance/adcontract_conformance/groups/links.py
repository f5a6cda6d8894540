"""The group `state`: Schemathesis follows the links of a contract, from creates and lists to what they lead to.

Each operation with links begins sequences of its own, so that none is left out by chance. A failure does not end the
sequences: a run has as many on a faulty target as on a good one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from schemathesis.openapi.checks import EnsureResourceAvailability, UseAfterFree

from adcontract.wording import first_line
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.lateness import shows_late
from adcontract_conformance.groups._schemathesis import Engine
from adcontract_conformance.groups.generated import EXAMPLES
from adcontract_conformance.groups.naming import about_no_item, with_one_id
from adcontract_conformance.model.exchange import GONE, THERE, Exchange, Purpose
from adcontract_conformance.model.promises import UNNAMED, Skip, SuiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from schemathesis.engine import events

    from adcontract import Operation, Values
    from adcontract_conformance.client.created import Created
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract

_SHARE = 0.4
"""How many sequences begin with each operation that has links, for each request that fuzzing generates for it."""

STEPS = 6
"""How many requests a sequence has at most."""

_PHASES: dict[str, Any] = {
    # undeclared links would be guesses, and learning would make one run depend on another
    "stateful": {"enabled": True, "max-steps": STEPS, "inference": {"algorithms": []}, "link-calibration": False}
}


class Stateful:
    """Sends to one target sequences of requests along the links of one contract; the same for the same seed."""

    def __init__(
        self, checked: CheckedContract, target: Target, seed: int, created: Created, count: int = EXAMPLES
    ) -> None:
        self._checked = checked
        self._target = target
        self._created = created
        self._engine = Engine(checked, target, seed)
        self._sequences_of_each = math.ceil(count * _SHARE)
        self._late: dict[str, bool] = {}

    def exchanges(self, left: Callable[[], float | None]) -> Generator[Exchange | Skip | SuiteError, None, None]:
        """Follow the links; yield every request with its response and the requests that led to it.

        Args:
            left: returns the seconds that are left, None for no limit.

        Raises:
            TargetGoneError: if the target went down.
            KeyboardInterrupt: if the user stops it.
        """
        begun = self._links()
        followed = {each.id for sequence in begun for each in sequence}
        for operation in self._checked.operations:
            if operation.id not in followed:
                reason = self._refusal(operation) or self._reason(operation) or self._unnamed(operation)
                yield Skip(Purpose.LINKED, operation, reason or "no link leads to it or from it")
        for sequence in begun:
            # where the contract is divided, each sequence goes as a whole to the run that checks its first operation
            first = next(each for each in sequence if each in self._checked.named)
            if left() != 0 and first in self._checked.operations:
                yield from self._sequences(sequence, left())

    def _links(self) -> list[tuple[Operation, ...]]:
        """Return the operations with links, each with those that they lead to. One that reads need not be checked."""
        checked = {each.id: each for each in self._checked.named if self._refusal(each) is None}
        sources = (each for each in self._checked.contract.operations if self._reason(each) is None and self._may(each))
        linked = ((each, *(checked[name] for name in _targets(each) if name in checked)) for each in sources)
        return [sequence for sequence in linked if len(sequence) > 1]

    def _may(self, operation: Operation) -> bool:
        return self._refusal(operation) is None and (operation.method == "GET" or self._checked.may_write(operation))

    def _refusal(self, operation: Operation) -> str | None:
        return self._target.allowance.refusal(operation.method)

    def _unnamed(self, operation: Operation) -> str | None:
        """Return the reason for which no link is followed to an operation if that would write through another one."""
        for each in self._checked.contract.operations:
            if operation.id in _targets(each) and not self._may(each):
                return self._refusal(each) or f"not tried: {each.id} {UNNAMED}"
        return None

    def _reason(self, operation: Operation) -> str | None:
        """Return why no sequence may begin with an operation; None if one may."""
        if not any(_targets(each) for each in self._checked.contract.operations):
            return "the contract has no links"
        resource = operation.behavior.resource
        if resource and resource.action in ("create", "upsert") and not self._created.removable(resource.name):
            return f"the contract has no operation of the action delete for a {resource.name}"
        return None

    def _sequences(
        self, operations: tuple[Operation, ...], seconds: float | None
    ) -> Iterator[Exchange | Skip | SuiteError]:
        schema = self._engine.schema(
            operations,
            mode="positive",
            examples=self._sequences_of_each,
            phases=_PHASES,
            checks=("ensure_resource_availability", "use_after_free"),
        )
        schemathesis_failures = _SchemathesisFailures()
        schemathesis_failures.taken_from(schema)
        schema.hooks.hook("map_case")(self._with_created_items())
        self._engine.notify(schema, self._created.answered)
        for event in self._engine.scenarios(schema, seconds):
            if isinstance(event, Skip | SuiteError):
                yield event
            else:
                yield from self._scenario(event, schemathesis_failures)

    def _with_created_items(self) -> Any:
        """Return a hook that leads a writing request to a created item if it does not follow its link.

        Parents are the documented ones.
        """
        labels = self._engine.labels

        def map_case(context: Any, case: Any) -> Any:  # noqa: ARG001
            operation = labels[case.operation.label]
            resource = operation.behavior.resource
            if resource is None or resource.key is None:
                known = self._created.client.documented(operation).path
            else:
                address = self._created.instead(operation, case.path_parameters.get(resource.key.name))
                known = address["path"] if address else {}
            if known:
                case.path_parameters = {**case.path_parameters, **known}
            return about_no_item(operation, with_one_id(operation, case))

        return map_case

    def _scenario(
        self, event: events.ScenarioFinished, schemathesis_failures: _SchemathesisFailures
    ) -> Iterator[Exchange | Skip]:
        recorder, labels = event.recorder, self._engine.labels
        sent = {
            case_id: self._engine.request(labels[recorder.cases[case_id].value.operation.label], interaction.request)
            for case_id, interaction in recorder.interactions.items()
        }
        for case_id, interaction in recorder.interactions.items():
            operation = labels[recorder.cases[case_id].value.operation.label]
            if withheld := self._engine.withheld(case_id):
                yield Skip(Purpose.LINKED, operation, withheld)
                continue
            failures, related = schemathesis_failures.of(
                case_id, lambda other: self._stays(labels, recorder.cases[other].value)
            )
            if failures and (self._shows_late(operation) or self._leaves(operation)):
                failures, related = {}, ()
            chain = recorder.iter_chain_cases(case_id=case_id, related_case_ids=related)
            before = tuple(sent[each.id] for each in chain if each.id != case_id and each.id in sent)
            reading = self._checked.read(operation, sent[case_id], self._target.url)
            yield Exchange(
                self._purpose(operation, reading),
                operation,
                sent[case_id],
                self._engine.http_response(case_id, interaction.response),
                reading,
                schemathesis_failures=failures,
                before=before,
            )

    def _shows_late(self, operation: Operation) -> bool:
        """Return whether the target shows late that an item of an operation is created or deleted."""
        name = operation.behavior.resource.name if operation.behavior.resource else ""
        if name not in self._late:
            self._late[name] = shows_late(ResourceFactory(self._created.client, name))
        return self._late[name]

    def _leaves(self, operation: Operation) -> bool:
        """Return whether an item of an operation changes by itself, and is not read any more at its end."""
        resource = operation.behavior.resource
        return resource is not None and ResourceFactory(self._created.client, resource.name).leaves

    def _purpose(self, operation: Operation, reading: Values | None) -> Purpose:
        if operation not in self._checked.named:
            return Purpose.LAW
        return Purpose.UNSURE if reading is None or reading.faults else Purpose.LINKED

    def _stays(self, labels: Mapping[str, Operation], case: Any) -> bool:
        """Whether the deleted item stays, with a status that says so."""
        resource = labels[case.operation.label].behavior.resource
        return resource is not None and resource.gone == "status"


class _SchemathesisFailures:
    """The failures of two checks of Schemathesis that know the earlier requests, by the case."""

    def __init__(self) -> None:
        self._found: dict[str, UseAfterFree | EnsureResourceAvailability] = {}

    def taken_from(self, schema: Any) -> None:
        """Take the failures from the engine, which would stop at them."""

        @schema.hooks.hook("filter_failure")  # type: ignore[untyped-decorator]
        def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:  # noqa: ARG001
            self._found.setdefault(case.id, failure)
            return False

    def of(self, case_id: str, stays: Callable[[str], bool]) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the failure of a case, and the other cases that it is about.

        A deleted item that `stays`, as the contract declares, may be read.
        """
        failure = self._found.get(case_id)
        if isinstance(failure, UseAfterFree):
            deleted = str(failure.deleted_case_id)
            return ({}, ()) if stays(deleted) else ({GONE: first_line(failure)}, (deleted,))
        return ({THERE: first_line(failure)}, ()) if failure else ({}, ())


def _targets(operation: Operation) -> list[str]:
    """Return the ids of the operations that the links of an operation lead to (OpenAPI 3.0.3, Link Object)."""
    links = (link for response in operation.responses.values() for link in response.data.get("links", {}).values())
    return list(dict.fromkeys(link["operationId"] for link in links if "operationId" in link))
