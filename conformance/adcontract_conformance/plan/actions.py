"""What a request does to the items of a double, by the action of its operation, and the body that shows it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import selection
from adcontract.openapi.ordering import natural
from adcontract.openapi.pointer import every, get, lookup, put
from adcontract.openapi.text import as_text
from adcontract_conformance.plan.payload import Page
from adcontract_conformance.plan.shelf import NoSuchItem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Values
    from adcontract.contract.behavior import Resource, Sort
    from adcontract.contract.resources import ResourceOperation
    from adcontract_conformance.plan.shelf import Row, Shelf


def carried_out(each: ResourceOperation, shelf: Shelf, values: Values, query: str, headers: dict[str, str]) -> Any:
    """Carry out an operation on the items of its resource, and return the body of the response, None for none.

    `query` is that of the request, as it was sent; `headers` are those of the response, to be completed.

    Raises:
        NoSuchItem: if the request names an item that is not there.
    """
    template = copy.deepcopy(each.payloads[0]) if each.payloads else ({} if each.media else None)
    declared = each.declared
    if each.action == "list":
        return _list(each, shelf, values, template, query, headers)
    if each.action in _CREATING:
        row = _CREATING[each.action](declared, shelf, values)
    elif each.action == "add" and declared.makes:
        _made(declared, shelf, values)
        return template
    else:
        row = shelf.row(declared, values)
        _go_on(each, row)
        if each.action in ("add", "remove"):
            template = _changed_members(each, row, values, template)
        elif each.action in ("update", "set"):
            _take_over(declared, row, values)
        elif each.action == "delete":
            if declared.gone == "status":
                _take_over(declared, row, values)
            else:
                shelf.remove(row)
    if template is None:
        return None
    if declared.item is not None:
        return put(template, declared.item, row.item)
    return put(template, declared.shows_id, get(row.item, shelf.type.id)) if declared.shows_id else template


def _go_on(each: ResourceOperation, row: Row) -> None:
    """Let an item that changes by itself go a step on where it is read."""
    states = each.operation.behavior.states
    if states and (state := states.after(get(row.item, states.field))) is not None:
        put(row.item, states.field, state)


def _list(
    each: ResourceOperation, shelf: Shelf, values: Values, template: Any, query: str, headers: dict[str, str]
) -> Any:
    behavior = each.operation.behavior
    is_left = selection(behavior.filters, values.query)
    items = [row.item for row in shelf.rows(each.declared, values) if is_left(row.item)]
    for sort in behavior.sorts:
        items = _sorted(items, sort, values.query)
    if behavior.pagination:
        page = Page(behavior.pagination, values.query, items, query)
        template, items = page.written(template), page.rows
        headers |= page.headers()
    return put(template, each.declared.items or "", items)


def _sorted(items: list[Any], sort: Sort, query: Mapping[str, Any]) -> list[Any]:
    for order in reversed(sort.asked(query.get(sort.parameter))):
        held = [get(item, order.field) for item in items]
        key = natural(value for value in held if value is not None) or as_text
        ranks = [(value is not None, None if value is None else key(value)) for value in held]
        places = sorted(range(len(items)), key=ranks.__getitem__, reverse=order.descending)
        items = [items[place] for place in places]
    return items


def _created(declared: Resource, shelf: Shelf, values: Values) -> Row:
    parent = shelf.parent(declared, values)
    shelf.begin(parent)
    row = shelf.add(shelf.new(), parent)
    if declared.members:
        ids = get(values.body, declared.named) if declared.named else None
        _put_members(declared, row, [_member(shelf.type.member_id, each) for each in ids or []])
    if shelf.type.states:
        put(row.item, shelf.type.states.field, shelf.type.states.all[0])
    _take_over(declared, row, values)
    for name in shelf.type.children:
        shelf.beside(name).begin_empty(shelf.id_of(row))
    return row


def _upserted(declared: Resource, shelf: Shelf, values: Values) -> Row:
    try:
        row = shelf.row(declared, values)
    except NoSuchItem:
        row = _created(declared, shelf, values)
        if declared.key:
            put(row.item, declared.id or shelf.type.id, getattr(values, declared.key.location)[declared.key.name])
        return row
    _take_over(declared, row, values)
    return row


_CREATING = {"create": _created, "upsert": _upserted}


def _take_over(declared: Resource, row: Row, values: Values) -> None:
    for ours, theirs in declared.echo.items():
        try:
            put(row.item, ours, copy.deepcopy(lookup(values.body, theirs)))
        except (LookupError, TypeError):
            continue
    for ours, key in declared.takes.items():
        put(row.item, ours, getattr(values, key.location).get(key.name))
    for ours, value in declared.set.items():
        put(row.item, ours, copy.deepcopy(value))


def _made(declared: Resource, shelf: Shelf, values: Values) -> None:
    """Create an item for each id of the body that the list lacks."""
    for ours, theirs in declared.makes.items():
        known = {as_text(get(row.item, ours)) for row in shelf.rows(declared, values)}
        for value in dict.fromkeys(every(values.body, theirs)):
            if as_text(value) not in known:
                item = shelf.new()
                for other in declared.makes:
                    if other != ours:
                        item.pop(other.split("/")[1], None)
                shelf.add(put(item, ours, value), shelf.parent(declared, values))


def _changed_members(each: ResourceOperation, row: Row, values: Values, template: Any) -> Any:
    declared = each.declared
    if declared.members is None:
        for ours, theirs in declared.echo.items():
            known = get(row.item, ours) or []
            put(row.item, ours, known + [one for one in get(values.body, theirs) or [] if one not in known])
        return template
    named = list(dict.fromkeys(get(values.body, declared.named or "") or []))
    place = declared.member_id
    have = {as_text(get(one, place) if place else one): one for one in get(row.item, declared.members) or []}
    is_add = each.action == "add"
    done = [one for one in named if (as_text(one) in have) is not is_add]
    left = [one for key, one in have.items() if is_add or key not in map(as_text, done)]
    new = [_member(place, one) for one in done] if is_add else []
    _put_members(declared, row, [*left, *new])
    for pointer, ids in ((declared.done, done), (declared.ignored, [one for one in named if one not in done])):
        if pointer is not None:
            template = put(template, pointer, ids)
    return template


def _member(place: str | None, id_: Any) -> Any:
    return put({}, place, id_) if place else id_


def _put_members(declared: Resource, row: Row, members: list[Any]) -> None:
    put(row.item, str(declared.members), members)
    if declared.count:
        put(row.item, declared.count, len(members))
