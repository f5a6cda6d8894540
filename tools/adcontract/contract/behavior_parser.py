"""The one reader of x-pagination, x-filter, x-sort, x-resource, x-states and x-invariants."""

from __future__ import annotations

from typing import Any

from adcontract.contract.actions import ACTIONS, batched
from adcontract.contract.behavior import (
    Batch,
    Behavior,
    Condition,
    Filter,
    Invariant,
    Key,
    Order,
    Pagination,
    Parent,
    Resource,
    Sort,
    Sum,
)
from adcontract.contract.provenance import inferred
from adcontract.contract.states import States
from adcontract.openapi.grammar import nodes

_NOT_POINTERS = (
    *("style", "page", "offset", "cursor", "size", "default", "headers", "refused"),
    *("x-inferred", "x-source"),
)


def parse_behavior(data: dict[str, Any], schemas: dict[str, Any], *, has_content: bool) -> Behavior:
    """Return the behavior that an Operation Object of an assembled document declares.

    Args:
        data: the Operation Object.
        schemas: the schemas of the parameters of its query, by name.
        has_content: whether its successful response has a body.
    """
    pagination = _pagination(schemas, data["x-pagination"]) if "x-pagination" in data else None
    return Behavior(
        pagination=pagination,
        filters=tuple(_filter(name, node) for name, node in data.get("x-filter", {}).items()),
        sorts=tuple(_sort(name, schemas, node) for name, node in data.get("x-sort", {}).items()),
        resource=_resource(data["x-resource"], pagination, has_content=has_content) if "x-resource" in data else None,
        states=States.of(data["x-states"]) if "x-states" in data else None,
    )


def echo_map(echo: dict[str, str] | list[str]) -> dict[str, str]:
    """Return an `echo` as a map; written as a list, its pointers are the same in the item and in the body."""
    return echo if isinstance(echo, dict) else {pointer: pointer for pointer in echo}


def invariants(document: dict[str, Any]) -> tuple[Invariant, ...]:
    """Return every invariant in an assembled document, in its order."""
    return tuple(
        Invariant(
            node.data["rule"], node.data["says"], node.pointer.rsplit("/", 2)[0], node.pointer, inferred(node.data)
        )
        for node in nodes("document", document)
        if node.type == "invariant"
    )


def _pagination(schemas: dict[str, Any], node: dict[str, Any]) -> Pagination:
    size: dict[str, Any] = schemas.get(node.get("size", ""), {})
    return Pagination(
        style=node["style"],
        start=node[node["style"]],
        size=node.get("size"),
        default=node.get("default", size.get("default")),
        max=size.get("maximum"),
        items=node["items"],
        envelope={role: at for role, at in node.items() if role not in _NOT_POINTERS and role != "items"},
        headers=node.get("headers", {}),
        refused=node.get("refused"),
        inferred=inferred(node),
    )


def _filter(name: str, node: dict[str, Any]) -> Filter:
    conditions = tuple(
        Condition(field, each["op"], negated=each.get("not", False))
        for each in node.get("any", [node])
        for field in each.get("fields") or [each["field"]]
    )
    return Filter(
        name,
        conditions,
        node.get("or", False),
        node.get("hidden", False),
        node.get("all"),
        inferred(node),
        tuple(node.get("about", {}).items()),
    )


def _sort(name: str, schemas: dict[str, Any], node: dict[str, Any]) -> Sort:
    is_list = schemas.get(name, {}).get("type") == "array"
    return Sort(name, _orders(node), inferred(node), node.get("separator"), is_list=is_list)


def _orders(node: dict[str, Any]) -> dict[str, Order]:
    if "values" in node:
        return {value: Order(node["field"], direction == "desc") for value, direction in node["values"].items()}
    if "descending" in node:
        fields = node["fields"].items()
        downwards = {f"{node['descending']}{name}": Order(field, descending=True) for name, field in fields}
        return {name: Order(field, descending=False) for name, field in fields} | downwards
    return {
        node["template"].format(field=name, direction=direction): Order(field, direction == "desc")
        for name, field in node["fields"].items()
        for direction in ("asc", "desc")
    }


def _resource(node: dict[str, Any], pagination: Pagination | None, *, has_content: bool) -> Resource:
    action = batched(node["action"]) if "batch" in node else node["action"]
    with_item = has_content and ACTIONS[action].returns_item and "shows_id" not in node
    return Resource(
        name=node["name"],
        action=action,
        key=_key(node["key"]) if "key" in node else None,
        id=node.get("id"),
        parent=_parent(node["parent"]) if "parent" in node else None,
        item=node.get("item", "") if with_item else node.get("item") if "batch" not in node else None,
        items=node.get("items", pagination.items if pagination else "") if action == "list" else None,
        shows_id=node.get("shows_id"),
        echo=_echo(node),
        takes={pointer: _key(key) for pointer, key in node.get("takes", {}).items()},
        makes=node.get("makes", {}),
        set=node.get("set", {}),
        gone=node.get("gone"),
        members=node.get("members"),
        member_id=node.get("member_id"),
        count=node.get("count"),
        named=node.get("named"),
        done=node.get("done"),
        ignored=node.get("ignored"),
        inferred=_reasons(node),
        batch=_batch(node["batch"], node.get("id")) if "batch" in node else None,
        sums={pointer: Sum(each["of"], each.get("field")) for pointer, each in node.get("sums", {}).items()},
    )


def _batch(node: dict[str, Any], item_id: str | None) -> Batch:
    return Batch(
        entries=node["entries"],
        id=node.get("id", item_id or "/id"),
        results=node.get("results"),
        status=node.get("status"),
        ok=tuple(node.get("ok", ())),
        item=node.get("item"),
        shows_id=node.get("shows_id"),
        atomic=node.get("atomic", False),
    )


def _echo(node: dict[str, Any]) -> dict[str, str]:
    """Return the `echo` of an x-resource. The id of an upsert is that in its path, whatever its body says."""
    id_ = node.get("id") if node["action"] == "upsert" else None
    return {ours: theirs for ours, theirs in echo_map(node.get("echo", [])).items() if ours != id_}


def _reasons(node: dict[str, Any]) -> str | None:
    mark = node.get("x-inferred")
    return " ".join(mark.values()) if isinstance(mark, dict) else mark


def _key(node: dict[str, str]) -> Key:
    ((location, name),) = node.items()
    return Key(location, name)


def _parent(node: dict[str, Any]) -> Parent:
    return Parent(node["name"], _key(node["key"]), node.get("id"), node.get("field"))
