"""Every rule of `adcontract diff` has a pair of documents, and that pair breaks exactly this rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract.diff.rules import REQUEST, RESPONSE, RULES
from adcontract.files.source import read_yaml

DATA = Path(__file__).parent
OPERATIONS = sorted((DATA / "operations").glob("*.yaml"))
"""A file for each rule, called as it is: `before` and `after` are keys of an operation, or of the document."""
SCHEMAS = sorted((DATA / "schemas").glob("*.yaml"))
"""A file for each rule on schemas, called as it is without its subject: `before` and `after` are a schema."""

RESPONSE_OBJECT = {"200": {"description": "It."}}
COMPONENTS = {
    "schemas": {"Card": {"type": "object"}, "Cash": {"type": "object"}},
    "securitySchemes": {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "token": {"type": "http", "scheme": "bearer"},
        "oauth": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {"tokenUrl": "https://x.example/token", "scopes": {"read": "", "write": ""}}
            },
        },
    },
}


def document(keys: dict[str, Any]) -> dict[str, Any]:
    """Return a sound document with these keys, which are its own or those of its one operation."""
    shell = {"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "components": COMPONENTS}
    if keys.keys() & {"paths", "servers", "components"}:
        return {**shell, "paths": {}, **keys}
    return {**shell, "paths": {"/things": {"post": {"operationId": "readThing", "responses": RESPONSE_OBJECT, **keys}}}}


def with_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a document that has the schema in each place where one can be."""

    def body(schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": "It.", "content": {"application/json": {"schema": schema}}}

    field = {"type": "object", "properties": {"field": schema}}
    responses = {
        "200": body(schema),
        "201": body(field),
        "204": {**RESPONSE_OBJECT["200"], "headers": {"X": {"schema": schema}}},
    }
    shell = document({"parameters": [{"name": "q", "in": "query", "schema": schema}], "responses": responses})
    for path, each in (("/bodies", schema), ("/fields", field)):
        request = {"content": body(each)["content"]}
        shell["paths"][path] = {"put": {"operationId": path[1:], "requestBody": request, "responses": RESPONSE_OBJECT}}
    return shell


def changes(folder: Path, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the changes that the command reports between two documents."""
    files = [folder / "before.json", folder / "after.json"]
    for file, data in zip(files, (before, after), strict=True):
        file.write_text(json.dumps(data, indent=2))
    result = CliRunner().invoke(main, ["diff", *map(str, files), "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["changes"]
    return found


@pytest.mark.parametrize("file", OPERATIONS, ids=lambda file: file.stem)
def test_a_change_of_an_operation_is_reported_by_its_rule_alone(file: Path, tmp_path: Path) -> None:
    pair = read_yaml(file).data
    found = changes(tmp_path, document(pair["before"]), document(pair["after"]))
    assert [(change["rule"], change["class"]) for change in found] == [(file.stem, pair["class"])]


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_a_change_of_a_schema_is_reported_by_its_rule_alone_wherever_the_schema_is(file: Path, tmp_path: Path) -> None:
    pair = read_yaml(file).data
    found = changes(tmp_path, with_schema(pair["before"]), with_schema(pair["after"]))
    actual = sorted((change["rule"], change["class"]) for change in found)
    expected = [(f"{subject}-{file.stem}", pair["request"]) for subject in REQUEST]
    expected += [(f"{subject}-{file.stem}", pair["response"]) for subject in RESPONSE]
    assert actual == sorted(expected)


def test_every_rule_has_a_pair() -> None:
    shown = {file.stem for file in OPERATIONS}
    shown |= {f"{subject}-{file.stem}" for file in SCHEMAS for subject in (*REQUEST, *RESPONSE)}
    assert shown == set(RULES)


@pytest.mark.parametrize("file", [*OPERATIONS, *SCHEMAS], ids=lambda file: file.stem)
def test_a_document_compared_with_itself_has_no_changes(file: Path, tmp_path: Path) -> None:
    pair = read_yaml(file).data
    lay = document if file in OPERATIONS else with_schema
    for each in (pair["before"], pair["after"]):
        assert changes(tmp_path, lay(each), lay(each)) == []


SIGNS = {"descending": "-", "fields": {"a": "/a"}}


@pytest.mark.parametrize(
    ("keyword", "before", "after", "rule"),
    [
        ("x-filter", {"field": "/a", "op": "gte"}, {"field": "/a", "op": "gt"}, "changed"),
        ("x-filter", {"field": "/a", "op": "in"}, {"field": "/a", "op": "in", "not": True}, "changed"),
        ("x-filter", {"fields": ["/a"], "op": "words"}, {"fields": ["/a", "/b"], "op": "words"}, "changed"),
        ("x-filter", {"field": "/a", "op": "in"}, {"field": "/a", "op": "in", "x-inferred": "It is so."}, "added"),
        ("x-sort", SIGNS, {**SIGNS, "separator": ","}, "added"),
        ("x-sort", {**SIGNS, "separator": ","}, {**SIGNS, "separator": "|"}, "changed"),
        ("x-sort", {**SIGNS, "separator": ","}, SIGNS, "changed"),
    ],
)
def test_another_word_in_a_filter_is_another_filter_and_an_order_may_take_more(
    keyword: str, before: dict[str, Any], after: dict[str, Any], rule: str, tmp_path: Path
) -> None:
    pair = ({keyword: {"q": each}} for each in (before, after))
    found = changes(tmp_path, *map(document, pair))
    assert [change["rule"] for change in found] == [f"api-behavior-{rule}"]


BATCH = {"entries": "/rows", "results": "/results", "status": "/status"}


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ({}, {"batch": BATCH}, "changed"),
        ({"batch": BATCH}, {"batch": {**BATCH, "atomic": True}}, "changed"),
        ({"batch": {**BATCH, "ok": ["made"]}}, {"batch": {**BATCH, "ok": ["made", "there"]}}, "changed"),
        ({"sums": {"/a": {"of": "row"}}}, {"sums": {"/a": {"of": "row", "field": "/b"}}}, "changed"),
        ({"sums": {"/a": {"of": "row"}}}, {"sums": {"/a": {"of": "row"}, "/b": {"of": "row"}}}, "added"),
    ],
)
def test_another_word_in_a_batch_or_a_sum_is_another_one(
    before: dict[str, Any], after: dict[str, Any], rule: str, tmp_path: Path
) -> None:
    pair = ({"x-resource": {"name": "it", "action": "create", **each}} for each in (before, after))
    found = changes(tmp_path, *map(document, pair))
    assert [change["rule"] for change in found] == [f"api-behavior-{rule}"]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (None, {"queued": ["done"]}, "api-behavior-added"),
        ({"queued": ["done"]}, {"queued": ["done", "failed"]}, "api-behavior-changed"),
        ({"queued": ["done", "failed"]}, {"queued": ["done"]}, "api-behavior-changed"),
    ],
)
def test_a_state_that_a_client_does_not_know_is_a_change_of_behavior(
    before: dict[str, Any] | None, after: dict[str, Any], rule: str, tmp_path: Path
) -> None:
    old, new = (
        document({"x-states": {"field": "/status", "follows": each}} if each else {}) for each in (before, after)
    )
    assert [each["rule"] for each in changes(tmp_path, old, new)] == [rule]
