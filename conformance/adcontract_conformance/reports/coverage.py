"""How much of a contract a run has covered, by dimension and in percent, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.settings.minimums import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from adcontract_conformance.checks.matrix import Kind
    from adcontract_conformance.reports.covered_parts import CoveredPart
    from adcontract_conformance.reports.document import ContractReport, RunReport

_NAMED = 5
"""How many parts a sentence names."""

KINDS: Mapping[str, tuple[Kind, ...]] = {
    "operations": ("operation",),
    "statuses": ("status",),
    "media-types": ("request", "response"),
    "parameters": ("parameter", "invalid"),
    "laws": ("law",),
}


@dataclass(frozen=True)
class Dimension:
    """How many of the parts of some kinds that count were seen, and which were not, each with its operation."""

    name: str
    seen: int
    total: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The share that was seen, rounded down: 100 is all of them."""
        return 100 * self.seen // self.total if self.total else 100

    def __str__(self) -> str:
        return f"{self.name} {self.percent} % ({self.seen} of {self.total})"


def dimensions(contract: ContractReport) -> list[Dimension]:
    """Return the dimensions of the coverage of a contract, with those of its operations that were checked."""
    return [_dimension(name, list(_parts(contract, kinds))) for name, kinds in KINDS.items()]


def _dimension(name: str, parts: list[tuple[str, CoveredPart]]) -> Dimension:
    counted = [(operation, part) for operation, part in parts if not part.excused]
    missing = [f"{operation} {part.label}".rstrip() for operation, part in counted if not part.seen]
    return Dimension(name, len(counted) - len(missing), len(counted), tuple(missing))


def _parts(contract: ContractReport, kinds: Iterable[Kind]) -> Iterator[tuple[str, CoveredPart]]:
    checked = {operation.id for operation in contract.operations}
    for each in contract.coverage:
        if each.operation in checked:
            yield from ((each.operation, part) for part in each.parts if part.kind in kinds)


def covered(contract: ContractReport) -> str:
    """Return the line on how much of a contract was covered."""
    return f"{contract.title}: covered: {', '.join(map(str, dimensions(contract)))}"


def uncovered(contract: ContractReport) -> list[str]:
    """Return a line for each dimension of which a part was not seen, and for each reason why parts do not count."""
    lines = [
        f"{contract.title}: {each.name} not covered: {', '.join(each.missing)}"
        for each in dimensions(contract)
        if each.missing
    ]
    excused: dict[str, list[str]] = {}
    for kinds in KINDS.values():
        for operation, part in _parts(contract, kinds):
            if part.excused and not part.seen:
                excused.setdefault(part.excused, []).append(f"{operation} {part.label}".rstrip())
    return [*lines, *(f"{contract.title}: not counted, because {why}: {', '.join(of)}" for why, of in excused.items())]


def unknown(report: RunReport, contract: ContractReport) -> str:
    """Return why it is not known how much of a contract a run covers; empty if it is."""
    if report.options.shard:
        return "only all shards together show it"
    if report.options.every_snapshot:
        return "the target needs to serve one of the snapshots"
    if report.stopped or contract.left_out or contract.unreached or contract.withheld:
        return "the run was not finished"
    return ""


def shortfalls(report: RunReport, contract: ContractReport, *, whole: bool = False) -> list[str]:
    """Return a line for each dimension of which less was covered than the user demands. `whole` names all parts.

    There is none where the coverage is not known: see `unknown`.
    """
    if unknown(report, contract):
        return []
    found = [(each, report.options.min_coverage.get(each.name, 0)) for each in dimensions(contract)]
    return [
        f"{contract.title}: {each} are covered, less than the {least} % of --min-coverage: "
        f"{_few(each.missing, None if whole else _NAMED)}."
        for each, least in found
        if each.percent < least
    ]


def _few(names: tuple[str, ...], number: int | None) -> str:
    more = f" and {len(names) - number} more" if number is not None and len(names) > number else ""
    return f"{', '.join(names[:number])}{more}"


if tuple(KINDS) != DIMENSIONS:
    raise TypeError("each dimension has its kinds of parts")
