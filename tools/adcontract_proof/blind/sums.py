"""Items that count what belongs to them, and do not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.openapi.pointer import join
from adcontract_proof.blind.lack import Lack
from adcontract_proof.blind.shapes import count_names, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_proof.blind.resources import Resources


def sum_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield each operation whose items have a number with the name of what belongs to them, which a list shows."""
    known = resources.contract.resources
    for operation in resources.contract.operations:
        declared, shape = operation.behavior.resource, resources.shapes.get(operation.pointer)
        if declared is None or shape is None or declared.action not in ("read", "list"):
            continue
        numbers = {plain(name): name for name, node in shape.fields.items() if node.get("type") == "integer"}
        for child in (known[name] for name in known[declared.name].children if known[name].is_listed):
            word = plain(child.name)
            found = next((numbers[each] for each in count_names(word, f"{word}s") if each in numbers), None)
            if found is None or join("", found) in (*declared.sums, declared.count):
                continue
            yield Lack(
                "sums",
                (operation,),
                "no sums in its x-resource",
                "a number that does not follow what it counts cannot be seen",
                f"`{found}` has the name of the {child.name} items that belong to it.",
                {operation.pointer: {"x-resource": {"sums": {join("", found): {"of": child.name}}}}},
            )
