"""A schema of OpenAPI 3.1 allows the same values after it is brought to 3.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from adcontract import Contract, Schemas, load_named, names

OTHER = {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}
VALUES: list[Any] = [
    *(None, True, 0, 3, 5, 7, 10.5, "", "a", "b", "abc", [], [1], [1, "a"], ["a", 1], [1, "a", 2], [3, 4], {}),
    *({"x": 1}, {"x": "1"}, {"x": 1, "y": 2}, {"y": 2}, {"k": "a"}, {"k": "a", "x": 1}, {"k": "b"}, {"x": None}),
    *({"s_1": 1}, {"s_1": "1"}, {"x": 1, "k": "a", "y": None}),
]
REFERENCE = {"$ref": "#/components/schemas/Other"}
SCHEMAS: dict[str, Any] = {
    "type-list-with-null": {"type": ["string", "null"]},
    "type-list": {"type": ["integer", "array"]},
    "type-list-of-three": {"type": ["integer", "string", "null"], "maxLength": 1},
    "type-list-beside-any-of": {"type": ["integer", "string", "null"], "anyOf": [{"minimum": 4}, {"type": "null"}]},
    "null": {"type": "null"},
    "null-in-any-of": {"anyOf": [REFERENCE, {"type": "null"}]},
    "null-first-in-one-of": {"oneOf": [{"type": "null"}, REFERENCE, {"type": "string"}]},
    "null-in-any-of-that-all-of-refuses": {"allOf": [REFERENCE], "anyOf": [{"type": "null"}, {"type": "object"}]},
    "null-in-a-type-list-that-enum-refuses": {"type": ["string", "null"], "enum": ["a", "b"]},
    "null-in-a-type-list-that-a-reference-refuses": {**REFERENCE, "type": ["object", "null"]},
    "const": {"const": "a"},
    "const-null": {"const": None},
    "enum-with-null": {"enum": ["a", None]},
    "reference-with-siblings": {**REFERENCE, "description": "Another.", "maxProperties": 1},
    "exclusive-limits": {"type": "number", "exclusiveMinimum": 3, "exclusiveMaximum": 10.5},
    "exclusive-and-inclusive-limits": {"minimum": 5, "exclusiveMinimum": 3, "maximum": 10, "exclusiveMaximum": 7},
    "if-then-else": {
        "type": "object",
        "if": {"properties": {"k": {"const": "a"}}, "required": ["k"]},
        "then": {"required": ["x"]},
        "else": {"properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}},
    },
    "if-then-else-or-null": {"type": ["object", "null"], "if": {"required": ["k"]}, "else": {"required": ["x"]}},
    "tuple": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
    "tuple-open": {"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "string"}},
    "tuple-of-no-more": {"type": "array", "prefixItems": [{"type": "integer"}], "unevaluatedItems": False},
    "tuple-elsewhere-of-no-more": {"allOf": [{"type": "array", "prefixItems": [True]}], "unevaluatedItems": False},
    "contains": {"type": "array", "contains": {"type": "string"}, "maxContains": 1},
    "pattern-properties": {"patternProperties": {"^s_": {"type": "string"}}},
    "property-names": {"propertyNames": {"maxLength": 1}},
    "dependent": {"dependentRequired": {"k": ["x"]}, "dependentSchemas": {"y": {"required": ["x"]}}},
    "unevaluated": {"allOf": [REFERENCE], "unevaluatedProperties": False},
    "unevaluated-beside-a-reference": {**REFERENCE, "properties": {"y": True}, "unevaluatedProperties": False},
    "false": {"type": "object", "properties": {"x": False}},
    "true": True,
    "definitions": {"$defs": {"Small": {"maximum": 5}}, "anyOf": [{"$ref": "#/components/schemas/Case/$defs/Small"}]},
    "additional": {"properties": {"x": True}, "additionalProperties": {"type": ["integer", "null"]}},
}


def _contract(folder: Path, schema: Any) -> Contract:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Cases", "version": "1"},
        "paths": {"/case": {"get": {"responses": {"200": {"description": "Fine.", "content": content}}}}},
        "components": {"schemas": {"Case": schema, "Other": OTHER}},
    }
    file = folder / "openapi.json"
    file.write_text(json.dumps(document))
    (name,) = names(file)
    return load_named(name, file)


@pytest.mark.parametrize("case", SCHEMAS)
def test_it_allows_the_same_values_as_before(case: str, tmp_path: Path) -> None:
    text = json.dumps(SCHEMAS[case]).replace("#/components/schemas/Case", "#").replace("components/schemas", "$defs")
    before = json.loads(text)
    if isinstance(before, dict):
        before.setdefault("$defs", {})["Other"] = OTHER
    oracle = jsonschema_rs.Draft202012Validator(before)
    contract = _contract(tmp_path, SCHEMAS[case])
    schemas = Schemas(contract.document)
    assert contract.document["openapi"].startswith("3.0.")
    for value in VALUES:
        faults = schemas.faults("/components/schemas/Case", value)
        assert oracle.is_valid(value) is not bool(faults), value
        for fault in faults:  # each has a place
            assert contract.where(fault.pointer).line == 1
