"""A document while it is assembled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.errors import Finding, Location
from adcontract.openapi.pointer import nearest, walk

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.contract.contract import Change
    from adcontract.files.source import Source


@dataclass
class Assembly:
    """A document while it is assembled, with the location in the sources of its nodes, and its findings."""

    folder: Path
    document: dict[str, Any] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    sources: dict[Path, Source] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)
    """What a document of a user's own says and no tool heeds, or not all of them do; it hinders nothing."""
    holes: set[str] = field(default_factory=set)
    """Pointers at which an empty object stands for a part that could not be read."""

    def where(self, pointer: str) -> Location:
        """Return the location in the sources of the node at `pointer`, or of the nearest one around it."""
        return self.locations.get(nearest(pointer, self.locations), Location(self.folder / "openapi.yaml"))

    def forget(self, node: Any, pointer: str) -> None:
        """Forget the locations of `node` at `pointer`, which is removed, and of all inside."""
        for known, _ in walk(node, pointer):
            self.locations.pop(known, None)

    def copy_locations(self, node: Any, source: str, target: str) -> None:
        """Give the copy of `node` at `target`, and all inside, the locations of `node`, which stands at `source`."""
        for pointer, _ in walk(node, source):
            if pointer in self.locations:
                self.locations[target + pointer.removeprefix(source)] = self.locations[pointer]

    def report(self, where: Location, rule: str, message: str, fix: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(where, rule, message, fix))
