"""The findings of a run, each reported once: at its place, as grave as it is, and unless it is waived."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from adcontract_conformance.checks import basis
from adcontract_conformance.checks.causes import FirstFailures
from adcontract_conformance.checks.finding import Finding
from adcontract_conformance.model.promises import CHECKS, Outcome, known_groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Operation
    from adcontract_conformance.checks.waiving import FoundWaiver, Waiving
    from adcontract_conformance.client.redaction import Redaction
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.model.promises import Breach, Check, Found


def places(checked: CheckedContract) -> Callable[[Check, Operation], tuple[int, int, int]]:
    """Return a function for the place of a result among all: it does not depend on when it came in."""
    groups, checks = known_groups(), {name: place for place, name in enumerate(CHECKS)}
    operations = {each.id: place for place, each in enumerate(checked.contract.operations)}
    return lambda check, operation: (
        groups.index(check.group),
        checks[check.id],
        operations.get(operation.id, len(operations)),
    )


class Findings:
    """What was found, by its fingerprint. `own` says that the server was written for the contract.

    An exchange is kept as `redaction` leaves it. `waiving` has the waivers.
    """

    def __init__(self, checked: CheckedContract, *, own: bool, redaction: Redaction, waiving: Waiving | None) -> None:
        self._checked = checked
        self._own = own
        self._redaction = redaction
        self._waiving = waiving
        self._known: dict[str, Finding] = {}
        self._first_failures = FirstFailures()
        self._news: list[Finding] = []

    def note(self, check: Check, operation: Operation, found: Found) -> Finding:
        """Return the finding for a breach: a new one, or the known one, which then has the graver exchange."""
        exchange, breach = found.exchange, found.breach
        place = (check.id, operation.id) if breach.pointer else ()
        parts = (self._checked.api, *place, breach.pointer, breach.part)
        fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
        outcome = basis.severity(breach, exchange, own=self._own)
        if found.tries:
            outcome = Outcome.FLAKY
        waiver = self._waiver(check, operation, fingerprint, of_document=not breach.pointer)
        if waiver is not None:
            outcome = Outcome.WAIVED
        known = self._known.get(fingerprint)
        if known is None:
            where = self._checked.contract.where(breach.pointer or breach.near)
            known = Finding(fingerprint, check, operation, outcome, where, *self._kept(breach, exchange))
            known.seen, known.tries, known.waiver = found.seen, found.tries, waiver
            self._known[fingerprint] = known
            self._note_failure(known)
            return known
        known.count += 1
        if (-outcome.rank, exchange.size) < (-known.outcome.rank, known.exchange.size):
            was, known.outcome = known.outcome, outcome
            # a breach of the whole document is shown by any operation
            known.operation, known.where = operation, self._checked.contract.where(breach.pointer or breach.near)
            known.breach, known.exchange = self._kept(breach, exchange)
            known.seen, known.tries = found.seen, found.tries
            if was is not outcome:
                self._note_failure(known)
        return known

    def drop(self, finding: Finding) -> None:
        """Forget a finding."""
        del self._known[finding.fingerprint]

    def ordered(self) -> list[Finding]:
        """Return every finding, the gravest first, of those that are as grave by group, operation and check."""
        place = places(self._checked)

        def rank(each: Finding) -> tuple[int, int, int, int, str, str]:
            group, check, operation = place(each.check, each.operation)
            return -each.outcome.rank, group, operation, check, each.pointer, each.part

        return sorted(self._known.values(), key=rank)

    def taken_news(self) -> list[Finding]:
        """Return the first failure of each cause that was found since the last call."""
        news, self._news = self._news, []
        return news

    def _waiver(self, check: Check, operation: Operation, fingerprint: str, *, of_document: bool) -> FoundWaiver | None:
        if self._waiving is None:
            return None
        return self._waiving.of(check.id, operation.id, fingerprint, of_document=of_document)

    def _note_failure(self, finding: Finding) -> None:
        if finding.outcome is Outcome.FAIL and self._first_failures.is_first(finding):
            self._news.append(finding)

    def _kept(self, breach: Breach, exchange: Exchange) -> tuple[Breach, Exchange]:
        shown = self._redaction.text
        way, spot = tuple(map(shown, breach.way)), shown(breach.spot)
        return replace(breach, sentence=shown(breach.sentence), way=way, spot=spot), self._redaction.exchange(exchange)
