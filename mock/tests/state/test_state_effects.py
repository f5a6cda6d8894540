"""The effects of requests on the state of a mock, as a client sees them afterwards, on every date."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adcontract import load
from adcontract_mock.serve.in_thread import running
from adcontract_mock.state.notations import notations

if TYPE_CHECKING:
    from collections.abc import Iterator

_SESSIONS = count()
DATES = ("2024-10-17", "2025-04-03", "2025-08-08")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(stateful=True, seed_items=12) as server:
        yield server.url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    """A client in a session of its own, named by a cookie as that of a browser is."""
    cookies = {"mock_session": f"effects {next(_SESSIONS)}"}
    with httpx.Client(base_url=url, cookies=cookies, headers={"Authorization": "Bearer any"}, timeout=30) as opened:
        yield opened


def rows(client: httpx.Client, path: str, **query: Any) -> list[dict[str, Any]]:
    response = client.get(path, params=query)
    assert response.status_code == 200, response.text
    reported = response.json()
    found: list[dict[str, Any]] = reported if isinstance(reported, list) else reported["data"]
    return found


def documented(operation: str, date: str = DATES[-1]) -> Any:
    """Return the documented body of a request."""
    return next(each for each in load("metapic", date).operations if each.id == operation).body[0].examples[0].value


@pytest.mark.parametrize("date", DATES)
def test_on_every_date_an_item_is_created_changed_and_deleted_and_its_neighbors_stay(
    client: httpx.Client, date: str
) -> None:
    root = f"/metapic/{date}/v2"
    before = rows(client, f"{root}/offers", created_by=10, size=100)
    body = {**documented("createOffer", date), "campaign_title": "Autumn"}
    created = client.post(f"{root}/stores/{before[0]['store_id']}/offers", json=body)
    assert created.status_code in (200, 201), created.text
    (mine,) = rows(client, f"{root}/offers", created_by=10, query="autumn")
    here = f"{root}/offers/{mine['id']}"
    assert mine["id"] not in [each["id"] for each in before]
    read = client.get(here).json()

    assert client.patch(here, json={"campaign_title": "Winter"}).status_code == 200
    changed = client.get(here).json()
    assert changed == {**read, "campaign_title": "Winter"}

    assert client.patch(here, json={"campaign_title": 5}).status_code == 422
    assert client.get(here).json() == changed, "what is refused changes nothing"

    assert client.delete(here).status_code == 204
    assert client.get(here).json()["status"] == "deleted"
    after = rows(client, f"{root}/offers", created_by=10, size=100)
    assert [each for each in after if each["id"] != mine["id"]] == before


@pytest.mark.parametrize("date", DATES)
def test_a_token_leads_to_the_one_offer_that_lists_show_with_it(client: httpx.Client, date: str) -> None:
    root = f"/metapic/{date}/v2"
    for each in rows(client, f"{root}/offers", created_by=10, size=100):
        assert client.get(f"{root}/offer-by-token/{each['token']}").json()["id"] == each["id"]


def test_who_joins_an_offer_is_one_of_its_participants_and_of_no_other(client: httpx.Client) -> None:
    one, other = rows(client, "/v2/offers", created_by=10)[:2]
    token = client.get(f"/v2/offers/{one['id']}").json()["token"]
    assert client.get(f"/v2/offer-by-token/{token}/users/4321").status_code == 404
    assert client.post(f"/v2/offer-by-token/{token}/users/4321/join").status_code == 204
    joined = client.get(f"/v2/offer-by-token/{token}/users/4321").json()
    assert (joined["user_id"], joined["offer_id"], joined["status"]) == (4321, one["id"], "accepted")

    def participants(offer: dict[str, Any]) -> list[Any]:
        path, pages = f"/v2/offers/{offer['id']}/participants", range(1, 4)
        return [each["id"] for page in pages for each in rows(client, path, status="accepted", page=page)]

    assert joined["id"] in participants(one)
    assert joined["id"] not in participants(other)


def test_an_id_is_not_used_again(client: httpx.Client) -> None:
    path = "/v2/advertisers/1/blocklist"

    def entries() -> set[int]:
        return {each["id"] for page in (1, 2, 3) for each in rows(client, path, page=page)}

    seen = before = entries()
    for user in (987, 988):
        assert client.post(path, json={"users": [{"id": user}]}).status_code < 300
        (mine,) = entries() - before
        assert mine not in seen
        seen = seen | {mine}
        assert client.delete(f"{path}/{mine}").status_code == 204
        assert entries() == before


def test_a_day_and_a_time_have_their_place_in_one_order(client: httpx.Client) -> None:
    first, second, third = (each["id"] for each in rows(client, "/v2/return-ads")[:3])
    times = {first: "2036-01-01", second: "2035-12-31T23:00:00", third: "2036-01-01T03:00:00"}
    for name, time in times.items():
        response = client.patch(f"/v2/return-ads/{name}", json={"starts_at": time})
        assert response.status_code == 200, response.text
    late = rows(client, "/v2/return-ads", sort_by="starts_at:desc")[:3]
    assert [each["id"] for each in late] == [third, first, second]
    assert [each["starts_at"][:16].replace("T", " ") for each in late] == [
        "2036-01-01 03:00",
        "2036-01-01 00:00",
        "2035-12-31 23:00",
    ]


@pytest.mark.parametrize(
    "written", ["2036-01-01T00:30:00+02:00", "2035-12-31 22:30:00", "2035-12-31T17:30:00.000-0500"]
)
def test_a_time_keeps_its_moment_in_every_form_that_a_response_may_have(written: str) -> None:
    _, plain, zulu, day = notations(written)
    assert (plain, zulu, day) == ("2035-12-31 22:30:00", "2035-12-31T22:30:00Z", written[:10])


def test_campaigns_are_ordered_by_date_in_both_directions(client: httpx.Client) -> None:
    def moments(direction: str) -> list[datetime]:
        query = {"sort_by_date": direction, "limit": 100}
        reported = client.get("/v1/campaign-service/campaigns", params=query).json()["campaigns"]
        return [datetime.fromisoformat(each["createdAt"]) for each in reported]

    assert moments("asc") == sorted(moments("desc"))
    assert moments("desc") == moments("asc")[::-1]
    assert len(set(moments("asc"))) > 5


def test_the_owner_of_a_list_is_kept_and_shown(client: httpx.Client) -> None:
    root = "/v1/products/lists"
    body = {"pool_id": 1, "name": "Rain gear", "owner_identifier": "shop-7", "product_ids": ["8801"]}
    created = client.post(root, json=body).json()["data"]
    (listed,) = (each for each in rows(client, root) if each["id"] == created["id"])
    fetched = client.get(f"{root}/{created['id']}").json()["data"]
    assert [each["owner_identifier"] for each in (created, listed, fetched)] == ["shop-7"] * 3
    other = client.post(root, json={"pool_id": 1, "name": "No owner"}).json()["data"]
    assert "owner_identifier" not in other
    assert client.post(root, json={**body, "owner_identifier": 7}).status_code == 422
