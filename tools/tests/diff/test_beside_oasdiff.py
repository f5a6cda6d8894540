"""`adcontract diff` held beside oasdiff: the table `beside_oasdiff.yaml`, in which theirs is recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract.diff.rules import Impact
from adcontract.files.source import read_yaml

if TYPE_CHECKING:
    from conftest import Run

PAIRS = read_yaml(Path(__file__).parent / "beside_oasdiff.yaml").data
RESPONSE = {"200": {"description": "It."}}
COMPONENTS = {
    "schemas": {
        name: {"type": "object", "properties": {name.lower(): {"type": "string"}}} for name in ("Card", "Cash", "Debt")
    },
    "securitySchemes": {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "oauth": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "https://a.example/t", "scopes": {"read": "", "write": ""}}},
        },
    },
}


def document(paths: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Return a document with these paths."""
    shell = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    return {**shell, **keys, "components": {**COMPONENTS, **keys.get("components", {})}}


def operation(kind: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return an operation with the part: keys of its own, or the schema of its request or its response."""
    content = {"content": {"application/json": {"schema": part}}}
    keys = {"request": {"requestBody": content}, "response": {"responses": {"200": {"description": "It.", **content}}}}
    return {"responses": RESPONSE, **keys.get(kind, part)}


def judged(found: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the worst class of changes and their rules, as the table has them."""
    worst = min((Impact(each["class"]) for each in found), key=lambda impact: impact.rank, default=None)
    return {worst.value if worst else "none": sorted({each["rule"] for each in found})}


def compare(run: Run, folder: Path, *documents: dict[str, Any]) -> list[dict[str, Any]]:
    files = folder / "before.json", folder / "after.json"
    for file, each in zip(files, documents, strict=True):
        file.write_text(json.dumps(each))
    changes: list[dict[str, Any]] = json.loads(run(*files, "--format", "json").stdout)["changes"]
    return changes


def test_each_part_of_an_operation_has_the_class_of_the_table(run: Run, tmp_path: Path) -> None:
    pairs = {name: pair for name, pair in PAIRS.items() if pair["in"] != "document"}
    paths = [
        {
            f"/{name.replace(' ', '-')}": {"post": {"operationId": name, **operation(pair["in"], pair[side])}}
            for name, pair in pairs.items()
        }
        for side in ("before", "after")
    ]
    found: dict[str, list[dict[str, Any]]] = {f"POST {path}": [] for path in paths[0]}
    for change in compare(run, tmp_path, *map(document, paths)):
        for each in change["operations"]:
            found[each["operation"]].append(change)
    assert {name: judged(found[f"POST /{name.replace(' ', '-')}"]) for name in pairs} == {
        name: pair["ours"] for name, pair in pairs.items()
    }


def test_each_pair_of_documents_has_the_class_of_the_table(run: Run, tmp_path: Path) -> None:
    thing = {"/t": {"get": {"operationId": "getT", "responses": RESPONSE}}}
    for name, pair in PAIRS.items():
        if pair["in"] == "document":
            sides = [document(**{"paths": thing, **pair[side]}) for side in ("before", "after")]
            assert judged(compare(run, tmp_path, *sides)) == pair["ours"], name


def test_each_difference_in_class_is_explained() -> None:
    assert len(PAIRS) > 60
    unexplained = [
        name for name, pair in PAIRS.items() if pair["ours"].keys() != pair["theirs"].keys() and not pair.get("why")
    ]
    assert unexplained == []


def test_the_page_of_the_rules_and_the_table_is_up_to_date() -> None:
    command = [sys.executable, Path(__file__).with_name("write_rules.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
