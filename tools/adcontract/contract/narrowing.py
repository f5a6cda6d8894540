"""The parameters by which a list may leave items out that a client expects there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import given_filters, is_about, matches
from adcontract.contract.leeway import is_open
from adcontract.openapi.pointer import get
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract.contract.behavior import Filter
    from adcontract.contract.operations import Operation
    from adcontract.contract.resources import ResourceType


def narrowing(type_: ResourceType, lister: Operation) -> dict[str, Filter | None]:
    """Return the parameters with a value in every request for a list that may leave items out, each with its filter.

    They are required, or have a default and a filter. A page, an order, a filter that adds items, and what names the
    parent leave nothing out; neither does a part of the path that items are created under.
    """
    behavior, paths = lister.behavior, [each.operation.path for each in type_.creating]
    filters = {each.parameter: each for each in behavior.filters}
    known = {each.parameter for each in behavior.sorts} | {
        each.parameter for each in filters.values() if each.alternative
    }
    if behavior.pagination:
        known |= {behavior.pagination.start, behavior.pagination.size or behavior.pagination.start}
    if behavior.resource and behavior.resource.parent:
        known.add(behavior.resource.parent.key.name)
    found: dict[str, Filter | None] = {}
    for each in lister.parameters:
        is_sent = each.required or (each.name in filters and default_of(lister, each.name) is not None)
        is_shared = each.location == "path" and any(f"{{{each.name}}}" in path for path in paths)
        if each.location in ("path", "query") and is_sent and each.name not in known and not is_shared:
            found[each.name] = filters.get(each.name)
    return found


def default_of(lister: Operation, name: str) -> Any:
    """Return the default of a parameter of a list, None without one."""
    return next((each.data.get("schema", {}).get("default") for each in lister.parameters if each.name == name), None)


def may_leave_out(type_: ResourceType, lister: Operation, asked: Mapping[str, Any], item: Any) -> Iterator[str]:
    """Yield each of the `narrowing` parameters by which a list may leave out an item, `asked` for with some values."""
    for name, filter_ in narrowing(type_, lister).items():
        value = asked.get(name, default_of(lister, name))
        if filter_ is None:
            is_sure = _is_taken(type_, name, value, item)
        else:
            is_sure = not given_filters([filter_], {name: value}) or _keeps(type_, filter_, value, item)
        if not is_sure:
            yield name


def _is_taken(type_: ResourceType, name: str, value: Any, item: Any) -> bool:
    """Return whether an item shows the value of a parameter, which those that are created keep."""
    places = [where for each in type_.creating for where, key in each.declared.takes.items() if key.name == name]
    return any(as_text(held) == as_text(value) for place in places if (held := get(item, place)) is not None)


def _keeps(type_: ResourceType, filter_: Filter, value: Any, item: Any) -> bool:
    """Return whether a filter is sure to keep an item as it is shown, which does not change by itself."""
    if type_.states is not None and any(each.field == type_.states.field for each in filter_.conditions):
        return False
    return matches(filter_, item, value) and is_about(filter_, item) and not is_open(filter_, item, value)
