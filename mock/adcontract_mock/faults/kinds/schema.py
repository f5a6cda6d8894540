"""Responses that break their schema in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.mutations import broken
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.http.response import HttpResponse

    Vary = Callable[[Any], Iterable[Any]]

_kinds = Kinds("schema")


def _breaks(name: str, description: str, *keywords: str, last: bool = False) -> Callable[[Vary], Vary]:
    """Register a kind that breaks one of `keywords`; the function yields what may stand in place of a value."""

    def register(vary: Vary) -> Vary:
        @_kinds.answers(name, description)
        def _(answer: Answer) -> HttpResponse | None:
            return broken(answer, set(keywords), vary, last=last)

        return vary

    return register


@_breaks("missing-field", "A required field is missing.", "required")
@_breaks("missing-field-in-last-row", "A required field is missing in the last row of a list.", "required", last=True)
def _missing(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        yield from ({key: each for key, each in node.items() if key != name} for name in node)


@_breaks("missing-nested-field", "A required field is missing in an object inside the body.", "required")
def _missing_inside(node: Any) -> Iterator[Any]:
    for name, inner in node.items() if isinstance(node, dict) else ():
        for each in _missing(inner):
            yield {**node, name: each}


@_breaks("renamed-field", "A required field has another name.", "required")
def _renamed(node: Any) -> Iterator[Any]:
    for name in node if isinstance(node, dict) else ():
        yield {f"{key}_" if key == name else key: each for key, each in node.items()}


@_breaks("upper-case-field", "The name of a required field begins with a capital.", "required")
def _capital(node: Any) -> Iterator[Any]:
    for name in node if isinstance(node, dict) else ():
        if name[:1].islower():
            yield {key.capitalize() if key == name else key: each for key, each in node.items()}


@_breaks("null-field", "A field that is not nullable is null.", "type")
def _null(node: Any) -> Iterator[Any]:
    if node is not None:
        yield None


@_breaks("null-row", "A row of a list is null.", "type")
def _null_row(node: Any) -> Iterator[Any]:
    if isinstance(node, list) and node:
        yield [*node[:-1], None]


@_breaks("number-as-text", "A number is a text.", "type")
def _number_as_text(node: Any) -> Iterator[Any]:
    if _is_number(node):
        yield str(node)


@_breaks("number-as-text-in-last-row", "A number is a text in the last row of a list.", "type", last=True)
def _number_as_text_last(node: Any) -> Iterator[Any]:
    if isinstance(node, list) and node and isinstance(node[-1], dict):
        for name, value in node[-1].items():
            if _is_number(value):
                yield [*node[:-1], {**node[-1], name: str(value)}]


@_breaks("text-as-number", "A text is a number.", "type")
def _text_as_number(node: Any) -> Iterator[Any]:
    if isinstance(node, str):
        yield 12345


@_breaks("fraction", "An integer has a fraction.", "type")
def _fraction(node: Any) -> Iterator[Any]:
    if isinstance(node, int) and not isinstance(node, bool):
        yield node + 0.5


@_breaks("boolean-as-number", "A boolean is 0 or 1.", "type")
def _boolean_as_number(node: Any) -> Iterator[Any]:
    if isinstance(node, bool):
        yield int(node)


@_breaks("boolean-as-text", 'A boolean is the text "true" or "false".', "type")
def _boolean_as_text(node: Any) -> Iterator[Any]:
    if isinstance(node, bool):
        yield str(node).lower()


@_breaks("list-as-object", "A list is an object with the indices as names.", "type")
def _list_as_object(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        yield {str(index): each for index, each in enumerate(node)}


@_breaks("row-as-list", "A list with one row is the row alone.", "type")
def _row_alone(node: Any) -> Iterator[Any]:
    if isinstance(node, list) and node and isinstance(node[0], dict):
        yield node[0]


@_breaks("empty-object-as-list", "An object is an empty list.", "type")
def _object_as_list(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        yield []


@_breaks("object-as-text", "An object is its JSON as a text.", "type")
def _object_as_text(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        yield "{}"


@_breaks("list-as-text", "A list is a text with commas.", "type")
def _list_as_text(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        yield ",".join(str(each) for each in node if isinstance(each, str | int))


@_breaks("value-outside-enum", "A value is none of the enum.", "enum")
def _outside(node: Any) -> Iterator[Any]:
    if isinstance(node, str):
        yield f"{node}-planted"
    elif _is_number(node):
        yield 987_654_321


@_breaks("enum-in-capitals", "A value of an enum is in capitals.", "enum")
def _capitals(node: Any) -> Iterator[Any]:
    if isinstance(node, str) and node != node.upper():
        yield node.upper()


@_breaks("wrong-format", "A text does not have its format.", "format")
def _format(node: Any) -> Iterator[Any]:
    if isinstance(node, str):
        yield "not-in-its-format %%"


@_breaks("empty-formatted-text", "A text with a format is empty.", "format", "minLength")
def _empty_formatted(node: Any) -> Iterator[Any]:
    if isinstance(node, str) and node:
        yield ""


def _is_time(node: Any) -> bool:
    return isinstance(node, str) and node[4:5] == node[7:8] == "-" and node[10:11] == "T"


@_breaks("time-without-zone", "A time lacks its zone.", "format")
def _without_zone(node: Any) -> Iterator[Any]:
    if _is_time(node):
        yield node.removesuffix("Z").partition("+")[0]


@_breaks("time-with-space", "A time has a space and lacks its zone, as databases write it.", "format")
def _with_space(node: Any) -> Iterator[Any]:
    if _is_time(node):
        yield node.removesuffix("Z").partition("+")[0].replace("T", " ")


@_breaks("time-as-number", "A time is the number of seconds since 1970.", "type")
def _time_as_number(node: Any) -> Iterator[Any]:
    if isinstance(node, str) and len(node) >= 10 and node[4:5] == node[7:8] == "-":
        yield 1_700_000_000


@_breaks("extra-property", "An object has a property where no others are allowed.", "additionalProperties")
def _extra(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        yield {**node, "planted": True}


@_breaks("below-minimum", "A number is below its minimum.", "minimum", "exclusiveMinimum")
def _below(node: Any) -> Iterator[Any]:
    if _is_number(node):
        yield from (-1, -1_000_000_000)


@_breaks("above-maximum", "A number is above its maximum.", "maximum", "exclusiveMaximum")
def _above(node: Any) -> Iterator[Any]:
    if _is_number(node):
        yield from (node + 1, 10**12)


@_breaks("too-long", "A text is longer than its maximum.", "maxLength")
def _long(node: Any) -> Iterator[Any]:
    if isinstance(node, str):
        yield from ((node or "x") * times for times in (2, 20, 2000))


@_breaks("too-short", "A text is shorter than its minimum.", "minLength")
def _short(node: Any) -> Iterator[Any]:
    if isinstance(node, str):
        yield ""


@_breaks("wrong-pattern", "A text does not match its pattern.", "pattern")
def _pattern(node: Any) -> Iterator[Any]:
    if isinstance(node, str):
        yield from (f"{node}~", f"~{node}")


@_breaks("repeated-entry", "A list with unique entries has one twice.", "uniqueItems")
def _repeated(node: Any) -> Iterator[Any]:
    if isinstance(node, list) and node:
        yield [*node, node[0]]


@_breaks("too-many-entries", "A list has more entries than its maximum.", "maxItems")
def _many(node: Any) -> Iterator[Any]:
    if isinstance(node, list) and node:
        yield from (node * times for times in (2, 20, 200))


@_breaks("too-few-entries", "A list has fewer entries than its minimum.", "minItems")
def _few(node: Any) -> Iterator[Any]:
    if isinstance(node, list) and node:
        yield from (node[:-1], [])


@_breaks("not-a-multiple", "A number is no multiple of what it should be.", "multipleOf")
def _multiple(node: Any) -> Iterator[Any]:
    if _is_number(node):
        yield from (node + 1, node + 0.001)


@_breaks("no-alternative", "A value is none of its alternatives.", "oneOf", "anyOf")
def _alternative(_: Any) -> Iterator[Any]:
    yield from (None, 12345, "planted", {}, [])


@_breaks("wrapped-body", "The body is inside another object.", "required", "type", "additionalProperties")
def _wrapped(node: Any) -> Iterator[Any]:
    yield {"planted": node}


@_breaks("empty-body-object", "The body is an empty object.", "required", "minProperties")
def _empty(node: Any) -> Iterator[Any]:
    if isinstance(node, dict) and node:
        yield {}


def _is_number(node: Any) -> bool:
    return isinstance(node, int | float) and not isinstance(node, bool)
