"""Batches with an entry that fails: it has no effect, and the others have theirs, or none where all stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS, BATCHES
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.items import Item
from adcontract_conformance.client.replies import MISSING, NotTestable
from adcontract_conformance.client.unknown_ids import unknown_id
from adcontract_conformance.laws.batch_trial import ENTRIES, BatchTrial
from adcontract_conformance.laws.batches import KEYWORD, results_missing
from adcontract_conformance.laws.law import law

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

FAILING = 1
"""The place of the entry that fails: between two that do not."""


def _tells(operation: Operation) -> bool:
    """Return whether the contract says what comes of an entry that fails; of a create it is one that is not valid."""
    resource = operation.behavior.resource
    if resource is None or resource.action not in BATCHES or resource.batch is None:
        return False
    is_told = resource.batch.atomic or resource.batch.status is not None
    return is_told or ACTIONS[resource.action].each != "create"


@law(
    "batch-failure",
    "an entry of a batch that fails has no effect and undoes no other, unless all are carried out or none",
    _tells,
    needs=("batch",),
)
def batch_failure(client: Client, operation: Operation) -> Iterator[Found]:
    """Send an entry that cannot be carried out between two that can."""
    trial = BatchTrial(client, operation)
    if trial.count(ENTRIES) != ENTRIES:
        raise NotTestable(f"the contract does not allow {ENTRIES} entries")
    yield from _with_an_invalid_one(trial) if trial.action == "create" else _with_an_unknown_one(trial)


def _with_an_unknown_one(trial: BatchTrial) -> Iterator[Found]:
    items = trial.items(2)
    first, last = (trial.id_of(each) for each in items)
    ids = [first, unknown_id(first), last]
    entries = trial.about(trial.entries(ENTRIES), ids)
    before = [trial.look(each)[0] for each in items]
    reply = trial.send(entries)
    sent = [entries[0], entries[2]]

    def has_come_about(place: int) -> tuple[bool | None, Reply]:
        shown, seen = trial.look(items[place])
        if trial.action == "delete":
            return trial.is_deleted(shown), seen
        if trial.keeps(sent[place], before[place], seen):
            return None, seen
        return trial.keeps(sent[place], shown, seen), seen

    done = [has_come_about(0), has_come_about(1)]
    names = [f"the entry of {as_text(each.id)}" for each in items]
    yield from _judged(trial, reply, names, done, _upserts(trial, ids[FAILING], reply))


def _upserts(trial: BatchTrial, id_: Any, reply: Reply) -> bool:
    """Return whether the entry about an unknown item may have succeeded: an absent item may be deleted, or made."""
    return trial.action == "delete" or trial.look(Item(id_, trial.parent_ids, reply))[0] is not MISSING


def _with_an_invalid_one(trial: BatchTrial) -> Iterator[Found]:
    trial.begin()
    known, entries = trial.known(), trial.entries(ENTRIES)
    bad = next(trial.invalid(entries[FAILING]), None)
    if bad is None or known is None:
        raise NotTestable("no entry is invalid" if bad is None else "no list shows what is created")
    good = [entries[0], entries[2]]
    if good[0] == good[1]:
        raise NotTestable("no two entries differ")
    reply = trial.send([good[0], bad, good[1]])
    new = trial.new_rows(known)
    if reply.refused:
        trial.note_new(known, good, reply)
    done = [(any(trial.keeps(each, row, reply) for row in new), reply) for each in good]
    found = list(_judged(trial, reply, ["the entry 1", "the entry 3"], done, may_succeed=True))
    if found and not _succeed(trial, good):
        raise NotTestable("the entries are refused without one that fails, too")
    yield from found


def _succeed(trial: BatchTrial, entries: list[Any]) -> bool:
    """Return whether entries are carried out, with no other beside them."""
    reply = trial.send(entries)
    results = trial.results(reply) if reply.ok else None
    return reply.ok and all(each.said is not False for each in results or ())


def _judged(
    trial: BatchTrial, reply: Reply, names: list[str], done: Sequence[tuple[bool | None, Reply]], may_succeed: bool
) -> Iterator[Found]:
    """Yield a breach if what a reply says of the entries beside one that fails is not what has come about.

    `done` says of each whether it was carried out, None where that does not show, and has what shows it. `may_succeed`
    is whether the other one need not fail.
    """
    if trial.client.says_nothing(trial.operation, reply):
        raise NotTestable(f"the target answers {reply.status}")
    if not reply.ok:
        yield from _refused(trial, reply, names, done)
        return
    results = trial.results(reply)
    if found := list(results_missing(trial, ENTRIES, results, reply)):
        yield from found
        return
    said: list[bool | None] = [None, None, None] if results is None else [each.said for each in results]
    if said[FAILING] is True and not may_succeed:
        sentence = "The result of an entry about an item that does not exist says that it was carried out."
        yield broken(trial.operation, KEYWORD, reply, sentence, part="unknown", of="batch")
        return
    if said[FAILING] is True and trial.action == "create":
        raise NotTestable("the target takes an entry that the contract does not allow")
    for name, says, (is_done, seen) in zip(names, (said[0], said[2]), done, strict=True):
        if found := list(_beside(trial, name, says, (is_done, seen), reply)):
            yield from found
            return
    if trial.batch.atomic:
        yield from _half(trial, names, done, is_failure=said[FAILING] is not True)


def _beside(
    trial: BatchTrial, name: str, says: bool | None, done: tuple[bool | None, Reply], reply: Reply
) -> Iterator[Found]:
    """Yield a breach if an entry beside one that fails has not become what its result says, or what it does alone."""
    is_done, seen = done
    if says is False and is_done:
        sentence = f"The result of {name} says that it failed, and it was carried out."
        yield broken(trial.operation, KEYWORD, seen, sentence, part="failed", of="batch", grave=True)
    elif is_done is False and (says is True or (says is None and not trial.batch.atomic)):
        sentence = f"Beside an entry that fails, {name} was not carried out, and its result does not say so."
        yield broken(trial.operation, KEYWORD, seen, sentence, part="undone", of="batch", grave=True)
    elif says is False and not trial.batch.atomic:
        sentence = f"Beside an entry that fails, {name} fails as well."
        yield broken(trial.operation, KEYWORD, reply, sentence, part="undone", of="batch")


def _refused(
    trial: BatchTrial, reply: Reply, names: list[str], done: Sequence[tuple[bool | None, Reply]]
) -> Iterator[Found]:
    """Yield a breach if a request was refused, and carried out in part; or if only the entry should have failed."""
    for name, (is_done, seen) in zip(names, done, strict=True):
        if is_done and (trial.batch.atomic or trial.batch.status is not None):
            sentence = f"The batch is refused with {reply.status}, and {name} was carried out."
            yield broken(trial.operation, KEYWORD, seen, sentence, part="refused", of="batch", grave=True)
            return
    is_told = trial.operation.names(reply.status) or trial.action == "create"
    if not trial.batch.atomic and trial.batch.status is not None and not is_told:
        sentence = f"One entry that fails has the whole batch refused with {reply.status}."
        yield broken(trial.operation, KEYWORD, reply, sentence, part="undone", of="batch")


def _half(
    trial: BatchTrial, names: list[str], done: Sequence[tuple[bool | None, Reply]], *, is_failure: bool
) -> Iterator[Found]:
    """Yield a breach if a part of a batch was carried out that is carried out as a whole or not at all."""
    for name, (is_done, seen) in zip(names, done, strict=True):
        others = [other for other, _ in done if other is not None]
        if is_done and (is_failure or not all(others)):
            sentence = f"Beside an entry that failed, {name} was carried out."
            yield broken(trial.operation, KEYWORD, seen, sentence, part="half", of="batch", grave=True)
            return
