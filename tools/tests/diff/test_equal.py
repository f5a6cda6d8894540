"""`adcontract diff` of two documents that mean the same in other words: the table `equal.yaml`."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract.files.source import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Changes, Run

TABLE = read_yaml(Path(__file__).parent / "equal.yaml").data
SHELL: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Things", "version": "1"},
    "paths": {"/things": {"get": {"operationId": "getThings", "responses": {"200": {"description": "They."}}}}},
    "components": {
        "schemas": {"Card": {"type": "object"}, "Cash": {"type": "object"}},
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "token": {"type": "http", "scheme": "bearer"},
        },
    },
}


def of_schemas(table: dict[str, Any], spelling: str, version: str = "3.0.3") -> dict[str, Any]:
    """Return a document with an operation for each entry, whose request and response have the schema."""

    def operation(schema: dict[str, Any]) -> dict[str, Any]:
        content = {"application/json": {"schema": schema}}
        return {"requestBody": {"content": content}, "responses": {"200": {"description": "It.", "content": content}}}

    return of_operations(
        {name: {spelling: operation(each[spelling])} for name, each in table.items()}, spelling, version
    )


def of_operations(table: dict[str, Any], spelling: str, version: str = "3.0.3") -> dict[str, Any]:
    """Return a document with an operation for each entry."""
    responses = {"responses": {"200": {"description": "It."}}}
    paths = {
        f"/{name.replace(' ', '-')}": {"post": {"operationId": name, **responses, **each[spelling]}}
        for name, each in table.items()
    }
    return {**copy.deepcopy(SHELL), "openapi": version, "paths": paths}


def of_versions(table: dict[str, Any], spelling: str) -> dict[str, Any]:
    """Return the spelling of 3.0, or another one of 3.1."""
    return of_schemas(table, spelling, "3.0.3" if spelling == "one" else "3.1.0")


LAYOUTS = {"schemas": of_schemas, "operations": of_operations, "versions": of_versions}


def pairs(folder: Path, before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[Path, Path]]:
    """Yield the files of both documents in both orders."""
    files = folder / "before.json", folder / "after.json"
    for file, document in zip(files, (before, after), strict=True):
        file.write_text(json.dumps(document))
    yield files
    yield files[::-1]


@pytest.mark.parametrize("section", LAYOUTS)
def test_another_spelling_is_no_change_and_another_meaning_is_one(run: Run, tmp_path: Path, section: str) -> None:
    lay, table = LAYOUTS[section], TABLE[section]
    for files in pairs(tmp_path, lay(table, "one"), lay(table, "same")):
        assert json.loads(run(*files, "--format", "json").stdout)["changes"] == []
    for files in pairs(tmp_path, lay(table, "one"), lay(table, "other")):
        found = json.loads(run(*files, "--format", "json").stdout)["changes"]
        changed = {operation["operation"] for each in found for operation in each["operations"]}
        assert changed == {f"POST /{name.replace(' ', '-')}" for name in table}


@pytest.mark.parametrize("name", TABLE["documents"])
def test_another_spelling_of_a_document_is_no_change(changes: Changes, tmp_path: Path, name: str) -> None:
    one, same, other = ({**SHELL, **TABLE["documents"][name][key]} for key in ("one", "same", "other"))
    assert all(changes(*files) == [] for files in pairs(tmp_path, one, same))
    assert all(changes(*files) for files in pairs(tmp_path, one, other))
