"""A proof in numbers: by class, how many faults were planted and caught, and what that took."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from adcontract_mock.faults.registry import CLASSES
from adcontract_proof.record import Basis  # noqa: TC001 - msgspec reads the annotations
from adcontract_proof.trial import Clean, Outcome  # noqa: TC001 - the same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class ClassSummary(Struct, frozen=True, kw_only=True):
    """The faults of a class, or of all: how many were planted, and how many of them caught, missed, and broke a run.

    `unseen` are planted too, but changed no response, and are not counted. `seconds` and `requests` are medians of
    those until the first finding, and `causes` of the number of causes that a run reported that went to its end; None
    where no run did. Of such runs, `others` also gave a cause that is not about the fault.
    """

    group: str
    planted: int
    caught: int
    missed: int
    broken: int
    unseen: int
    seconds: float
    requests: float
    causes: float | None
    others: int

    @property
    def percent(self) -> float:
        """How many of the faults that change a response are caught."""
        return 100.0 if self.counted == 0 else 100 * self.caught / self.counted

    @property
    def counted(self) -> int:
        """How many faults change a response."""
        return self.planted - self.unseen


class Proof(Struct, frozen=True, kw_only=True):
    """A finished proof: its basis, the date, the places that were tried of all, the runs without a fault, and results.

    `missed` are the outcomes of the faults that were not caught, with those that changed nothing and that broke a run.
    `finders` are the checks that have caught faults of each kind that was also missed, those that caught most first.
    """

    version: Literal[1] = 1
    basis: Basis
    date: datetime
    tried: int
    places: int
    clean: tuple[Clean, ...]
    classes: tuple[ClassSummary, ...]
    total: ClassSummary
    missed: tuple[Outcome, ...]
    finders: dict[str, tuple[str, ...]]


def proof_of(basis: Basis, date: datetime, places: int, clean: Sequence[Clean], outcomes: Sequence[Outcome]) -> Proof:
    """Return the proof that some outcomes are, of which `places` were possible."""
    groups = [group for group in CLASSES if any(each.fault.group == group for each in outcomes)]
    return Proof(
        basis=basis,
        date=date,
        tried=len(outcomes),
        places=places,
        clean=tuple(clean),
        classes=tuple(_summary(group, [each for each in outcomes if each.fault.group == group]) for group in groups),
        total=_summary("all", outcomes),
        missed=tuple(sorted((each for each in outcomes if not each.is_caught), key=lambda each: each.fault)),
        finders=_finders(outcomes),
    )


def _finders(outcomes: Sequence[Outcome]) -> dict[str, tuple[str, ...]]:
    counts = {each.fault.kind: Counter[str]() for each in outcomes if not each.is_caught}
    for each in outcomes:
        if each.fault.kind in counts:
            counts[each.fault.kind].update(each.checks)
    return {kind: tuple(name for name, _ in checks.most_common()) for kind, checks in counts.items()}


def below(proof: Proof, goals: Mapping[str, float]) -> list[str]:
    """Return a sentence for each class, or all of them together, that is below its goal in percent or has no fault."""
    groups = {each.group: each for each in (*proof.classes, proof.total) if each.counted}
    untried = [
        f"{group}: no fault was tried that changes a response, and at least {goal:g} % have to be caught."
        for group, goal in goals.items()
        if goal and group not in groups
    ]
    return untried + [
        f"{each.group}: {each.caught} of {each.counted} faults are caught ({each.percent:.1f} %), "
        f"and at least {goals[each.group]:g} % have to be."
        for each in groups.values()
        if each.group in goals and each.percent < goals[each.group]
    ]


def _summary(group: str, outcomes: Sequence[Outcome]) -> ClassSummary:
    caught = [each for each in outcomes if each.is_caught]
    unseen = [each for each in outcomes if each.unseen and not each.is_caught]
    broken = [each for each in outcomes if each.error and not each.is_caught]
    found = [each for each in caught if each.checks]
    whole = [each for each in found if each.whole]
    return ClassSummary(
        group=group,
        planted=len(outcomes),
        caught=len(caught),
        missed=len(outcomes) - len(caught) - len(unseen) - len(broken),
        broken=len(broken),
        unseen=len(unseen),
        seconds=round(_median(each.seconds for each in found), 2),
        requests=_median(each.requests for each in found),
        causes=_median(each.causes for each in whole) if whole else None,
        others=sum(bool(each.others) for each in whole),
    )


def _median(values: Iterable[float]) -> float:
    known = list(values)
    return statistics.median(known) if known else 0.0
