"""The examples of a document of a user's own, each a named one that fits its schema."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any

from adcontract.contract.schemas import Schemas
from adcontract.errors import Finding
from adcontract.openapi.grammar import nodes
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly
    from adcontract.contract.schemas import SchemaError
    from adcontract.openapi.grammar import Node

_DEFAULT = "default"
_LONGEST = 200


_RULES = {
    "media type": "payload-fits",
    "parameter": "parameter-fits",
    "header": "example-fits",
    "schema": "example-fits",
}
"""The lint rule on the examples of each type of object."""


def settle_examples(assembly: Assembly) -> None:
    """Let each example be a named one that fits its schema; those that do not, or lie elsewhere, are left out.

    A client that is shown an example takes it for what the API sends, and a server is held to the schema.
    """
    every = [node for node in nodes("document", assembly.document) if node.type in _RULES]
    for node in every:
        if node.type != "schema":
            _name(node, assembly)
    schemas = Schemas(assembly.document)
    for node in every:
        if node.type != "schema":
            _keep_fitting(node, assembly, schemas)
        elif "example" in node.data and (faults := schemas.faults(node.pointer, node.data["example"])):
            _leave_out(assembly, node, join(node.pointer, "example"), "of this schema", faults)
            del node.data["example"]


def _name(node: Node, assembly: Assembly) -> None:
    data = node.data
    if "example" in data and not isinstance(data.get("examples"), dict):
        data["examples"] = {_DEFAULT: {"value": data["example"]}}
        where = assembly.where(join(node.pointer, "example"))
        assembly.locations[join(node.pointer, "examples", _DEFAULT, "value")] = where
    data.pop("example", None)
    for name, example in list(data.get("examples", {}).items()):
        if not isinstance(example, dict) or "value" not in example:
            where = assembly.where(join(node.pointer, "examples", name))
            cause = "lies elsewhere" if isinstance(example, dict) and "externalValue" in example else "has no value"
            message = f"The example {name} {cause}, and is left out."
            assembly.notes.append(Finding(where, "payload-missing", message, "Write it as its value."))
            del data["examples"][name]


def _keep_fitting(node: Node, assembly: Assembly, schemas: Schemas) -> None:
    examples = node.data.get("examples", {})
    is_text = node.type == "media type" and "json" not in node.pointer.rpartition("/")[2]
    if not examples or "schema" not in node.data or is_text:
        return
    may_be_empty, schema = node.data.get("allowEmptyValue") is True, join(node.pointer, "schema")
    for name, example in list(examples.items()):
        if example["value"] == "" and may_be_empty:
            continue
        _turn(assembly, node, name, example, schemas)
        faults = schemas.faults(schema, example["value"])
        if faults:
            _leave_out(assembly, node, join(node.pointer, "examples", name, "value"), name, faults)
            del examples[name]
    if not examples:
        node.data.pop("examples")


def _turn(assembly: Assembly, node: Node, name: str, example: dict[str, Any], schemas: Schemas) -> None:
    """Remove from an example what is `writeOnly` in a response, and what is `readOnly` in a request."""
    schema = join(node.pointer, "schema")
    hidden = schemas.hidden_parts(schema, example["value"])
    if hidden:
        fields = ", ".join(".".join(map(str, each.path)) for each in hidden)
        where = assembly.where(join(node.pointer, "examples", name, "value"))
        message = f"The example {name} shows what is for the other direction alone: {fields} is left out."
        assembly.notes.append(Finding(where, _RULES[node.type], message, "Leave it out here."))
        example["value"] = schemas.visible(schema, example["value"])


def _leave_out(assembly: Assembly, node: Node, pointer: str, name: str, faults: list[SchemaError]) -> None:
    shown = f"{faults[0].field}: {faults[0].message}" if faults[0].field else faults[0].message
    message = f"The example {name} does not fit its schema, and is left out: {shorten(shown, _LONGEST)}."
    finding = Finding(assembly.where(pointer), _RULES[node.type], message, "Correct the example, or the schema.")
    assembly.notes.append(finding)
