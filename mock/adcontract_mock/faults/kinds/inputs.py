"""Invalid requests that are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.openapi.pointer import split
from adcontract_mock.faults.answer import FORMATS
from adcontract_mock.faults.parts import fields_of, required_parameters, required_properties
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from adcontract import RequestError
    from adcontract_mock.faults.place import Place

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

_LONGEST = 8000
"""How long a URL may be that each server should take, in bytes."""

_PLACES = {"query": "in a parameter", "body": "in the body"}


def _overlook_keyword(name: str, location: str, keyword: str, sentence: str) -> None:
    exclusive = f"exclusive{keyword.capitalize()}"

    def applies(place: Place) -> bool:
        if keyword == "type":
            return place.has_types(location)
        if keyword == "pattern":
            # a text that has its format mostly matches its pattern, too
            patterns = (each.schema for each in place.inputs_at(location) if keyword in each.schema)
            return any(each.get("format") not in FORMATS for each in patterns)
        if keyword == "format":
            return any(each.schema.get("format") in FORMATS for each in place.inputs_at(location))
        if keyword == "minItems" and location == "query":
            # a query cannot have an empty list
            return any(each.schema.get("minItems", 0) > 1 for each in place.inputs_at(location))
        if keyword == "maxItems" and location == "query":
            # the list has to fit into a URL
            entries = ((len(each.field) + 3, each.schema.get(keyword, _LONGEST)) for each in place.inputs_at(location))
            return any(length * count < _LONGEST for length, count in entries)
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


@_kinds.overlooks("malformed-body-accepted", "A body that is no JSON is accepted.", lambda place: place.takes_json)
def _malformed(_: Place, error: RequestError) -> bool:
    return error.malformed and error.message.startswith("is not valid")


@_kinds.overlooks(
    "other-media-type-accepted",
    "A body of an undeclared media type is accepted.",
    lambda place: bool(place.operation.body),
)
def _media_type(_: Place, error: RequestError) -> bool:
    return error.malformed and error.message.startswith("has a media type")
