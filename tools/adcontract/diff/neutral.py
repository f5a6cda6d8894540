"""What may be written or left out without any effect: the standard's own defaults, and keywords of another type."""

from __future__ import annotations

from typing import Any

from adcontract.assembly.vocabulary import keywords

UNCOMPARED = frozenset(("description", "title", "example", "externalDocs", "xml"))
"""The keywords that do not constrain a value."""

_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("deprecated", "uniqueItems", "readOnly", "writeOnly"), False),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), False),
    **dict.fromkeys(("minLength", "minItems", "minProperties"), 0),
    "additionalProperties": True,
}

_OF_TYPE = {
    "string": ("minLength", "maxLength", "pattern"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}
"""The keywords that limit values of one type alone."""

_TYPES = {"str": "string", "bool": "boolean", "int": "integer", "float": "number", "list": "array", "dict": "object"}


def is_neutral(keyword: str, value: Any) -> bool:
    """Return whether a schema means the same without this keyword."""
    if keyword.startswith("x-"):
        return keyword not in keywords()["schema"]
    return keyword in _DEFAULTS and _DEFAULTS[keyword] == value


def settle(data: dict[str, Any]) -> None:
    """Give the keywords of a schema the type that its values imply, and take away the limits of other types."""
    if "type" not in data and data.get("enum"):
        types = {_TYPES.get(type(value).__name__) for value in data["enum"] if value is not None}
        if len(types) == 1 and (implied := types.pop()):
            data["type"] = implied
    type_ = {"integer": "number"}.get(data.get("type", ""), data.get("type"))
    if type_ in (*_OF_TYPE, "boolean"):
        for other, limits in _OF_TYPE.items():
            for keyword in limits if other != type_ else ():
                data.pop(keyword, None)
