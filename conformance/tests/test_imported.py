"""A contract that `adcontract import` writes: the mock serves it, and keeps the behavior that was suggested."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adcontract.cli import main

PETS = Path(__file__).resolve().parents[2] / "tools/tests/layout/pets.yaml"


@pytest.mark.slow
def test_the_stateful_mock_of_an_imported_document_conforms_to_it(
    command: Callable[..., Any], mock: Callable[..., AbstractContextManager[str]], tmp_path: Path
) -> None:
    spec, report = str(tmp_path / "spec"), tmp_path / "report.json"
    assert CliRunner().invoke(main, ["import", str(PETS), "--api", "pets", "--spec", spec]).exit_code == 0
    groups = "examples,behavior,rejection"
    with mock(tmp_path, "--spec", spec, "--stateful", "--seed-items", "20") as url:
        result = command(
            url, "--spec", spec, "--json", str(report), "--for", "own", "--groups", groups, "--generated", "2"
        )
    assert result.exit_code == 0, result.output
    (api,) = json.loads(report.read_text())["apis"]
    assert api["findings"] == []
    passed = {(each["check"], each["operation"]) for each in api["results"] if each["outcome"] == "pass"}
    assert {
        ("behavior.page-walk", "listPets"),
        ("behavior.filter", "listPets"),
        ("behavior.sort-order", "listPets"),
        ("behavior.create", "addPets"),
        ("behavior.create", "createVisit"),
        ("behavior.delete", "deletePet"),
    } <= passed
