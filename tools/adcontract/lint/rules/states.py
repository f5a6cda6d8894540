"""Rules on the states through which an item goes by itself (x-states)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.resources import resource_types
from adcontract.contract.schema_paths import reach
from adcontract.errors import did_you_mean
from adcontract.lint.registry import Violation, on_document
from adcontract.lint.rules.behavior import allows, item_schemas
from adcontract.openapi.pointer import get, join
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import Operation
    from adcontract.contract.resources import ResourceType
    from adcontract.contract.states import States
    from adcontract.lint.subjects import Document


@on_document(
    "states", "The states of x-states are values of its field; the first leads to all, and each to one that is final."
)
def states(document: Document) -> Iterator[Violation]:
    """Look up each state in the schemas of the field, and follow the states from the first to the final ones."""
    items = item_schemas(document)
    for operation in document.operations:
        declared, resource = operation.behavior.states, operation.behavior.resource
        if declared is None or resource is None:
            continue
        schemas = [each for item in items[resource.name] for each in reach(document.data, item, declared.field)]
        unknown = False
        for place, state in _written(declared):
            if schemas and not any(allows(document, each, value) for each in schemas for value in _values(state)):
                unknown = True
                where = document.where(join(operation.pointer, "x-states", "follows", *place))
                message = f"{state} is not a value of {declared.field} by its schema at {document.where(schemas[0])}."
                yield (
                    where,
                    message,
                    f"Correct the state, or the schema.{did_you_mean(state, _listed(document, schemas))}",
                )
        if not declared.final:
            message = "No state is final: each is followed by another."
            where = document.where(join(operation.pointer, "x-states", "follows"))
            yield where, message, "Leave out of follows the state in which an item stays."
        elif not unknown:
            yield from _lost(document, operation, declared, resource.name)


def _lost(document: Document, operation: Operation, declared: States, name: str) -> Iterator[Violation]:
    """Yield each state that no item of a resource comes to, or that no final one comes after."""
    begun = _begun(resource_types(document.data, document.operations)[name], declared)
    reached = declared.reached_from(begun)
    for state in declared.follows:
        where = document.where(join(operation.pointer, "x-states", "follows", state))
        if state not in reached:
            message = f"No item comes to the state {state}: it is neither the first, nor does any follow with it."
            yield where, message, "Write it behind the states that it may follow, or remove it."
        elif not declared.reached_from([state]) & declared.final:
            yield where, f"The state {state} never leads to a final one.", "Add the state in which it ends."


def _begun(resource: ResourceType, declared: States) -> Iterator[Any]:
    """Yield the states that are not reached by themselves: the first, and those that requests lead to."""
    yield declared.all[0]
    for each in resource.operations:
        if declared.field in each.declared.set:
            yield each.declared.set[declared.field]
        if each.action == "create":
            yield from (get(item, declared.field) for item in each.items())


def _listed(document: Document, schemas: list[str]) -> list[str]:
    """Return the values that the schemas of a field list, as texts."""
    found = (document.follow(each)[1] for each in schemas)
    return [as_text(value) for each in found for value in (*each.get("enum", ()), *each.get("x-extensible-enum", ()))]


def _written(declared: States) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each place below `follows` with the state that is written there."""
    for state, others in declared.follows.items():
        yield (state,), state
        yield from (((state, str(index)), other) for index, other in enumerate(others))


def _values(state: str) -> Iterator[Any]:
    """Yield the values of a field that are written like a state."""
    yield state
    if state in ("true", "false"):
        yield state == "true"
    elif state.isdecimal():
        yield int(state)
