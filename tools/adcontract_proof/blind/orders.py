"""The `x-sort` that a parameter looks like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import join
from adcontract_proof.blind.shapes import plain

if TYPE_CHECKING:
    from adcontract import Parameter

_NAMES = {"sort", "sortby", "sorting", "orderby", "ordering"}
"""The names of parameters that are for an order and for nothing else."""

_DIRECTION_NAMES = {"order", "direction", "sortorder", "sortdirection", "orderdirection", "sortdir", "dir"}
_DIRECTIONS = {"asc": "asc", "ascending": "asc", "desc": "desc", "descending": "desc"}
_SORTABLE = ("string", "integer", "number")
_OFTEN = ("createdat", "created", "date", "name", "title", "updatedat", "id")
"""The fields by which lists are often ordered, which serve as examples where the contract names none."""


def is_order(parameter: Parameter, schema: dict[str, Any]) -> bool:
    """Return whether a parameter with this schema is for an order."""
    directions = set(map(str.lower, _values(parameter, schema))) & _DIRECTIONS.keys()
    name = plain(parameter.name)
    return name in _NAMES or name in _DIRECTION_NAMES - {"order"} or (name == "order" and bool(directions))


def order_by(
    parameter: Parameter, schema: dict[str, Any], fields: dict[str, dict[str, Any]]
) -> tuple[dict[str, Any] | None, bool]:
    """Return the entry of `x-sort` for a parameter of a list whose items have these fields, and if it is an example.

    It is None for a parameter that is for something else, or for an order that `x-sort` cannot describe. It is an
    example where the contract does not name the values of the parameter, or the field.
    """
    known = {name: join("", name) for name, node in fields.items() if node.get("type") in _SORTABLE}
    values = _values(parameter, schema)
    often = sorted(known, key=lambda name: _OFTEN.index(plain(name)) if plain(name) in _OFTEN else len(_OFTEN))
    if not known or not is_order(parameter, schema) or schema.get("type", "string") != "string":
        return None, False
    if values and all(each.lower() in _DIRECTIONS for each in values):
        return {"field": known[often[0]], "values": {each: _DIRECTIONS[each.lower()] for each in values}}, True
    if values:
        return _of_values(values, known), False
    if plain(parameter.name) not in _NAMES:
        return None, False
    return {"template": "{field}:{direction}", "fields": {name: known[name] for name in often[:2]}}, True


def _of_values(values: list[str], known: dict[str, str]) -> dict[str, Any] | None:
    parts = [re.fullmatch(r"(.+?)([:., _|-])(asc|desc)", value) for value in values]
    marks = {part[2] for part in parts if part}
    if all(parts) and len(marks) == 1:
        fields = {part[1]: pointer for part in parts if part and (pointer := _pointer(part[1], known))}
        return {"template": f"{{field}}{marks.pop()}{{direction}}", "fields": fields} if fields else None
    names = {value.lstrip("+-") for value in values}
    signed = {name: pointer for name in sorted(names) if (pointer := _pointer(name, known))}
    if len(names) > 1 and {*values} == {sign + name for sign in ("", "-") for name in signed}:
        return {"descending": "-", "fields": signed}
    pointer = _pointer(names.pop(), known) if len(names) == 1 else None
    if pointer is None:
        return None
    return {"field": pointer, "values": {value: "desc" if value.startswith("-") else "asc" for value in values}}


def _pointer(name: str, known: dict[str, str]) -> str | None:
    return next((pointer for field, pointer in known.items() if plain(field) == plain(name)), None)


def _values(parameter: Parameter, schema: dict[str, Any]) -> list[str]:
    """Return the values that the contract names for a parameter."""
    named = schema.get("enum") or schema.get("x-extensible-enum")
    if not named:
        named = [*(each.value for each in parameter.examples), parameter.data.get("example"), schema.get("example")]
        named.append(schema.get("default"))
    return [each for each in dict.fromkeys(each for each in named if isinstance(each, str)) if each]
