"""Orders of lists that are not as declared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.ordering import natural
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text
from adcontract_mock.faults.listing import paged
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Behavior, Order
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("lists")


def _sorted(place: Place) -> bool:
    return place.action("list") and bool(place.behavior.sorts)


def _ordered(acting: Acting) -> Order | None:
    """Return the order that the request asks for."""
    asked = (each.orders.get(str(acting.query.get(each.parameter))) for each in acting.behavior.sorts)
    return next((order for order in asked if order), None)


def _with_order(acting: Acting, change: Callable[[Order], Order]) -> Behavior:
    sorts = tuple(
        replace(each, orders={name: change(order) for name, order in each.orders.items()})
        for each in acting.behavior.sorts
    )
    return replace(acting.behavior, sorts=sorts)


def _sorted_by_number(place: Place) -> bool:
    fields = {order.field for sort in place.behavior.sorts for order in sort.orders.values()}
    return _sorted(place) and any(map(place.shows_number, fields))


@_kinds.acts("order-ignored", "The order is ignored.", _sorted)
def _order_ignored(acting: Acting) -> Any:
    return acting.run(behavior=replace(acting.behavior, sorts=()))


@_kinds.acts("order-reversed", "The order is the opposite one.", _sorted)
def _order_reversed(acting: Acting) -> Any:
    return acting.run(behavior=_with_order(acting, lambda order: replace(order, descending=not order.descending)))


@_kinds.acts("always-ascending", "The direction of the order is ignored.", _sorted)
def _always_ascending(acting: Acting) -> Any:
    return acting.run(behavior=_with_order(acting, lambda order: replace(order, descending=False)))


@_kinds.acts("order-by-other-field", "The order is by the id in place of the field.", _sorted)
def _other_field(acting: Acting) -> Any:
    return acting.run(behavior=_with_order(acting, lambda order: replace(order, field=acting.context.resource.id)))


@_kinds.acts("order-as-text", "Numbers are ordered as texts.", _sorted_by_number)
def _order_as_text(acting: Acting) -> Any:
    order = _ordered(acting)
    if order is None:
        return acting.run()

    def ordered(rows: list[Any]) -> list[Any]:
        values = [get(row.item, order.field) for row in rows]
        if natural(value for value in values if value is not None) is None:
            return rows
        return sorted(rows, key=lambda row: as_text(get(row.item, order.field)), reverse=order.descending)

    return acting.run(behavior=replace(acting.behavior, sorts=()), rows=ordered)


@_kinds.acts("order-inside-page", "Each page is ordered by itself.", lambda place: _sorted(place) and paged(place))
def _order_inside_page(acting: Acting) -> Any:
    order = _ordered(acting)
    if order is None:
        return acting.run()
    body = acting.run(behavior=replace(acting.behavior, sorts=()))
    rows = acting.items(body)
    values = [get(row, order.field) for row in rows]
    key = natural(value for value in values if value is not None) or as_text
    ranks = [(value is not None, None if value is None else key(value)) for value in values]
    numbers = sorted(range(len(rows)), key=ranks.__getitem__, reverse=order.descending)
    return acting.with_items(body, [rows[number] for number in numbers])


@_kinds.acts("order-unstable", "Every second request has the opposite order.", lambda place: place.action("list"))
def _unstable(acting: Acting) -> Any:
    remembered = acting.remembered()
    remembered["count"] = remembered.get("count", 0) + 1
    return acting.run(rows=(lambda rows: rows[::-1]) if remembered["count"] % 2 == 0 else None)


@_kinds.acts("two-rows-swapped", "The first two rows of an order are swapped.", _sorted)
def _swapped(acting: Acting) -> Any:
    body = acting.run()
    rows = acting.items(body)
    if _ordered(acting) is None or len(rows) < 2:
        return body
    return acting.with_items(body, [rows[1], rows[0], *rows[2:]])
