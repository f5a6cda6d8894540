"""Lists with parameters that look like filters of their items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import join
from adcontract_proof.blind.lack import Lack
from adcontract_proof.blind.lists import OFFSETS, PAGES, SIZES
from adcontract_proof.blind.orders import is_order
from adcontract_proof.blind.shapes import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Parameter
    from adcontract_proof.blind.lists import List

_SEARCHES = {"q", "query", "search", "keyword", "keywords", "term"}
_SEARCHED = ("name", "title", "description", "label", "subject")
_SCALARS = ("string", "integer", "number", "boolean")
_BOUNDS = (
    (r"(?:min|from)[_-]?(.+)", "gte"),
    (r"(.+?)[_-]?(?:gte|min|from)", "gte"),
    (r"(?:max|to)[_-]?(.+)", "lte"),
    (r"(.+?)[_-]?(?:lte|max|to)", "lte"),
)
"""Names of parameters with a bound of a field, and the comparison that the bound makes."""


def filter_lacks(found: List) -> Iterator[Lack]:
    """Yield the filters that a list does not declare, as one."""
    operation = found.operation
    filters = {
        each.name: entry for each in found.query if (entry := _filter(each, found.schema(each), found.shape.fields))
    }
    if filters:
        names = list(filters)
        shown = ", ".join(f"`{each}`" for each in names[:4]) + (" and others" if len(names) > 4 else "")
        lacks = "no x-filter" if not operation.behavior.filters else f"no x-filter for {shown}"
        yield Lack(
            "x-filter",
            (operation,),
            lacks,
            "a filter that is ignored cannot be seen",
            f"It has the parameter{'s' if len(names) > 1 else ''} {shown}.",
            {operation.pointer: {"x-filter": filters}},
        )


def _filter(parameter: Parameter, schema: dict[str, Any], fields: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Return the entry of `x-filter` that a parameter looks like, None if it looks like none."""
    name = plain(parameter.name)
    if name in PAGES | OFFSETS | SIZES or is_order(parameter, schema):
        return None
    known = {plain(each): each for each in fields}
    if name in _SEARCHES and schema.get("type") == "string":
        texts = [each for each in _SEARCHED if fields.get(known.get(each, ""), {}).get("type") == "string"]
        return {"field": join("", known[texts[0]]), "op": "contains"} if texts else None
    several = schema.get("type") == "array"
    for each in (name, name.removeprefix("filter"), *((name.removesuffix("s"), name.removesuffix("es")) * several)):
        if each in known:
            return _equal(known[each], fields[known[each]], schema)
    for pattern, op in _BOUNDS:
        match = re.fullmatch(pattern, parameter.name.lower())
        field = known.get(plain(match[1])) if match else None
        if field and _is_ordered(fields[field]) and not several:
            return {"field": join("", field), "op": op}
    return None


def _equal(field: str, held: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any] | None:
    several = asked.get("type") == "array"
    value, entry = (asked.get("items", {}) if several else asked), held.get("items", {})
    if held.get("type") == "array" and _alike(entry, value):
        return {"field": join("", field), "op": "has"}
    return {"field": join("", field), "op": "in" if several else "equals"} if _alike(held, value) else None


def _alike(held: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Return whether two schemas are of the same values: what has a name in common may have another meaning."""
    values = [set(map(str, each.get("enum") or each.get("x-extensible-enum") or [])) for each in (held, asked)]
    is_same_type = held.get("type") == asked.get("type") and held.get("type") in _SCALARS
    return is_same_type and (not all(values) or bool(values[0] & values[1]))


def _is_ordered(schema: dict[str, Any]) -> bool:
    return schema.get("type") in ("integer", "number") or schema.get("format") in ("date", "date-time")
