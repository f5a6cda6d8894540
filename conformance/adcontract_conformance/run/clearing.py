"""Removes what an earlier run has created and left on a target, as its file names it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract import UsageError, load_named, names
from adcontract_conformance.client.book import Book
from adcontract_conformance.client.book_file import BookFile, saved
from adcontract_conformance.client.client import Client
from adcontract_conformance.client.entry import Entry
from adcontract_conformance.client.interrupts import interruptible
from adcontract_conformance.client.leftovers import left, removed, stays, what_stays
from adcontract_conformance.client.recognition import recognize
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.model.checked_contract import CheckedContract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from adcontract_conformance.client.book_file import SavedEntry
    from adcontract_conformance.client.credentials import Credentials
    from adcontract_conformance.client.target import Target


_SPEC = "Give the contracts of that run with --spec."


@dataclass
class Leftovers:
    """What a file says that a run has left on the target `url`, and the contracts that it is of."""

    path: Path
    url: str
    entries: list[SavedEntry]
    contracts: dict[tuple[str, str], CheckedContract]


def leftovers(path: Path, spec: Path) -> Leftovers:
    """Read a file.

    Raises:
        UsageError: if it is missing, damaged, or about other contracts than those in `spec`.
    """
    found = Leftovers(path, *saved(path), {})
    for each in found.entries:
        key = each.api, each.snapshot
        found.contracts[key] = found.contracts.get(key) or _contract(path, each, spec)
        _check(path, each, found.contracts[key])
    return found


def clear(target: Target, found: Leftovers) -> tuple[list[str], bool]:
    """Remove what a run has left; return sentences on what was removed and what was not, and whether all was.

    Raises:
        UsageError: if the file is about another target, the target does not serve its contracts, or nothing may be
            removed from it.
        TargetDownError: if it does not answer.
    """
    if found.url != target.url:
        raise UsageError(f"{found.path} names items of {found.url}, not of {target.url}. Give the URL of that target.")
    if target.allowance.read_only:
        fix = "Leave --read-only out." if target.limits.read_only else "Let it be written to with --allow-writes."
        raise UsageError(f"Nothing is removed from {target.url}, because {target.allowance.read_only}. {fix}")
    file = BookFile.opened(found.path, target.url, target.redaction.text)
    with closing(file):
        book = Book(file.note)
        senders = {key: _sender(checked, target, book) for key, checked in found.contracts.items()}
        for each in found.entries:
            sender = senders[each.api, each.snapshot]
            id_, parent_ids, shown = (
                _restored(one, target.credentials) for one in (each.id, each.parent_ids, each.shown)
            )
            entry = Entry(sender.checked, each.resource, id_, parent_ids, shown, sender)
            book.open.append(entry)
            file.know(entry, each.number)
        if not senders:
            file.delete()
            return ["Nothing was left."], True
        recognize(list(senders.values()))
        with interruptible() as interrupts:
            book.is_urgent = lambda: interrupts.times > 1
            for sender in senders.values():
                Client(sender).cleanup.finish()
    return _told(book, found, file, target.redaction.text), not book.open


def _told(book: Book, found: Leftovers, file: BookFile, redacted: Callable[[str], str]) -> list[str]:
    checked_contracts = found.contracts.values()
    gone = [sentence for each in checked_contracts for sentence in removed(book, each)]
    kept = [f"{each.title}: {sentence}" for each in checked_contracts for sentence in left(book, each)]
    kept += [f"{file.path} names what is left."] if file.path else []
    return [redacted(each) for each in (*gone, *stays(what_stays(book)), *kept)]


def _sender(checked: CheckedContract, target: Target, book: Book) -> Sender:
    return Sender(checked, target, Generated(checked, target, 1).sample, book)


def _restored(value: Any, credentials: Credentials) -> Any:
    """Return a value of a file with the secrets in the places of their marks."""
    if isinstance(value, dict):
        return {key: _restored(each, credentials) for key, each in value.items()}
    return credentials.filled(value) if isinstance(value, str) else value


def _contract(path: Path, entry: SavedEntry, spec: Path) -> CheckedContract:
    try:
        (name,) = names(spec, entry.api, entry.snapshot)
        return CheckedContract(load_named(name, spec))
    except UsageError as error:
        raise UsageError(f"{path}:{entry.line}: {error} {_SPEC}") from None


def _check(path: Path, entry: SavedEntry, checked: CheckedContract) -> None:
    resource = checked.contract.resources.get(entry.resource)
    if resource is None or not resource.of("delete"):
        raise UsageError(
            f"{path}:{entry.line}: {checked.title} has no operation that deletes the resource {entry.resource}. {_SPEC}"
        )
