"""Sums that are not those of the items that they are about."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adcontract.contract.sums import added_up
from adcontract.openapi.pointer import get, put
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.state.payload_pointers import has
from adcontract_mock.state.sums import items_of, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import ResourceType
    from adcontract.contract.behavior import Sum
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

    Added = Callable[[str, Sum, list[Any]], Any]
    """The sum that is shown at a place of items: what it is of, and those items; None for the correct one."""

_kinds = Kinds("state")


def _sums(place: Place) -> list[Sum]:
    """Return the sums that an operation shows, if a client can read all items that they are about."""
    sums = place.resource.sums.values() if place.resource and place.action("read", "list") else ()
    return [each for each in sums if place.served.contract.resources[each.of].is_listed]


def _children(place: Place) -> list[ResourceType]:
    return [place.served.contract.resources[each.of] for each in _sums(place)]


def _adds_amounts(place: Place) -> bool:
    return any(each.field for each in _sums(place))


def _created(place: Place) -> bool:
    return place.is_acted_on("create") and any(each.of("create") for each in _children(place))


def _deleted(place: Place) -> bool:
    removers = (each.declared for child in _children(place) for each in child.of("delete"))
    return _created(place) and any(each.gone == "hidden" for each in removers)


def _shown(acting: Acting, added: Added) -> Any:
    """Return the body of the response with other sums in its items."""
    context, body = acting.context, acting.run()
    is_list = context.declared.action == "list"
    for item in acting.items(body) if is_list else [get(body, context.declared.item or "")]:
        for pointer, each in context.resource.sums.items():
            row = context.collections.find(context.resource, context.resource.id, get(item, context.resource.id), "")
            if row is None or not has(item, pointer):
                continue
            value = added(f"{row.id} {pointer}", each, items_of(context.collections, context.resource, row, each))
            if value is not None:
                put(item, pointer, _written(acting, pointer, value))
    return body


def _written(acting: Acting, pointer: str, value: Any) -> Any:
    if isinstance(value, float):
        return value
    return written(acting.context.collections, acting.context.resource, pointer, value)


@_kinds.acts("sum-without-last", "A sum leaves out the last item that it is about.", lambda place: bool(_sums(place)))
def _without_last(acting: Acting) -> Any:
    return _shown(acting, lambda _, each, items: added_up(each, items[:-1]))


@_kinds.acts("sum-not-raised", "A sum does not follow an item that is created.", _created)
def _not_raised(acting: Acting) -> Any:
    return _shown(acting, _stale(acting, lambda before, now: now > before))


@_kinds.acts("sum-not-lowered", "A sum does not follow an item that is deleted.", _deleted)
def _not_lowered(acting: Acting) -> Any:
    return _shown(acting, _stale(acting, lambda before, now: now < before))


def _stale(acting: Acting, is_missed: Callable[[int, int], bool]) -> Added:
    """Return sums that stay as they were where the change of the number of items is missed."""
    known = acting.remembered()

    def added(place: str, each: Sum, items: list[Any]) -> Any:
        before = known.get(place)
        if before is None or not is_missed(before[0], len(items)):
            known[place] = len(items), added_up(each, items)
        return known[place][1]

    return added


@_kinds.acts("sum-without-fraction", "A sum of amounts has no fraction.", _adds_amounts)
def _without_fraction(acting: Acting) -> Any:
    def added(_: str, each: Sum, items: list[Any]) -> Any:
        total = added_up(each, items)
        return None if total is None else Decimal(int(total))

    return _shown(acting, added)


@_kinds.acts("sum-in-binary", "A sum of amounts is added as binary fractions.", _adds_amounts)
def _in_binary(acting: Acting) -> Any:
    def added(_: str, each: Sum, items: list[Any]) -> Any:
        amounts = [get(item, each.field) for item in items] if each.field else []
        total = sum(amounts) if all(type(one) in (int, float) for one in amounts) else None
        return total if isinstance(total, float) else None

    return _shown(acting, added)
