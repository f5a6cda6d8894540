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


def _values(shown: Resource, wanted: Resource) -> dict[str, str]:
    """Return the runtime expressions for the parameters of the operation on `wanted`; none if one is unknown."""
    item = shown.item if shown.items is None else f"{shown.items}/0"
    if item is None or wanted.key is None or wanted.id is None:
        return {}
    values = {f"{wanted.key.location}.{wanted.key.name}": f"$response.body#{item}{wanted.id}"}
    if wanted.parent:
        if shown.parent is None or wanted.parent.id != shown.parent.id:
            return {}
        known = shown.parent.key
        values[f"{wanted.parent.key.location}.{wanted.parent.key.name}"] = f"$request.{known.location}.{known.name}"
    return values
