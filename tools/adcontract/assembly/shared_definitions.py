"""The behavior that several operations share stands once in openapi.yaml; the assembly puts it into each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.contract.behavior_parser import echo_map
from adcontract.openapi.grammar import operation_objects
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly


def share(assembly: Assembly) -> None:
    """Replace the name of a shared pagination by its definition, and complete each resource by its shared keywords.

    The keywords of the operation itself come first. The name of a pagination that openapi.yaml lacks is a finding.
    """
    paginations = assembly.document.pop("x-pagination", {})
    resources = assembly.document.pop("x-resource", {})
    for path, method, operation in operation_objects(assembly.document):
        _paginate(assembly, paginations, operation, join("/paths", path, method))
        _complete(assembly, resources, operation, join("/paths", path, method))


def _paginate(assembly: Assembly, shared: dict[str, Any], operation: dict[str, Any], pointer: str) -> None:
    name, here = operation.get("x-pagination"), join(pointer, "x-pagination")
    if not isinstance(name, str):
        return
    if name in shared:
        operation["x-pagination"] = dict(shared[name])
        assembly.copy_locations(shared[name], join("/x-pagination", name), here)
    else:
        del operation["x-pagination"]
        message, fix = f"openapi.yaml has no pagination {name}.", "Write it under x-pagination there, or correct it."
        assembly.report(assembly.where(here), "shared-name", message, fix)


def _complete(assembly: Assembly, shared: dict[str, Any], operation: dict[str, Any], pointer: str) -> None:
    """Complete the resource of an operation by the shared keywords, and by entries of its echo and x-inferred."""
    own = operation.get("x-resource")
    if not own or own["name"] not in shared:
        return
    known = {
        key: value for key, value in shared[own["name"]].items() if key != "echo" or ACTIONS[own["action"]].keeps_body
    }
    there, here = join("/x-resource", own["name"]), join(pointer, "x-resource")
    for key, value in known.items():
        if key not in own:
            assembly.copy_locations(value, join(there, key), join(here, key))
        if key == "echo":
            _locate_entries(assembly, value, join(there, key), join(here, key))
            _locate_entries(assembly, own.get(key, []), join(here, key), join(here, key))
            own[key] = {**echo_map(value), **echo_map(own.get(key, []))}
        elif key == "x-inferred" and isinstance(value, dict):
            reasons = {keyword: reason for keyword, reason in value.items() if keyword in known}
            mark = own.get(key, {})
            own[key] = mark if isinstance(mark, str) else {**reasons, **mark}
        else:
            own.setdefault(key, value)
    if own.get("x-inferred") == {}:
        del own["x-inferred"]


def _locate_entries(assembly: Assembly, echo: dict[str, str] | list[str], there: str, here: str) -> None:
    """Give each entry of an echo, which becomes a map, the location that it has in the list at `there`."""
    for index, pointer in enumerate(echo if isinstance(echo, list) else ()):
        assembly.locations[join(here, pointer)] = assembly.where(join(there, str(index)))
