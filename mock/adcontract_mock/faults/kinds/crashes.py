"""Requests on which the server fails with a 500, valid and invalid ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import split, walk
from adcontract_mock.faults.listing import numbered
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.http.response import mock_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.faults.place import Place
    from adcontract_mock.http.response import HttpResponse

_kinds = Kinds("input")


def _fails(name: str, description: str, applies: Callable[[Place], bool], seen: Callable[[Any], bool]) -> None:
    """Register that the server fails on a request with a value that `seen` returns true for."""

    @_kinds.answers(name, description, applies)
    def _(answer: Answer) -> HttpResponse | None:
        values = answer.values
        if values is not None:
            given = ({**values.query, **values.header}, values.body)
            if not any(seen(node) for each in given for _, node in walk(each)):
                return None
        return mock_response(500, "planted", message="Internal Server Error")


def _is_number(node: Any) -> bool:
    return isinstance(node, int | float) and not isinstance(node, bool)


def _takes(allows: Callable[[dict[str, Any]], bool]) -> Callable[[Place], bool]:
    """Return whether a value in the requests of an operation has a schema that allows what makes the server fail."""
    return lambda place: any(allows(schema) for *_, schema in place.inputs)


def _is_text(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "string" and not schema.keys() & {"enum", "format", "pattern"}


def _allows(schema: dict[str, Any], number: int) -> bool:
    is_number = schema.get("type") in ("integer", "number") and "enum" not in schema
    return is_number and schema.get("minimum", number) <= number <= schema.get("maximum", number)


def _in_body(place: Place, keyword: str, *values: Any) -> bool:
    return any(where == "body" and schema.get(keyword) in values for where, _, schema in place.inputs)


def _fails_on_character(name: str, description: str, found: Callable[[str], bool]) -> None:
    _fails(name, description, _takes(_is_text), lambda node: isinstance(node, str) and any(map(found, node)))


_fails_on_character("fails-on-emoji", "An emoji in a text is a 500.", lambda char: ord(char) > 0xFFFF)
_fails_on_character("fails-on-umlaut", "A letter outside ASCII is a 500.", lambda char: ord(char) > 127)
_fails_on_character("fails-on-nul", "The character NUL in a text is a 500.", lambda char: char == "\0")
_fails_on_character("fails-on-quote", "A quote in a text is a 500.", lambda char: char == "'")
_fails(
    "fails-on-empty-text",
    "An empty text is a 500.",
    _takes(lambda schema: _is_text(schema) and not schema.get("minLength")),
    lambda node: node == "",
)
_fails(
    "fails-on-long-text",
    "A text of more than 255 characters is a 500.",
    _takes(lambda schema: _is_text(schema) and schema.get("maxLength", 256) > 255),
    lambda node: isinstance(node, str) and len(node) > 255,
)
_fails(
    "fails-on-big-number",
    "A number beyond 32 bits is a 500.",
    _takes(lambda schema: _allows(schema, 2**31)),
    lambda node: _is_number(node) and node >= 2**31,
)
_fails(
    "fails-on-zero",
    "The number 0 is a 500.",
    _takes(lambda schema: _allows(schema, 0)),
    lambda node: _is_number(node) and node == 0,
)
_fails(
    "fails-on-negative",
    "A negative number is a 500.",
    _takes(lambda schema: _allows(schema, -1)),
    lambda node: _is_number(node) and node < 0,
)
_fails(
    "fails-on-empty-list",
    "An empty list in the body is a 500.",
    lambda place: any(
        where == "body" and schema.get("type") == "array" and not schema.get("minItems")
        for where, _, schema in place.inputs
    ),
    lambda node: node == [],
)
_fails(
    "fails-on-null",
    "A null in the body is a 500.",
    lambda place: _in_body(place, "nullable", True),
    lambda node: isinstance(node, dict) and None in node.values(),
)
_fails(
    "fails-on-empty-object",
    "An object in the body without any field is a 500.",
    lambda place: any(
        where == "body" and schema.get("type") == "object" and not schema.get("required")
        for where, _, schema in place.inputs
    ),
    lambda node: node == {},
)


@_kinds.answers(
    "fails-on-rare-value",
    "The last value of an enum is a 500.",
    lambda place: any(len(schema.get("enum", [])) > 1 for *_, schema in place.inputs),
)
def _rare(answer: Answer) -> HttpResponse | None:
    last = [schema["enum"][-1] for *_, schema in answer.place.inputs if len(schema.get("enum", [])) > 1]
    values = answer.values
    if values is not None and not any(node in last for each in (values.query, values.body) for _, node in walk(each)):
        return None
    return mock_response(500, "planted", message="Internal Server Error")


def _starts(place: Place) -> list[dict[str, Any]]:
    """Return the schemas of the number of a page."""
    pagination = place.behavior.pagination
    return [each.schema for each in place.inputs if pagination and each.field == pagination.start]


def _ends_before(schema: dict[str, Any], number: int) -> bool:
    return bool(schema.get("maximum", number) < number)


@_kinds.answers(
    "fails-on-far-page",
    "A page far beyond the last is a 500.",
    lambda place: numbered(place) and not any(_ends_before(each, 1000) for each in _starts(place)),
)
def _far(answer: Answer) -> HttpResponse | None:
    pagination = answer.place.behavior.pagination
    if answer.values is not None and pagination and (answer.values.query.get(pagination.start) or 0) < 1000:
        return None
    return mock_response(500, "planted", message="Internal Server Error")


@_kinds.answers(
    "fails-on-malformed-body",
    "A body that is no JSON is a 500.",
    lambda place: place.takes_json,
    on="refused",
)
def _fails_on_malformed(answer: Answer) -> HttpResponse | None:
    if answer.exchange is not None and not any(each.malformed for each in answer.exchange.faults):
        return None
    return answer.with_status(500)


@_kinds.answers(
    "fails-on-wrong-type",
    "A value of a wrong type is a 500.",
    lambda place: place.has_types("query") or place.has_types("body"),
    on="refused",
)
def _fails_on_type(answer: Answer) -> HttpResponse | None:
    faults = answer.exchange.faults if answer.exchange else ()
    if answer.exchange is not None and not any(split(each.pointer)[-1] == "type" for each in faults):
        return None
    return answer.with_status(500)


@_kinds.answers(
    "fails-on-missing-body", "A missing body is a 500.", lambda place: place.operation.body_required, on="refused"
)
def _fails_on_missing(answer: Answer) -> HttpResponse | None:
    if answer.exchange is not None and answer.exchange.body:
        return None
    return answer.with_status(500)
