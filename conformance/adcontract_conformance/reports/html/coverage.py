"""What the page shows of the coverage of one contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.reports.coverage import KINDS, dimensions

if TYPE_CHECKING:
    from adcontract_conformance.reports.coverage import Dimension
    from adcontract_conformance.reports.covered_parts import CoveredPart, OperationCoverage
    from adcontract_conformance.reports.document import ContractReport, RunReport

MARKS = {"seen": "✓", "tried": "!", "untried": "✕", "excused": "·"}

WORDS = {
    "seen": "covered",
    "tried": "tried, and not seen",
    "untried": "not tried",
    "excused": "does not count",
}


@dataclass(frozen=True)
class PartView:
    """A part of an operation: its name, and whether it was seen or tried, or does not count."""

    label: str
    state: str


@dataclass(frozen=True)
class RowView:
    """An operation with its parts, by dimension."""

    operation: str
    columns: list[list[PartView]]


@dataclass(frozen=True)
class CoverageView:
    """The coverage of a contract."""

    title: str
    dimensions: list[Dimension]
    columns: list[str]
    rows: list[RowView]


def coverage_views(report: RunReport) -> list[CoverageView]:
    """Return the coverage of the contracts that the target serves."""
    return [_view(each) for each in report.served]


def _view(contract: ContractReport) -> CoverageView:
    columns = [name for name in KINDS if name != "operations"]
    checked = {operation.id for operation in contract.operations}
    return CoverageView(
        title=contract.title,
        dimensions=dimensions(contract),
        columns=columns,
        rows=[_row(each, columns) for each in contract.coverage if each.operation in checked],
    )


def _row(covered: OperationCoverage, columns: list[str]) -> RowView:
    parts = [
        [PartView(_label(part), _state(part)) for part in covered.parts if part.kind in KINDS[of]] for of in columns
    ]
    return RowView(covered.operation, parts)


def _label(part: CoveredPart) -> str:
    return f"{part.label} ({part.excused})" if part.excused and not part.seen else part.label


def _state(part: CoveredPart) -> str:
    if part.seen:
        return "seen"
    if part.excused:
        return "excused"
    return "tried" if part.tried else "untried"
