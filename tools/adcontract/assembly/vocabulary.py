"""Our own keywords, which start with x-: where each belongs, and the form of its value."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from adcontract.assembly.openapi_form import is_misspelled, unexpected
from adcontract.contract.actions import ACTIONS
from adcontract.openapi.breaches import message_of
from adcontract.openapi.pointer import join, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.openapi.grammar import Node

_FILE = Path(__file__).with_name("vocabulary.schema.json")


@cache
def keywords() -> dict[str, list[str]]:
    """Return the x- keywords that each type of OpenAPI object may have."""
    return {type_: list(schema["properties"]) for type_, schema in vocabulary()["properties"].items()}


def misused(node: Node) -> Iterator[tuple[str, str, str]]:
    """Yield each breach of the vocabulary by the value of a known keyword: pointer in `node`, message, fix."""
    known = vocabulary()["properties"][node.type]["properties"]
    own = {key: value for key, value in node.data.items() if key in known}
    outer = list(_validator().iter_errors({node.type: own})) if own else []
    errors = [(error, _description(each.evaluation_path)) for each in outer for error in _innermost(each)]
    unknown = unexpected(error for error, _ in errors)
    for error, fix in errors:
        key, *path = map(str, error.instance_path[1:])
        here = join("", key, *path)
        if error.kind.name == "additionalProperties":
            for name in error.kind.unexpected:
                yield join(here, name), f"{key}: {name} does not belong here.", fix
        elif error.kind.name == "falseSchema":
            yield here, f"{key}: {path[-1]} does not belong here.", fix
        elif not is_misspelled(error, unknown):
            yield here, f"{key}: {message_of(error)}.", fix


def _innermost(error: Any) -> list[Any]:
    """Return the errors of the alternative that was meant: one that is for a value of this type, with few errors."""
    branches = getattr(error.kind, "context", None) or []
    meant = [faults for faults in branches if faults and not any(_of_other_type(error, fault) for fault in faults)]
    if not meant:
        return [error]
    # an alternative inside repeats what is wrong with the whole
    places = {tuple(fault.instance_path) for fault in min(meant, key=len) if not hasattr(fault.kind, "context")}
    inner = [each for fault in min(meant, key=len) for each in _innermost(fault)]
    return [each for each in inner if each in min(meant, key=len) or tuple(each.instance_path) not in places]


def _of_other_type(error: Any, fault: Any) -> bool:
    return bool(fault.kind.name == "type" and fault.instance_path == error.instance_path)


def _description(way: list[str | int]) -> str:
    """Return the description of the innermost schema on the way of an evaluation that has one."""
    node, found = vocabulary(), ""
    for part in map(str, way):
        if part == "$defs":
            # the way to a name that `propertyNames` refuses leads out of the schema that refers to one of these
            return found
        node = vocabulary()["$defs"][node["$ref"].rpartition("/")[2]] if part == "$ref" else step(node, [part])
        description = node.get("description") if isinstance(node, dict) else None
        found = description if isinstance(description, str) else found
    return found


@cache
def vocabulary() -> dict[str, Any]:
    """Return the JSON Schema of the keywords: of an object whose one member is named after a type of OpenAPI object."""
    schema: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    schema["$defs"]["action"] = {"enum": [name for name, action in ACTIONS.items() if not action.each]}
    return schema


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(vocabulary(), mask="this")
