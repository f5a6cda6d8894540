"""The waivers that are to be edited after a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.model.promises import CHECKS, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.errors import Location
    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.checks.waiving import Waiving
    from adcontract_conformance.settings.waivers import Waiver


@dataclass(frozen=True)
class WaiverProblem:
    """A waiver that is to be edited: where, why, and how. It is stale, or else it has expired."""

    waiver: Waiver
    where: Location
    sentence: str
    is_stale: bool = False


def waiver_problems(waiving: Waiving, ledgers: list[Ledger]) -> Iterator[WaiverProblem]:
    """Yield the waivers that have expired, and those whose finding a finished group of a run has not found."""
    waivers = waiving.waivers
    for each in waivers.all:
        subject = f"the waiver of {each.fingerprint} ({each.check} of {each.operation}, {each.owner})"
        if each.fingerprint in waiving.used:
            if each.expires < waiving.today:
                expired = f"{subject} has expired on {each.expires}. Mend what it waives, or give it a later day."
                yield WaiverProblem(each, waivers.where(each, "expires"), expired)
        elif not each.comes_and_goes and any(_has_passed(each, ledger) for ledger in ledgers):
            stale = f"{subject} is stale: the run did not find it. Remove it."
            yield WaiverProblem(each, waivers.where(each), stale, is_stale=True)


def _has_passed(waiver: Waiver, ledger: Ledger) -> bool:
    """Return whether a check has looked at an operation, and would have found what is waived."""
    group = CHECKS[waiver.check].group
    if group not in ledger.finished_groups or waiver.operation in ledger.withheld.get(group, ()):
        return False
    return any(
        result.check.id == waiver.check
        and result.operation.id == waiver.operation
        and result.outcome >= Outcome.PASS
        and not result.untried
        for result in ledger.results
    )
