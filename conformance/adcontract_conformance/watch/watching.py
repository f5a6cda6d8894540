"""One pass over a target: its reads, compared with every snapshot that it could serve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from adcontract_conformance.client.recognition import recognize
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.watch.reads import Answers, read
from adcontract_conformance.watch.snapshots import compare

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_conformance.client.documented import Sample
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.watch.discoveries import Discovery
    from adcontract_conformance.watch.reads import RememberingTarget
    from adcontract_conformance.watch.snapshots import ComparedSnapshot


@dataclass
class Watched:
    """What one pass has found on one API: the `nearest` snapshot, and the `others`."""

    nearest: ComparedSnapshot
    others: list[ComparedSnapshot]

    @cached_property
    def new(self) -> list[Discovery]:
        """What no snapshot has."""
        return [each for each in self.nearest.discoveries if not self.snapshots_of(each)]

    def snapshots_of(self, discovery: Discovery) -> list[str]:
        """Return the other snapshots that have what a discovery is about."""
        return [other.snapshot for other in self.others if other.has(discovery)]

    @property
    def is_determined(self) -> bool:
        """Whether the responses allow a statement."""
        return self.nearest.shown > 0 and not self.nearest.failing


def watch(target: RememberingTarget, contracts: list[CheckedContract]) -> tuple[list[Watched], list[str]]:
    """Read a target once; return what was found by API, and why the contracts of others were left out, in sentences.

    Raises:
        UsageError: if the target is not recognized: it refuses the token, serves another API, or does not work.
        TargetDownError: if it does not answer at all.
        TargetGoneError: if it goes down.
        TlsError: if no connection with TLS is possible.
    """
    senders = senders_of(contracts, target)
    failed = recognize(senders)
    found, left_out = list[Watched](), list[str]()
    for api in dict.fromkeys(each.api for each in contracts):
        known = [each for each in senders if each.checked.api == api]
        if served := [each for each in known if each.checked not in failed]:
            found.append(_watch(served))
        else:
            cause = failed[known[0].checked]
            left_out.append(f"{api}: left out, because {cause}. Watch only what the target serves, with --api.")
    return found, left_out


def senders_of(contracts: list[CheckedContract], target: RememberingTarget) -> list[Sender]:
    """Return what sends the requests of each contract."""
    return [Sender(each, target, _sample(each, target)) for each in contracts]


def _sample(checked: CheckedContract, target: RememberingTarget) -> Sample:
    """Return the source of values that no page shows. It takes long to build, and most contracts need none."""
    built: list[Generated] = []

    def sample(operation: Operation) -> dict[str, object]:
        if not built:
            built.append(Generated(checked, target, 1))
        return built[0].sample(operation)

    return sample


def _watch(senders: list[Sender]) -> Watched:
    answers = Answers()
    for sender in senders:
        read(sender, answers)
    compared = [compare(sender.checked, answers) for sender in senders]
    # of equal ones the newest, which comes first
    nearest = min(compared, key=lambda each: each.distance)
    return Watched(nearest, [each for each in compared if each is not nearest])
