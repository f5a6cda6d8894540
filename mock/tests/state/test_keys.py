"""A request with an `Idempotency-Key` is carried out once by a stateful mock, however often it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from adcontract_mock.serve.in_thread import running
from adcontract_mock.state import bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Plant = Callable[..., httpx.Response]

ORCHARD = Path(__file__).parents[1] / "orchard"


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = str(tmp_path_factory.mktemp("state") / "state")
    with running(stateful=True, spec=ORCHARD, state=state) as server:
        yield server.url


@pytest.fixture
def client(mock: str, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer any", "Mock-Session": request.node.name}
    with httpx.Client(base_url=mock, headers=headers) as opened:
        yield opened


@pytest.fixture
def plant(client: httpx.Client) -> Plant:
    def send(key: str, name: str = "Elm", height: int = 3) -> httpx.Response:
        return client.post("/trees", json={"name": name, "height": height}, headers={"idempotency-KEY": key})

    return send


def count(client: httpx.Client) -> int:
    return int(client.get("/trees").json()["meta"]["total"])


def test_a_request_with_a_key_is_carried_out_once_and_answered_the_same_each_time(
    client: httpx.Client, plant: Plant
) -> None:
    before, first = count(client), plant("a")
    client.patch(first.headers["Location"], json={"score": 4})
    again = plant("a")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert count(client) == before + 1
    assert plant("b").json()["id"] == first.json()["id"] + 1
    assert "Idempotency-Key" not in client.get("/_mock/state").text


def test_a_key_with_another_body_is_refused_as_the_contract_declares(client: httpx.Client, plant: Plant) -> None:
    plant("a")
    before, other = count(client), plant("a", name="Oak")
    assert (other.status_code, count(client)) == (422, before)
    assert "came with another request before" in other.headers["Mock-Explain"]


def test_a_request_that_was_refused_has_not_used_its_key_up(plant: Plant) -> None:
    assert plant("a", height=-1).status_code == 422
    assert plant("a").status_code == 201


def test_a_session_that_begins_anew_knows_no_key(client: httpx.Client, plant: Plant) -> None:
    plant("a")
    before = count(client)
    client.post("/_mock/state", json={"do": "reset"})
    plant("a")
    assert count(client) == before


def test_the_oldest_keys_are_forgotten(client: httpx.Client, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "KEYS", 2)
    first = {key: plant(key).json()["id"] for key in "abc"}
    assert {key for key in "cba" if plant(key).json()["id"] == first[key]} == {"b", "c"}
    assert count(client) >= 4


def test_a_key_may_be_long(plant: Plant) -> None:
    assert plant("a" * 100_000).json() == plant("a" * 100_000).json() != plant("a" * 99_999).json()
