"""The laws of a comparison, for any documents."""

from __future__ import annotations

import copy
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcontract import Location
from adcontract.contract.operations import operations_of
from adcontract.contract.schema_conversion import json_schema
from adcontract.diff.bodies import Holder, compare_schemas
from adcontract.diff.comparison import Comparison, comparison
from adcontract.diff.document import ComparedDocument
from adcontract.diff.pairs import Pairs
from adcontract.diff.rules import Impact
from adcontract.openapi.grammar import nodes

names = st.sampled_from(["a", "b", "c"])
scalars = st.one_of(
    st.fixed_dictionaries({"type": st.just("integer")}, optional={"maximum": st.integers(1, 3), "default": st.just(1)}),
    st.fixed_dictionaries({"type": st.just("number")}, optional={"minimum": st.integers(1, 3)}),
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "nullable": st.booleans(),
            "enum": st.lists(names, min_size=1, unique=True),
            "format": st.sampled_from(["uri", "date"]),
        },
    ),
    st.sampled_from([{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}, {}]),
)


def containers(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(names, inside, max_size=3)},
            optional={
                "required": st.lists(names, min_size=1, unique=True),
                "additionalProperties": st.one_of(st.booleans(), inside),
            },
        ),
        st.fixed_dictionaries({"type": st.just("array"), "items": inside}, optional={"maxItems": st.integers(1, 3)}),
        st.fixed_dictionaries({"allOf": st.lists(inside, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"oneOf": st.lists(inside, min_size=1, max_size=3)}),
    )


schemas = st.recursive(scalars, containers, max_leaves=6)
parameters = st.dictionaries(names, st.fixed_dictionaries({"required": st.booleans(), "schema": schemas}), max_size=2)
contents = st.dictionaries(
    st.sampled_from(["application/json", "text/csv"]), st.fixed_dictionaries({"schema": schemas}), max_size=2
)
responses = st.dictionaries(
    st.sampled_from(["200", "201", "404"]), st.fixed_dictionaries({"description": names, "content": contents})
)
operations = st.fixed_dictionaries(
    {"operationId": names, "deprecated": st.booleans(), "parameters": parameters, "responses": responses},
    optional={"requestBody": st.fixed_dictionaries({"required": st.booleans(), "content": contents})},
)
paths = st.dictionaries(
    st.sampled_from(["/a", "/b"]), st.dictionaries(st.sampled_from(["get", "put"]), operations), max_size=2
)


@st.composite
def documents(draw: st.DrawFn) -> ComparedDocument:
    data = {"paths": draw(paths), "components": {"schemas": {"A": draw(schemas), "B": draw(containers(schemas))}}}
    for item in data["paths"].values():
        for operation in item.values():
            operation["parameters"] = [{"name": k, "in": "query", **v} for k, v in operation["parameters"].items()]
    if "$ref" in data["components"]["schemas"]["A"]:
        data["components"]["schemas"]["A"] = {}
    return ComparedDocument("drawn", data, lambda pointer: Location(Path(f"drawn{pointer}")), operations_of(data))


def places(found: Comparison) -> list[tuple[str, str]]:
    return [(entry.change.before or "", entry.change.after or "") for entry in found.entries]


@given(documents())
@settings(max_examples=100, deadline=None)
def test_a_document_has_not_changed_from_itself(document: ComparedDocument) -> None:
    assert comparison(document, document).entries == ()


@pytest.mark.slow
@given(documents(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_schemas_that_are_wrapped_and_shuffled_have_not_changed(document: ComparedDocument, rng: Random) -> None:
    data = copy.deepcopy(document.data)
    for node in list(nodes("document", data)):
        if node.type == "schema":
            for list_ in ("enum", "required"):
                rng.shuffle(node.data.get(list_, []))
            if rng.random() < 0.5:
                inner = dict(node.data)
                node.data.clear()
                node.data[rng.choice(["allOf", "anyOf", "oneOf"])] = [inner]
    restated = ComparedDocument("restated", data, document.where, operations_of(data))
    assert comparison(document, restated).entries == ()


@pytest.mark.slow
@given(documents(), documents())
@settings(max_examples=200, deadline=None)
def test_what_is_new_in_one_direction_is_gone_in_the_other(one: ComparedDocument, other: ComparedDocument) -> None:
    there, back = places(comparison(one, other)), places(comparison(other, one))
    assert sorted(there) == sorted((before, after) for after, before in back)


@pytest.mark.slow
@given(documents(), documents())
@settings(max_examples=100, deadline=None)
def test_every_change_can_be_reported(one: ComparedDocument, other: ComparedDocument) -> None:
    found = comparison(one, other)
    assert sum(found.count(level) for level in Impact) == len(found.entries)
    assert all(entry.change.sentence.endswith(".") and "{" not in entry.change.part for entry in found.entries)


bounds = st.integers(0, 3)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={"minimum": bounds, "maximum": bounds, "nullable": st.booleans()},
)
exact = st.recursive(
    st.one_of(
        numbers,
        numbers.map(lambda schema: {"minimum": 0, **schema, "exclusiveMinimum": True}),
        st.fixed_dictionaries(
            {"type": st.just("string")},
            optional={"maxLength": bounds, "enum": st.lists(names, min_size=1), "nullable": st.booleans()},
        ),
    ),
    lambda inside: st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inside}, optional={"maxItems": bounds}),
        st.fixed_dictionaries(
            {"allOf": st.lists(inside, min_size=1, max_size=1)}, optional={"nullable": st.just(True)}
        ),
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.fixed_dictionaries({"a": inside})},
            optional={"required": st.just(["a"]), "additionalProperties": st.booleans()},
        ),
    ),
    max_leaves=3,
)
"""Schemas that differ in keywords only whose classes are more than a convention."""

values = st.recursive(
    st.sampled_from([None, 0, 1, 2.5, 4, "a", "abcd"]),
    lambda inside: st.one_of(st.lists(inside, max_size=2), st.dictionaries(names, inside, max_size=2)),
    max_leaves=3,
)


@pytest.mark.slow
@given(exact, exact, st.lists(values, min_size=10, max_size=10))
@settings(max_examples=400, deadline=None)
def test_what_is_safe_refuses_nothing_in_a_request_and_brings_nothing_strange_in_an_answer(
    old: dict[str, Any], new: dict[str, Any], drawn: list[Any]
) -> None:
    validators = [jsonschema_rs.Draft202012Validator(json_schema(schema)) for schema in (old, new)]
    for subject, (narrow, wide) in (("request-body", validators), ("response-body", validators[::-1])):
        found = compare_schemas(Holder(subject, "the body"), Pairs({}, {}), (old, "/old"), (new, "/new"))
        if all(change.rule.impact is Impact.SAFE for change in found):
            assert all(wide.is_valid(value) for value in drawn if narrow.is_valid(value))
