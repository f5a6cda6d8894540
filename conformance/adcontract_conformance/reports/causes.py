"""Findings that have one cause: they break one part of the contract, or are the same sentence in many places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from adcontract_conformance.checks.ledger import Finding
    from adcontract_conformance.model.promises import Outcome


@dataclass(frozen=True)
class Cause:
    """Findings of one outcome that have one cause, the one with the shortest request first."""

    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The outcome of each of the findings."""
        return self.findings[0].outcome

    @property
    def operations(self) -> list[str]:
        """The operationIds of the findings, each once."""
        return list(dict.fromkeys(finding.operation.id for finding in self.findings))


def causes(findings: Iterable[Finding]) -> list[Cause]:
    """Return the causes of findings: the gravest first, and of those the ones with most findings.

    Two findings have one cause if one check finds both at one part of the contract, or if their sentence is the same.
    """
    groups: list[list[Finding]] = []
    known: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        breach, name = finding.breach, finding.check.id.partition(".")[2]
        keys: list[Hashable] = [
            (finding.outcome, name, breach.pointer, breach.part),
            (finding.outcome, breach.sentence),
        ]
        parts = list({id(known[key]): known[key] for key in keys if key in known}.values())
        group = parts[0] if parts else []
        if not parts:
            groups.append(group)
        for other in parts[1:]:
            group.extend(other)
            other.clear()
            known.update({key: group for key, each in known.items() if each is other})
        group.append(finding)
        known.update(dict.fromkeys(keys, group))
    found = [Cause(tuple(sorted(group, key=lambda each: each.exchange.size))) for group in groups if group]
    return sorted(found, key=lambda cause: (-cause.outcome, -len(cause.findings)))
