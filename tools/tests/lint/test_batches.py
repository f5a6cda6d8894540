"""The lint leads to the exact place of what is wrong with a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adcontract.lint.run import lint

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """openapi: 3.0.3
info: {title: Depot, version: v1}
paths:
  /boxes:
    get:
      operationId: listBoxes
      responses:
        '200':
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: components/schemas/Box.yaml}}}}
      x-resource: {name: box, action: list, id: /id}
    patch:
      operationId: updateBoxes
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {boxes: {type: array, items: {$ref: components/schemas/Box.yaml}}}}
      responses:
        '200':
          description: A result for each.
          content:
            application/json:
              schema:
                type: object
                properties:
                  results:
                    type: array
                    items:
                      type: object
                      properties:
                        outcome: {type: string, enum: [updated, unknown]}
                        box: {$ref: components/schemas/Box.yaml}
      x-resource:
        name: box
        action: update
        id: /id
        echo: [/label]
        batch:
          entries: /boxes
          results: /results
          status: /outcome
          ok: [updated]
          item: /box
"""
BOX = "type: object\nproperties:\n  id: {type: integer}\n  label: {type: string}\n"
ABOUT_BEHAVIOR = ("behavior-", "resource-", "x-value")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ("entries: /boxes", "entries: /box", ["39:11 behavior-pointer"]),
        ("entries: /boxes", "entries: /boxes\n          id: /number", ["40:11 behavior-pointer"]),
        ("results: /results", "results: /result", ["40:11 behavior-pointer"]),
        ("status: /outcome", "status: /status", ["41:11 behavior-pointer"]),
        ("item: /box", "item: /boxes", ["43:11 behavior-pointer"]),
        ("item: /box", "shows_id: /box/number", ["43:11 behavior-pointer"]),
        ("echo: [/label]", "echo: {/label: /lable}", ["37:16 behavior-pointer"]),
        ("ok: [updated]", "ok: [updated, changed]", ["42:25 behavior-value"]),
        ("          ok: [updated]\n", "", ["41:11 behavior-value"]),
        ("action: update", "action: delete", ["33:7 resource-complete"]),
        ("action: update", "action: upgrade", ["35:9 x-value"]),
        ("action: update", "action: update-batch", ["35:9 x-value"]),
        ("action: update", "action: read\n        key: {path: id}", ["35:9 x-value"]),
        ("status: /outcome", "statis: /outcome", ["41:11 x-value"]),
        ("item: /box", "item: /box\n          atomic: 'yes'", ["44:11 x-value"]),
    ],
)
def test_a_fault_of_a_batch_is_reported_at_its_place(tmp_path: Path, old: str, new: str, found: list[str]) -> None:
    schemas = tmp_path / "depot" / "components" / "schemas"
    schemas.mkdir(parents=True)
    (schemas / "Box.yaml").write_text(BOX)
    assert not old or CONTRACT.count(old) == 1
    (tmp_path / "depot" / "openapi.yaml").write_text(CONTRACT.replace(old, new) if old else CONTRACT)
    findings = lint(tmp_path, "depot").findings
    assert [
        f"{each.where.line}:{each.where.column} {each.rule}"
        for each in findings
        if each.rule.startswith(ABOUT_BEHAVIOR)
    ] == found
