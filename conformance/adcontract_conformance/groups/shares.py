"""Operations divided so that what is generated for each does not depend on the division."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from adcontract.openapi.pointer import lookup, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import Operation
    from adcontract_conformance.model.checked_contract import CheckedContract

Unit = TypeVar("Unit")


def shares(checked: CheckedContract, count: int) -> list[list[Operation]]:
    """Divide the checked operations into so many shares at most, each in the order of the contract."""
    found = divided(together(checked.contract.document, checked.operations), count)
    order = {each.id: place for place, each in enumerate(checked.operations)}
    return [sorted(share, key=lambda each: order[each.id]) for share in found if share]


def divided(units: Iterable[list[Unit]], count: int) -> list[list[Unit]]:
    """Divide units into so many shares of about the same length, each as a whole."""
    found: list[list[Unit]] = [[] for _ in range(count)]
    for unit in sorted(units, key=len, reverse=True):
        min(found, key=len).extend(unit)
    return found


def together(document: dict[str, Any], operations: Iterable[Operation]) -> list[list[Operation]]:
    """Return operations, those in one list of which one may not be without the others.

    Operations of one path stay together, for which methods it lacks is asked once. So do those whose bodies share a
    schema, also by way of others: Schemathesis uses a value that it has generated from a schema again.
    """
    found: list[tuple[set[str], list[Operation]]] = []
    for operation in operations:
        marks, joined = {operation.path, *_schemas(document, operation)}, [operation]
        for other in [each for each in found if each[0] & marks]:
            found.remove(other)
            marks, joined = marks | other[0], [*other[1], *joined]
        found.append((marks, joined))
    return [joined for _, joined in found]


def _schemas(document: dict[str, Any], operation: Operation) -> Iterable[str]:
    """Return the references that the body of an operation leads to."""
    seen = set[str]()
    waiting: list[Any] = [lookup(document, operation.pointer).get("requestBody", {})]
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in seen:
                seen.add(reference)
                waiting.append(lookup(document, reference.removeprefix("#")))
    return seen


def _references(node: Any) -> Iterator[str]:
    for _, each in walk(node):
        if isinstance(each, dict) and isinstance(each.get("$ref"), str):
            yield each["$ref"]
