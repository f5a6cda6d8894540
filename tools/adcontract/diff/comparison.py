"""A comparison as it is told: a change in what several operations share once, each with the overlay's sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.contract.provenance import inferred
from adcontract.diff.operations import compare
from adcontract.diff.rules import Level
from adcontract.openapi.pointer import split, step
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.diff.change import Change
    from adcontract.diff.document import Document
    from adcontract.errors import Location

    Sentence = Callable[[str | None, str | None], str | None]
    """What the overlay says of a change, by its pointers in the old document and in the new one."""


ADDED = ("endpoint-added",)
REMOVED = ("api-removed-with-deprecation", "api-removed-without-deprecation")
"""The rules on operations that came or went."""

PROVENANCE = ("-became-documented", "-became-inferred")
"""How the rules end that tell themselves what is inferred."""


@dataclass(frozen=True)
class Entry:
    """A change and every operation that it shows in, told as it shows in the first of them.

    `shows` holds each operation with the change as it shows there, `sentence` what the overlay says of it, and
    `inferred` why what changed is not documented but inferred.
    """

    shows: tuple[tuple[str, Change], ...]
    sentence: str | None
    inferred: str | None

    @property
    def change(self) -> Change:
        """The change as it shows in the first operation."""
        return self.shows[0][1]

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it shows in."""
        return tuple(dict.fromkeys(operation for operation, _ in self.shows))


@dataclass(frozen=True)
class Comparison:
    """Two documents and what changed from the old one to the new one."""

    old: Document
    new: Document
    entries: tuple[Entry, ...]

    def count(self, level: Level) -> int:
        """Return how many changes are of that class, those of a shared part counted once."""
        return sum(entry.change.rule.level is level for entry in self.entries)

    @property
    def groups(self) -> dict[tuple[str, ...], dict[str | None, list[Entry]]]:
        """The changes by the operations that they show in, then by the overlay's sentence, if any; the worst first."""
        grouped: dict[tuple[str, ...], dict[str | None, list[Entry]]] = {entry.operations: {} for entry in self.entries}
        for entry in sorted(self.entries, key=lambda entry: (bool(entry.sentence), entry.change.rule.level.rank)):
            grouped[entry.operations].setdefault(entry.sentence, []).append(entry)
        return grouped

    @property
    def summary(self) -> str:
        """The counts in a line."""
        added, removed = len(self.added), len(self.removed)
        levels = ", ".join(f"{self.count(level)} {level.value}" for level in Level)
        operations = plural(added, "operation") if added else "no operations"
        return f"{operations} added, {removed or 'none'} removed; {levels} changes"

    @property
    def added(self) -> list[Entry]:
        """The operations that only the new document has."""
        return [entry for entry in self.entries if entry.change.rule.id in ADDED]

    @property
    def removed(self) -> list[Entry]:
        """The operations that only the old document has."""
        return [entry for entry in self.entries if entry.change.rule.id in REMOVED]


def comparison(old: Document, new: Document) -> Comparison:
    """Compare two documents."""
    shown: dict[object, list[tuple[str, Change]]] = {}
    for operation, change in compare(old, new):
        pairs = (old, change.before), (new, change.after)
        keys = [pointer and _key(pointer, document.where(pointer)) for document, pointer in pairs]
        shown.setdefault((change.rule.id, *keys, repr((change.old, change.new))), []).append((operation, change))
    sentence = overlay_sentences(old, new)
    entries = []
    for shows in shown.values():
        first = shows[0][1]
        reason = _inferred(new, first.after) or _inferred(old, first.before)
        if first.rule.id.endswith(PROVENANCE):
            reason = None
        entries.append(Entry(tuple(shows), sentence(first.before, first.after), reason))
    return Comparison(old, new, tuple(entries))


def _inferred(document: Document, pointer: str | None) -> str | None:
    """Return the innermost `x-inferred` that covers what stands at `pointer`."""
    node, reason = document.data, None
    for part in split(pointer or ""):
        reason = inferred(node, part) or inferred(node) or reason
        try:
            node = step(node, [part])
        except LookupError:
            return reason
    return inferred(node) or reason


def overlay_sentences(old: Document, new: Document) -> Sentence:
    """Return what finds the sentence of the overlays' action that touched a node, or what lies closest around it.

    Nodes are known by their places in the sources: pointers change while overlays are applied.
    """
    touched: dict[tuple[Location, str], str] = {}
    if old.contract and new.contract and old.contract.name.api == new.contract.name.api:
        fewer, more = sorted((old.contract.changes, new.contract.changes), key=len)
        for action in more[len(fewer) :]:
            for each in action.touched:
                touched.setdefault(_key(*each), action.sentence)

    def sentence(before: str | None, after: str | None) -> str | None:
        found = []
        for document, pointer in ((new, after), (old, before)):
            steps = 0
            while touched and pointer:
                told = touched.get(_key(pointer, document.where(pointer)))
                if told:
                    found.append((steps, told))
                    break
                pointer, steps = pointer.rpartition("/")[0], steps + 1
        return min(found)[1] if found else None

    return sentence


def _key(pointer: str, where: Location) -> tuple[Location, str]:
    # An object and its first member stand at one place, so the name counts too; an index does not, as it shifts.
    name = pointer.rpartition("/")[2]
    return where, "" if name.isdecimal() else name
