"""Rules on declared filters and orders: they can be kept by what the rows have, and asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.behavior import BOUNDS
from adcontract.contract.schema_paths import reach
from adcontract.lint.behavior_places import conditions, fields, rows_of
from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.pointer import join
from adcontract.requests.styles import SEPARATORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.behavior import Sort
    from adcontract.contract.operation_parts import Parameter
    from adcontract.lint.subjects import Document

_UNFIT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(BOUNDS, ("boolean", "array", "object")),
    "words": ("integer", "number", "boolean", "object"),
    "has": ("string", "integer", "number", "boolean", "object"),
    "pairs": ("string", "integer", "number", "boolean", "array"),
}
"""The types of fields that a comparison cannot compare."""


@on_document("behavior-op", "The op of a filter can compare the type of its field.")
def behavior_op(document: Document) -> Iterator[Violation]:
    """Look up the type of each field that a filter compares by order, by words, or by what is in it."""
    for operation in document.operations:
        rows = rows_of(document, operation)
        for place, condition in conditions(operation):
            op = condition["op"]
            for _, field in fields(condition):
                schemas = [document.follow(each)[1] for row in rows for each in reach(document.data, row, field)]
                types = {each.get("type") for each in schemas}
                if types and types <= {*_UNFIT.get(op, ())}:
                    where = document.where(join(operation.pointer, *place, "op"))
                    message = f"{op} does not compare values of the type {' or '.join(sorted(map(str, types)))}."
                    yield where, message, f"Correct it, or the schema of {field}."


@on_document(
    "sort-separator",
    "The separator of an x-sort is in none of its keys, and its parameter takes several keys with it.",
)
def sort_separator(document: Document) -> Iterator[Violation]:
    """Look for the separator in each key, and validate a value of two keys, or look up the style of an array."""
    for operation in document.operations:
        parameters = {each.name: each for each in operation.parameters if each.location == "query"}
        for sort in operation.behavior.sorts:
            message = _of_separator(document, sort, parameters.get(sort.parameter))
            if message:
                where = document.where(join(operation.pointer, "x-sort", sort.parameter, "separator"))
                yield where, message, "Correct the separator, or the schema of the parameter."


def _of_separator(document: Document, sort: Sort, parameter: Parameter | None) -> str:
    """Return what is wrong with the separator of a sort, empty for nothing."""
    if sort.separator is None or parameter is None:
        return ""
    key = next((each for each in sort.orders if sort.separator in each), None)
    if key is not None:
        return f"{sort.separator} is also in the key {key}."
    if sort.is_list:
        written = "&" if parameter.explode else SEPARATORS.get(parameter.style)
        return "" if written == sort.separator else f"The entries of {sort.parameter} are separated by {written}."
    pointer, keys = join(parameter.pointer, "schema"), [*sort.orders]
    value = sort.value(keys[0], keys[-1])
    if document.schemas.valid(pointer, value) or not document.schemas.valid(pointer, keys[0]):
        return ""
    return f"{value} is not a valid value of {sort.parameter}."
