"""Findings that have one cause: they break one part of the contract, or break it in the same way in many places."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

from adcontract_conformance.checks.themes import is_about_the_answer, near_keys, theme_of
from adcontract_conformance.model.promises import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

Kinship = Literal["answer", "way", "sentence", "promise"]

MANY = 3
"""As many causes of one kind stand apart. More than these have a cause of their own, which they share."""

TEN = 10
"""As many failing causes are read one by one. Of more, those that are about the same are one."""


class AnyFinding(Protocol):
    """What the findings of a run and those of a report have in common, by which their causes are found.

    `size` is the length of the requests that show it, `way` in which way it breaks the contract, from the general to
    the particular, and `kinship` what findings of one cause have in common: that way, or nothing but their sentence,
    or the promise of a law, or an answer that is not one of the operation. `only_of_a_mock` says that it is about what
    only a mock does, to answer as `Prefer` asks.
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
    `theme` is a sentence on what they are all about, where they share nothing else.
    """

    fingerprint: str
    findings: tuple[F, ...]
    theme: str = ""

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
        gravest = [finding for finding in self.findings if finding.outcome is self.outcome]
        if shared := _shared(self.findings) or _shared(gravest):
            return shared[-1]
        themes = {theme_of(finding.check_id) for finding in gravest}
        return self.theme or (len(themes) == 1 and themes.pop()) or self.findings[0].way[0]

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

    Findings have one cause if one check finds them at one place of the contract, if they break it in the same way, or
    if they show the same answer that is not one of the operation. Where more than `MANY` causes are of the same kind,
    they are one. What comes and goes stands apart, and so does what is waived.

    Where more than `TEN` causes fail, those that are about the same are one: a server that keeps nothing of what it is
    sent breaks most of what a contract says of its items and lists.
    """
    found = [_cause(api, group, theme) for group, theme in _fewer(_groups(findings))]
    widest = max((len(cause.operations) for cause in found), default=0)

    def rank(cause: Cause[F]) -> tuple[int, bool, int]:
        number = len(cause.operations)
        return -cause.outcome.rank, _is_of_a_mock(cause), -min(number, widest // 2)

    return sorted(found, key=rank)


def failing(findings: Iterable[AnyFinding]) -> int:
    """Return how many causes fail, before those that are about the same are one."""
    return sum(map(_fails, _groups(findings)))


def _groups(findings: Iterable[F]) -> list[list[F]]:
    groups = _joined([[finding] for finding in findings], _keys)
    for depth in range(max((len(group[0].way) for group in groups), default=0), 0, -1):
        kinds = Counter(kind for group in groups for kind in {_kind(finding, depth) for finding in group})
        common = {kind for kind, count in kinds.items() if count > MANY}
        groups = _joined(groups, partial(_common, depth=depth, kinds=common))
    return groups


def _fewer(groups: list[list[F]]) -> list[tuple[list[F], str]]:
    """Join failing groups until there are no more than `TEN`, and return each with its theme, if it was joined by one.

    First those that are broken in the same way in general are one, then those of one theme, the commonest one first.
    """

    def general(finding: F) -> list[Hashable]:
        return [finding.way[0]] if finding.outcome is Outcome.FAIL else []

    if _are_many(groups):
        groups = _joined(groups, general)
    themes = list[str]()
    while _are_many(groups):
        kinds = Counter(theme for group in groups for theme in _themes(group) if theme not in themes)
        theme, count = max(kinds.items(), key=itemgetter(1), default=("", 0))
        if count <= 1:
            break
        themes.append(theme)
        groups = _joined(groups, lambda finding: list(_themes([finding]).intersection(themes)))
    return [(group, next((theme for theme in themes if theme in _themes(group)), "")) for group in groups]


def _are_many(groups: list[list[F]]) -> bool:
    return sum(map(_fails, groups)) > TEN


def _fails(group: Iterable[AnyFinding]) -> bool:
    return any(finding.outcome is Outcome.FAIL for finding in group)


def _themes(group: Iterable[AnyFinding]) -> set[str]:
    """Return what the failures of a group are about; an answer that is not one of an operation is about none."""
    failures = (each for each in group if each.outcome is Outcome.FAIL and each.kinship != "answer")
    return {theme_of(each.check_id) for each in failures} - {""}


def _is_of_a_mock(cause: Cause[F]) -> bool:
    return all(finding.only_of_a_mock for finding in cause.findings)


def _apart(finding: AnyFinding) -> str:
    """Return by what a finding stands apart from others: that it comes and goes, or is waived; else nothing."""
    return finding.outcome.word if finding.outcome in (Outcome.FLAKY, Outcome.WAIVED) else ""


def _kind(finding: AnyFinding, depth: int) -> Hashable:
    return _apart(finding), finding.way[:depth]


def _common(finding: AnyFinding, *, depth: int, kinds: set[Hashable]) -> list[Hashable]:
    return [kind for kind in (_kind(finding, depth),) if kind in kinds]


def _keys(finding: AnyFinding) -> list[Hashable]:
    """Return what makes two findings one cause, if they share any of it."""
    way, apart = finding.way, _apart(finding)
    if finding.kinship == "answer":
        return [(apart, *way)]
    name, where = finding.check_id.partition(".")[2], finding.where
    # a law may be broken in several parts, and several laws may see that one part is
    is_law = finding.kinship == "promise"
    keys: list[Hashable] = [(apart, way, finding.part if is_law else "")]
    keys += [(apart, each, where, finding.part) for each in (name, way[0])]
    near = near_keys(finding.check_id, finding.operation_id, where, finding.part) if is_law else ()
    return [*keys, *((apart, key) for key in near)]


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


def _cause(api: str, group: list[F], theme: str) -> Cause[F]:
    def rank(each: F) -> tuple[int, bool, int]:
        # what is wrong with the answer is understood by itself
        return -each.outcome.rank, each.kinship == "answer" and not is_about_the_answer(each.check_id), each.size

    ordered = tuple(sorted(group, key=rank))
    way = _shared(group) if all(each.kinship != "sentence" for each in group) else ()
    first = min(group, key=lambda each: (each.pointer, each.part))
    parts = way or ((theme,) if theme else (first.check_id.partition(".")[2], first.pointer, first.part))
    text = "\0".join((api, _apart(ordered[0]), *parts))
    return Cause(hashlib.sha256(text.encode()).hexdigest()[:12], ordered, theme)


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
