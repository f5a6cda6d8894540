"""Reads: an item is read as it is listed, and an unknown id is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract_conformance.checks.declared import broken, deleted_again
from adcontract_conformance.client.equality import kept, shared, touches
from adcontract_conformance.client.factory import ResourceFactory, under
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical
from adcontract_conformance.client.unknown_ids import beginning_of, unknown_id
from adcontract_conformance.laws.deletes import takes_any_id
from adcontract_conformance.laws.law import does, law, require_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.items import Address, ParentIds
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

UNSAID = "No page says how a request for a parent that is not there is answered."


@law(
    "read",
    "an item is read as the list shows it, with the id that was asked for",
    does("read", keyed=True),
    needs=("states",),
)
def read(client: Client, operation: Operation) -> Iterator[Found]:
    """Read some of the items that a list shows."""
    factory, resource = ResourceFactory.of(client, operation)
    if resource.id is None or resource.key is None:
        raise NotTestable("the contract names no id")
    asked: list[tuple[Any, ParentIds]] = []
    for lister, listed_ids, row, page in factory.rows():
        id_, parent_ids = at(row, resource.id), factory.completed(operation, listed_ids)
        if id_ in (MISSING, None) or (resource.parent and under(resource.parent) not in parent_ids):
            continue
        asked.append((id_, parent_ids))
        reply = client.ask(operation, **factory.address(operation, id_, parent_ids))
        if not reply.ok:
            if factory.leaves or _listed_again(factory, lister, row, page) is MISSING:
                continue
            sentence = f"The item {id_} is listed by {lister.id}, and reading it is answered with {reply.status}."
            yield broken(operation, KEYWORD, reply, sentence, part="read")
            continue
        shown = factory.item_in(operation, reply)
        if not kept(id_, other := at(shown, resource.id)):
            sentence = f"The request asks for {id_}, and the response has the id {other!r}."
            yield broken(operation, KEYWORD, reply, sentence, part="id", grave=other is not MISSING)
            continue
        differing = set() if _is_another(factory, operation, lister, row, shown) else set(shared(row, shown))
        if differing:
            # a field that changes with every read, as a counter of reads does, may differ; one that goes back may not
            again = factory.item_in(operation, client.ask(operation, **factory.address(operation, id_, parent_ids)))
            differing -= set(shared(shown, again)) & set(shared(row, again))
            # nor may one that others have changed since the list was read: the list has it by now, too
            now = _listed_again(factory, lister, row, page)
            differing &= set(shared(now, shown)) & (set(shared(now, again)) | (differing - set(shared(row, again))))
            differing -= _own_changes(factory, differing, row, shown)
        if differing:
            sentence = f"The item {id_} differs from its row in {lister.id}: {', '.join(sorted(differing)[:3])}."
            yield broken(operation, KEYWORD, reply, sentence, part="row")
    if not asked:
        raise NotTestable("no list shows an item that can be read")
    yield from _by_beginning(factory, operation, asked)


def _by_beginning(
    factory: ResourceFactory, operation: Operation, asked: Iterable[tuple[Any, ParentIds]]
) -> Iterator[Found]:
    """Read by the beginning of an id, the first that is not an id itself: it does not stand for the whole one."""
    for id_, parent_ids in asked:
        if (beginning := beginning_of(id_)) is None:
            continue
        reply = factory.client.ask(operation, **factory.address(operation, beginning, parent_ids))
        shown = at(factory.item_in(operation, reply), factory.resource(operation).id or "/id") if reply.ok else MISSING
        if shown in (MISSING, None):
            return
        if not kept(beginning, shown):
            sentence = f"The request asks for {beginning}, and the response has the id {shown!r}."
            yield broken(operation, KEYWORD, reply, sentence, part="id", grave=True)
            return


def _own_changes(factory: ResourceFactory, differing: set[str], row: Any, shown: Any) -> set[str]:
    """Return the fields that may differ because an item has changed by itself since a list showed its row."""
    states = factory.type.states
    if states is None or not states.may_become(before := at(row, states.field), after := at(shown, states.field)):
        return set()
    if states.is_final(before) and states.is_final(after):
        return set()
    kept_fields = {each for operation in factory.every() for each in factory.resource(operation).echo}
    return {each for each in differing if not touches(each, kept_fields - {states.field})}


def _is_another(factory: ResourceFactory, operation: Operation, lister: Operation, row: Any, shown: Any) -> bool:
    """Return whether a read by another field than the id of the list shows another item, which has the same value."""
    usual = factory.resource(lister).id or "/id"
    held = at(shown, usual)
    is_other = held is not MISSING and canonical(held) != factory.key(lister, row)
    return factory.resource(operation).id != usual and is_other


def _listed_again(factory: ResourceFactory, lister: Operation, row: Any, page: Reply) -> Any:
    """Return the row of an item as a page of a list has it now; `MISSING` where others have removed it."""
    now = factory.client.send(lister, page.exchange.request)
    rows = factory.client.lists.rows(lister, now) if now.ok else []
    return next((each for each in rows if factory.key(lister, each) == factory.key(lister, row)), MISSING)


_ON_ITEM = tuple(name for name, action in ACTIONS.items() if action.on_item and not action.may_create)


def _is_about_one(operation: Operation) -> bool:
    """Return whether an operation is about one item, which it names by its id or by that of its parent."""
    resource = operation.behavior.resource
    return resource is not None and does(*_ON_ITEM)(operation) and bool(resource.key or resource.parent)


def _is_shown(client: Client, operation: Operation) -> bool:
    """Return whether the target has items, or else parents, of which an operation shows which there are."""
    resource = operation.behavior.resource
    if resource is None or resource.key is not None or resource.parent is None:
        return resource is not None and resource.key is not None
    parent = client.sender.checked.contract.resources.get(resource.parent.name)
    return parent is not None and parent.is_readable


@law("unknown", "an unknown id is refused", _is_about_one, given=_is_shown)
def unknown(client: Client, operation: Operation) -> Iterator[Found]:
    """Ask for an id that nothing should have."""
    factory, resource = ResourceFactory.of(client, operation)
    if takes_any_id(client, operation):
        raise NotTestable("behavior.delete reports that what is not there can be deleted")
    for id_, address in _unknown(factory, operation, resource):
        reply = client.ask(operation, **address)
        if not reply.refused:
            sentence = f"The id {id_}, which nothing should have, is answered with {reply.status}."
            if reply.ok and resource.action == "delete":
                yield deleted_again(operation, reply, sentence, part="unknown")
                return
            refusal = client.sender.checked.declared_response(operation, 404)
            shown = at(factory.item_in(operation, reply), resource.id or "/id")
            # whichever item that is, it is not the one that was asked for
            is_other = resource.key is not None and resource.action == "read" and shown not in (MISSING, None)
            why = UNSAID if resource.key is None and refusal is None else ""
            yield broken(
                operation,
                KEYWORD,
                reply,
                sentence,
                part="unknown",
                refusal=refusal,
                grave=is_other,
                left_open=why,
            )
        require_told(client, operation, [reply], lambda: factory.do(operation, factory.create()))


def _unknown(factory: ResourceFactory, operation: Operation, resource: Resource) -> Iterator[tuple[Any, Address]]:
    """Yield an id that nothing should have, of an item or else of its parent, and the values that lead there."""
    documented = factory.client.documented(operation)
    if resource.key is not None:
        id_ = unknown_id(getattr(documented, resource.key.location).get(resource.key.name))
        for parent_ids in factory.parent_ids_of(operation)[:1]:
            yield id_, factory.address(operation, id_, parent_ids)
    elif resource.parent is not None:
        key = resource.parent.key
        id_ = unknown_id(getattr(documented, key.location).get(key.name))
        yield id_, {key.location: {key.name: id_}}
