"""What a path below a collection, and lists in a request and its response, suggest: a batch with results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, join
from adcontract.openapi.references import follow
from adcontract.openapi.text import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract.contract.operations import Operation
    from adcontract.layout.suggestions.resources import Found
    from adcontract.layout.suggestions.shapes import Shape, Shapes, Shown

_WORDS = ("batch", "bulk")
_ACTIONS = {"POST": "create", "PATCH": "update"}
_STATUSES = ("status", "statuscode", "code")


def batches(one: Found, operations: Iterable[Operation], shapes: Shapes) -> Iterator[tuple[Operation, dict[str, Any]]]:
    """Yield the operations that write many items of a resource, each with its x-resource.

    They are only where the same fields are written as for one item, and each result has a status code and the item.
    """
    singles = {each["action"]: each for each in one.actions.values()}
    for operation in operations:
        path, _, word = operation.path.rpartition("/")
        single = singles.get(_ACTIONS.get(operation.method, ""))
        if path != one.collection or word.lower() not in _WORDS or single is None or "echo" not in single:
            continue
        entries, results = _entries(operation, shapes), shapes.rows(operation)
        if entries is None or results is None or not _are_as_many(operation, entries[0], results, shapes):
            continue
        keeps = [pointer for pointer in single["echo"] if pointer[1:] in entries[1].properties]
        batch = _results(one, results.item, shapes)
        names_items = one.id in entries[1].properties
        if batch and keeps == single["echo"] and names_items is (single["action"] == "update"):
            batch = {"entries": entries[0], "results": results.pointer, **batch}
            yield operation, {"action": single["action"], "id": join("", one.id), "echo": keeps, "batch": batch}


def _entries(operation: Operation, shapes: Shapes) -> tuple[str, Shape] | None:
    """Return the only list in a request body, and the shape of its entries; None where that is not certain."""
    fields, _ = shapes.fields(operation)
    lists = [(join("", name), inner) for name, node in fields.items() if (inner := shapes.of(node)) and inner.items]
    entry = shapes.of(lists[0][1].items) if len(lists) == 1 else None
    return (lists[0][0], entry) if entry is not None and entry.properties else None


def _results(one: Found, result: Shape, shapes: Shapes) -> dict[str, str] | None:
    """Return the pointers into a result; None where it has no status code, or not one item."""
    codes = [
        name
        for name, node in result.properties.items()
        if letters(name) in _STATUSES and follow(shapes.document, node).get("type") == "integer"
    ]
    inner = ((name, shapes.of(node)) for name, node in result.properties.items())
    items = [name for name, shape in inner if shape and one.id in shape.properties]
    if len(codes) != 1 or len(items) != 1:
        return None
    return {"status": join("", codes[0]), "item": join("", items[0])}


def _are_as_many(operation: Operation, entries: str, results: Shown, shapes: Shapes) -> bool:
    """Return whether the documented request has as many entries as its response has results."""
    _, sent = shapes.fields(operation)
    pairs = zip(sent, results.payloads, strict=False)
    return all(len(get(body, entries) or ()) == len(get(payload, results.pointer) or ()) for body, payload in pairs)
