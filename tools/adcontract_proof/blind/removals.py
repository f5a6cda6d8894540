"""Operations that create items which no operation removes: no law creates one, so that their faults are not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_proof.blind.lack import Lack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_proof.blind.resources import Resources

_ADVICE = (
    "Declare the operation that removes an item, with `action: delete` in its x-resource: "
    "the suite creates only what it can remove."
)


def removal_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield each operation that creates an item, or looks like it, where none removes the item or its parent."""
    acting: dict[str, list[Operation]] = {"create": [], "delete": []}
    for operation in resources.contract.operations:
        acting.get(str(resources.action(operation)), []).append(operation)
    removed = {resources.name(each) for each in acting["delete"]}
    for operation in acting["create"]:
        declared = operation.behavior.resource
        parent = declared.parent.name if declared and declared.parent else None
        if not {resources.name(operation), parent} & removed:
            yield Lack(
                "removal",
                (operation,),
                "no operation that removes what it creates",
                "an item that is answered and not stored, or stored otherwise, cannot be seen",
                "",
                {operation.pointer: {}},
                advice=_ADVICE,
                hides_effects=True,
            )
