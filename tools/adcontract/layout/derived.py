"""What the assembly adds to a document by itself, and no file of a contract has."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from adcontract.assembly.assembly import Assembly
from adcontract.assembly.links import link
from adcontract.contract.actions import ACTIONS
from adcontract.files.payload_files import DEFAULT
from adcontract.openapi.grammar import nodes, operation_objects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def drop_derived(document: dict[str, Any], folder: Path) -> None:
    """Remove the links that x-resource gives, and write the only example of a header beside its schema."""
    bare = copy.deepcopy(document)
    for response in _responses(bare):
        response.pop("links", None)
    link(Assembly(folder, bare))
    for response, derived in zip(_responses(document), _responses(bare), strict=True):
        links = response.pop("links", {})
        if own := {name: each for name, each in links.items() if each != derived.get("links", {}).get(name)}:
            response["links"] = own
    for node in nodes("document", document):
        examples = node.data.get("examples", {}) if node.type == "header" else {}
        if list(examples) == [DEFAULT] and list(examples[DEFAULT]) == ["value"]:
            node.data["example"] = node.data.pop("examples")[DEFAULT]["value"]


def declare_parents(document: dict[str, Any]) -> None:
    """List the parents that no operation shows under x-resource of the document, from where the assembly removes it."""
    declared = [each["x-resource"] for _, _, each in operation_objects(document) if "x-resource" in each]
    shown = {each["name"] for each in declared if ACTIONS[each["action"]].introduces}
    parents = {each["parent"]["name"] for each in declared if "parent" in each} - shown
    if parents:
        document["x-resource"] = {name: {} for name in sorted(parents)}


def _responses(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for _, _, operation in operation_objects(document):
        yield from operation.get("responses", {}).values()
