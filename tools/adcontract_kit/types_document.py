"""The document from which the types of a package are generated: what a client sends, and the JSON that it gets."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from adcontract.contract.directions import REQUEST, RESPONSE, is_hidden
from adcontract.openapi.grammar import METHODS, Node, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN_ENUM = "x-extensible-enum"
_ENUMS = ("enum", OPEN_ENUM)
_OF_PLACE = ("description", "nullable", "deprecated", "default")
"""Keywords that belong to the place of a schema rather than to its values."""

_WORDS = re.compile(r"[A-Za-z0-9]+")


def types_document(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document`, a copy that is changed, as one for types.

    Of a response with JSON the other media types are left out, what is for one direction alone may be missing, a list
    of values is a schema with a name of its own, and examples and extensions are gone, except lists of values that are
    open.
    """
    for node in list(nodes("document", document)):
        if node.type == "response":
            _only_json(node.data)
        if node.type == "schema" and "required" in node.data:
            _require_in_both_directions(document, node.data)
    _name_enums(document)
    return {key: value for key, value in _without_extensions(document).items() if key != "x-errors"}


def _only_json(response: dict[str, Any]) -> None:
    content = response.get("content", {})
    json = {name: media for name, media in content.items() if "json" in name}
    if json:
        response["content"] = json


def _require_in_both_directions(document: dict[str, Any], schema: dict[str, Any]) -> None:
    """Require only what both a request and a response have, as they share their types."""
    properties = schema.get("properties", {})
    hidden = {name for name, each in properties.items() if is_hidden(document, each, {REQUEST, RESPONSE})}
    schema["required"] = [name for name in schema["required"] if name not in hidden]
    if not schema["required"]:
        del schema["required"]


def _name_enums(document: dict[str, Any]) -> None:
    """Replace each list of values, but those of one value, by a reference to a schema of its own."""
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for owner, schema in [(_owner(document, node), node.data) for node in _with_values(document)]:
        if schemas.get(owner) is schema:
            continue
        key = next(each for each in _ENUMS if each in schema)
        if not all(isinstance(value, str) for value in schema[key]) or (key == "enum" and len(schema[key]) == 1):
            continue
        kept = {each: schema[each] for each in _OF_PLACE if each in schema}
        named = {each: value for each, value in schema.items() if each not in kept}
        name = _free(owner, named, schemas)
        schemas[name] = named
        schema.clear()
        reference = {"$ref": f"#/components/schemas/{name}"}
        schema.update({**kept, "allOf": [reference]} if kept else reference)


def _with_values(document: dict[str, Any]) -> list[Node]:
    schemas = (node for node in nodes("document", document) if node.type == "schema")
    return [node for node in schemas if any(key in node.data for key in _ENUMS)]


def _free(name: str, schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return `name`, with a number if another schema has it."""
    candidates = (name, *(f"{name}{number}" for number in range(2, 1000)))
    return next(each for each in candidates if schemas.get(each, schema) == schema)


def _owner(document: dict[str, Any], node: Node) -> str:
    """Return a name for the schema at a pointer: `CampaignStatus` for a property of `Campaign`."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in node.pointer.split("/")[1:]]
    if parts[0] == "components":
        return _name(parts[2], *_properties(parts[3:]))
    operation = document["paths"][parts[1]][parts[2]] if parts[2] in METHODS else {}
    owner = operation.get("operationId", parts[1])
    inside = parts[3:] if operation else parts[2:]
    if inside[0] == "parameters":
        parameters = operation.get("parameters") or document["paths"][parts[1]]["parameters"]
        return _name(owner, parameters[int(inside[1])].get("name", "parameter"), *_properties(inside[2:]))
    return _name(owner, "request" if inside[0] == "requestBody" else "response", *_properties(inside[1:]))


def _properties(parts: list[str]) -> Iterator[str]:
    """Yield the names of properties among the parts of a pointer."""
    for before, part in pairwise(parts):
        if before == "properties":
            yield part
    if parts and parts[-1] == "items":
        yield "item"


def _name(*parts: str) -> str:
    name = ""
    for part in parts:
        words = "".join(word[0].upper() + word[1:] for word in _WORDS.findall(part))
        # the type of a campaign that is its `campaignType` is a CampaignType
        name = words if name and words.startswith(name) else name + words
    return name


def _without_extensions(node: Any) -> Any:
    """Return a node without extensions and examples. The names of properties and the like are no keywords."""
    if isinstance(node, list):
        return [_without_extensions(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _without_extensions(each) for name, each in value.items()}
        if key in ("properties", "schemas", "responses", "parameters", "headers") and isinstance(value, dict)
        else _without_extensions(value)
        for key, value in node.items()
        if key not in ("example", "examples") and (not key.startswith("x-") or key == OPEN_ENUM)
    }
