"""What `adcontract import` suggests of single paths: each only where it is certain, with its reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract.contract.catalog import names
from adcontract.loading import load_named

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, Any] = {
    "type": "object",
    "properties": {"color": {"type": "string"}, "size": {"type": "integer"}, "changed": {"type": "string"}},
}
CHANGE: dict[str, Any] = {"type": "object", "properties": {"color": {"type": "string"}, "size": {"type": "integer"}}}


def operation(id_: str, body: dict[str, Any] | None = None, **responses: dict[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": id_, "responses": {}}
    for name, schema in responses.items():
        content = {"content": {"application/json": {"schema": schema}}} if schema else {}
        found["responses"][name.removeprefix("s")] = {"description": "As asked.", **content}
    if body:
        found["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return found


@pytest.fixture
def suggested(tmp_path: Path) -> Any:
    """What imports a document with some paths, and returns the x-resource of its operations."""

    def run(paths: dict[str, Any]) -> dict[str, Any]:
        document = {"openapi": "3.0.3", "info": {"title": "Own", "version": "1"}, "paths": paths}
        (tmp_path / "own.json").write_text(json.dumps(document))
        arguments = ["import", str(tmp_path / "own.json"), "--api", "own", "--spec", str(tmp_path / "spec")]
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        (name,) = names(tmp_path / "spec", "own")
        operations = load_named(name, tmp_path / "spec").operations
        return {each.id: each.data["x-resource"] for each in operations if "x-resource" in each.data}

    return run


def test_what_is_read_and_changed_at_a_path_without_an_id_is_a_singleton(suggested: Any) -> None:
    found = suggested(
        {
            "/settings": {
                "get": operation("getSettings", s200=SETTINGS),
                "put": operation("putSettings", CHANGE, s200=SETTINGS),
                "patch": operation("patchSettings", CHANGE, s204=None),
            }
        }
    )
    reason = "The path /settings names no item, and what it shows is changed there."
    update = {"name": "settings", "action": "update", "echo": ["/color", "/size"], "x-inferred": reason}
    assert found == {
        "getSettings": {"name": "settings", "action": "read", "x-inferred": reason},
        "putSettings": update,
        "patchSettings": update,
    }


ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, **CHANGE["properties"]},
}
KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


@pytest.mark.parametrize(("status", "action"), [("s201", "upsert"), ("s204", "update")])
def test_a_put_that_is_answered_with_201_is_an_upsert(status: str, action: str, suggested: Any) -> None:
    path = {
        "get": operation("getColor", s200=ITEM, s404=None),
        "put": operation("putColor", CHANGE, s200=ITEM, **{status: None if status == "s204" else ITEM}),
    }
    found = suggested({"/colors/{id}": {**{name: {**each, "parameters": [KEY]} for name, each in path.items()}}})
    assert {id_: (each["action"], each.get("echo")) for id_, each in found.items()} == {
        "getColor": ("read", None),
        "putColor": (action, ["/color", "/size"]),
    }


LIST: dict[str, Any] = {"type": "array", "items": SETTINGS}


@pytest.mark.parametrize(
    "path",
    [
        {"get": operation("read", s200=SETTINGS)},
        {"get": operation("read", s200=SETTINGS), "put": operation("change", CHANGE, s202=None)},
        {"get": operation("read", s200=LIST), "put": operation("change", CHANGE, s200=SETTINGS)},
        {"get": operation("read", s200=SETTINGS), "put": operation("change", LIST, s204=None)},
    ],
)
def test_another_path_suggests_nothing(path: dict[str, Any], suggested: Any) -> None:
    assert suggested({"/settings": path}) == {}


MERGE: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string", "nullable": True}}}
STEPS: dict[str, Any] = {"type": "array", "items": {"type": "object"}}


@pytest.mark.parametrize(
    ("media", "schema"), [("application/merge-patch+json", MERGE), ("application/json-patch+json", STEPS)]
)
def test_a_patch_changes_what_the_item_keeps_of_other_requests(
    media: str, schema: dict[str, Any], suggested: Any
) -> None:
    """What is readOnly is not kept; what null takes away in a merge need not be shown as null."""
    own = {"id": {"type": "integer", "readOnly": True}, "state": {"type": "string", "readOnly": True}}
    pet = {"type": "object", "properties": {**own, "name": {"type": "string"}}}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    get, patch = operation("getPet", s200=pet, s404=None), operation("patchPet", schema, s200=pet)
    patch["requestBody"]["content"] = {media: {"schema": schema}}
    pets = {"post": operation("createPet", pet, s201=pet)}
    found = suggested({"/pets": pets, "/pets/{id}": {"parameters": [key], "get": get, "patch": patch}})
    assert found["patchPet"]["echo"] == ["/name"]
