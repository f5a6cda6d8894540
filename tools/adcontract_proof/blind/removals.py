"""Operations that create items in a parent which stay there: no law creates one, so that their faults are not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_proof.blind.lack import Lack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_proof.blind.resources import Resources

_ADVICE = (
    "Declare the operation that removes an item, with `action: delete` in its x-resource: "
    "the suite creates in a parent only what it can remove, itself or with a parent that it has created."
)


def removal_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield each operation that creates an item in a parent, or looks like it, where none removes the item."""
    acting: dict[str, list[Operation]] = {"create": [], "delete": []}
    for operation in resources.contract.operations:
        acting.get(str(resources.action(operation)), []).append(operation)
    removed, created = ({resources.name(each) for each in acting[action]} for action in ("delete", "create"))
    for operation in acting["create"]:
        parent = resources.parent(operation)
        if parent is not None and resources.name(operation) not in removed and parent not in removed & created:
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
