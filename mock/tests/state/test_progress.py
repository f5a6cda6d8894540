"""A stateful mock lets an item that changes by itself go a step on with each read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Path(__file__).parents[1] / "orchard"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer any"}
    with running(spec=SPEC, stateful=True) as server, httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


def start(client: httpx.Client) -> httpx.Response:
    return client.post("/pressings", json={"fruit": "apple"})


def states(client: httpx.Client, location: str, reads: int) -> list[str]:
    return [client.get(location).json()["status"] for _ in range(reads)]


def test_a_new_job_begins_in_the_first_state_and_goes_a_step_on_with_each_read_until_it_is_final(
    client: httpx.Client,
) -> None:
    started = start(client)
    assert (started.status_code, started.json()["status"]) == (202, "waiting")
    assert states(client, started.headers["location"], 4) == ["pressed", "done", "done", "done"]


def test_a_state_brings_the_fields_that_its_example_has_and_keeps_those_of_the_item(client: httpx.Client) -> None:
    started = start(client)
    pressed, done = (client.get(started.headers["location"]).json() for _ in range(2))
    own = {"id": started.json()["id"], "fruit": "apple"}
    assert started.json() == {**own, "status": "waiting", "liters": None}
    assert pressed == {**own, "status": "pressed", "begun_at": "2026-03-02T08:00:00Z", "liters": None}
    # the example that shows the next state is of another item, and when that was begun says nothing of this one
    assert done == {**own, "status": "done", "begun_at": "2026-03-02T08:00:00Z", "liters": 12}


def test_a_job_goes_on_for_itself_alone_and_stays_gone_once_it_is_deleted(client: httpx.Client) -> None:
    one, other = (start(client).headers["location"] for _ in range(2))
    assert states(client, one, 3) == ["pressed", "done", "done"]
    assert states(client, other, 1) == ["pressed"]
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404
