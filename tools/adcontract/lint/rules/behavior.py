"""Rules on what the contract declares of behavior: every name and pointer in it leads somewhere."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adcontract.contract.actions import ACTIONS
from adcontract.contract.behavior import Behavior, Key, Resource
from adcontract.contract.schema_paths import reach
from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import Operation
    from adcontract.lint.subjects import Document


@on_document("behavior-parameter", "Every parameter that a declaration of behavior names is one of the operation's.")
def behavior_parameter(document: Document) -> Iterator[Violation]:
    """Look up the parameters of pages, filters and sorts in the query, and those that hold ids where they say."""
    for operation in document.operations:
        known = {(parameter.location, parameter.name) for parameter in operation.parameters}
        for pointer, key in _named(operation.behavior):
            if (key.location, key.name) not in known:
                where = document.where(join(operation.pointer, *pointer))
                message = f"{operation.id} has no parameter {key.name} in the {key.location}."
                yield where, message, "Correct the name, or add the parameter."


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
        yield ("x-resource", "key"), resource.key
    if resource and resource.parent:
        yield ("x-resource", "parent"), resource.parent.key
    for pointer, key in resource.takes.items() if resource else ():
        yield ("x-resource", "takes", pointer), key


@on_document("behavior-value", "Every value of a parameter that a declaration of behavior names is one it can have.")
def behavior_value(document: Document) -> Iterator[Violation]:
    """Hold the values of sorts, and those with which a filter does nothing, to the schemas of their parameters."""
    for operation in document.operations:
        schemas = {each.name: join(each.pointer, "schema") for each in operation.parameters if "schema" in each.data}
        behavior = operation.behavior
        values = [("x-sort", sort.parameter, value) for sort in behavior.sorts for value in sort.orders]
        values += [("x-filter", each.parameter, each.all) for each in behavior.filters if each.all is not None]
        for keyword, name, value in values:
            if name in schemas and not document.schemas.valid(schemas[name], value):
                where = document.where(join(operation.pointer, keyword, name))
                yield where, f"{name} cannot be {value}.", "Correct it, or the schema of the parameter."


@on_document("behavior-list", "What has pages, filters or an order is a list of a resource.")
def behavior_list(document: Document) -> Iterator[Violation]:
    """Look for an x-resource beside each x-pagination, x-filter and x-sort."""
    for operation in document.operations:
        resource = operation.behavior.resource
        for keyword in ("x-pagination", "x-filter", "x-sort"):
            if keyword in operation.data and not (resource and resource.action == "list"):
                where = document.where(join(operation.pointer, keyword))
                yield where, f"{operation.id} has {keyword}, but lists no resource.", "Add x-resource, action: list."


@on_document("resource-complete", "An action says all that it needs, and what it acts on can be made, read or listed.")
def resource_complete(document: Document) -> Iterator[Violation]:
    """Look for what each action needs, and for an operation by which its resource comes into being or sight."""
    declared = [(operation, resource) for operation in document.operations if (resource := _resource(operation))]
    seen = {resource.name for _, resource in declared if ACTIONS[resource.action].introduces}
    for operation, resource in declared:
        where = document.where(join(operation.pointer, "x-resource"))
        missing = ACTIONS[resource.action].missing(resource)
        if missing:
            yield where, f"The action {resource.action} lacks {' and '.join(missing)}.", "Say it in x-resource."
        if resource.name not in seen:
            message = f"No operation creates, reads or lists a {resource.name}."
            yield where, message, "Declare one, or correct the name."


@on_document("behavior-pointer", "Every pointer of a declaration of behavior leads to what the schemas show.")
def behavior_pointer(document: Document) -> Iterator[Violation]:
    """Follow the pointers into answers, into bodies, and into the items of a resource as any operation shows them."""
    items = _items(document)
    for operation in document.operations:
        for place, schemas, pointer in _pointers(document, operation, items):
            if schemas and not any(reach(document.data, schema, pointer) for schema in schemas):
                where = document.where(join(operation.pointer, *place))
                message = f"The schema has nothing at {pointer or 'the root'}."
                yield where, message, "Correct the pointer, or declare what it leads to."


def _items(document: Document) -> dict[str, list[str]]:
    """Return the schemas of the items of each resource, as all operations show them."""
    items: dict[str, list[str]] = defaultdict(list)
    for operation in document.operations:
        resource, answer = _resource(operation), _answer(operation)
        if resource and answer:
            if resource.items is not None:
                items[resource.name] += reach(document.data, answer, f"{resource.items}/{EACH}")
            elif resource.item is not None:
                items[resource.name] += reach(document.data, answer, resource.item)
    return items


def _pointers(
    document: Document, operation: Operation, items: dict[str, list[str]]
) -> Iterator[tuple[tuple[str, ...], list[str], str]]:
    """Yield for each pointer of an operation where it stands, into which schemas it leads, and itself."""
    behavior, answer, body = operation.behavior, _answer(operation), _body(operation)
    answers, bodies = [answer] if answer else [], [body] if body else []
    page, resource = behavior.pagination, behavior.resource
    for role, pointer in {"items": f"{page.items}/{EACH}", **page.envelope}.items() if page else ():
        yield ("x-pagination", role), answers, pointer
    if resource is None:
        return
    if answer and resource.items is not None:
        rows = reach(document.data, answer, f"{resource.items}/{EACH}")
        yield from ((key, rows, pointer) for key, pointer in _into_rows(behavior))
    for known, pointers in (
        (items[resource.name], _into_items(resource)),
        (answers, _into_answer(resource)),
        (bodies, _into_body(resource)),
    ):
        yield from ((("x-resource", *key), known, pointer) for key, pointer in pointers)


def _into_rows(behavior: Behavior) -> Iterator[tuple[tuple[str, ...], str]]:
    for filter_ in behavior.filters:
        for condition in filter_.conditions:
            yield ("x-filter", filter_.parameter), condition.field
    for sort in behavior.sorts:
        for order in sort.orders.values():
            yield ("x-sort", sort.parameter), order.field


def _into_items(resource: Resource) -> Iterator[tuple[tuple[str, ...], str]]:
    for key in ("id", "members", "count"):
        if getattr(resource, key) is not None:
            yield (key,), getattr(resource, key)
    if resource.members and resource.member_id:
        yield ("member_id",), f"{resource.members}/{EACH}{resource.member_id}"
    if resource.parent and resource.parent.field:
        yield ("parent", "field"), resource.parent.field
    for key in ("echo", "set", "takes", "makes"):
        for pointer in getattr(resource, key):
            yield (key, pointer), pointer


def _into_answer(resource: Resource) -> Iterator[tuple[tuple[str, ...], str]]:
    for key in ("item", "items", "shows_id", "done", "ignored"):
        if getattr(resource, key) is not None:
            yield (key,), getattr(resource, key)


def _into_body(resource: Resource) -> Iterator[tuple[tuple[str, ...], str]]:
    if resource.named is not None:
        yield ("named",), resource.named
    for key in ("echo", "makes"):
        for inside, pointer in getattr(resource, key).items():
            yield (key, inside), pointer


def _resource(operation: Operation) -> Resource | None:
    return operation.behavior.resource


def _answer(operation: Operation) -> str | None:
    """Return the place of the schema of the JSON answer to a good request."""
    media = operation.success.media if operation.success else ()
    return next((join(each.pointer, "schema") for each in media if each.is_json and "schema" in each.data), None)


def _body(operation: Operation) -> str | None:
    return next((join(each.pointer, "schema") for each in operation.body if "schema" in each.data), None)
