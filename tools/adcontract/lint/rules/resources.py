"""Rules on declared resources: each action says all that it needs, and everything that is named exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from adcontract.contract.actions import ACTIONS
from adcontract.contract.resources import resource_types
from adcontract.errors import did_you_mean
from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.paths import parameter_names
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.behavior import Resource
    from adcontract.contract.operations import Operation
    from adcontract.contract.resources import ResourceType
    from adcontract.lint.subjects import Document


@on_document(
    "resource-complete",
    "An action has all that it needs, its resource and parent are created, read or listed, and what adds up is listed.",
)
def resource_complete(document: Document) -> Iterator[Violation]:
    """Look for the keys that each action needs, and for an operation that creates, reads or lists its resource."""
    declared = [(operation, resource) for operation in document.operations if (resource := operation.behavior.resource)]
    seen = {resource.name for _, resource in declared if ACTIONS[resource.action].introduces}
    parents, types = seen | _shared_names(document), resource_types(document.data, document.operations)
    for operation, resource in declared:
        here = join(operation.pointer, "x-resource")
        single = types[resource.name].is_global and not parameter_names(operation.path)
        missing = ACTIONS[resource.action].missing(resource, single=single)
        if missing:
            message = f"The action {resource.action} lacks {' and '.join(missing)}."
            yield document.where(here), message, "Add it to x-resource."
        if resource.name not in seen:
            message = f"No operation creates, reads or lists a {resource.name}."
            fix = f"Declare one, or correct the name.{did_you_mean(resource.name, seen)}"
            yield document.where(join(here, "name")), message, fix
        if resource.parent and resource.parent.name not in parents:
            name = resource.parent.name
            message = f"No operation creates, reads or lists the parent {name}."
            fix = f"Correct the name, or list it under x-resource in openapi.yaml.{did_you_mean(name, parents)}"
            yield document.where(join(here, "parent", "name")), message, fix
    yield from _wrong_sums(document, declared, types)


def _wrong_sums(
    document: Document, declared: list[tuple[Operation, Resource]], types: dict[str, ResourceType]
) -> Iterator[Violation]:
    """Yield each sum over a resource whose items do not belong to the item that has it, or that no operation lists."""
    for operation, resource in declared:
        children = types[resource.name].children
        for pointer, each in resource.sums.items():
            where = document.where(join(operation.pointer, "x-resource", "sums", pointer, "of"))
            if each.of not in children:
                message = f"No operation on {each.of} has the parent {resource.name}."
                fix = f"Declare the parent there, or correct the name.{did_you_mean(each.of, children)}"
                yield where, message, fix
            elif not _is_listed_below(types[each.of], resource.name):
                message = f"No operation lists each {each.of} of a {resource.name}, so that nobody can check the sum."
                yield where, message, "Declare the list, or remove the sum."


def _is_listed_below(child: ResourceType, parent: str) -> bool:
    """Return whether a list has the items of one parent, or shows the parent of each item."""
    has_field = any(each.name == parent and each.field for each in child.parents)
    own = [each.declared.parent for each in child.of("list")]
    return any(each.name == parent if each else has_field for each in own)


def _shared_names(document: Document) -> set[str]:
    """Return the names of the resources that stand under x-resource in openapi.yaml; the assembly removes it."""
    shared = [source.data.get("x-resource") for source in document.assembly.sources.values() if _is_object(source.data)]
    return {name for named in shared if _is_object(named) for name in named}


def _is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)
