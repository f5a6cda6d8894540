"""Requests that look as if they had many entries and a result for each, and do not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join, lookup
from adcontract_proof.blind.lack import Lack
from adcontract_proof.blind.shapes import body_of, fields, json_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, ResourceOperation
    from adcontract_proof.blind.resources import Resources

_WORDS = {"batch", "bulk"}
"""The last part of a path at which many items are written."""

_ACTIONS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_STATUSES = ("status", "code", "statuscode", "success")


def batch_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield each operation beside a list of items whose path, body and response look like those of a batch."""
    listed = {each.operation.path: each for type_ in resources.contract.resources.values() for each in type_.of("list")}
    for operation in resources.contract.operations:
        path, _, word = operation.path.rpartition("/")
        beside = listed.get(path)
        if beside is None or plain(word) not in _WORDS or operation.behavior.resource:
            continue
        declared = _declared(resources, operation, beside)
        if declared is not None:
            yield Lack(
                "x-resource",
                (operation,),
                "no x-resource with a batch",
                "a result that is missing, of another entry, or not true cannot be seen",
                f"Its path ends with `{word}`, and its request and its response have a list.",
                {operation.pointer: {"x-resource": declared}},
            )


def _declared(resources: Resources, operation: Operation, beside: ResourceOperation) -> dict[str, Any] | None:
    """Return the declaration that a batch seems to have; None where the request or the response has no list."""
    document, action = resources.contract.document, _ACTIONS.get(operation.method)
    body, media = body_of(operation), json_of(operation)
    entries = _list(document, body) if body else None
    results = _list(document, f"{media.pointer}/schema") if media else None
    if body is None or media is None or None in (action, entries, results):
        return None
    items = resources.shapes.get(beside.operation.pointer)
    known, sent = items.fields if items else {}, _fields(document, body, str(entries))
    shown = _fields(document, f"{media.pointer}/schema", str(results))
    batch: dict[str, Any] = {"entries": entries, "results": results}
    if status := next((name for name in shown if plain(name) in _STATUSES), None):
        batch["status"] = join("", status)
    id_ = beside.declared.id or "/id"
    if item := next((name for name, node in shown.items() if _has(node, id_)), None):
        batch["item"] = join("", item)
    elif id_[1:] in shown:
        batch["shows_id"] = id_
    found: dict[str, Any] = {"name": beside.declared.name, "action": action, "id": id_}
    if beside.declared.parent:
        found["parent"] = {"name": beside.declared.parent.name, "key": {"path": beside.declared.parent.key.name}}
    echo = [join("", name) for name in sent if name in known and join("", name) != id_]
    if action != "delete" and echo:
        found["echo"] = echo
    return found | ({"gone": "hidden"} if action == "delete" else {}) | {"batch": batch}


def _list(document: dict[str, Any], schema: str) -> str | None:
    """Return the pointer of the only list in a value; None without one, or with several."""
    own = reach(document, schema, "")
    if any(lookup(document, each).get("type") == "array" for each in own):
        return ""
    lists = [name for name, node in fields(document, schema).items() if node.get("type") == "array"]
    return join("", lists[0]) if len(lists) == 1 else None


def _fields(document: dict[str, Any], schema: str, pointer: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in reach(document, schema, f"{pointer}/{EACH}"):
        found |= fields(document, each)
    return found


def _has(node: dict[str, Any], id_: str) -> bool:
    return node.get("type") == "object" and id_[1:] in node.get("properties", {})
