"""Objects are open: a payload of a later edition, which has more fields, fits the newest document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract import Schemas, load, load_named, names, spec_folder
from adcontract.contract.invariants import Invariants
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract import Contract, DocumentName, MediaType

NEWER = sorted((Path(__file__).parents[1] / "newer").glob("*/*.json"))
"""Payloads of our own making: <api>/<operationId>.<status, or request>.json."""

OURS = pytest.mark.parametrize("name", names(spec_folder()), ids=str)


def payloads(contract: Contract) -> list[tuple[MediaType, Any]]:
    """Return every documented body of a request or a success in JSON, with its media type."""
    media = [each for operation in contract.operations for each in operation.body]
    media += [each for operation in contract.operations if operation.success for each in operation.success.media]
    return [(each, example.value) for each in media if each.is_json for example in each.examples]


def widened(value: Any) -> Any:
    """Return a JSON value with a field more in each of its objects."""
    if isinstance(value, list):
        return [widened(each) for each in value]
    if isinstance(value, dict):
        return {**{key: widened(each) for key, each in value.items()}, "later_field": "any"}
    return value


@pytest.mark.parametrize("file", NEWER, ids=lambda file: f"{file.parent.name} {file.stem}")
def test_a_payload_of_a_later_edition_fits(file: Path) -> None:
    contract = load(file.parent.name)
    name, part = file.stem.split(".")
    operation = next(each for each in contract.operations if each.id == name)
    media = operation.body[0] if part == "request" else operation.responses[part].media[0]
    pointer, value = join(media.pointer, "schema"), json.loads(file.read_text(encoding="utf-8"))
    schemas = Schemas(contract.document)
    assert schemas.faults(pointer, value) == []
    assert Invariants(contract.document, schemas).violations(pointer, value) == []


@OURS
def test_every_documented_payload_may_have_a_field_more_in_each_object(name: DocumentName) -> None:
    contract = load_named(name, spec_folder())
    schemas, found = Schemas(contract.document), payloads(contract)
    assert found
    for media, value in found:
        assert schemas.faults(join(media.pointer, "schema"), widened(value)) == [], media.pointer
