"""From values that were seen to a schema of them, with an example that shows nobody's data."""

from __future__ import annotations

import re
from typing import Any

MAP = 24
"""An object whose samples have more names than this is a map: its names are data."""

_LONGEST = 60
_EMAIL = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[A-Za-z]{2,}")
_PRIVATE = re.compile(
    r"pass|secret|token|key$|auth|session|cookie|signature|credential|iban|phone|birth|street|address"
    r"|(first|last|sur|full|nick|display|user)_?name",
    re.IGNORECASE,
)
_SECRET = re.compile(r"eyJ[\w-]+\.[\w-]+|(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+=-]{24,}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATA_NAME = re.compile(r"[0-9]+|[0-9a-f-]{16,}|[0-9]{4}-[0-9]{2}.*")

TEXT = "text"
"""Stands in an example for several words."""

REMOVED = "removed"
"""Stands in an example for what may be a secret, or somebody's."""


def type_of(value: Any) -> str:
    """Return the name of the type of a JSON value."""
    if value is None:
        return "null"
    for type_, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, type_):
            return name
    return "object"


def form_of(value: Any) -> Any:
    """Return the types in a JSON value: two values of one form say the same to `schema_of`."""
    if isinstance(value, dict):
        return frozenset((name, form_of(member)) for name, member in value.items())
    if isinstance(value, list):
        return "array", frozenset(map(form_of, value))
    return type_of(value)


def schema_of(values: list[Any], name: str = "") -> dict[str, Any]:
    """Return a schema that all values fit. Limits, formats and required fields are not read off them."""
    shown = [value for value in values if value is not None]
    types = sorted({type_of(value) for value in shown})
    if "number" in types and "integer" in types:
        types.remove("integer")
    schemas = [_of_type(type_, [each for each in shown if _is(each, type_)], name) for type_ in types]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas} if schemas else {}
    if len(shown) < len(values):
        first = {"type": schema["type"]} if "type" in schema else {}
        schema = {**first, "nullable": True, **{key: value for key, value in schema.items() if key != "type"}}
    return schema


def _is(value: Any, type_: str) -> bool:
    return type_of(value) == type_ or (type_ == "number" and type_of(value) == "integer")


def _of_type(type_: str, values: list[Any], name: str) -> dict[str, Any]:
    if type_ == "array":
        return {"type": "array", "items": schema_of([item for value in values for item in value], name)}
    if type_ == "object":
        return _of_objects(values)
    return {"type": type_, "example": sample_of(values[0], name)}


def _of_objects(values: list[dict[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for value in values for name in value))
    if not names or len(names) > MAP or all(map(_DATA_NAME.fullmatch, names)):
        # an object without declared properties may have any
        return {"type": "object"}
    properties = {name: schema_of([value[name] for value in values if name in value], name) for name in names}
    return {"type": "object", "properties": properties}


def sample_of(value: Any, name: str = "") -> Any:
    """Return a value of a field as an example. What has several words may be what somebody wrote, or a name."""
    example = example_of(value, name)
    return TEXT if isinstance(example, str) and len(example.split()) > 1 else example


def example_of(value: Any, name: str = "") -> Any:
    """Return a scalar value as it may be shown: without secrets and email addresses, and not too long."""
    if not isinstance(value, str):
        return value
    if _PRIVATE.search(name):
        return REMOVED
    text = re.sub(r"\?.*", "", value, flags=re.DOTALL) if "://" in value else value
    text = re.sub(r"//[^/@\s]*@", "//", text)
    text = _EMAIL.sub("creator@example.com", text)
    if not _UUID.fullmatch(text):
        text = _SECRET.sub(REMOVED, text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
