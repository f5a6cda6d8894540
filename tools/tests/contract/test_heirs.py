"""A value of a schema with a discriminator is held to the schema that extends it and that the discriminator names."""

from __future__ import annotations

from typing import Any

import pytest

from adcontract import Schemas

BASE = "#/components/schemas/Base"
SCHEMAS: dict[str, Any] = {
    "Base": {
        "required": ["kind"],
        "discriminator": {"propertyName": "kind", "mapping": {"far": "#/components/schemas/Far"}},
    },
    "Near": {"allOf": [{"$ref": BASE}], "required": ["size"], "properties": {"size": {"type": "integer"}}},
    "Far": {"allOf": [{"$ref": "#/components/schemas/Near"}, {"required": ["color"]}]},
    "Loop": {"allOf": [{"$ref": BASE}, {"oneOf": [{"$ref": BASE}, {"type": "string"}]}]},
}


@pytest.mark.parametrize(
    ("schema", "value", "pointers"),
    [
        ("Base", {"kind": "Near", "size": 1}, []),
        ("Base", {"kind": "Near"}, ["/Near/required"]),
        ("Base", {"kind": "Near", "size": "x"}, ["/Near/properties/size/type"]),
        ("Near", {"kind": "Near", "size": "x"}, ["/Near/properties/size/type"]),
        ("Base", {"kind": "far"}, ["/Far/allOf/1/required", "/Near/required"]),
        ("Far", {"kind": "Far", "size": 1}, ["/Far/allOf/1/required"]),
        ("Base", {"kind": "another"}, []),
        ("Base", {"kind": "Loop"}, []),
        ("Base", {"size": "x"}, ["/Base/required"]),
    ],
)
def test_a_fault_is_where_the_heir_says_so(schema: str, value: dict[str, Any], pointers: list[str]) -> None:
    schemas = Schemas({"components": {"schemas": SCHEMAS}})
    found = sorted(each.pointer for each in schemas.faults(f"/components/schemas/{schema}", value))
    assert found == [f"/components/schemas{each}" for each in pointers]
