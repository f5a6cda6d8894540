"""Rules on declared filters and orders: they can be kept by what the rows have, and asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.behavior import BOUNDS
from adcontract.contract.schema_paths import reach
from adcontract.lint.behavior_places import conditions, fields, rows_of
from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

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
