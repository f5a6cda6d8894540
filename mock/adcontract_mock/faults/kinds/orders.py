"""Orders of lists that are not as declared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.ordering import natural
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_mock.faults.listing import several_pages
from adcontract_mock.faults.parts import sort_fields
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Behavior, Order
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place
    from adcontract_mock.faults.registry import Act, Applies

_kinds = Kinds("lists")


def _at_fields(name: str, description: str, applies: Applies | None = None) -> Callable[[Act], Act]:
    """Register a kind of fault of the orders by one field."""
    return _kinds.acts(name, description, applies or (lambda _: True), sort_fields)


def _field(place: Place) -> str:
    return f"/{place.part}"


def _ordered(acting: Acting) -> Order | None:
    """Return the order that the request asks for, None where it is none by the field."""
    asked = (each.asked(acting.query.get(each.parameter)) for each in acting.behavior.sorts)
    return next((orders[0] for orders in asked if len(orders) == 1 and orders[0].field == _field(acting.place)), None)


def _without_order(acting: Acting) -> Behavior:
    return replace(acting.behavior, sorts=()) if _ordered(acting) else acting.behavior


def _with_order(acting: Acting, change: Callable[[Order], Order]) -> Any:
    """Return the list with the orders by the field changed."""
    field = _field(acting.place)
    sorts = tuple(
        replace(
            each,
            orders={name: change(order) if order.field == field else order for name, order in each.orders.items()},
        )
        for each in acting.behavior.sorts
    )
    return acting.run(behavior=replace(acting.behavior, sorts=sorts))


def _is_number(place: Place) -> bool:
    """Return whether the field is a number that may have several digits; ids often have the same number of them."""
    return _is_no_id(place) and any(
        schema.get("type") in ("integer", "number") and schema.get("maximum", 10) > 9
        for schema in place.shown(_field(place))
    )


def _descends(place: Place) -> bool:
    orders = [order for sort in place.behavior.sorts for order in sort.orders.values()]
    return any(order.descending for order in orders if order.field == _field(place))


def _is_no_id(place: Place) -> bool:
    return place.resource_type is not None and _field(place) != place.resource_type.id


@_at_fields("order-ignored", "The order is ignored.")
def _order_ignored(acting: Acting) -> Any:
    return acting.run(behavior=_without_order(acting))


@_at_fields("order-reversed", "The order is the opposite one.")
def _order_reversed(acting: Acting) -> Any:
    return _with_order(acting, lambda order: replace(order, descending=not order.descending))


@_at_fields("always-ascending", "The direction of the order is ignored.", _descends)
def _always_ascending(acting: Acting) -> Any:
    return _with_order(acting, lambda order: replace(order, descending=False))


@_at_fields("order-by-other-field", "The order is by the id in place of the field.", _is_no_id)
def _other_field(acting: Acting) -> Any:
    return _with_order(acting, lambda order: replace(order, field=acting.context.resource.id))


@_at_fields("order-as-text", "Numbers are ordered as texts.", _is_number)
def _order_as_text(acting: Acting) -> Any:
    order = _ordered(acting)
    if order is None:
        return acting.run()

    def ordered(rows: list[Any]) -> list[Any]:
        values = [get(row.item, order.field) for row in rows]
        if natural(value for value in values if value is not None) is None:
            return rows
        return sorted(rows, key=lambda row: as_text(get(row.item, order.field)), reverse=order.descending)

    return acting.run(behavior=_without_order(acting), rows=ordered)


@_at_fields("order-inside-page", "Each page is ordered by itself.", several_pages)
def _order_inside_page(acting: Acting) -> Any:
    order = _ordered(acting)
    if order is None:
        return acting.run()
    body = acting.run(behavior=_without_order(acting))
    rows = acting.items(body)
    values = [get(row, order.field) for row in rows]
    key = natural(value for value in values if value is not None) or as_text
    ranks = [(value is not None, None if value is None else key(value)) for value in values]
    numbers = sorted(range(len(rows)), key=ranks.__getitem__, reverse=order.descending)
    return acting.with_items(body, [rows[number] for number in numbers])


@_kinds.acts("order-unstable", "Every second request has the opposite order.", several_pages)
def _unstable(acting: Acting) -> Any:
    remembered = acting.remembered()
    remembered["count"] = remembered.get("count", 0) + 1
    body = acting.run()
    if remembered["count"] % 2 or len(acting.items(body)) == len(acting.whole()):
        return body  # a single page may be in any order
    return acting.run(rows=lambda rows: rows[::-1])


@_at_fields("two-rows-swapped", "Two rows that follow each other in an order are swapped.")
def _swapped(acting: Acting) -> Any:
    body, order = acting.run(), _ordered(acting)
    rows = acting.items(body)
    values = [get(row, _field(acting.place)) for row in rows]
    for index in range(len(rows) - 1) if order else ():
        if values[index] != values[index + 1]:
            return acting.with_items(body, [*rows[:index], rows[index + 1], rows[index], *rows[index + 2 :]])
    return body


def _with_keys(acting: Acting, change: Callable[[list[str]], list[str]]) -> Any:
    """Return the list in the order of other keys, where the request asks for several."""
    asked = {each.parameter: (each, each.keys(acting.query.get(each.parameter))) for each in acting.behavior.sorts}
    values = {name: sort.value(*change(keys)) for name, (sort, keys) in asked.items() if len(keys) > 1}
    return acting.run(query={**acting.query, **values})


def _takes_several_keys(place: Place) -> bool:
    return place.action("list") and any(
        each.separator and len({order.field for order in each.orders.values()}) > 1 for each in place.behavior.sorts
    )


@_kinds.acts("second-key-ignored", "Of several keys of an order the first alone counts.", _takes_several_keys)
def _second_ignored(acting: Acting) -> Any:
    return _with_keys(acting, lambda keys: keys[:1])


@_kinds.acts("last-key-decides", "Of several keys of an order the last one decides.", _takes_several_keys)
def _last_decides(acting: Acting) -> Any:
    return _with_keys(acting, lambda keys: keys[::-1])
