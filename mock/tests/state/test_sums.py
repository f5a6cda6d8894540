"""A stateful mock keeps the sums that items show of what belongs to them."""

from __future__ import annotations

from pathlib import Path

import httpx

from adcontract_mock.serve.in_thread import running

ORCHARD = Path(__file__).parents[1] / "orchard"


def test_a_sum_follows_each_item_that_is_created_and_deleted_and_is_added_in_decimals() -> None:
    with running(api="orchard", spec=ORCHARD, stateful=True) as server:
        shown = []
        with httpx.Client(base_url=server.url, headers={"Authorization": "Bearer any"}) as client:
            basket = f"/baskets/{client.post('/baskets').json()['id']}"
            apples = []
            for weight in (0.1, 0.2, 1.5):
                shown.append(client.get(basket).json())
                apples.append(client.post(f"{basket}/apples", json={"weight": weight}).json())
            shown.append(client.get(basket).json())
            client.delete(f"{basket}/apples/{apples[1]['id']}")
            shown.append(client.get(basket).json())
        with httpx.Client(base_url=server.url, headers={"Authorization": "Bearer any"}) as client:
            for _ in range(3):
                client.post(f"{basket}/apples", json={"weight": 2**63 - 1})
            assert client.get(basket).json()["apples"] == 5
    assert [(each["apples"], each["weight"]) for each in shown] == [(0, 0), (1, 0.1), (2, 0.3), (3, 1.8), (2, 1.6)]


CARTS = """
openapi: 3.0.3
info: {title: Own, version: '1'}
paths:
  /carts:
    get:
      operationId: listCarts
      parameters:
        - {name: sort, in: query, schema: {type: string}}
        - {name: min, in: query, schema: {type: number}}
      responses:
        '200': {description: All, content: {application/json: {schema: {type: array, items: &cart {
          type: object, required: [id, total], properties: {id: {type: integer}, total: {type: string}}}}}}}
      x-sort: {sort: {descending: '-', fields: {total: /total}}}
      x-filter: {min: {field: /total, op: gte}}
      x-resource: {name: cart, action: list, id: /id, items: '', sums: {/total: {of: line, field: /price}}}
    post:
      operationId: createCart
      responses: {'201': {description: New, content: {application/json: {schema: *cart}}}}
      x-resource: {name: cart, action: create, id: /id}
  /carts/{cart}/lines:
    parameters: [{name: cart, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: listLines
      responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: &line {
        type: object, required: [id, price], properties: {id: {type: integer}, price: {type: number}}}}}}}}
      x-resource: {name: line, action: list, id: /id, items: '', parent: {name: cart, key: {path: cart}}}
    post:
      operationId: createLine
      requestBody:
        content: {application/json: {schema: {type: object, required: [price], properties: {price: {type: number}}}}}
      responses: {'201': {description: New, content: {application/json: {schema: *line}}}}
      x-resource: {name: line, action: create, id: /id, echo: [/price], parent: {name: cart, key: {path: cart}}}
"""


def test_a_list_is_filtered_and_sorted_by_sums_as_they_are_which_may_be_text(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(CARTS)
    with running(spec=tmp_path / "own.yaml", stateful=True) as server, httpx.Client(base_url=server.url) as client:
        carts = [client.post("/carts").json() for _ in range(3)]
        assert {each["total"] for each in carts} == {"0.00"}
        for cart, prices in zip(carts, ([9.5], [10.25, 0.05], [1]), strict=True):
            for price in prices:
                assert client.post(f"/carts/{cart['id']}/lines", json={"price": price}).status_code == 201
        listed = client.get("/carts", params={"sort": "-total", "min": 5}).json()
    first, second, _ = (each["id"] for each in carts)
    assert listed == [{"id": second, "total": "10.30"}, {"id": first, "total": "9.50"}]
