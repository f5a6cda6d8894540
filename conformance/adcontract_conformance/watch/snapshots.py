"""One snapshot, compared with the responses of a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from adcontract_conformance.client.probes import Way, way
from adcontract_conformance.client.replies import at, json_of
from adcontract_conformance.model.exchange import HttpResponse, NoResponse
from adcontract_conformance.watch.comparison import Comparison, key
from adcontract_conformance.watch.discoveries import Discovery, Kind, Spot

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.watch.reads import Answers

_NOT_SERVED = {404, 405, 410, 501}
_SAYS_NOTHING = {401, 403, 429}
_OF_VALUES = (Kind.TYPE, Kind.NULL, Kind.LIMIT)
_OF_RESPONSES = (Kind.STATUS, Kind.MEDIA, Kind.HEADER)


@dataclass
class ComparedSnapshot:
    """One snapshot, compared with the responses of a target.

    `shown` is the number of the operations that showed something to compare. `unseen` has the others, with the reason,
    and `failing` those among them that the target may well answer another time. `refused` counts those that it lacks,
    and `unknown` those that it has and another snapshot declares.
    """

    checked: CheckedContract
    comparison: Comparison
    shown: int = 0
    unseen: dict[str, str] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    refused: int = 0
    unknown: int = 0

    @property
    def snapshot(self) -> str:
        """The snapshot."""
        return self.checked.contract.name.snapshot

    @property
    def reads(self) -> int:
        """The number of the operations that read."""
        return sum(each.method == "GET" for each in self.checked.operations)

    @cached_property
    def discoveries(self) -> list[Discovery]:
        """What responses show that the snapshot does not have."""
        return self.comparison.discoveries.all()

    @property
    def differences(self) -> int:
        """The number of differences between the target and the snapshot."""
        return len(self.discoveries) + self.refused + self.unknown

    @property
    def distance(self) -> tuple[int, int, int]:
        """How far the target is from it: by differences, then by how little it describes of what the target shows."""
        return self.differences, -len(self.comparison.declared), self.comparison.unshown

    def has(self, discovery: Discovery) -> bool:
        """Return whether the snapshot has what another one, compared with the same responses, does not have."""
        return any(map(self._has, discovery.spots))

    def _has(self, spot: Spot) -> bool:
        if spot.kind in _OF_RESPONSES:
            is_known = spot.status in self.comparison.compared.get(spot.operation, ())
        else:
            # a field that may be absent is known where its object is described
            path = spot.path[:-1] if spot.kind is Kind.ABSENT else spot.path
            is_known = (spot.operation, spot.status, path) in self.comparison.declared
        return is_known and not any(_equals(spot, each) for each in self._spots)

    @cached_property
    def _spots(self) -> set[Spot]:
        return {spot for each in self.discoveries for spot in each.spots}


def compare(checked: CheckedContract, answers: Answers) -> ComparedSnapshot:
    """Compare the responses of a target with one snapshot."""
    found = ComparedSnapshot(checked, Comparison(checked))
    known = {key(operation) for operation in checked.contract.operations}
    found.unknown = sum(
        each not in known and any(map(_succeeds, answers.found[each].values())) for each in answers.found
    )
    for operation in checked.operations:
        if operation.method == "GET":
            _compare(found, operation, answers)
    return found


def _compare(found: ComparedSnapshot, operation: Operation, answers: Answers) -> None:
    responses, reasons, headers = answers.of(operation), list[str](), dict[int, set[str]]()
    for response in responses:
        reason = _unusable(operation, response)
        if reason is None and isinstance(response, HttpResponse):
            reason = found.comparison.response(operation, response)
            headers.setdefault(response.status, set()).update(response.headers)
        if reason is not None:
            reasons.append(reason)
    for status, names in headers.items():
        found.comparison.headers(operation, status, names)
    if key(operation) in found.comparison.compared:
        if any(_shows_something(operation, each) for each in responses):
            found.shown += 1
        else:
            found.unseen[operation.id] = "shows an empty list"
        return
    found.unseen[operation.id] = " and ".join(dict.fromkeys(reasons)) or "was not asked"
    if any(map(_fails, responses)):
        found.failing.append(operation.id)
    elif all(_unusable(operation, each) for each in responses):
        found.refused += _is_refused(responses, is_known=key(operation) in answers.known)


def _unusable(operation: Operation, response: HttpResponse | NoResponse) -> str | None:
    """Return why a response shows nothing of the operation, or None."""
    if not isinstance(response, HttpResponse):
        return response.reason
    if way(operation, response) is Way.PAGE:
        return "answers with an HTML page"
    return None if _succeeds(response) else f"answers {response.status}"


def _shows_something(operation: Operation, response: HttpResponse | NoResponse) -> bool:
    """Return whether a response shows something: of a list, a row."""
    behavior = operation.behavior
    items = behavior.pagination.items if behavior.pagination else behavior.resource.items if behavior.resource else None
    if items is None or not isinstance(response, HttpResponse):
        return items is None
    return bool(at(json_of(response.body), items) != [])


def _succeeds(response: HttpResponse | NoResponse) -> bool:
    return isinstance(response, HttpResponse) and 200 <= response.status < 300


def _fails(response: HttpResponse | NoResponse) -> bool:
    return not isinstance(response, HttpResponse) or response.status == 429 or response.status >= 500


def _is_refused(responses: list[HttpResponse | NoResponse], *, is_known: bool) -> bool:
    """Return whether a target does not have an operation, or refuses the documented requests of it.

    It may lack what a request names, unless that `is_known`.
    """
    # a page in place of data comes from something that knows no such path
    statuses = {404 if each.status < 300 else each.status for each in responses if isinstance(each, HttpResponse)}
    if statuses <= _NOT_SERVED:
        return is_known
    return all(400 <= status < 500 for status in statuses) and not statuses & (_NOT_SERVED | _SAYS_NOTHING)


def _equals(one: Spot, other: Spot) -> bool:
    """Return whether two documents are contradicted in the same way, although perhaps in other words."""
    same_place = (one.operation, one.status, one.path) == (other.operation, other.status, other.path)
    return same_place and (
        (one.kind in _OF_VALUES and other.kind in _OF_VALUES) or (one.kind, one.name) == (other.kind, other.name)
    )
