"""What a parameter of a list suggests of its order: x-sort."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow
from adcontract.openapi.text import letters
from adcontract.requests.styles import SEPARATORS

if TYPE_CHECKING:
    from adcontract.contract.operation_parts import Parameter
    from adcontract.contract.operations import Operation
    from adcontract.layout.suggestions.shapes import Shapes, Shown

_SORT = ("sort", "sortby", "orderby", "order", "ordering", "sorting")
_TEMPLATE = re.compile(r"(.+?)([:_. ,-])(asc|desc)", re.IGNORECASE)


@dataclass(frozen=True)
class _Keys:
    """The keys that a document names for a parameter, all of them if `is_closed`, and what separates several."""

    keys: tuple[str, ...]
    separator: str | None
    is_closed: bool


def sorts(operation: Operation, rows: Shown, shapes: Shapes) -> tuple[dict[str, Any], list[str]]:
    """Return the x-sort of a list: the keys of its parameter are fields, with a direction each."""
    for parameter in operation.parameters:
        if parameter.location != "query" or letters(parameter.name) not in _SORT:
            continue
        fields = {letters(name): join("", name) for name in rows.item.properties}
        known = _keys(parameter, shapes)
        found = _template(known, fields) or _signs(known, fields)
        if not found:
            return {}, [f"{parameter.name} may sort the list; its values do not say by which fields and directions."]
        several = {"separator": known.separator} if known.separator else {}
        named = "values" if known.is_closed else "documented values"
        reason = f"The {named} of the parameter are fields of the rows, each with a direction."
        return {parameter.name: {**several, **found, "x-inferred": reason}}, []
    return {}, []


def _keys(parameter: Parameter, shapes: Shapes) -> _Keys:
    """Return the keys of an enumeration, or those of the documented values."""
    schema = shapes.asked(parameter)
    examples = [example.value for example in parameter.examples]
    if schema.get("type") == "array":
        items = follow(shapes.document, schema.get("items", {}))
        closed = items.get("enum", ()) if isinstance(items, dict) else ()
        separator = None if parameter.explode else SEPARATORS.get(parameter.style)
        keys = closed or [key for example in examples if isinstance(example, list) for key in example]
    else:
        closed = schema.get("enum", ())
        texts = [example for example in examples if isinstance(example, str)]
        separator = "," if not closed and any("," in text for text in texts) else None
        keys = closed or [key for text in texts for key in (text.split(separator) if separator else [text])]
    return _Keys(tuple(map(str, keys)), separator, is_closed=bool(closed))


def _template(known: _Keys, fields: dict[str, str]) -> dict[str, Any]:
    """Return the template of keys such as `name:asc`, empty where they have none."""
    parts = [_TEMPLATE.fullmatch(key) for key in known.keys]
    if not parts or not all(parts):
        return {}
    split = [(part[1], part[2], part[3]) for part in parts if part]
    names, marks, directions = (dict.fromkeys(each) for each in zip(*split, strict=True))
    is_whole = len(names) * 2 == len(parts) and set(directions) == {"asc", "desc"}
    if len(marks) > 1 or not set(directions) <= {"asc", "desc"} or (known.is_closed and not is_whole):
        return {}
    if not all(letters(name) in fields for name in names):
        return {}
    return {
        "template": f"{{field}}{next(iter(marks))}{{direction}}",
        "fields": {name: fields[letters(name)] for name in names},
    }


def _signs(known: _Keys, fields: dict[str, str]) -> dict[str, Any]:
    """Return the form of keys such as `name` and `-name`, empty where they have another or the sign is not shown."""
    names = dict.fromkeys(key.removeprefix("-") for key in known.keys)
    falling = {key for key in known.keys if key.startswith("-")}
    is_shown = {f"-{name}" for name in names} | {*names} == {*known.keys} if known.is_closed else bool(falling)
    if not falling or not is_shown or not all(letters(name) in fields for name in names):
        return {}
    return {"descending": "-", "fields": {name: fields[letters(name)] for name in names}}
