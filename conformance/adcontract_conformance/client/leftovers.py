"""The sentences about what a run has left on its target."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.openapi.text import as_text
from adcontract.wording import plural
from adcontract_conformance.client.entry import GONE_ALREADY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract_conformance.client.book import Book
    from adcontract_conformance.client.entry import Entry
    from adcontract_conformance.model.checked_contract import CheckedContract

NAMED = 10
"""How many ids or operations a sentence names."""

INTERRUPTED = "the run was interrupted before that"


def left(book: Book, checked: CheckedContract) -> list[str]:
    """Return a sentence for each kind of item of a contract that could have been removed and was not, and why."""
    by_reason: dict[tuple[str, str], list[Entry]] = {}
    for entry in book.open:
        if entry.checked is checked:
            by_reason.setdefault((entry.resource, entry.reason or INTERRUPTED), []).append(entry)
    return [
        f"{_created(len(entries), name)} and could not be removed ({reason}): {ids(entries)}."
        for (name, reason), entries in by_reason.items()
    ]


def removed(book: Book, checked: CheckedContract) -> list[str]:
    """Return a sentence for each kind of item of a contract that was removed, or was gone already."""
    by_resource: dict[tuple[str, bool], list[Entry]] = {}
    for entry in book.removed:
        if entry.checked is checked:
            by_resource.setdefault((entry.resource, entry.reason == GONE_ALREADY), []).append(entry)
    return [
        f"{checked.title}: {counted(len(entries), name)} {'was' if len(entries) == 1 else 'were'} "
        f"{'gone already' if was_gone else 'removed'}: {ids(entries)}."
        for (name, was_gone), entries in by_resource.items()
    ]


@dataclass(frozen=True)
class Stays:
    """How many items of each resource of an API stay: none can remove the `unremovable`, `marked` can still be read.

    No response has shown the id of the `unnamed`. Of what cannot be `undone` it is the operations that are counted.
    """

    unremovable: Mapping[tuple[str, str], int]
    marked: Mapping[tuple[str, str], int]
    unnamed: Mapping[tuple[str, str], int]
    undone: Mapping[tuple[str, str], int]


def what_stays(book: Book) -> Stays:
    """Return what stays of all that a run has created or done."""
    undone = Counter(book.others)
    for added in book.added.values():
        undone[added.checked.api, added.operation.id] += added.times
    return Stays(book.unremovable, book.marked, book.unnamed, undone)


def stays(counts: Stays) -> list[str]:
    """Return a sentence for each resource of which something stays that the contract cannot remove."""
    unremovable = [
        f"{api}: {_created(count, name)} that the contract cannot remove."
        for (api, name), count in sorted(counts.unremovable.items())
        if count
    ]
    marked = [
        f"{api}: {counted(count, name)} {'was' if count == 1 else 'were'} deleted and can still be read, as the "
        "contract declares."
        for (api, name), count in sorted(counts.marked.items())
        if count
    ]
    unnamed = [
        f"{api}: {_created(count, name)}, or may have been, and no response showed the id."
        for (api, name), count in sorted(counts.unnamed.items())
        if count
    ]
    return [*unremovable, *marked, *unnamed, *_undone(counts)]


def _undone(counts: Stays) -> list[str]:
    by_api: dict[str, list[str]] = {}
    for (api, operation), count in sorted(counts.undone.items()):
        if count:
            by_api.setdefault(api, []).append(f"{operation} ({plural(count, 'time')})")
    return [
        f"{api}: the contract does not say how to undo what these operations did: {_listed(operations)}."
        for api, operations in by_api.items()
    ]


def counted(count: int, resource: str) -> str:
    """Return a number of items of a resource in words."""
    return plural(count, resource.replace("-", " ").replace("_", " "))


def ids(entries: list[Entry]) -> str:
    """Return the ids of some items, of many only the first."""
    return _listed([as_text(each.id) for each in entries])


def _created(count: int, resource: str) -> str:
    return f"{counted(count, resource)} {'was' if count == 1 else 'were'} created"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
