"""Rules on declared behavior: every name and pointer in it leads somewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior import Behavior, Key, Resource
from adcontract.contract.schema_paths import reach
from adcontract.errors import did_you_mean
from adcontract.lint.behavior_places import body_schemas, conditions, fields, of_sort, response_schema, rows_of
from adcontract.lint.registry import Violation, on_document
from adcontract.lint.rules.batches import batch_pointers, batch_values, entries, results
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import Operation
    from adcontract.lint.subjects import Document


@on_document(
    "behavior-parameter", "Every parameter that a declaration of behavior names is a parameter of the operation."
)
def behavior_parameter(document: Document) -> Iterator[Violation]:
    """Look up the parameters of pagination, filters and sorts in the query, and those of ids in their location."""
    for operation in document.operations:
        known = {(parameter.location, parameter.name) for parameter in operation.parameters}
        for pointer, key in _named(operation.behavior):
            if (key.location, key.name) not in known:
                where = document.where(join(operation.pointer, *pointer))
                message = f"{operation.id} has no parameter {key.name} in the {key.location}."
                # the properties that all operations of a resource share may have a key that a create and a list lack
                shared = pointer[:2] == ("x-resource", "key")
                moved = ", or give each operation that has it its own key" if shared else ""
                yield where, message, f"Correct the name, or add the parameter{moved}."


@on_document("behavior-header", "Every header that x-pagination names is a header of the response.")
def behavior_header(document: Document) -> Iterator[Violation]:
    """Look up the headers that say something of a page in the successful response."""
    for operation in document.operations:
        pagination, success = operation.behavior.pagination, operation.success
        known = {name.lower(): name for name in success.data.get("headers", {})} if success else {}
        for role, name in pagination.headers.items() if pagination else ():
            if name.lower() not in known:
                where = document.where(join(operation.pointer, "x-pagination", "headers", role))
                guess = did_you_mean(name, known.values())
                yield (
                    where,
                    f"The response of {operation.id} has no header {name}.",
                    f"Declare it, or correct the name.{guess}",
                )


def _named(behavior: Behavior) -> Iterator[tuple[tuple[str, ...], Key]]:
    if behavior.pagination:
        yield ("x-pagination", behavior.pagination.style), Key("query", behavior.pagination.start)
        if behavior.pagination.size:
            yield ("x-pagination", "size"), Key("query", behavior.pagination.size)
    for filter_ in behavior.filters:
        yield ("x-filter", filter_.parameter), Key("query", filter_.parameter)
    for sort in behavior.sorts:
        yield ("x-sort", sort.parameter), Key("query", sort.parameter)
    resource = behavior.resource
    if resource and resource.key:
        yield ("x-resource", "key", resource.key.location), resource.key
    if resource and resource.parent:
        yield ("x-resource", "parent", "key", resource.parent.key.location), resource.parent.key
    for pointer, key in resource.takes.items() if resource else ():
        yield ("x-resource", "takes", pointer, key.location), key


@on_document(
    "behavior-value", "Every value in a declaration of behavior is valid for its parameter, or for the field it is for."
)
def behavior_value(document: Document) -> Iterator[Violation]:
    """Validate the values of sorts and filters against their parameters, and those that an action sets."""
    items = item_schemas(document)
    for operation in document.operations:
        yield from _set_values(document, operation, items)
        yield from batch_values(document, operation, response_schema(operation))
        schemas = {each.name: join(each.pointer, "schema") for each in operation.parameters if "schema" in each.data}
        behavior = operation.behavior
        values: list[tuple[tuple[str, ...], Any]] = [
            (("x-sort", sort.parameter, "values", each), sort.value(each))
            for sort in behavior.sorts
            for each in sort.orders
        ]
        values += [(("x-filter", each.parameter, "all"), each.all) for each in behavior.filters if each.all is not None]
        for place, value in values:
            name = place[1]
            if name in schemas and not document.schemas.valid(schemas[name], value):
                where = document.where(join(operation.pointer, *place))
                yield where, f"{value} is not a valid value of {name}.", "Correct it, or the schema of the parameter."


def _set_values(document: Document, operation: Operation, items: dict[str, list[str]]) -> Iterator[Violation]:
    """Yield each value of a `set` that no schema of the field allows, or that its x-extensible-enum does not list."""
    resource = operation.behavior.resource
    for pointer, value in resource.set.items() if resource else ():
        assert resource is not None
        schemas = [each for item in items[resource.name] for each in reach(document.data, item, pointer)]
        if schemas and not any(allows(document, schema, value) for schema in schemas):
            where = document.where(join(operation.pointer, "x-resource", "set", pointer))
            message = f"{json.dumps(value)} is not a value of {pointer} by its schema at {document.where(schemas[0])}."
            yield where, message, "Correct the value, or the schema of the field."


def allows(document: Document, pointer: str, value: Any) -> bool:
    """Return whether a schema allows a value, and its x-extensible-enum lists it."""
    _, schema = document.follow(pointer)
    listed = schema.get("x-extensible-enum", [value])
    return (value is None or value in listed) and document.schemas.valid(pointer, value)


_BESIDE = {"x-pagination": "list", "x-filter": "list", "x-sort": "list", "x-states": "read"}
"""The action that stands in x-resource beside each of the other keywords of behavior."""


@on_document(
    "behavior-list", "An operation with pagination, filters or sorts lists a resource; one with states reads it."
)
def behavior_list(document: Document) -> Iterator[Violation]:
    """Look for an x-resource beside each other keyword of behavior."""
    for operation in document.operations:
        resource = operation.behavior.resource
        for keyword, action in _BESIDE.items():
            if keyword in operation.data and not (resource and resource.action == action):
                where = document.where(join(operation.pointer, keyword))
                yield (
                    where,
                    f"{operation.id} has {keyword}, but {action}s no resource.",
                    f"Add x-resource with action: {action}.",
                )


@on_document("behavior-pointer", "Every pointer of a declaration of behavior leads to a part of the schemas.")
def behavior_pointer(document: Document) -> Iterator[Violation]:
    """Follow the pointers into responses, request bodies, and the items of a resource in any operation."""
    items = item_schemas(document)
    for operation in document.operations:
        for place, schemas, pointer in _pointers(document, operation, items):
            if schemas and not any(reach(document.data, schema, pointer) for schema in schemas):
                where = document.where(join(operation.pointer, *place))
                message = f"The schema has nothing at {pointer or 'the root'}."
                yield where, message, "Correct the pointer, or declare its target in the schema."


def item_schemas(document: Document) -> dict[str, list[str]]:
    """Return the schemas of the items of each resource, from all operations."""
    items: dict[str, list[str]] = defaultdict(list)
    for operation in document.operations:
        resource, response = operation.behavior.resource, response_schema(operation)
        if resource and response:
            if resource.items is not None:
                items[resource.name] += reach(document.data, response, f"{resource.items}/{EACH}")
            elif resource.item is not None:
                items[resource.name] += reach(document.data, response, resource.item)
            elif resource.batch and resource.batch.item is not None:
                shown = results(document, resource, response)
                items[resource.name] += [
                    inner for each in shown for inner in reach(document.data, each, resource.batch.item)
                ]
    return items


def _pointers(
    document: Document, operation: Operation, items: dict[str, list[str]]
) -> Iterator[tuple[tuple[str, ...], list[str], str]]:
    """Yield each pointer of an operation: its own place, the schemas that it leads into, and itself."""
    behavior, response = operation.behavior, response_schema(operation)
    body = next(iter(body_schemas(operation)), None)
    responses = [response] if response else []
    page, resource = behavior.pagination, behavior.resource
    for role, pointer in {"items": f"{page.items}/{EACH}", **page.envelope}.items() if page else ():
        yield ("x-pagination", role), responses, pointer
    if resource is None:
        return
    if behavior.states:
        yield ("x-states", "field"), items[resource.name], behavior.states.field
    rows = rows_of(document, operation)
    yield from ((key, rows, pointer) for key, pointer in _into_rows(operation, behavior))
    for known, pointers in (
        (items[resource.name], _into_items(resource)),
        (responses, _into_response(resource, operation.data["x-resource"])),
        (entries(document, resource, body), _into_body_schema(resource)),
    ):
        yield from ((("x-resource", *of_echo(operation, key)), known, pointer) for key, pointer in pointers)
    yield from batch_pointers(document, operation, resource, response, body)
    for at, each in resource.sums.items():
        if each.field is not None:
            yield ("x-resource", "sums", at, "field"), items[each.of], each.field


def of_echo(operation: Operation, key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the place of an entry of x-resource; an echo may be a list, where it has a number."""
    echo = operation.data["x-resource"].get("echo")
    if key[0] == "echo" and isinstance(echo, list) and key[1] in echo:
        return "echo", str(echo.index(key[1]))
    return key


