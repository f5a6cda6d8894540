"""A field of which an invariant says the value follows the fields that a request writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from pathlib import Path

LINES = """
openapi: 3.0.3
info: {title: Lines, version: '1'}
paths:
  /lines:
    post:
      operationId: createLine
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses:
        '201': {description: It is new., content: {application/json: {schema: {$ref: '#/components/schemas/Line'}}}}
      x-resource: {name: line, action: create, id: /id, echo: [/quantity, /price, /note]}
  /lines/{line_id}:
    parameters: [{name: line_id, in: path, required: true, schema: {type: integer}}]
    patch:
      operationId: changeLine
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses:
        '200': {description: As it is now., content: {application/json: {schema: {$ref: '#/components/schemas/Line'}}}}
      x-resource: {name: line, action: update, id: /id, key: {path: line_id}, echo: [/quantity, /price, /note]}
components:
  schemas:
    New:
      type: object
      properties: {quantity: {type: integer}, price: {type: number}, note: {type: string}}
    Line:
      type: object
      properties:
        id: {type: integer}
        quantity: {type: integer}
        price: {type: number}
        amount: {type: number}
        note: {type: string}
      required: [id, quantity, price, amount, note]
      example: {id: 1, quantity: 2, price: 1.5, amount: 3.0, note: two}
      x-invariants:
        - {rule: self.amount == double(self.quantity) * double(self.price), says: The amount is that of all pieces.}
        - {rule: self.note == 'two' || self.quantity != 2, says: Two are noted.}
"""


def test_an_amount_follows_the_quantity_of_a_new_line_and_of_a_changed_one(tmp_path: Path) -> None:
    (tmp_path / "lines.yaml").write_text(LINES)
    with running(spec=tmp_path / "lines.yaml", stateful=True) as server, httpx.Client(base_url=server.url) as client:
        made = client.post("/lines", json={"quantity": 4, "price": 2.5})
        assert (made.status_code, made.json()["amount"]) == (201, 10)
        changed = client.patch(f"/lines/{made.json()['id']}", json={"quantity": 6})
        assert (changed.json()["quantity"], changed.json()["price"], changed.json()["amount"]) == (6, 2.5, 15)


def test_what_a_request_says_stays_although_an_invariant_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "lines.yaml").write_text(LINES.replace("[/quantity, /price, /note]", "[/quantity, /amount, /note]"))
    with running(spec=tmp_path / "lines.yaml", stateful=True) as server, httpx.Client(base_url=server.url) as client:
        made = client.post("/lines", json={"quantity": 4, "amount": 7.0, "note": "odd"})
        assert (made.status_code, made.json()["amount"], made.json()["note"]) == (201, 7, "odd")
