"""Batches whose results are not those of their entries, or that are not carried out as their results say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import BATCHES, batched
from adcontract.contract.batches import said_of
from adcontract.openapi.pointer import get, put
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.state.action_context import UnknownItem
from adcontract_mock.state.batches import answered_only, carried_out, entries_of, failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.contract.behavior import Batch
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place
    from adcontract_mock.state.batches import EntryContext

_kinds = Kinds("state")


def _batch(place: Place) -> Batch | None:
    return place.resource.batch if place.resource else None


def _has_results(place: Place) -> bool:
    batch = _batch(place)
    return batch is not None and batch.results is not None and place.media is not None


def _names(place: Place) -> bool:
    """Return whether each result of a batch shows which item it is about."""
    batch = _batch(place)
    return batch is not None and _has_results(place) and (batch.item is not None or batch.shows_id is not None)


def _is_seen(place: Place) -> bool:
    """Return whether an operation shows what has become of the entries of a batch."""
    return place.action(*BATCHES) and place.resource_type is not None and place.resource_type.is_readable


def _has_statuses(place: Place) -> bool:
    batch = _batch(place)
    return batch is not None and _is_seen(place) and _has_results(place) and batch.status is not None


def _undoes(place: Place) -> bool:
    batch = _batch(place)
    return batch is not None and _has_statuses(place) and not batch.atomic and not place.action(batched("create"))


def _is_atomic(place: Place) -> bool:
    batch = _batch(place)
    return batch is not None and batch.atomic and _is_seen(place) and not place.action(batched("create"))


def _with_results(acting: Acting, change: Callable[[list[Any]], list[Any]]) -> Any:
    body, pointer = acting.run(), _results(acting)
    return put(body, pointer, change(list(get(body, pointer) or [])))


def _results(acting: Acting) -> str:
    batch = acting.context.declared.batch
    return (batch.results if batch else None) or ""


@_kinds.acts("batch-results-reversed", "The results of a batch are in the opposite order.", _names)
def _reversed(acting: Acting) -> Any:
    return _with_results(acting, lambda results: results[::-1])


@_kinds.acts("batch-result-missing", "The last result of a batch is missing.", _has_results)
def _missing(acting: Acting) -> Any:
    return _with_results(acting, lambda results: results[:-1])


@_kinds.acts(
    "batch-entry-not-done", "The last entry of a batch is answered as a success, and is not carried out.", _is_seen
)
def _not_done(acting: Acting) -> Any:
    entries = entries_of(acting.context)
    return _each(acting, lambda entry: answered_only(entry) if entry.entry is entries[-1].entry else carried_out(entry))


@_kinds.acts(
    "batch-failed-and-done", "The last entry of a batch is answered as a failure, and is carried out.", _has_statuses
)
def _failed_and_done(acting: Acting) -> Any:
    entries = entries_of(acting.context)

    def result(entry: EntryContext) -> Any:
        done = carried_out(entry)
        return failed(entry) if entry.entry is entries[-1].entry else done

    return _each(acting, result)


@_kinds.acts(
    "batch-failure-undoes",
    "An entry of a batch that fails undoes the others, which are answered as successes.",
    _undoes,
)
def _failure_undoes(acting: Acting) -> Any:
    before, body = acting.stored(), acting.run()
    batch = acting.context.declared.batch
    if batch and any(said_of(batch, each) is False for each in get(body, _results(acting)) or ()):
        for row in before:
            acting.store(row)
    return body


@_kinds.acts(
    "batch-half-done", "A batch ends at an entry that fails, and is answered as if it was carried out.", _is_atomic
)
def _half_done(acting: Acting) -> Any:
    has_failed = False

    def result(entry: EntryContext) -> Any:
        nonlocal has_failed
        try:
            return answered_only(entry) if has_failed else carried_out(entry)
        except UnknownItem:
            has_failed = True
            return answered_only(entry)

    return _each(acting, result)


def _each(acting: Acting, result: Callable[[EntryContext], Any]) -> Any:
    """Return the body of the response with other results; an entry about an unknown item fails as it should."""
    results: list[Any] = []
    for entry in entries_of(acting.context):
        try:
            results.append(result(entry))
        except UnknownItem:
            batch = acting.context.declared.batch
            if batch is None or batch.atomic or batch.status is None:
                raise
            results.append(failed(entry))
    return put(acting.template, _results(acting), results) if _has_results(acting.place) else acting.template