def _into_rows(operation: Operation, behavior: Behavior) -> Iterator[tuple[tuple[str, ...], str]]:
    for place, condition in conditions(operation):
        for key, field in fields(condition):
            yield (*place, *key), field
    for sort in behavior.sorts:
        for field in dict.fromkeys(order.field for order in sort.orders.values()):
            yield ("x-sort", sort.parameter, *of_sort(operation.data["x-sort"][sort.parameter], field)), field


def _into_items(resource: Resource) -> Iterator[tuple[tuple[str, ...], str]]:
    for key in ("id", "members", "count"):
        if getattr(resource, key) is not None:
            yield (key,), getattr(resource, key)
    if resource.members and resource.member_id:
        yield ("member_id",), f"{resource.members}/{EACH}{resource.member_id}"
    if resource.parent and resource.parent.field:
        yield ("parent", "field"), resource.parent.field
    for key in ("echo", "set", "takes", "makes", "sums"):
        for pointer in getattr(resource, key):
            yield (key, pointer), pointer


def _into_response(resource: Resource, written: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    for key in ("item", "items", "shows_id", "done", "ignored"):
        # the rows of a page are those of x-pagination, where a wrong pointer is reported
        if getattr(resource, key) is not None and (key in written or key != "items"):
            yield (key,), getattr(resource, key)


def _into_body_schema(resource: Resource) -> Iterator[tuple[tuple[str, ...], str]]:
    if resource.named is not None:
        yield ("named",), resource.named
    for key in ("echo", "makes"):
        for inside, pointer in getattr(resource, key).items():
            yield (key, inside), pointer
