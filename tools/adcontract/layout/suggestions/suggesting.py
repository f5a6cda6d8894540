"""Declaring the behavior that a document suggests, each time with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.contract.operations import operations_of
from adcontract.layout.suggestions.batches import batches
from adcontract.layout.suggestions.lists import paginate
from adcontract.layout.suggestions.orders import sorts
from adcontract.layout.suggestions.resources import Found, resources
from adcontract.layout.suggestions.selections import filters
from adcontract.layout.suggestions.shapes import Shapes
from adcontract.openapi.pointer import join
from adcontract.openapi.text import letters

if TYPE_CHECKING:
    from adcontract.contract.operations import Operation

_BATCH = "Its request has a list of what is written for one item, and its response a list of status codes and items."
BEHAVIOR = ("x-pagination", "x-filter", "x-sort", "x-resource", "x-states")


@dataclass
class Suggestions:
    """What was declared, and what only looks like behavior, in sentences."""

    declared: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def suggest(document: dict[str, Any]) -> Suggestions:
    """Declare in a document the behavior that its names suggest, and its schemas and payloads support.

    A document that declares behavior itself stays as it is.
    """
    operations, shapes, suggestions = operations_of(document), Shapes(document), Suggestions()
    if any(key in operation.data for operation in operations for key in BEHAVIOR):
        return suggestions
    known = {operation.id: operation for operation in operations}
    found, suggestions.left_out = resources(operations, shapes)
    for one in found:
        for id_, declared in one.actions.items():
            known[id_].data["x-resource"] = _resource(one, known[id_], declared, shapes)
            suggestions.declared.append(f"{id_}: x-resource: {declared['action']} of {one.name}")
            if declared["action"] == "read" and one.states:
                known[id_].data["x-states"] = one.states
                suggestions.declared.append(f"{id_}: x-states by {one.states['field'].removeprefix('/')}")
            if declared["action"] == "list":
                _declare_list(known[id_], shapes, suggestions)
        for operation, declared in batches(one, operations, shapes):
            operation.data["x-resource"] = {**_resource(one, operation, declared, shapes), "x-inferred": _BATCH}
            suggestions.declared.append(f"{operation.id}: x-resource: {declared['action']} of each {one.name}")
    return suggestions


def _resource(one: Found, operation: Operation, declared: dict[str, Any], shapes: Shapes) -> dict[str, Any]:
    paths = f"The paths {one.collection} and {one.path}"
    reason = f"{paths} name a collection and its items, which responses show with {one.id}."
    if not one.key:
        reason = f"The path {one.path} names no item, and what it shows is changed there."
    node = {"name": one.name, **declared}
    if one.parent:
        node["parent"] = _parent(one, operation, shapes)
    return {**node, "x-inferred": reason}


def _parent(one: Found, operation: Operation, shapes: Shapes) -> dict[str, Any]:
    assert one.parent is not None
    parent: Found = one.parent["name"]
    key = one.parent["key"]
    node: dict[str, Any] = {"name": parent.name, "key": key}
    shown = shapes.item(operation, one.id) or shapes.rows(operation)
    names = {letters(key["path"]), letters(f"{parent.name}id")}
    fields = [name for name in (shown.item.properties if shown else ()) if letters(name) in names and name != one.id]
    if len(fields) == 1:
        node["field"] = join("", fields[0])
    return node


def _declare_list(operation: Operation, shapes: Shapes, suggestions: Suggestions) -> None:
    rows = shapes.rows(operation)
    if rows is None:
        return
    pagination, remark = paginate(operation, rows, shapes)
    remarks = [remark] if remark else []
    if pagination:
        operation.data["x-pagination"] = pagination
        operation.data["x-resource"].pop("items", None)
        suggestions.declared.append(f"{operation.id}: x-pagination by {pagination[pagination['style']]}")
    for keyword, (declared, more) in (
        ("x-filter", filters(operation, rows, shapes)),
        ("x-sort", sorts(operation, rows, shapes)),
    ):
        remarks += more
        if declared:
            operation.data[keyword] = declared
            suggestions.declared.append(f"{operation.id}: {keyword} by {', '.join(declared)}")
    suggestions.left_out += [f"{operation.id}: {each}" for each in remarks]
