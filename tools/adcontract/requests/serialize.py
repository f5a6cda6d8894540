"""Writing values into a request as an operation declares its parameters (OpenAPI 3.0.3, Parameter Object, `style`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from adcontract.contract.operation_parts import Parameter
from adcontract.openapi.paths import fill
from adcontract.openapi.text import as_text
from adcontract.requests.styles import SEPARATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract.contract.operations import Operation

URLENCODED = "application/x-www-form-urlencoded"
"""The media type of a form that has no files."""

_RESERVED = ":/?@!$'()*,;[]"
"""The reserved characters that mean nothing inside of a pair of a query; those of `allowReserved` stay as they are."""


def url(base: str, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any]) -> str:
    """Return the URL of a request to `operation` below `base`; `path` has to hold every parameter of the path."""
    declared = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "path"}
    texts = {
        name: _whole(declared.get(name) or Parameter(name, "path", {}, ""), value, _encoded)
        for name, value in path.items()
    }
    filled = fill(operation.path, texts)
    written = "&".join(f"{_encoded(name)}={text}" for name, text in _query(operation, query, _encoded))
    return f"{base}{filled}?{written}" if written else f"{base}{filled}"


def headers(operation: Operation, header: Mapping[str, Any], cookie: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request to `operation`, with its cookies in one of them."""
    declared = {(parameter.location, parameter.name): parameter for parameter in operation.parameters}
    named = {name: _whole(_known(declared, "header", name), value, str) for name, value in header.items()}
    pairs = [f"{name}={_whole(_known(declared, 'cookie', name), value, _encoded)}" for name, value in cookie.items()]
    return {**named, **({"Cookie": "; ".join(pairs)} if pairs else {})}


def header_text(parameter: Parameter, value: Any) -> str:
    """Return a value as the text of a header."""
    return _whole(parameter, value, str)


def form(fields: Any, encoding: Mapping[str, Any] | None = None) -> str:
    """Return the fields of a form as `URLENCODED` has them, by the `encoding` of its media type; a text as it is."""
    if not isinstance(fields, dict):
        return as_text(fields)
    pairs = (pair for name, value in fields.items() for pair in _field(name, value, (encoding or {}).get(name, {})))
    return "&".join(f"{_encoded(name)}={text}" for name, text in pairs)


def _field(name: str, value: Any, encoding: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not encoding.keys() & {"style", "explode"}:
        for each in value if isinstance(value, list) else [value]:
            yield name, _encoded(orjson.dumps(each).decode() if isinstance(each, dict | list) else as_text(each))
    else:
        yield from _pairs(Parameter(name, "query", dict(encoding), ""), value, _encoded)


def pairs(operation: Operation, query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names and texts by which the query of a request has these values."""
    return list(_query(operation, query, str))


def _query(operation: Operation, query: Mapping[str, Any], encode: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    declared = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "query"}
    for name, value in query.items():
        is_free = encode is _encoded and declared[name].data.get("allowReserved") is True
        yield from _pairs(declared[name], value, _reserved if is_free else encode)


def _pairs(parameter: Parameter, value: Any, encode: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    name = parameter.name
    if parameter.content or not isinstance(value, dict | list):
        yield name, _whole(parameter, value, encode)
    elif parameter.style == "deepObject":
        yield from _deep(name if isinstance(value, dict) or _has_parts(value) else f"{name}[]", value, encode)
    elif isinstance(value, list) and parameter.explode:
        yield from ((name, encode(as_text(item))) for item in value)
    elif isinstance(value, dict) and parameter.explode:
        for key, member in value.items():
            yield from ((key, encode(as_text(each))) for each in (member if isinstance(member, list) else [member]))
    else:
        yield name, _whole(parameter, value, encode)


def _deep(name: str, value: Any, encode: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _deep(f"{name}[{key}]", member, encode)
    elif _has_parts(value):
        for index, each in enumerate(value):
            yield from _deep(f"{name}[{index}]", each, encode)
    else:
        yield from ((name, encode(as_text(each))) for each in (value if isinstance(value, list) else [value]))


def _has_parts(value: Any) -> bool:
    """Return whether a list has an item with members of its own."""
    return isinstance(value, list) and any(isinstance(each, dict | list) for each in value)


def _whole(parameter: Parameter, value: Any, encode: Callable[[str], str]) -> str:
    """Return a value as one text, by the style of its parameter."""
    if parameter.content:
        return encode(orjson.dumps(value).decode() if parameter.content.is_json else as_text(value))
    style, separator = parameter.style, SEPARATORS.get(parameter.style, ",")
    is_spread = parameter.explode and style != "form"
    if isinstance(value, dict):
        equals = "=" if is_spread else separator
        parts = [f"{encode(str(key))}{equals}{encode(as_text(member))}" for key, member in value.items()]
    elif isinstance(value, list):
        parts = [encode(as_text(item)) for item in value]
    else:
        parts = [encode(as_text(value))]
    if style == "label":
        return "." + ".".join(parts)
    if style != "matrix":
        # a space or a bar is not allowed in a URL as it is
        return (separator if separator == "," or encode is str else encode(separator)).join(parts)
    own = f";{parameter.name}="
    if is_spread and isinstance(value, dict):
        return "".join(f";{part}" for part in parts)
    return "".join(f"{own}{part}" for part in parts) if is_spread else own + ",".join(parts)


def _known(declared: Mapping[tuple[str, str], Parameter], location: str, name: str) -> Parameter:
    return declared.get((location, name)) or Parameter(name, location, {}, "")


def _encoded(text: str) -> str:
    return quote(text, safe="")


def _reserved(text: str) -> str:
    return quote(text, safe=_RESERVED)
