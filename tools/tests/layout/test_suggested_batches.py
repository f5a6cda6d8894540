"""What `adcontract import` suggests of requests that write many items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from adcontract.cli import main
from adcontract.contract.catalog import names
from adcontract.loading import load_named

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
openapi: 3.0.3
info: {title: Own, version: '1'}
paths:
  /boxes:
    get:
      operationId: listBoxes
      responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: &box {
        type: object, properties: {id: {type: integer}, label: {type: string}}, required: [id, label]}}}}}}
    post: &create
      operationId: createBox
      requestBody: {content: {application/json: {schema: &new {type: object, properties: {label: {type: string}}}}}}
      responses: {'201': {description: New, content: {application/json: {schema: *box}}}}
  /boxes/{boxId}:
    get: &read
      operationId: getBox
      parameters: [{name: boxId, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: One, content: {application/json: {schema: *box}}}, '404': {description: None}}
    delete: {<<: *read, operationId: deleteBox, responses: {'204': {description: Gone}}}
  /boxes/batch:
    post:
      operationId: createBoxes
      requestBody:
        content: {application/json: {schema: {type: object, properties: {boxes: {type: array, items: *new}}}}}
      responses:
        '207': {description: Each, content: {application/json: {schema: {type: object, properties: {results: {
          type: array, items: {type: object, properties: {status: {type: integer}, box: *box, error: {type: string}}}
        }}}}}}
"""


def imported(change: tuple[str, str], folder: Path) -> dict[str, Any]:
    """Import the document, in which one text is another, and return the x-resource of the batch; empty for none."""
    text = yaml.safe_dump(yaml.safe_load(TEXT.replace(*change)), sort_keys=False)
    (folder / "own.yaml").write_text(text)
    arguments = ["import", str(folder / "own.yaml"), "--api", "own", "--spec", str(folder / "spec")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    (name,) = names(folder / "spec", "own")
    found = {each.id: each.data for each in load_named(name, folder / "spec").operations}
    assert found["createBox"]["x-resource"]["action"] == "create"
    declared: dict[str, Any] = found["createBoxes"].get("x-resource", {})
    return declared


def test_a_list_of_what_is_written_for_one_with_a_status_and_an_item_for_each_is_a_batch(tmp_path: Path) -> None:
    assert imported(("", ""), tmp_path) == {
        "name": "box",
        "action": "create",
        "id": "/id",
        "echo": ["/label"],
        "batch": {"entries": "/boxes", "results": "/results", "status": "/status", "item": "/box"},
        "x-inferred": "Its request has a list of what is written for one item, and its response a list of status codes "
        "and items.",
    }


@pytest.mark.parametrize(
    "change",
    [
        ("/boxes/batch:", "/boxes/search:"),
        ("status: {type: integer}", "status: {type: string}"),
        ("box: *box, error", "error"),
        ("items: *new}", "items: {type: string}}"),
        ("items: *new}", "items: {type: object, properties: {name: {type: string}}}}"),
        ("boxes: {type: array, items: *new}", "boxes: {type: array, items: *new}, ids: {type: array, items: *new}"),
    ],
)
def test_what_is_not_certain_to_be_a_batch_is_none(change: tuple[str, str], tmp_path: Path) -> None:
    assert imported(change, tmp_path) == {}


@pytest.mark.parametrize(("labels", "is_batch"), [(["A"], True), (["A", "B"], False)])
def test_a_documented_batch_has_a_result_for_each_entry(labels: list[str], is_batch: bool, tmp_path: Path) -> None:
    sent = {"boxes": [{"label": label} for label in labels]}
    shown = {"results": [{"status": 201, "box": {"id": 1, "label": "A"}}]}
    before, between, after = "items: *new}}}", "}}\n      responses:\n        '207': ", "{description: Each, "
    documented = f"{before}, example: {sent}{between}{after}content: {{application/json: {{example: {shown}, "
    change = f"{before}{between}{after}content: {{application/json: {{", documented
    assert change[0] in TEXT
    assert bool(imported(change, tmp_path)) is is_batch
