"""Keeping the fields of items that add up over the items of a child resource (`sums` of `x-resource`)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adcontract.contract.sums import EXACT, added_up
from adcontract.openapi.pointer import put
from adcontract_mock.state.payload_pointers import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Parent
    from adcontract.contract.behavior import Sum
    from adcontract_mock.state.collections import Collections
    from adcontract_mock.state.rows import Row
    from adcontract_mock.state.stateful_resource import StatefulResource

_CENT = Decimal("0.01")


def with_sums(collections: Collections, resource: StatefulResource, row: Row) -> Row:
    """Return an item with its sums as the items of its child resources are now, and store it if they have changed."""
    if not resource.sums:
        return row
    changed = row.copy()
    for pointer, each in resource.sums.items():
        total = added_up(each, items_of(collections, resource, row, each))
        if total is not None:
            put(changed.item, pointer, written(collections, resource, pointer, total))
    if changed.item == row.item:
        return row
    return collections.session_state.change(resource.name, changed)


def items_of(collections: Collections, resource: StatefulResource, row: Row, each: Sum) -> list[Any]:
    """Return the items that a sum of an item is about, in the order of their creation."""
    child = collections.factory.resources[each.of]
    collections.begin(child, row.id)
    parent = _parent(child, resource)
    return [one.item for one in collections.session_state.rows(child.name, row.id, parent.field if parent else None)]


def written(collections: Collections, resource: StatefulResource, pointer: str, total: Decimal) -> Any:
    """Return a sum in the notation that items have at `pointer`: a number, else a text, with cents if it is one."""
    is_count = resource.sums[pointer].field is None
    fitting = (
        each for each in _notations(total, is_count=is_count) if collections.factory.may_be(resource, pointer, each)
    )
    return next(fitting, str(total))


def _parent(child: StatefulResource, resource: StatefulResource) -> Parent | None:
    return next((each for each in child.parents if each.name == resource.name), None)


def _notations(total: Decimal, *, is_count: bool) -> Iterator[Any]:
    """Yield a sum as a number, and as texts: an amount with its cents first."""
    is_whole = total == total.to_integral_value(context=EXACT)
    yield int(min(max(total, Decimal(-HIGHEST)), Decimal(HIGHEST))) if is_whole else float(total)
    if not is_count:
        cents = total.quantize(_CENT, context=EXACT)
        yield format(cents if cents == total else total, "f")
    yield format(total, "f")
