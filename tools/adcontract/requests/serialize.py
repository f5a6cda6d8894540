"""Writing values into a request as an operation declares its parameters (OpenAPI 3.0.3, Parameter Object, `style`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract.openapi.paths import fill
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract.contract.operations import Operation, Parameter

URLENCODED = "application/x-www-form-urlencoded"
"""The media type of a form that has no files."""


def url(base: str, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any]) -> str:
    """Return the URL of a request to `operation` below `base`; `path` has to hold every parameter of the path."""
    filled = fill(operation.path, {name: as_text(value) for name, value in path.items()})
    written = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in pairs(operation, query))
    return f"{base}{filled}?{written}" if written else f"{base}{filled}"


def form(fields: Any) -> str:
    """Return the fields of a form as `URLENCODED` has them, those of a list one after the other; any text as it is."""
    if not isinstance(fields, dict):
        return as_text(fields)
    texts = [(name, each) for name, value in fields.items() for each in (value if isinstance(value, list) else [value])]
    return "&".join(f"{quote(name, safe='')}={quote(as_text(each), safe='')}" for name, each in texts)


def pairs(operation: Operation, query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names and texts by which the query of a request has these values."""
    declared = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "query"}
    return [pair for name, value in query.items() for pair in _pairs(declared[name], value)]


def _pairs(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    name = parameter.name
    if isinstance(value, dict) and parameter.style == "deepObject":
        yield from ((f"{name}[{key}]", as_text(member)) for key, member in value.items())
    elif isinstance(value, list) and parameter.explode:
        yield from ((name, as_text(item)) for item in value)
    else:
        yield name, as_text(value)
