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
    assert [(each["apples"], each["weight"]) for each in shown] == [(0, 0), (1, 0.1), (2, 0.3), (3, 1.8), (2, 1.6)]
