"""The effects of batches: an action is carried out for each entry of the body, and has a result for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adcontract import Key
from adcontract.contract.actions import ACTIONS, BATCHES
from adcontract.contract.batches import is_success, said_of
from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import get, lookup, put
from adcontract_mock.state import bounds
from adcontract_mock.state.action_context import ActionContext, UnknownItem
from adcontract_mock.state.actions import EFFECTS, effect
from adcontract_mock.state.patching import TOO_LARGE, RefusedBody
from adcontract_mock.state.payload_pointers import HIGHEST, copied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import ResourceOperation
    from adcontract.contract.behavior import Batch

_ENTRY = Key("body", "")
"""The id that an entry has, as the key of the action that is carried out for it."""

_FAILED = (404, "404", False, "failed", "error")
"""What a status says of an entry whose item does not exist, where the contract does not list its values."""


@dataclass(kw_only=True)
class EntryContext(ActionContext):
    """One entry of a batch: what the action for it works with. `entry` is as it was sent, `whole` the operation.

    `results` are those of entries that succeed and that fail, before an item is put in place, as far as needed so far.
    """

    entry: Any
    whole: ResourceOperation
    results: dict[bool, Any]

    @property
    def batch(self) -> Batch:
        """The declaration of the batch."""
        return _batch(self.whole)

    def value_of(self, key: Key) -> Any:
        """Return the value of a parameter that holds an id, or the id in the entry. See `ActionContext`."""
        if key is not _ENTRY:
            return super().value_of(key)
        value = get(self.entry, self.batch.id)
        if value is None or isinstance(value, dict | list) or (isinstance(value, int) and abs(value) > HIGHEST):
            raise UnknownItem
        return value

    def response(self, template: Any, item: dict[str, Any]) -> Any:
        """Return the result with the item in place; one that is the item has what it says besides, too."""
        result = super().response(template, item)
        return {**template, **result} if self.declared.item == "" and isinstance(template, dict) else result


def entries_of(context: ActionContext) -> list[EntryContext]:
    """Return the context of each entry of a batch, in the order of the body.

    Raises:
        RefusedBody: if it has more than a batch may have.
    """
    entries, single = _batch(context.operation).entries, _single(context)
    sent, kept = get(context.values.body, entries), get(context.body, entries)
    found, results = list[EntryContext](), dict[bool, Any]()
    if isinstance(sent, list) and len(sent) > bounds.ENTRIES:
        raise RefusedBody(f"has {len(sent):,} entries, more than the {bounds.ENTRIES:,} of a batch", TOO_LARGE)
    for entry, writable in zip(sent or (), kept or (), strict=False):
        one = EntryContext(
            single,
            context.collections,
            context.values,
            context.path,
            context.query,
            context.headers,
            entry=entry,
            whole=context.operation,
            results=results,
        )
        # a value in the dictionary takes the place of the property that would read the body
        one.__dict__["body"] = writable
        found.append(one)
    return found


def carried_out(context: EntryContext) -> Any:
    """Carry the action out for one entry, and return its result.

    Raises:
        UnknownItem: if there is no such item.
    """
    return EFFECTS[context.declared.action](context, _result(context, succeeded=True))


def answered_only(context: EntryContext) -> Any:
    """Return the result of an entry as if it had been carried out, and leave everything as it is."""
    result, batch = _result(context, succeeded=True), context.batch
    named = get(context.entry, batch.id)
    for pointer in (batch.shows_id, None if batch.item is None else f"{batch.item}{context.declared.id}"):
        if pointer is not None and named is not None:
            put(result, pointer, named)
    return result


def failed(context: EntryContext) -> Any:
    """Return the result of an entry whose item does not exist."""
    result, batch = _result(context, succeeded=False), context.batch
    if batch.shows_id and get(result, batch.shows_id) is not None:
        put(result, batch.shows_id, get(context.entry, batch.id))
    return result


def _each(context: ActionContext, template: Any) -> Any:
    batch, results = _batch(context.operation), []
    can_fail = not batch.atomic and (batch.status is not None or batch.item is not None or batch.shows_id is not None)
    for entry in entries_of(context):
        try:
            results.append(carried_out(entry))
        except UnknownItem:
            if not can_fail or entry.declared.action == "create":  # a new item lacks nothing but its parent
                raise
            results.append(failed(entry))
    for name, first in _counted(context.operation):
        for place, result in enumerate(results, first):
            result.update({name: place} if name in result else {})
    return template if batch.results is None else put(template, batch.results, results)


for _action in BATCHES:
    effect(_action)(_each)


def _batch(operation: ResourceOperation) -> Batch:
    if operation.declared.batch is None:
        raise TypeError(operation.operation.id)
    return operation.declared.batch


def _single(context: ActionContext) -> ResourceOperation:
    """Return the operation of a batch as if it were about one item, whose response is a result."""
    declared, batch = context.declared, _batch(context.operation)
    action = ACTIONS[declared.action].each
    single = replace(
        declared,
        action=action,
        key=None if action == "create" else _ENTRY,
        id=declared.id or context.resource.id,
        item=batch.item,
        shows_id=batch.shows_id,
        batch=None,
    )
    operation = replace(context.operation, declared=single)
    operation.__dict__["item_schema"] = context.operation.item_schema
    operation.__dict__["payloads"] = [each for each in _documented(context.operation) if said_of(batch, each)]
    return operation


def _documented(operation: ResourceOperation) -> list[Any]:
    """Return the results in the payloads of a batch."""
    results = _batch(operation).results
    if results is None:
        return []
    return [each for payload in operation.payloads for each in get(payload, results) or []]


def _counted(operation: ResourceOperation) -> Iterator[tuple[str, int]]:
    """Yield each member of a result that has its place among them, in every payload, and the first place: 0 or 1."""
    results = _batch(operation).results
    lists = [] if results is None else [get(payload, results) for payload in operation.payloads]
    known = [each for each in lists if isinstance(each, list) and all(isinstance(one, dict) for one in each)]
    if len(known) < len(lists) or not any(len(each) > 1 for each in known):
        return
    for name in next(each for each in known if len(each) > 1)[0]:
        for first in (0, 1):
            if all([one.get(name) for one in each] == [*range(first, first + len(each))] for each in known):
                yield name, first


def _result(context: EntryContext, *, succeeded: bool) -> Any:
    """Return a result in which the item is yet to be put."""
    if succeeded not in context.results:
        # to generate one takes long, and a batch may have many entries
        context.results[succeeded] = _new_result(context, succeeded=succeeded)
    return copied(context.results[succeeded])


def _new_result(context: EntryContext, *, succeeded: bool) -> Any:
    """Return a result as it is documented, else one that is generated."""
    batch, media = context.batch, context.whole.media
    if media is None or batch.results is None:
        return {}
    for each in _documented(context.whole):
        if said_of(batch, each) is succeeded:
            return each
    document = context.factory.document
    schema = next(iter(reach(document, f"{media.pointer}/schema", f"{batch.results}/{EACH}")), None)
    result = context.factory.generator.value(schema, context.whole.operation.id) if schema else {}
    if batch.status is not None:
        put(result, batch.status, _status(context, schema, succeeded=succeeded))
    if not succeeded:
        for pointer in (batch.item, batch.shows_id):
            _leave_out(result, pointer)
    return result


def _status(context: EntryContext, schema: str | None, *, succeeded: bool) -> Any:
    """Return a status that the schema allows, and that says whether an entry was carried out."""
    document, batch = context.factory.document, context.batch
    places = reach(document, schema, batch.status or "") if schema else []
    code = 201 if context.declared.action == "create" else 200
    listed = [value for each in places for value in lookup(document, each).get("enum") or _open(document, each)]
    known = [*batch.ok, *listed, code, str(code), True] if succeeded else [*listed, *_FAILED]
    fitting = (each for each in known if is_success(batch, each) is succeeded)
    return next((each for each in fitting if all(not context.factory.faults(one, each) for one in places)), known[0])


def _open(document: Any, pointer: str) -> list[Any]:
    return list(lookup(document, pointer).get("x-extensible-enum") or ())


def _leave_out(result: Any, pointer: str | None) -> None:
    holder = get(result, pointer.rpartition("/")[0]) if pointer else None
    if isinstance(holder, dict):
        holder.pop(str(pointer).rpartition("/")[2], None)
