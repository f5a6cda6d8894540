"""The states of a contract without payloads are as valid as others: a state whose body cannot be is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adcontract import Schemas, load_named, names
from adcontract.contract.invariants import Invariants

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Serve

CONTRACT = """
openapi: 3.0.3
info: {title: Labels, version: v1}
paths:
  /labels:
    get:
      operationId: listLabels
      responses:
        '200':
          description: Labels, and their number.
          content:
            application/json:
              schema:
                type: object
                properties:
                  labels: {type: array, items: {type: object, properties: {name: {type: string}}, required: [name]}}
                  count: {type: integer}
                required: [labels, count]
                x-invariants:
                  - {rule: self.count == size(self.labels), says: The count is the number of labels.}
      x-resource: {name: label, action: list, id: /name, items: /labels}
  /names:
    get:
      operationId: listNames
      responses:
        '200':
          description: Names, each once.
          content:
            application/json:
              schema: {type: array, uniqueItems: true, items: {type: string, maxLength: 20}}
  /notes:
    get:
      operationId: listNotes
      responses:
        '200':
          description: Notes.
          content:
            application/json:
              schema: {type: array, items: {type: object, properties: {text: {type: string}}, required: [text]}}
  /sums:
    get:
      operationId: listSums
      responses:
        '200':
          description: Sums.
          content:
            application/json:
              schema:
                type: object
                properties:
                  sums:
                    type: array
                    minItems: 1
                    items:
                      type: object
                      properties:
                        double: {type: integer}
                        total: {type: integer}
                        left: {type: integer}
                        right: {type: integer}
                      required: [double, total, left, right]
                      x-invariants:
                        - {rule: 2 * self.total == self.double, says: The double is twice the total.}
                        - {rule: self.total == self.left + self.right, says: The total is the sum.}
                required: [sums]
x-errors:
  unknown-path: {status: '404', response: {description: There is none.}}
  unknown-method: {status: '405', response: {description: Not that way.}}
  unauthenticated: {status: '401', response: {description: Who is it?}}
  malformed: {status: '400', response: {description: That is no JSON.}}
  invalid: {status: '422', response: {description: That is not valid.}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A folder with that contract."""
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/openapi.yaml").write_text(CONTRACT, encoding="utf-8")
    return tmp_path


def test_every_state_that_is_listed_is_valid(serve: Serve, spec: Path) -> None:
    contract = load_named(names(spec)[0], spec)
    schemas = Schemas(contract.document)
    invariants = Invariants(contract.document, schemas)
    with serve(spec) as client:
        listed = client.get("/_mock/states").json()["labels-v1"]
        for operation in contract.operations:
            for state in listed[operation.id]:
                body = client.get(operation.path, headers={"Prefer": f"example={state}"}).json()
                schema = f"{operation.success.json.pointer}/schema"
                assert (operation.id, state, schemas.faults(schema, body)) == (operation.id, state, [])
                assert (operation.id, state, invariants.violations(schema, body)) == (operation.id, state, [])
    assert "long-text" not in listed["listNames"], "they would all be the same"
    assert {"empty", "one", "many", "long-text", "unicode"} <= set(listed["listNotes"])
    assert {"empty", "one", "many"} <= set(listed["listLabels"]), "their number follows"


def test_a_generated_field_is_equal_to_what_an_invariant_says(serve: Serve, spec: Path) -> None:
    with serve(spec) as client:
        for seed in range(5):
            body = client.get("/sums", headers={"Prefer": f"dynamic=true, seed={seed}"}).json()
            for each in body["sums"]:
                assert (each["total"], each["double"]) == (each["left"] + each["right"], 2 * each["total"])
        labels = client.get("/labels").json()
        assert labels["count"] == len(labels["labels"])
