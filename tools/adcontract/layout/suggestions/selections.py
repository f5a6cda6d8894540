"""What the parameters of a list suggest of the items that it keeps: x-filter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior import BOUNDS, Condition, Filter
from adcontract.contract.filters import matches
from adcontract.contract.leeway import is_open
from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow
from adcontract.openapi.text import letters

if TYPE_CHECKING:
    from adcontract.contract.behavior import Op
    from adcontract.contract.operation_parts import Parameter
    from adcontract.contract.operations import Operation
    from adcontract.layout.suggestions.shapes import Shapes, Shown

_BOUNDS: dict[str, Op] = {**{op: op for op in BOUNDS}, "min": "gte", "max": "lte"}
"""The words in the name of a parameter that say how it compares."""

_OF_TIMES: dict[str, Op] = {
    "after": "gt",
    "before": "lt",
    **dict.fromkeys(("since", "from"), "gte"),
    **dict.fromkeys(("until", "to"), "lte"),
}
"""Those that say it of a time alone: whether they mean the bound itself matters for days and numbers."""

_NEGATIONS = ("ne", "neq", "not", "exclude")

_WORD = "|".join((*_BOUNDS, *_OF_TIMES, *_NEGATIONS))
_FORMS = (
    re.compile(rf"(?P<field>.+?)\[(?P<word>{_WORD})\]", re.IGNORECASE),
    re.compile(rf"(?P<field>.+?)(?:__|[._:-])(?P<word>{_WORD})", re.IGNORECASE),
    re.compile(r"(?P<word>min|max|not|exclude|after|before|since|until|from|to)[._-](?P<field>.+)", re.IGNORECASE),
    re.compile(r"(?P<word>min|max|exclude)(?P<field>[A-Z].*)"),
    re.compile(r"(?P<field>.+[a-z0-9])(?P<word>Min|Max|After|Before|Since|Until|From|To|Not)"),
)
"""`price[gte]`, `price__gte`, `min_price`, `minPrice` and `createdAfter`."""

_ENDINGS = ("", "at", "on", "time", "date")
"""What the name of a field with a time may end with, and that of its bound lacks."""

_SEARCHES = ("q", "query", "search", "keyword", "keywords", "term")


@dataclass(frozen=True)
class _Meaning:
    """What a parameter means by its name: the field, the comparison, and whether that is certain of times alone."""

    field: str
    op: Op
    negated: bool = False
    of_times: bool = False

    def node(self) -> dict[str, Any]:
        """Return the entry of x-filter."""
        return {"field": join("", self.field), "op": self.op} | ({"not": True} if self.negated else {})


def filters(operation: Operation, rows: Shown, shapes: Shapes) -> tuple[dict[str, Any], list[str]]:
    """Return the x-filter of a list, and remarks on parameters that look like filters, and are not declared."""
    declared: dict[str, Any] = {}
    remarks: list[str] = []
    for parameter in (each for each in operation.parameters if each.location == "query"):
        meaning = _meaning(parameter, rows, shapes)
        if meaning is None:
            if letters(parameter.name) in _SEARCHES:
                remarks.append(f"{parameter.name} may search the items; in which fields, and how, is not certain.")
        elif not _is_certain(meaning, parameter, rows, shapes):
            remarks.append(f"{parameter.name} may filter by /{meaning.field}; how it compares is not certain.")
        elif not _agrees(meaning, parameter, rows):
            remarks.append(f"{parameter.name} may filter by /{meaning.field}; the payload has rows with other values.")
        else:
            declared[parameter.name] = {**meaning.node(), "x-inferred": _reason(meaning)}
    return declared, remarks


def _reason(meaning: _Meaning) -> str:
    if meaning.op in BOUNDS:
        return f"By its name, the parameter is a bound of the field {meaning.field} of the rows."
    shared = f"a field {meaning.field} with the same type and values as the parameter"
    return f"The rows have {shared}" + (", which excludes them by its name." if meaning.negated else ".")


def _meaning(parameter: Parameter, rows: Shown, shapes: Shapes) -> _Meaning | None:
    """Return what a parameter means by its name, None where no field of the rows is in it."""
    fields = {letters(name): name for name in rows.item.properties}
    equal: Op = "in" if shapes.asked(parameter).get("type") == "array" else "equals"
    text = parameter.name.removesuffix("[]")
    if letters(text) in fields:
        return _Meaning(fields[letters(text)], equal)
    for match in filter(None, (form.fullmatch(text) for form in _FORMS)):
        word, name = match["word"].lower(), letters(match["field"])
        if word in _NEGATIONS:
            if name in fields:
                return _Meaning(fields[name], equal, negated=True)
            continue
        found = [fields[f"{name}{end}"] for end in _ENDINGS if f"{name}{end}" in fields]
        if found and (len(found) == 1 or name in fields):
            op = _BOUNDS.get(word) or _OF_TIMES[word]
            return _Meaning(found[0], op, of_times=word in _OF_TIMES)
    return None


def _is_certain(meaning: _Meaning, parameter: Parameter, rows: Shown, shapes: Shapes) -> bool:
    """Return whether a parameter can only mean what its name says, by its schema and that of the field."""
    schema = shapes.asked(parameter)
    is_list = schema.get("type") == "array"
    value = follow(shapes.document, schema.get("items", {})) if is_list else schema
    held = follow(shapes.document, rows.item.properties[meaning.field])
    if not isinstance(value, dict) or not isinstance(held, dict):
        return False
    if meaning.op not in BOUNDS:
        return _is_exact(meaning.field, value, held)
    if is_list:
        return False
    if meaning.of_times:
        return held.get("format") == "date-time" and value.get("format") in ("date", "date-time")
    numbers, dates = ("integer", "number"), ("date", "date-time")
    return all(each.get("type") in numbers for each in (held, value)) or all(
        each.get("format") in dates for each in (held, value)
    )


def _is_exact(name: str, value: dict[str, Any], held: dict[str, Any]) -> bool:
    """Return whether a parameter can only mean that a field is equal to it."""
    if value.get("type") != held.get("type"):
        return False
    if "enum" in value:
        return set(map(str, value["enum"])) <= set(map(str, held.get("enum", ())))
    is_id = letters(name).endswith("id") and (value.get("type") == "integer" or value.get("format") == "uuid")
    return value.get("type") == "boolean" or is_id


def _agrees(meaning: _Meaning, parameter: Parameter, rows: Shown) -> bool:
    """Return whether the rows of all payloads may be in a list that is asked for with the documented values."""
    condition = Condition(join("", meaning.field), meaning.op, negated=meaning.negated)
    one = Filter(parameter.name, (condition,), alternative=False, hidden=False, all=None, inferred=None)
    values = [example.value for example in parameter.examples]
    return all(matches(one, row, value) or is_open(one, row, value) for value in values for row in rows.rows())
