"""Items that change by themselves: each read of one lets it go a step on, to the next of its states (x-states)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, put
from adcontract.openapi.text import as_text
from adcontract_mock.state.payload_pointers import copied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.states import States
    from adcontract_mock.state.item_factory import ItemFactory
    from adcontract_mock.state.stateful_resource import StatefulResource


def step(factory: ItemFactory, resource: StatefulResource, states: States, item: dict[str, Any]) -> bool:
    """Let an item go into the first of the states that follow its own; return whether one does."""
    state = states.after(get(item, states.field))
    if state is not None:
        _go(factory, resource, states, item, state)
    return state is not None


def begin(factory: ItemFactory, resource: StatefulResource, item: dict[str, Any]) -> None:
    """Let a new item of a resource that has states be in the first of them."""
    if resource.states and as_text(get(item, resource.states.field)) != resource.states.all[0]:
        _go(factory, resource, resource.states, item, resource.states.all[0])


def _go(factory: ItemFactory, resource: StatefulResource, states: States, item: dict[str, Any], state: str) -> None:
    """Put an item into a state, with the fields that belong to it by the documented items."""
    was, before = copied(item), as_text(get(item, states.field))
    put(item, states.field, factory.typed(resource, states.field, state))
    new = next(_shown_in(resource, states, state), None)
    if new is None:
        return
    id_ = get(new, resource.id)
    olds = sorted(_shown_in(resource, states, before), key=lambda each: get(each, resource.id) != id_)
    old = olds[0] if olds else was
    is_same = bool(olds) and get(old, resource.id) == id_
    own = _own_members(resource, states)
    for name in dict.fromkeys((*old, *new)):
        lacks_one = (old.get(name) is None) != (new.get(name) is None)
        if name not in own and (lacks_one or (is_same and old.get(name) != new.get(name))):
            _take(item, new, name)
    if factory.misfit(resource, item):
        for name in [name for name in new if name not in own]:
            _take(item, new, name)


def _take(item: dict[str, Any], new: dict[str, Any], name: str) -> None:
    item.pop(name, None)
    if name in new:
        item[name] = copied(new[name])


def _shown_in(resource: StatefulResource, states: States, state: str) -> Iterator[dict[str, Any]]:
    """Yield the documented items that are in a state, those first that the operation shows which reads one."""
    for operation in (*resource.of("read"), *resource.showing):
        yield from (item for item in operation.items() if as_text(get(item, states.field)) == state)


def _own_members(resource: StatefulResource, states: States) -> set[str]:
    """Return the names of the members that no state decides: ids, what the item keeps of requests, and its state."""
    places = {*resource.ids, *resource.parent_fields, states.field}
    for each in resource.operations:
        places |= {*each.declared.echo, *each.declared.takes}
        places |= {place for place in (each.declared.members, each.declared.count) if place}
    return {place.split("/")[1] for place in places if place}
