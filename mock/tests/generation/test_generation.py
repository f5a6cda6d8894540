"""A generated value fits its schema, is the same for the same seed, and is plausible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from adcontract import Contract, ContractError, DocumentName, Schemas, load_named, names, spec_folder
from adcontract.openapi.pointer import join
from adcontract_mock.generation.values import Generator

SEEDS = [str(number) for number in range(20)]

SCHEMAS: dict[str, Any] = {
    "whole number": {"type": "integer"},
    "bounds": {"type": "integer", "minimum": 3, "maximum": 3},
    "exclusive bounds": {
        "type": "integer",
        "minimum": 3,
        "exclusiveMinimum": True,
        "maximum": 5,
        "exclusiveMaximum": True,
    },
    "below zero": {"type": "integer", "maximum": -7},
    "multiples": {"type": "integer", "minimum": 8, "maximum": 15, "multipleOf": 7},
    "number": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 0.5},
    "boolean": {"type": "boolean"},
    "short text": {"type": "string", "maxLength": 2},
    "long text": {"type": "string", "minLength": 300, "maxLength": 310},
    "capitals": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "odd pattern": {"type": "string", "pattern": "^(ab|cd){2}-[0-9a-f]{4}$"},
    "pattern in part": {"type": "string", "pattern": "-x[0-9]+$", "maxLength": 12},
    "day by pattern": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"},
    **{
        format_: {"type": "string", "format": format_}
        for format_ in (
            "date",
            "date-time",
            "time",
            "uuid",
            "email",
            "uri",
            "hostname",
            "ipv4",
            "ipv6",
            "byte",
            "other",
        )
    },
    "enum": {"type": "string", "enum": ["a", "b"]},
    "extensible enum": {"type": "string", "x-extensible-enum": ["a", "b"]},
    "letter": {"type": "string", "oneOf": [{"enum": [letter]} for letter in "abcdefghijklmnopqrstuvwxyz"]},
    "one letter": {"type": "string", "enum": ["j"], "allOf": [{"$ref": "#/components/schemas/letter"}]},
    "optional parts that nothing fits": {
        "type": "object",
        "properties": {
            f"part{number}": {"type": "object", "oneOf": [{"type": "object"}, {"nullable": True}]}
            for number in range(20)
        },
    },
    "enum of null": {"type": "string", "nullable": True, "enum": [None]},
    "nullable": {"type": "string", "nullable": True, "format": "date"},
    "nullable reference": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/capitals"}]},
    "no longer sent": {"type": "string", "nullable": True, "deprecated": True},
    "anything": {},
    "free object": {"type": "object"},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "map of a size": {
        "type": "object",
        "minProperties": 3,
        "maxProperties": 3,
        "additionalProperties": {"type": "string"},
    },
    "few properties": {
        "type": "object",
        "maxProperties": 1,
        "required": ["b"],
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
    },
    "closed": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
    "required without a schema": {"type": "object", "required": ["a"]},
    "list": {"type": "array", "items": {"type": "integer"}, "minItems": 3},
    "short list": {"type": "array", "items": {"type": "integer"}, "maxItems": 1},
    "empty list": {"type": "array", "items": {"type": "integer"}, "maxItems": 0},
    "set": {"type": "array", "uniqueItems": True, "minItems": 2, "items": {"type": "string", "enum": ["a", "b"]}},
    "both": {
        "allOf": [
            {"$ref": "#/components/schemas/bounded"},
            {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer", "maximum": 12}}},
        ]
    },
    "bounded": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 10}}},
    "one of": {"oneOf": [{"type": "integer", "minimum": 5}, {"type": "string", "format": "uuid"}]},
    "any of": {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    "one of two that overlap": {"oneOf": [{"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 0}]},
    "tree": {
        "type": "object",
        "required": ["name", "children"],
        "properties": {
            "name": {"type": "string"},
            "parent": {"$ref": "#/components/schemas/tree"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/tree"}},
        },
    },
    "chain": {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/chain"}]}},
    },
    "with an example": {"type": "object", "example": {"a": 1}, "properties": {"a": {"type": "integer"}}},
}


def contract_of(schemas: dict[str, Any]) -> Contract:
    document = orjson.dumps({"paths": {}, "components": {"schemas": schemas}})
    return Contract(DocumentName("test", "v1"), Path(), document, orjson.dumps({"locations": {}, "changes": []}))


def generator_of(contract: Contract) -> tuple[Generator, Schemas]:
    schemas = Schemas(contract.document)
    return Generator(contract, schemas), schemas


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_generated_value_fits_its_schema(name: str) -> None:
    generator, schemas = generator_of(contract_of(SCHEMAS))
    pointer = join("/components/schemas", name)
    for seed in SEEDS:
        assert schemas.faults(pointer, generator.value(pointer, seed)) == []


def _levels(number: int) -> dict[str, Any]:
    return {
        f"level{level}": {
            "type": "object",
            "required": ["a", "b", "c"],
            "properties": {name: {"$ref": f"#/components/schemas/level{level + 1}"} for name in "abc"},
        }
        for level in range(number)
    } | {f"level{number}": {"type": "boolean"}}


@pytest.mark.parametrize(
    "schemas",
    [
        {"level0": {"type": "array", "minItems": 3_000_000, "items": {"type": "object"}}},
        {"level0": {"type": "array", "minItems": 3_000_000, "uniqueItems": True, "items": {"type": "integer"}}},
        {"level0": {"allOf": [{"$ref": "#/components/schemas/long"}]}, "long": {"type": "string", "minLength": 10**8}},
        {"level0": {"type": "object", "minProperties": 3_000_000}},
        _levels(14),
        {**_levels(1), "level1": {"$ref": "#/components/schemas/level0"}},
    ],
    ids=["items", "different items", "text", "properties", "levels", "itself"],
)
def test_a_schema_that_asks_for_too_much_is_refused(schemas: dict[str, Any]) -> None:
    generator, _ = generator_of(contract_of(schemas))
    with pytest.raises(ContractError, match="has more than 20,000 parts"):
        generator.value("/components/schemas/level0", "1")


def test_schemas_that_all_refer_to_each_other_are_no_endless_work() -> None:
    names = [f"S{number}" for number in range(12)]
    crowd = {
        name: {
            "type": "object",
            "properties": {
                other: {"type": "array", "items": {"$ref": f"#/components/schemas/{other}"}} for other in names
            },
        }
        for name in names
    }
    generator, schemas = generator_of(contract_of(crowd))
    made = generator.value("/components/schemas/S0", "1")
    assert schemas.valid("/components/schemas/S0", made)
    assert len(orjson.dumps(made)) < 100_000


@pytest.mark.parametrize("name", names(spec_folder()), ids=str)
def test_a_generated_value_fits_every_schema_of_every_contract(name: DocumentName) -> None:
    contract = load_named(name, spec_folder())
    generator, schemas = generator_of(contract)
    for schema in contract.document["components"]["schemas"]:
        pointer = join("/components/schemas", schema)
        for seed in SEEDS:
            assert (schema, schemas.faults(pointer, generator.value(pointer, seed))) == (schema, [])


def test_the_same_seed_makes_the_same_and_another_another() -> None:
    pointer = "/components/schemas/tree"
    made = [generator_of(contract_of(SCHEMAS))[0].value(pointer, seed) for seed in ("a", "a", "b")]
    assert made[0] == made[1] != made[2]


def test_an_example_of_a_schema_goes_before_a_generated_value() -> None:
    assert generator_of(contract_of(SCHEMAS))[0].value("/components/schemas/with an example", "1") == {"a": 1}


def test_text_looks_like_the_name_of_its_property() -> None:
    names = ("email", "logoUrl", "currency", "country_code", "createdAt", "first_name", "user_id")
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    generator, _ = generator_of(contract_of({"thing": schema}))
    made = generator.value("/components/schemas/thing", "1")
    assert made["email"].endswith("@example.com")
    assert made["logoUrl"].startswith("https://example.com/")
    assert (len(made["currency"]), len(made["country_code"])) == (3, 2)
    assert made["createdAt"].startswith("2025-")
    assert made["first_name"].isalpha()
    assert made["user_id"].isdecimal()


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": "string", "pattern": "^a$", "minLength": 2},
        {"type": "string", "pattern": "\\p{Script=Greek}"},
        {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/impossible"}}},
    ],
)
def test_a_schema_that_nothing_fits_is_reported_with_the_fix(schema: dict[str, Any]) -> None:
    generator, _ = generator_of(contract_of({"impossible": schema}))
    with pytest.raises(ContractError) as reported:
        generator.value("/components/schemas/impossible", "1")
    assert "`example`" in reported.value.lines()[0]
