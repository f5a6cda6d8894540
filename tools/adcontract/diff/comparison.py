"""A comparison as it is told: a change in what several operations share is told once, with the overlay's sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.diff.operations import compare
from adcontract.diff.rules import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.diff.change import Change
    from adcontract.diff.document import Document

    Sentence = Callable[[str | None, str | None], str | None]
    """What the overlay says of a change, by its pointers in the old document and in the new one."""


ADDED = ("endpoint-added",)
REMOVED = ("api-removed-with-deprecation", "api-removed-without-deprecation")
"""The rules on operations that came or went."""


@dataclass(frozen=True)
class Entry:
    """A change, the operation it is told under, where else it shows, and the overlay's sentence of it, if any."""

    operation: str
    change: Change
    also: tuple[tuple[str, Change], ...]
    sentence: str | None

    @property
    def of_operation(self) -> bool:
        """Whether the operation itself came or went."""
        return self.change.rule.id in (*ADDED, *REMOVED)

    @property
    def others(self) -> list[str]:
        """The other operations that it shows in."""
        return list(dict.fromkeys(operation for operation, _ in self.also if operation != self.operation))


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
    def operations(self) -> dict[str, list[Entry]]:
        """The changes by operation, the worst first."""
        grouped: dict[str, list[Entry]] = {}
        for entry in self.entries:
            grouped.setdefault(entry.operation, []).append(entry)
        return {name: sorted(found, key=lambda entry: entry.change.rule.level.rank) for name, found in grouped.items()}

    @property
    def summary(self) -> str:
        """The counts in a line."""
        added, removed = len(self.added), len(self.removed)
        levels = ", ".join(f"{self.count(level)} {level.value}" for level in Level)
        noun = "operation" if added == 1 else "operations"
        return f"{added or 'no'} {noun} added, {removed or 'none'} removed; {levels} changes"

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
        key = change.rule.id, change.before, change.after, repr((change.old, change.new))
        shown.setdefault(key, []).append((operation, change))
    sentence = overlay_sentences(old, new)
    return Comparison(
        old,
        new,
        tuple(
            Entry(operation, change, tuple(also), sentence(change.before, change.after))
            for (operation, change), *also in shown.values()
        ),
    )


def overlay_sentences(old: Document, new: Document) -> Sentence:
    """Return what finds the sentence of the overlay's action that touched a pointer, or what lies closest around it."""
    touched: dict[str, str] = {}
    if old.contract and new.contract and old.contract.name.api == new.contract.name.api:
        actions = set(old.contract.changes) ^ set(new.contract.changes)
        for action in sorted(actions, key=lambda action: action.where):
            touched.update(dict.fromkeys(action.pointers, action.sentence))

    def sentence(before: str | None, after: str | None) -> str | None:
        for pointer in (after, before):
            while pointer:
                if pointer in touched:
                    return touched[pointer]
                pointer = pointer.rpartition("/")[0]
        return None

    return sentence
