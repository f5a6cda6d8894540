"""Declared behavior as it is written: the places of filters and orders, and the schemas that pointers lead into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.patches import JSON_PATCH
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import Operation
    from adcontract.lint.subjects import Document


def conditions(operation: Operation) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield each condition of the filters as it is written, with its place."""
    for parameter, node in operation.data.get("x-filter", {}).items():
        for index, each in enumerate(node.get("any", [node])):
            yield ("x-filter", parameter, *(("any", str(index)) if "any" in node else ())), each


def fields(condition: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each field of a condition, with its place in it."""
    if "field" in condition:
        yield ("field",), condition["field"]
    yield from ((("fields", str(index)), field) for index, field in enumerate(condition.get("fields", ())))


def of_sort(node: dict[str, Any], field: str) -> tuple[str, ...]:
    """Return where a field stands in an x-sort."""
    if "fields" not in node:
        return ("field",)
    return "fields", next(name for name, each in node["fields"].items() if each == field)


def rows_of(document: Document, operation: Operation) -> list[str]:
    """Return the schemas of the rows of a list."""
    resource, response = operation.behavior.resource, response_schema(operation)
    if resource is None or response is None or resource.items is None:
        return []
    return reach(document.data, response, f"{resource.items}/{EACH}")


def response_schema(operation: Operation) -> str | None:
    """Return the pointer of the schema of the successful JSON response."""
    media = operation.success.media if operation.success else ()
    return next((join(each.pointer, "schema") for each in media if each.is_json and "schema" in each.data), None)


def body_schemas(operation: Operation) -> list[str]:
    """Return the pointers of the schemas of bodies that have the fields of the item; a JSON Patch only names them."""
    media = (each for each in operation.body if "schema" in each.data and each.essence != JSON_PATCH)
    return [join(each.pointer, "schema") for each in media]
