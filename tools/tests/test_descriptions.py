"""Who reads a contract in Swagger UI, and has never seen the vendor's page, learns what each part is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from adcontract import load_named, names, spec_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

SAYS_NOTHING = {"a", "an", "the", "of", "its", "this", "is"}


def properties(node: Any, pointer: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The pointer, name and schema of each property that is described at its own place."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from properties(item, f"{pointer}/{index}")
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("example", "examples"):
                continue
            if key == "properties" and isinstance(value, dict):
                for name, schema in value.items():
                    if "$ref" not in schema:
                        yield f"{pointer}/properties/{name}", name, schema
            yield from properties(value, f"{pointer}/{key}")


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())) - SAYS_NOTHING


@pytest.mark.parametrize("name", names(spec_folder()), ids=str)
def test_every_operation_and_property_has_a_description_that_adds_to_its_name(name: str) -> None:
    contract = load_named(name, spec_folder())
    described = [(o.pointer, o.id, o.data) for o in contract.operations] + list(properties(contract.document))
    silent = [
        f"{contract.where(pointer)}: {own}"
        for pointer, own, node in described
        if not words(str(node.get("description", ""))) - words(own)
    ]
    assert silent == []
