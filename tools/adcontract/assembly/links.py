"""OpenAPI links from what x-resource declares: an answer that shows an item says how to read, change and remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.operations import operations_of
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly
    from adcontract.contract.behavior import Resource

_LEADS_TO: dict[str, tuple[str, ...]] = {
    "create": ("read", "update", "set", "add", "remove", "delete"),
    "list": ("read",),
}
"""Which actions on an item the answer of an action leads to."""


def link(assembly: Assembly) -> None:
    """Give each create and list the links (OpenAPI 3.0.3, Link Object) to the operations on the items it shows."""
    declared = [
        (operation, resource)
        for operation in operations_of(assembly.document)
        if (resource := operation.behavior.resource)
    ]
    for source, shown in declared:
        success = source.success
        if success is None or not success.pointer.startswith(source.pointer):
            continue  # a shared answer cannot say where one operation leads
        for target, wanted in declared:
            values = _values(shown, wanted)
            if values:
                success.data.setdefault("links", {})[target.id] = {"operationId": target.id, "parameters": values}
                here = join(success.pointer, "links", target.id)
                assembly.places[here] = assembly.where(join(source.pointer, "x-resource"))


def _values(shown: Resource, wanted: Resource) -> dict[str, str]:
    """Return the runtime expressions for the parameters of the operation on `wanted`; none if one is unknown."""
    item = shown.item if shown.items is None else f"{shown.items}/0"
    if item is None or wanted.name != shown.name or wanted.action not in _LEADS_TO.get(shown.action, ()):
        return {}
    if wanted.key is None or wanted.id is None:
        return {}
    values = {f"{wanted.key.place}.{wanted.key.name}": f"$response.body#{item}{wanted.id}"}
    if wanted.parent:
        if shown.parent is None or wanted.parent.id != shown.parent.id:
            return {}
        known = shown.parent.key
        values[f"{wanted.parent.key.place}.{wanted.parent.key.name}"] = f"$request.{known.place}.{known.name}"
    return values
