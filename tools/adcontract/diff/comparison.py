"""A comparison for a reader: a change in a shared part is listed once, and each has the sentence of its overlay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from adcontract.contract.provenance import inferred
from adcontract.diff.operations import compare
from adcontract.diff.rules import Impact
from adcontract.openapi.pointer import split, step
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.diff.change import Change
    from adcontract.diff.document import ComparedDocument
    from adcontract.errors import Location

    Sentence = Callable[[str | None, str | None], str | None]
    """Returns the overlay's sentence about a change, by its pointers in the old and the new document."""


ADDED = ("endpoint-added",)
REMOVED = ("api-removed-with-deprecation", "api-removed-without-deprecation")
"""The rules about removed operations."""

PROVENANCE = ("-became-documented", "-became-inferred")
"""The endings of the rules that are about inference themselves."""


@dataclass(frozen=True)
class SharedChange:
    """A change and every operation that it affects.

    `shows` holds each operation with the change as it appears there, `sentence` the overlay's sentence about it, and
    `inferred` the `x-inferred` of the changed part.
    """

    shows: tuple[tuple[str, Change], ...]
    sentence: str | None
    inferred: str | None

    @property
    def change(self) -> Change:
        """The change as it appears in the first operation."""
        return self.shows[0][1]

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it affects."""
        return tuple(dict.fromkeys(operation for operation, _ in self.shows))


@dataclass(frozen=True)
class Comparison:
    """Two documents and the changes from the old one to the new one."""

    old: ComparedDocument
    new: ComparedDocument
    entries: tuple[SharedChange, ...]

    def count(self, impact: Impact) -> int:
        """Return the number of changes with this impact; a change in a shared part counts once."""
        return sum(entry.change.rule.impact is impact for entry in self.entries)

    @property
    def groups(self) -> dict[tuple[str, ...], dict[str | None, list[SharedChange]]]:
        """The changes by the operations that they affect, then by the overlay's sentence; the worst first."""
        grouped: dict[tuple[str, ...], dict[str | None, list[SharedChange]]] = {
            entry.operations: {} for entry in self.entries
        }
        for entry in sorted(self.entries, key=lambda entry: (bool(entry.sentence), entry.change.rule.impact.rank)):
            grouped[entry.operations].setdefault(entry.sentence, []).append(entry)
        return grouped

    @property
    def summary(self) -> str:
        """The counts in a line."""
        added, removed = len(self.added), len(self.removed)
        impacts = ", ".join(f"{self.count(impact)} {impact.value}" for impact in Impact)
        operations = plural(added, "operation") if added else "no operations"
        return f"{operations} added, {removed or 'none'} removed; {impacts} changes"

    @property
    def added(self) -> list[SharedChange]:
        """The operations that only the new document has."""
        return [entry for entry in self.entries if entry.change.rule.id in ADDED]

    @property
    def removed(self) -> list[SharedChange]:
        """The operations that only the old document has."""
        return [entry for entry in self.entries if entry.change.rule.id in REMOVED]


def comparison(old: ComparedDocument, new: ComparedDocument) -> Comparison:
    """Compare two documents."""
    shown: dict[object, list[tuple[str, Change]]] = {}
    before, after = (cache(partial(_place, document)) for document in (old, new))
    for operation, change in compare(old, new):
        cause = change.rule.cause, before(change.before), after(change.after), repr((change.old, change.new))
        shown.setdefault(cause, []).append((operation, change))
    sentence = overlay_sentences(old, new)
    entries = []
    for shows in shown.values():
        first = shows[0][1]
        reason = _inferred(new, first.after) or _inferred(old, first.before)
        if first.rule.id.endswith(PROVENANCE):
            reason = None
        entries.append(SharedChange(tuple(shows), sentence(first.before, first.after), reason))
    return Comparison(old, new, tuple(entries))


def _inferred(document: ComparedDocument, pointer: str | None) -> str | None:
    """Return the innermost `x-inferred` that covers the node at `pointer`."""
    node, reason = document.data, None
    for part in split(pointer or ""):
        reason = inferred(node, part) or inferred(node) or reason
        try:
            node = step(node, [part])
        except LookupError:
            return reason
    return inferred(node) or reason


def overlay_sentences(old: ComparedDocument, new: ComparedDocument) -> Sentence:
    """Return a function that finds the sentence of the overlay action that touched a node, or its closest parent.

    Nodes are identified by their places in the sources: pointers change while overlays are applied.
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
                text = touched.get(_key(pointer, document.where(pointer)))
                if text:
                    found.append((steps, text))
                    break
                pointer, steps = pointer.rpartition("/")[0], steps + 1
        return min(found)[1] if found else None

    return sentence


def _place(document: ComparedDocument, pointer: str | None) -> tuple[Location, str] | None:
    return None if pointer is None else _key(pointer, document.where(pointer))


def _key(pointer: str, where: Location) -> tuple[Location, str]:
    # an object and its first member have the same place, so the name counts too; an index does not, because it shifts
    name = pointer.rpartition("/")[2]
    return where, "" if name.isdecimal() else name
