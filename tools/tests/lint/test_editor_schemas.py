"""The JSON Schemas for editors: our contracts are valid by those that `.vscode/settings.json` gives their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from adcontract.assembly.vocabulary import keywords, vocabulary
from adcontract.files.source import read_yaml

ROOT = Path(__file__).resolve().parents[3]
GIVEN: dict[str, str] = json.loads((ROOT / ".vscode/settings.json").read_text())["yaml.schemas"]
EDITOR = ROOT / "tools/adcontract/editor"
REGISTRY = jsonschema_rs.Registry(
    [(f"editor:/{file.name}", json.loads(file.read_text())) for file in EDITOR.glob("*.json")]
)


def errors(schema: str, data: Any) -> list[str]:
    found = jsonschema_rs.Draft7Validator({"$ref": f"editor:/{Path(schema).name}"}, registry=REGISTRY)
    return [f"{error.instance_path}: {error.message}" for error in found.iter_errors(data)]


def test_every_kind_of_file_has_a_schema() -> None:
    assert {Path(schema).name for schema in GIVEN} == {file.name for file in EDITOR.glob("*.json")}
    assert all((ROOT / schema).is_file() for schema in GIVEN)


@pytest.mark.parametrize("schema", GIVEN)
def test_the_files_of_our_contracts_are_valid_by_it(schema: str) -> None:
    sound = ROOT / "tools/tests/sound"
    files = [*ROOT.glob(GIVEN[schema]), *sound.glob(GIVEN[schema].removeprefix("spec/"))]
    assert files or "requestBodies" in GIVEN[schema]
    assert {file: found for file in files if (found := errors(schema, read_yaml(file).data))} == {}


SUCCESS = {"200": {"description": "The orders."}}


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ("path", {"get": {"responses": SUCCESS, "x-sorce": "Orders"}}),
        (
            "path",
            {"get": {"responses": SUCCESS, "x-resource": {"name": "order", "action": "lst"}}},
        ),
        ("path", {"get": {"responses": SUCCESS, "x-pagination": {"style": "page"}}}),
        ("path", {"get": {"respones": {}}}),
        ("schema", {"type": "strng"}),
        ("schema", {"type": "string", "x-extensible-enum": []}),
        ("parameter", {"name": "x", "in": "query", "schema": {"type": "string"}, "x-format": {"csv": "csv"}}),
        ("security-scheme", {"type": "http", "scheme": "bearer", "x-body": "x"}),
    ],
)
def test_a_misspelled_key_or_value_is_marked(schema: str, data: Any) -> None:
    assert errors(f"{schema}.schema.json", data)


def test_every_keyword_of_ours_is_explained_where_it_is_typed() -> None:
    known = {key for keys in keywords().values() for key in keys}
    assert {key for key in known if not vocabulary()["$defs"][key].get("description")} == set()
