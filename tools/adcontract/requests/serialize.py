"""Writing values into a request as an operation declares its parameters (OpenAPI 3.0.3, Parameter Object, `style`)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract import Operation, Parameter


def url(base: str, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any]) -> str:
    """Return the URL of a request to `operation` below `base`; `path` has to hold every parameter of the path."""
    filled = re.sub(r"\{([^}]+)\}", lambda match: quote(text(path[match[1]]), safe=""), operation.path)
    declared = {parameter.name: parameter for parameter in operation.parameters if parameter.place == "query"}
    pairs = [pair for name, value in query.items() for pair in _pairs(declared[name], value)]
    written = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return f"{base}{filled}?{written}" if written else f"{base}{filled}"


def _pairs(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    name = parameter.name
    explode = parameter.data.get("explode", parameter.style == "form")
    if isinstance(value, dict) and parameter.style == "deepObject":
        yield from ((f"{name}[{key}]", text(member)) for key, member in value.items())
    elif isinstance(value, list) and explode:
        yield from ((name, text(item)) for item in value)
    else:
        yield name, text(value)


def text(value: Any) -> str:
    """Return a value as it stands in a path, a query or a header (style `simple` for arrays)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(text(item) for item in value)
    return "" if value is None else json.dumps(value)
