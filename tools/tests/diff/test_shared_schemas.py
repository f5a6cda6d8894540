"""`adcontract diff` of schemas that thousands of places share, and that contain each other."""

from __future__ import annotations

import copy
import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

SCHEMAS, OPERATIONS = 60, 40


def entangled() -> dict[str, Any]:
    """Return a document whose schemas contain each other, all of them in every body."""

    def reference(number: int) -> dict[str, str]:
        return {"$ref": f"#/components/schemas/S{number}"}

    def operation(number: int) -> dict[str, Any]:
        schema = {"type": "array", "items": reference(number)}
        response = {"description": "All.", "content": {"application/json": {"schema": schema}}}
        return {"get": {"operationId": f"get{number}", "responses": {"200": response}}}

    schema = {
        "type": "object",
        "properties": {"text": {"type": "string"}, **{f"s{i}": reference(i) for i in range(SCHEMAS)}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Knot", "version": "1"},
        "paths": {f"/things{number}": operation(number) for number in range(OPERATIONS)},
        "components": {"schemas": {f"S{number}": copy.deepcopy(schema) for number in range(SCHEMAS)}},
    }


def test_schemas_that_contain_each_other_are_compared_once_and_each_change_is_reported_once(
    run: Run, tmp_path: Path
) -> None:
    files = [tmp_path / "before.json", tmp_path / "after.json"]
    document = entangled()
    files[0].write_text(json.dumps(document))
    for schema in document["components"]["schemas"].values():
        schema["properties"]["text"]["nullable"] = True
    files[1].write_text(json.dumps(document))
    began = time.process_time()
    found = json.loads(run(*files, "--format", "json").stdout)["changes"]
    assert time.process_time() - began < 8
    assert [each["rule"] for each in found] == ["response-property-became-nullable"] * SCHEMAS
    assert all(len(each["operations"]) == OPERATIONS for each in found)
    # the shortest path to a field names it, not the first one met
    messages = {operation["message"] for each in found for operation in each["operations"]}
    assert {message.count(".") for message in messages} == {2, 3}


def test_a_schema_that_a_body_and_a_field_share_changes_once(run: Run, tmp_path: Path) -> None:
    files = [tmp_path / "before.json", tmp_path / "after.json"]
    document = entangled()
    document["paths"] = {
        "/things0": document["paths"]["/things0"],
        "/one": copy.deepcopy(document["paths"]["/things1"]),
    }
    content = document["paths"]["/one"]["get"]["responses"]["200"]["content"]["application/json"]
    content["schema"] = content["schema"]["items"]
    files[0].write_text(json.dumps(document))
    document["components"]["schemas"]["S1"]["maxProperties"] = 3
    files[1].write_text(json.dumps(document))
    (found,) = json.loads(run(*files, "--format", "json").stdout)["changes"]
    assert [(each["operation"], each["message"]) for each in found["operations"]] == [
        ("GET /things0", "The field `[].s1` of the response 200 is now an object of at most 3 fields."),
        ("GET /one", "The body of the response 200 is now an object of at most 3 fields."),
    ]
