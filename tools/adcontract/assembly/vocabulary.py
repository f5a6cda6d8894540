"""Our own keywords, which start with x-: where each belongs, and the form of its value."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from adcontract.contract.actions import ACTIONS
from adcontract.openapi.pointer import join, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.openapi.grammar import Node

_FILE = Path(__file__).with_name("vocabulary.schema.json")


@cache
def keywords() -> dict[str, list[str]]:
    """Return the x- keywords that each type of OpenAPI object may have."""
    return {type_: list(schema["properties"]) for type_, schema in _schema()["properties"].items()}


def misused(node: Node) -> Iterator[tuple[str, str, str]]:
    """Yield each breach of the vocabulary by the value of a known keyword: pointer in `node`, message, fix."""
    known = _schema()["properties"][node.type]["properties"]
    own = {key: value for key, value in node.data.items() if key in known}
    for error in _validator().iter_errors({node.type: own}) if own else ():
        key, *path = map(str, error.instance_path[1:])
        unknown = error.kind.value[:1] if error.kind.name == "additionalProperties" else []
        yield join("", key, *path, *unknown), f"{key}: {error.message}.", _description(error.evaluation_path)


def _description(way: list[str | int]) -> str:
    """Return the description of the innermost schema on the way of an evaluation that has one."""
    node, found = _schema(), ""
    for part in map(str, way):
        node = _schema()["$defs"][node["$ref"].rpartition("/")[2]] if part == "$ref" else step(node, [part])
        description = node.get("description") if isinstance(node, dict) else None
        found = description if isinstance(description, str) else found
    return found


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    schema["$defs"]["action"] = {"enum": list(ACTIONS)}
    return schema


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(_schema(), mask="this")
