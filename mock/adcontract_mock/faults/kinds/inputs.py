"""Invalid requests that are accepted, and valid ones on which the server fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import split, walk
from adcontract_mock.faults.parts import fields_of, required_parameters, required_properties
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.http.response import mock_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import RequestError
    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.faults.place import Place
    from adcontract_mock.http.response import HttpResponse

_kinds = Kinds("input")

_KEYWORDS = {
    "type": ("type", "A value of a wrong type"),
    "enum": ("enum", "A value that is none of an enum"),
    "format": ("format", "A text without its format"),
    "pattern": ("pattern", "A text that does not match its pattern"),
    "too-long": ("maxLength", "A text longer than its maximum"),
    "too-short": ("minLength", "A text shorter than its minimum"),
    "above-maximum": ("maximum", "A number above its maximum"),
    "below-minimum": ("minimum", "A number below its minimum"),
    "too-many": ("maxItems", "A list with too many entries"),
    "too-few": ("minItems", "A list with too few entries"),
    "repeated": ("uniqueItems", "A list with an entry twice"),
    "not-multiple": ("multipleOf", "A number that is no multiple of what it should be"),
}
"""For each kind the keyword of the schema that is not enforced, and what is accepted."""

_PLACES = {"query": "in a parameter", "body": "in the body"}


def _overlook_keyword(name: str, location: str, keyword: str, sentence: str) -> None:
    exclusive = f"exclusive{keyword.capitalize()}"

    def applies(place: Place) -> bool:
        if keyword == "type":
            # every value in a query is a text
            types = (each.schema.get("type") for each in place.inputs_at(location))
            return any(each not in ((None, "string") if location == "query" else (None,)) for each in types)
        return place.has_input(location, keyword)

    accepted, where = f"{name}-{_NAMES[location]}-accepted", _PLACES[location]

    @_kinds.overlooks(accepted, f"{sentence} is accepted {where}.", applies, fields_of(location))
    def _(_: Place, error: RequestError) -> bool:
        last = split(error.pointer)[-1:]
        inside = error.location == location or (location == "query" and error.location == "header")
        return inside and last[0] in (keyword, exclusive)


_NAMES = {"query": "parameter", "body": "body"}

for _name, (_keyword, _sentence) in _KEYWORDS.items():
    for _location in _PLACES:
        _overlook_keyword(_name, _location, _keyword, _sentence)


@_kinds.overlooks(
    "missing-parameter-accepted",
    "A required parameter is not asked for.",
    lambda _: True,
    required_parameters,
)
def _missing_parameter(_: Place, error: RequestError) -> bool:
    return error.location in ("query", "header") and error.message == "is missing"


@_kinds.overlooks(
    "missing-body-field-accepted",
    "A required field of the body is not asked for.",
    lambda _: True,
    required_properties,
)
def _missing_field(_: Place, error: RequestError) -> bool:
    return error.location == "body" and split(error.pointer)[-1] == "required"


@_kinds.overlooks(
    "missing-body-accepted", "A required body is not asked for.", lambda place: place.operation.body_required
)
def _missing_body(_: Place, error: RequestError) -> bool:
    return (error.location, error.field, error.message) == ("body", "body", "is missing")


@_kinds.overlooks(
    "extra-property-accepted",
    "A body has a property where no others are allowed, and is accepted.",
    lambda place: any(
        where == "body" and schema.get("additionalProperties") is False for where, _, schema in place.inputs
    ),
)
def _extra(_: Place, error: RequestError) -> bool:
    return error.location == "body" and split(error.pointer)[-1] == "additionalProperties"


@_kinds.overlooks(
    "malformed-body-accepted", "A body that is no JSON is accepted.", lambda place: bool(place.operation.body)
)
def _malformed(_: Place, error: RequestError) -> bool:
    return error.malformed and error.message.startswith("is not valid")


@_kinds.overlooks(
    "other-media-type-accepted",
    "A body of an undeclared media type is accepted.",
    lambda place: bool(place.operation.body),
)
def _media_type(_: Place, error: RequestError) -> bool:
    return error.malformed and error.message.startswith("has a media type")


@_kinds.overlooks(
    "repeated-parameter-accepted",
    "A parameter that may be given once is given twice, and is accepted.",
    lambda place: not any(each.schema.get("type") in ("array", "object") for each in place.inputs_at("query")),
    lambda place: (each.name for each in place.operation.parameters if each.location == "query"),
)
def _repeated(_: Place, error: RequestError) -> bool:
    return error.message == "is given more than once"


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


@_kinds.answers(
    "fails-on-far-page", "A page far beyond the last is a 500.", lambda place: place.behavior.pagination is not None
)
def _far(answer: Answer) -> HttpResponse | None:
    pagination = answer.place.behavior.pagination
    if answer.values is not None and pagination and (answer.values.query.get(pagination.start) or 0) < 1000:
        return None
    return mock_response(500, "planted", message="Internal Server Error")


@_kinds.answers(
    "fails-on-malformed-body",
    "A body that is no JSON is a 500.",
    lambda place: bool(place.operation.body),
    on="refused",
)
def _fails_on_malformed(answer: Answer) -> HttpResponse | None:
    if answer.exchange is not None and not any(each.malformed for each in answer.exchange.faults):
        return None
    return answer.with_status(500)


@_kinds.answers(
    "fails-on-wrong-type", "A value of a wrong type is a 500.", lambda place: bool(place.inputs), on="refused"
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
