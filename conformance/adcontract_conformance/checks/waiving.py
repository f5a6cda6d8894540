"""The waivers of a run, and the findings that use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.errors import did_you_mean
from adcontract_conformance.model.promises import CHECKS, known_groups

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from adcontract.errors import Location
    from adcontract_conformance.settings.waivers import Waiver, Waivers


@dataclass(frozen=True)
class FoundWaiver:
    """A waiver that a finding has used, and where it is."""

    waiver: Waiver
    where: Location


class Waiving:
    """The waivers of a run on the day `today`; `used` are the fingerprints of those that its findings have used."""

    def __init__(self, waivers: Waivers, today: date) -> None:
        self.waivers = waivers
        self.today = today
        self.used: set[str] = set()

    def refuse_unknown(self, operations: Iterable[str]) -> None:
        """Refuse waivers of checks and operations that do not exist.

        Raises:
            UsageError: if there is one; the message names its line.
        """
        known = set(operations)
        for each in self.waivers.all:
            for key, name, names in (("check", each.check, CHECKS.keys()), ("operation", each.operation, known)):
                # what is about no operation has a name in brackets
                if name not in names and not name.startswith("("):
                    correct = did_you_mean(name, names) or " Correct it, or remove the waiver."
                    if key == "check" and name.partition(".")[0] not in known_groups():
                        correct = " If it is one of your own, name its file with --checks."
                    raise self.waivers.error(each, key, f"there is no {key} {name}.{correct}")

    def of(self, check: str, operation: str, fingerprint: str, *, of_document: bool) -> FoundWaiver | None:
        """Return the waiver of a finding, if it has not expired.

        One of the whole document is shown by any operation, and by more than one check.
        """
        waiver = self.waivers.of(fingerprint)
        if waiver is None or not (of_document or (waiver.check, waiver.operation) == (check, operation)):
            return None
        self.used.add(fingerprint)
        return FoundWaiver(waiver, self.waivers.where(waiver)) if waiver.expires >= self.today else None
