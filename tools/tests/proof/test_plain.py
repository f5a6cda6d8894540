"""`adcontract prove` on a document of a user's own says what to declare, so that more can be checked."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from adcontract import load_named, names
from adcontract.cli import main
from adcontract_proof.blind_spots import as_lines, blind_spots

DOCUMENT = """
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /items:
    get:
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses:
        '200': {description: Fine., content: {application/json: {schema: {type: array, items: {type: object}}}}}
"""


def test_what_the_document_does_not_say_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text(DOCUMENT)
    (name,) = names(file)
    lines = as_lines(blind_spots(load_named(name, file)))
    said = "how an invalid request is answered is checked only where its operation says it"
    assert any(f"{file}:2)" in line and "has no x-errors" in line and said in line for line in lines), lines


def test_its_faults_are_planted_and_caught(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text(DOCUMENT)
    faults = [part for name in ("server-error", "cut-json") for part in ("--fault", name)]
    run = CliRunner().invoke(main, ["prove", "--spec", str(file), "--workers", "1", "--out", str(tmp_path), *faults])
    assert run.exit_code == 0, run.output
    shown = json.loads((tmp_path / "proof.json").read_text())["total"]
    assert shown["caught"] == shown["planted"] >= 2, run.output
