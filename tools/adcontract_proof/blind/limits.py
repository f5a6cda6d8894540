"""Sizes of pages without a maximum: no size can be called too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.openapi.pointer import join
from adcontract.openapi.references import resolve
from adcontract_proof.blind.lack import Lack
from adcontract_proof.blind.lists import SIZES
from adcontract_proof.blind.shapes import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Operation
    from adcontract_proof.blind.resources import Resources


def size_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield the lists whose pages may have any size, as one."""
    contract = resources.contract
    sizes = [(each, _size(contract, each)) for each in filter(resources.is_list, contract.operations)]
    free = [(operation, *found) for operation, found in sizes if found]
    if free:
        yield Lack(
            "maximum",
            tuple(operation for operation, _, _ in free),
            "no maximum for the size of a page",
            "a size beyond the maximum that is accepted cannot be seen",
            f"It has the parameter `{free[0][1]}`.",
            {schema: {"maximum": 100} for _, _, schema in free},
            is_example=True,
        )


def _size(contract: Contract, operation: Operation) -> tuple[str, str] | None:
    """Return the parameter with the size of a page and the pointer of its schema, if that has no maximum."""
    pagination = operation.behavior.pagination
    for each in operation.parameters:
        is_size = each.name == pagination.size if pagination else plain(each.name) in SIZES
        if each.location == "query" and is_size and "schema" in each.data:
            schema, pointer = resolve(contract.document, join(each.pointer, "schema"))
            is_number = schema.get("type") in ("integer", "number")
            return (each.name, pointer) if is_number and not schema.keys() & {"maximum", "enum"} else None
    return None
