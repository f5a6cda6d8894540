"""OpenAPI links from x-resource: a response that shows an item says how to read, change and remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.actions import ACTIONS
from adcontract.contract.operations import operations_of
from adcontract.contract.resources import resource_types
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly
    from adcontract.contract.behavior import Resource


def link(assembly: Assembly) -> None:
    """Give each create and list the links (OpenAPI 3.0.3, Link Object) to the operations on the items it shows."""
    for resource in resource_types(assembly.document, operations_of(assembly.document)).values():
        for source in resource.operations:
            success = source.operation.success
            if success is None or not success.pointer.startswith(source.operation.pointer):
                continue  # a shared response cannot say where one operation leads
            for target in resource.operations:
                linked = source.action in ACTIONS[target.action].linked_from
                if linked and (values := _values(source.declared, target.declared)):
                    id_ = target.operation.id
                    success.data.setdefault("links", {})[id_] = {"operationId": id_, "parameters": values}
                    here = join(success.pointer, "links", id_)
                    assembly.locations[here] = assembly.where(join(source.operation.pointer, "x-resource"))


def _values(source: Resource, target: Resource) -> dict[str, str]:
    """Return the runtime expressions for the parameters of the operation on `target`; none if one is unknown."""
    item = source.item if source.items is None else f"{source.items}/0"
    if item is None or target.key is None or target.id is None:
        return {}
    values = {f"{target.key.location}.{target.key.name}": f"$response.body#{item}{target.id}"}
    if target.parent:
        if source.parent is None or target.parent.id != source.parent.id:
            return {}
        known = source.parent.key
        values[f"{target.parent.key.location}.{target.parent.key.name}"] = f"$request.{known.location}.{known.name}"
    return values
