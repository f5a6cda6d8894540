"""Findings that have one cause: they break one part of the contract, or break it in the same way in many places."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

from adcontract_conformance.model.promises import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

Kinship = Literal["way", "sentence", "promise"]

MANY = 3
"""As many causes of one kind stand apart. More than these have a cause of their own, which they share."""


class AnyFinding(Protocol):
    """What the findings of a run and those of a report have in common, by which their causes are found.

    `size` is the length of the requests that show it, `way` in which way it breaks the contract, from the general to
    the particular, and `kinship` what findings of one cause have in common: that way, or nothing but their sentence,
    or the promise of a law. `only_of_a_mock` says that it is about what only a mock does, to answer as `Prefer` asks.
    """

    @property
    def check_id(self) -> str: ...  # noqa: D102
    @property
    def operation_id(self) -> str: ...  # noqa: D102
    @property
    def outcome(self) -> Outcome: ...  # noqa: D102
    @property
    def sentence(self) -> str: ...  # noqa: D102
    @property
    def where(self) -> Hashable: ...  # noqa: D102
    @property
    def pointer(self) -> str: ...  # noqa: D102
    @property
    def part(self) -> str: ...  # noqa: D102
    @property
    def way(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def kinship(self) -> Kinship: ...  # noqa: D102
    @property
    def only_of_a_mock(self) -> bool: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102


F = TypeVar("F", bound=AnyFinding)


@dataclass(frozen=True)
class Cause(Generic[F]):
    """Findings that have one cause: the gravest first, and of those the one with the shortest request.

    `fingerprint` is the same in every run that finds the same: a hash of the API and of what the findings share.
    """

    fingerprint: str
    findings: tuple[F, ...]

    @property
    def outcome(self) -> Outcome:
        """The gravest outcome of the findings."""
        return self.findings[0].outcome

    @property
    def sentence(self) -> str:
        """What is broken: the sentence of the findings, or what their sentences share."""
        first = self.findings[0].sentence
        if all(finding.sentence == first for finding in self.findings):
            return first
        shared = _shared(self.findings)
        return shared[-1] if shared else self.findings[0].way[0]

    @property
    def kinds(self) -> list[str]:
        """In which ways the contract is broken, without what they share, each once."""
        start = f"{self.sentence.rstrip('.')}: "
        ways = (finding.way for finding in self.findings)
        ends = (way[-1].removeprefix(start).removeprefix(f"{way[0].rstrip('.')}: ").rstrip(".") for way in ways)
        return list(dict.fromkeys(ends))

    @property
    def operations(self) -> list[str]:
        """The operationIds of the findings, each once, or the name of what they are about besides operations."""
        found = list(dict.fromkeys(finding.operation_id for finding in self.findings))
        return [name for name in found if not name.startswith("(")] or found


def causes(api: str, findings: Iterable[F]) -> list[Cause[F]]:
    """Return the causes of the findings on one API, the gravest first.

    Of those the widest come first, of which one may explain the others, in the order in which they were found, and then
    the others, by the number of their operations.

    What only a mock does, to answer as `Prefer` asks, comes after all else that is as grave.

    Findings have one cause if one check finds them at one place of the contract, or if they break it in the same way.
    Where more than `MANY` causes are of the same kind, they are one. What comes and goes stands apart.
    """
    groups = _joined([[finding] for finding in findings], _keys)
    for depth in range(max((len(group[0].way) for group in groups), default=0), 0, -1):
        kinds = Counter(kind for group in groups for kind in {_kind(finding, depth) for finding in group})
        common = {kind for kind, count in kinds.items() if count > MANY}
        groups = _joined(groups, partial(_common, depth=depth, kinds=common))
    found = [_cause(api, group) for group in groups]
    widest = max((len(cause.operations) for cause in found), default=0)

    def rank(cause: Cause[F]) -> tuple[int, bool, int]:
        number = len(cause.operations)
        return -cause.outcome.rank, _is_of_a_mock(cause), -min(number, widest // 2)

    return sorted(found, key=rank)


def _is_of_a_mock(cause: Cause[F]) -> bool:
    return all(finding.only_of_a_mock for finding in cause.findings)


def _kind(finding: AnyFinding, depth: int) -> Hashable:
    return finding.outcome is Outcome.FLAKY, finding.way[:depth]


def _common(finding: AnyFinding, *, depth: int, kinds: set[Hashable]) -> list[Hashable]:
    return [kind for kind in (_kind(finding, depth),) if kind in kinds]


def _keys(finding: AnyFinding) -> list[Hashable]:
    """Return what makes two findings one cause, if they share any of it."""
    way, flaky = finding.way, finding.outcome is Outcome.FLAKY
    name = finding.check_id.partition(".")[2]
    # a law may be broken in several parts
    part = finding.part if finding.kinship == "promise" else ""
    return [(flaky, way, part), *((flaky, each, finding.where, finding.part) for each in (name, way[0]))]


def _joined(groups: list[list[F]], keys: Callable[[F], list[Hashable]]) -> list[list[F]]:
    """Return groups in which all that share a key are one, in the order in which they began."""
    above, known = list(range(len(groups))), dict[object, int]()

    def root(number: int) -> int:
        while above[number] != number:
            number = above[number]
        return number

    for number, group in enumerate(groups):
        for key in (key for finding in group for key in keys(finding)):
            one, other = root(known.setdefault(key, number)), root(number)
            above[max(one, other)] = min(one, other)
    joined: dict[int, list[F]] = {}
    for number, group in enumerate(groups):
        joined.setdefault(root(number), []).extend(group)
    return list(joined.values())


def _cause(api: str, group: list[F]) -> Cause[F]:
    ordered = tuple(sorted(group, key=lambda each: (-each.outcome.rank, each.size)))
    way = _shared(group) if all(each.kinship != "sentence" for each in group) else ()
    first = min(group, key=lambda each: (each.pointer, each.part))
    parts = way or (first.check_id.partition(".")[2], first.pointer, first.part)
    text = "\0".join((api, "flaky" if ordered[0].outcome is Outcome.FLAKY else "", *parts))
    return Cause(hashlib.sha256(text.encode()).hexdigest()[:12], ordered)


def _shared(findings: Iterable[AnyFinding]) -> tuple[str, ...]:
    """Return the beginning that the ways of all findings share."""
    ways = [finding.way for finding in findings]
    end = next((i for i, steps in enumerate(zip(*ways, strict=False)) if len(set(steps)) > 1), min(map(len, ways)))
    return ways[0][:end]


class FirstFailures:
    """Knows, while findings come in, which failures are the first of their cause, as `causes` joins them."""

    def __init__(self) -> None:
        self._known: set[Hashable] = set()
        self._kinds: Counter[Hashable] = Counter()

    def is_first(self, finding: AnyFinding) -> bool:
        """Return whether a failure has no cause in common with one that was asked about before."""
        keys = set(_keys(finding))
        known = not keys.isdisjoint(self._known)
        self._known |= keys
        if known:
            return False
        kinds = [_kind(finding, depth) for depth in range(1, len(finding.way))]
        self._kinds.update(kinds)
        return all(self._kinds[kind] <= MANY for kind in kinds)
