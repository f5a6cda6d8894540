"""Batches: each entry has a result, in its place, and what that says has come about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import BATCHES
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.items import Item
from adcontract_conformance.client.replies import MISSING, NotTestable
from adcontract_conformance.laws.batch_trial import BatchTrial
from adcontract_conformance.laws.bystanders import disturbed
from adcontract_conformance.laws.deletes import gone
from adcontract_conformance.laws.law import does, law
from adcontract_conformance.laws.storing import echoed
from adcontract_conformance.model.promises import NEIGHBOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.batches import Result
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"


@law(
    "batch",
    "each entry of a batch has a result in its place, and what the result says has come about",
    does(*BATCHES),
)
def batch(client: Client, operation: Operation) -> Iterator[Found]:
    """Send a batch of entries with different values, and look at each of their items afterwards."""
    trial = BatchTrial(client, operation)
    yield from _created(trial) if trial.action == "create" else _written(trial)


def results_missing(trial: BatchTrial, count: int, results: list[Result] | None, reply: Reply) -> Iterator[Found]:
    """Yield a breach if a response has not as many results as the request has entries."""
    if results is not None and len(results) != count:
        sentence = f"The response has {len(results)} results for {count} entries."
        yield broken(trial.operation, KEYWORD, reply, sentence, part="results", of="batch")


def _created(trial: BatchTrial) -> Iterator[Found]:
    trial.begin()
    known, entries = trial.known(), trial.entries(trial.count(1))
    reply = trial.send(entries)
    if reply.refused and not trial.client.says_nothing(trial.operation, reply):
        # a target may refuse the values that the entries have instead of the documented ones
        entries = trial.documented_entries
        reply = trial.send(entries)
    results = trial.results(trial.client.accepted(trial.operation, reply))
    if found := list(results_missing(trial, len(entries), results, reply)):
        yield from found
        return
    if results is None or any(each.id is MISSING for each in results):
        trial.note_new(known, entries, reply)
    if results is None:
        yield from _listed(trial, entries, known, reply)
    elif all(each.said is False for each in results):
        raise NotTestable("no entry is carried out")
    else:
        yield from _each_new(trial, entries, results, known, reply)


def _each_new(
    trial: BatchTrial, entries: list[Any], results: list[Result], known: set[bytes] | None, reply: Reply
) -> Iterator[Found]:
    """Yield the breaches by which what the results of new items say has not come about."""
    ids = [as_text(each.id) for each in results if each.id is not MISSING and each.said is not False]
    if len(set(ids)) < len(ids) and all(entries.count(each) == 1 for each in entries):
        sentence = f"Several results have the same id: {', '.join(ids)}."
        yield broken(trial.operation, KEYWORD, reply, sentence, part="id", of="batch", grave=True)
        return
    for place, result in enumerate(results):
        if result.said is not False:
            yield from _new(trial, entries, place, result, reply)
    failing = [entry for entry, each in zip(entries, results, strict=True) if each.said is False]
    for row in trial.new_rows(known) if failing else ():
        if any(trial.keeps(entry, row, reply) for entry in failing if entries.count(entry) == 1):
            sentence = "The result of an entry says that it failed, and the list has a new item with its values."
            yield broken(trial.operation, KEYWORD, reply, sentence, part="failed", of="batch", grave=True)
            return


def _new(trial: BatchTrial, entries: list[Any], place: int, result: Result, reply: Reply) -> Iterator[Found]:
    """Yield a breach if the item of a result is not there, or has not what the entry in its place says."""
    shown, seen, name = result.item, reply, f"the result {place + 1}"
    if result.id is not MISSING and trial.factory.is_shown:
        shown, seen = trial.look(Item(result.id, trial.parent_ids, reply, entries[place], result.item))
        if shown is MISSING:
            sentence = f"The item {as_text(result.id)} of {name} is not found by {seen.exchange.operation.id}."
            yield broken(trial.operation, KEYWORD, seen, sentence, part="done", of="batch", grave=True)
            return
    if shown is MISSING or trial.keeps(entries[place], shown, seen):
        return
    others = [other + 1 for other, entry in enumerate(entries) if trial.keeps(entry, shown, seen)]
    if others:
        sentence = f"{name.capitalize()} is that of the entry {others[0]}."
        # what the result shows alone is wrong whatever is read afterwards
        yield broken(trial.operation, KEYWORD, reply, sentence, part="order", of="batch")
    else:
        yield from echoed(trial.factory, trial.operation, entries[place], shown, seen)


def _listed(trial: BatchTrial, entries: list[Any], known: set[bytes] | None, reply: Reply) -> Iterator[Found]:
    """Yield a breach if the list lacks an item of a batch whose response has no results."""
    if known is None:
        raise NotTestable("no response shows what has become of the entries")
    new = trial.new_rows(known)
    for place, entry in enumerate(entries):
        if not any(trial.keeps(entry, row, reply) for row in new):
            sentence = f"The list has no new item with the values of the entry {place + 1}."
            yield broken(trial.operation, KEYWORD, reply, sentence, part="done", of="batch", grave=True)
            return


def _written(trial: BatchTrial) -> Iterator[Found]:
    """Change or delete all but the last of some items that were created for it."""
    count = trial.count(1)
    *items, neighbor = trial.items(count + 1)
    entries = trial.entries(count, items)
    beside = trial.look(neighbor)[0]
    before = [trial.look(each)[0] for each in items]
    reply = trial.client.accepted(trial.operation, trial.send(entries))
    results = trial.results(reply)
    if found := list(results_missing(trial, len(entries), results, reply)):
        yield from found
        return
    said = [True] * len(items) if results is None else [each.said for each in results]
    if not any(each is not False for each in said):
        raise NotTestable("no entry is carried out")
    if results is not None and (found := list(_in_order(trial, items, results, reply))):
        yield from found
        return
    for place, item in enumerate(items):
        found = list(_come_about(trial, item, entries[place], said[place], before[place]))
        yield from found[:1]
        if found:
            return
    still, seen = trial.look(neighbor)
    if moved := disturbed(trial.factory, items[0], beside, still):
        sentence = f"A batch without {neighbor.id} changed {', '.join(moved[:3]) or 'all'} of it."
        yield broken(trial.operation, KEYWORD, seen, sentence, part=NEIGHBOR, of="batch", grave=True)


def _come_about(trial: BatchTrial, item: Item, entry: Any, said: bool | None, before: Any) -> Iterator[Found]:
    """Yield the breaches by which an item, which was as `before`, has not become what its result says."""
    if trial.action == "delete" and said is not False:
        yield from gone(trial.factory, trial.operation, item)
        return
    shown, seen = trial.look(item)
    if said is False:
        is_changed = trial.keeps(entry, shown, seen) and not trial.keeps(entry, before, seen)
        if trial.is_deleted(shown) if trial.action == "delete" else is_changed:
            sentence = f"The result of {as_text(item.id)} says that it failed, and it was carried out."
            yield broken(trial.operation, KEYWORD, seen, sentence, part="failed", of="batch", grave=True)
    elif shown is MISSING:
        sentence = f"The changed item {as_text(item.id)} is gone."
        yield broken(trial.operation, KEYWORD, seen, sentence, part="gone", of="batch", grave=True)
    else:
        yield from echoed(trial.factory, trial.operation, entry, shown, seen)


def _in_order(trial: BatchTrial, items: list[Item], results: list[Result], reply: Reply) -> Iterator[Found]:
    """Yield a breach if a result shows the id of another item than that of the entry in its place."""
    ids = [as_text(trial.id_of(each)) for each in items]
    for place, result in enumerate(results):
        shown = MISSING if result.id is MISSING else as_text(result.id)
        if shown not in (MISSING, ids[place]):
            whose = f"that of the entry {ids.index(shown) + 1}" if shown in ids else f"of {shown}"
            sentence = f"The result {place + 1} is {whose}."
            yield broken(trial.operation, KEYWORD, reply, sentence, part="order", of="batch")
            return
