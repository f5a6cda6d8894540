"""What a client sees of a stateful mock, through HTTP."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adcontract import Schemas, UsageError, load, load_named, names, spec_folder
from adcontract.contract.actions import ACTIONS
from adcontract_mock import app
from adcontract_mock.serve.in_thread import running
from adcontract_mock.state.actions import EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Open = Callable[[str], httpx.Client]

OFFER: dict[str, Any] = {"type": "store_accept", "campaign_title": "Spring fair", "campaign_text": "Come and see."}

REQUIRED = {"/v2/offers": {"created_by": 10}}


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with running(stateful=True, seed_items=45) as server:
        yield server.url


@pytest.fixture
def session(mock: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """What opens a session of this test, by its name."""
    clients: list[httpx.Client] = []

    def opened(name: str) -> httpx.Client:
        headers = {
            "Mock-Session": f"{request.node.name} {name}",
            "Authorization": "Bearer any",
            "AccessToken": "any",
            "Accept": "application/json",
        }
        clients.append(httpx.Client(base_url=mock, headers=headers, timeout=30))
        return clients[-1]

    yield opened
    for client in clients:
        client.close()


def ids(client: httpx.Client, path: str, **query: Any) -> list[Any]:
    response = client.get(path, params={**REQUIRED.get(path, {}), **query})
    assert response.status_code == 200, response.text
    return [each["id"] for each in response.json()["data"]]


def walked(client: httpx.Client, path: str, size: int) -> list[Any]:
    """Return the ids of a whole list, page after page until one is empty."""
    seen: list[Any] = []
    page = 1
    while found := ids(client, path, page=page, size=size):
        seen += found
        page += 1
    return seen


def test_a_session_as_a_frontend_has_it(session: Open) -> None:
    """An offer is created, listed with filters, paused, paged through and deleted; another session sees none of it."""
    mine, other = session("mine"), session("other")
    store = ids(mine, "/v2/stores")[0]
    before = walked(other, "/v2/offers", 20)
    assert len(before) > 45

    created = mine.post(f"/v2/stores/{store}/offers", json=_offer())
    assert created.status_code == 200, created.text
    offer = created.json()["data"]
    here = f"/v2/offers/{offer['id']}"
    assert (offer["campaign_title"], offer["store_id"]) == ("Spring fair", store)

    assert ids(mine, "/v2/offers", query="spring FAIR") == [offer["id"]]
    assert ids(mine, "/v2/offers", **{"store_ids[]": store, "query": "spring"}) == [offer["id"]]
    assert ids(mine, "/v2/offers", query="spring fair", **{"statuses[]": "paused"}) == []

    assert mine.post(f"{here}/pause").status_code == 200
    assert mine.get(here).json()["status"] == "paused"
    assert ids(mine, "/v2/offers", query="spring fair", **{"statuses[]": "paused"}) == [offer["id"]]

    assert walked(mine, "/v2/offers", 20) == walked(mine, "/v2/offers", 7) == [*before, offer["id"]]

    assert mine.delete(here).status_code == 204
    assert mine.get(here).json()["status"] == "deleted"
    assert ids(mine, "/v2/offers", query="spring fair", **{"statuses[]": ["active", "paused"]}) == []

    assert ids(other, "/v2/offers", query="spring fair") == []
    assert [other.request(method, here).status_code for method in ("GET", "DELETE")] == [404, 404]
    assert other.post(f"{here}/pause").status_code == 404
    assert walked(other, "/v2/offers", 20) == before


def _offer() -> dict[str, Any]:
    """Return the documented body of a new offer, with a title of our own."""
    contract = load("metapic")
    operation = next(each for each in contract.operations if each.id == "createOffer")
    example = operation.body[0].examples[0].value
    return {**example, **OFFER}


def test_a_page_says_where_it_stands_at_a_boundary_and_beyond_the_last(session: Open) -> None:
    client = session("pages")
    total = client.get("/v2/stores").json()["meta"]["total"]
    whole = client.get("/v2/stores", params={"size": min(total, 100)}).json()
    assert (whole["meta"]["last_page"], whole["meta"]["to"], whole["links"]["next"]) == (1, total, None)
    half = client.get("/v2/stores", params={"size": 10, "page": 2}).json()
    assert (half["meta"]["from"], half["meta"]["to"], half["meta"]["per_page"]) == (11, 20, 10)
    assert half["links"]["next"] == "/v2/stores?size=10&page=3"
    assert half["links"]["prev"] == "/v2/stores?size=10&page=1"
    assert [each["active"] for each in half["meta"]["links"]].index(True) == 2
    beyond = client.get("/v2/stores", params={"size": 10, "page": 99}).json()
    assert (beyond["data"], beyond["meta"]["from"], beyond["meta"]["to"]) == ([], None, None)
    assert beyond["meta"]["total"] == total


@pytest.mark.parametrize(
    ("path", "links", "query"),
    [
        ("/v2/stores", ("links", "next"), {"size": 7, "sort_by": "name:desc"}),
        ("/metapic/2024-10-17/v2/stores", ("links", "next"), {"size": 20}),
        ("/v2/user-media", ("next_page_url",), {"favorite": "all"}),
    ],
)
def test_the_links_of_a_list_lead_through_all_of_it(
    session: Open, path: str, links: tuple[str, ...], query: dict[str, Any]
) -> None:
    client, seen = session(path), list[Any]()
    response: Any = client.get(path, params=query).json()
    total = response.get("meta", response)["total"]
    for _ in range(total):
        seen += [each["id"] for each in response["data"]]
        link: Any = response
        for name in links:
            link = link[name]
        if link is None:
            break
        response = client.get(link).json()
    assert len(set(seen)) == len(seen) == total
    if "sort_by" in query:
        assert seen == ids(client, path, size=100, sort_by=query["sort_by"])


@pytest.mark.parametrize("big", [2**63, 2**64, 3697983541392044804792140169216])
def test_an_integer_beyond_64_bits_is_a_page_beyond_the_last_and_an_unknown_id(session: Open, big: int) -> None:
    client = session("big")
    beyond = client.get("/v2/stores", params={"size": 10, "page": big})
    assert beyond.status_code == 200, beyond.text
    assert (beyond.json()["data"], beyond.json()["links"]["next"]) == ([], None)
    assert client.get(f"/v2/offers/{big}").status_code == 404
    assert client.get(f"/v1/products/lists/{big}").status_code == 404
    assert client.post(f"/v2/stores/{big}/offers", json=_offer()).status_code == 404
    assert client.post(f"/v2/offer-by-token/aperiam/users/{big}/join").status_code == 404


def test_an_integer_beyond_64_bits_is_kept_as_the_highest_there_is(session: Open) -> None:
    client = session("high")
    offer = ids(client, "/v2/offers")[0]
    before = client.get(f"/v2/offers/{offer}/targets").json()["user_ids"]
    sent = f'{{"user_ids": [7, {2**64}, {-(2**70)}]}}'.encode()
    added = client.post(f"/v2/offers/{offer}/targets", content=sent, headers={"Content-Type": "application/json"})
    assert added.status_code < 300, added.text
    after = client.get(f"/v2/offers/{offer}/targets").json()["user_ids"]
    assert after == [*before, 7, 2**63 - 1, 1 - 2**63]


def test_filters_narrow_together_and_or_id_adds(session: Open) -> None:
    client = session("filters")
    rows = client.get("/v2/return-ads", params={"size": 100}).json()["data"]
    status, group = rows[0]["status"], rows[0]["advertiser_group_id"]
    both = ids(client, "/v2/return-ads", **{"statuses[]": status, "advertiser_group_ids[]": group, "size": 100})
    fit = [each["id"] for each in rows if each["status"] == status and each["advertiser_group_id"] == group]
    assert both == fit
    another = next(each["id"] for each in rows if each["id"] not in both)
    added = ids(
        client,
        "/v2/return-ads",
        **{"statuses[]": status, "advertiser_group_ids[]": group, "or_id": another, "size": 100},
    )
    assert set(added) == {*both, another}
    either = ids(client, "/v2/return-ads", **{"statuses[]": ["active", "paused"], "size": 100})
    assert set(either) == {each["id"] for each in rows if each["status"] in ("active", "paused")}


def test_a_list_is_ordered_as_a_whole_and_not_by_its_pages(session: Open) -> None:
    client = session("order")
    names = [
        each["name"]
        for page in (1, 2, 3)
        for each in client.get("/v2/return-ads", params={"sort_by": "name:asc", "size": 15, "page": page}).json()[
            "data"
        ]
    ]
    assert names == sorted(names)
    assert len(names) == 45
    down = client.get("/v2/return-ads", params={"sort_by": "name:desc", "size": 100}).json()["data"]
    assert [each["name"] for each in down] == sorted((each["name"] for each in down), reverse=True)


def test_products_are_added_once_and_removed_by_name(session: Open) -> None:
    client = session("products")
    created = client.post("/v1/products/lists", json={"pool_id": 1, "name": "Mine", "product_ids": ["1"]}).json()[
        "data"
    ]
    assert (created["products_count"], [each["id"] for each in created["products"]]) == (1, ["1"])
    path = f"/v1/products/lists/{created['id']}"
    added = client.post(f"{path}/items", json={"product_ids": ["1", "2"]}).json()
    assert (added["list_id"], added["added_product_ids"], added["ignored_product_ids"]) == (created["id"], ["2"], ["1"])
    removed = client.request("DELETE", f"{path}/products", json={"product_ids": ["1", "9"]}).json()
    assert (removed["removed_product_ids"], removed["ignored_product_ids"]) == (["1"], ["9"])
    now = client.get(path).json()["data"]
    assert (now["products_count"], [each["id"] for each in now["products"]]) == (1, ["2"])
    assert client.delete(path).status_code == 200
    assert client.get(path).status_code == client.delete(path).status_code == 404


def test_a_parent_does_not_see_the_children_of_another(session: Open) -> None:
    client = session("parents")
    one, other = ids(client, "/v2/stores")[:2]
    budgets = client.get(f"/v2/stores/{one}/shared-budgets").json()
    child = budgets[-1]["id"]
    assert client.get(f"/v2/stores/{one}/shared-budgets/{child}").json() == budgets[-1]
    assert client.get(f"/v2/stores/{other}/shared-budgets/{child}").status_code == 404
    assert client.delete(f"/v2/stores/{other}/shared-budgets/{child}").status_code == 404
    assert client.get("/v2/stores/987654321/shared-budgets").status_code == 404


def test_a_state_is_kept_restored_and_begun_anew(session: Open) -> None:
    client = session("worlds")

    def do(what: str, **more: Any) -> httpx.Response:
        return client.post("/_mock/state", json={"do": what, **more})

    before = ids(client, "/v2/stores", size=100)
    assert do("snapshot", name="full").json()["snapshots"] == ["full"]
    assert do("seed", items=3).status_code == 200
    assert len(ids(client, "/v2/stores", size=100)) == len(before) - 42
    assert do("restore", name="full").status_code == 200
    assert ids(client, "/v2/stores", size=100) == before
    dumped = client.get("/_mock/state").json()
    assert len(dumped["items"]["metapic-2025-08-08"]["store"]) == len(before)
    client.post("/v1/products/lists", json={"pool_id": 1, "name": "Mine"})
    assert do("reset").status_code == 200
    assert client.get("/_mock/state").json()["items"] == {}
    assert do("restore", name="none").status_code == do("burn").status_code == do("seed").status_code == 400
    assert "full" in do("restore", name="none").json()["message"]


def test_without_the_state_responses_are_exactly_as_documented(session: Open) -> None:
    client = session("documented")
    documented = client.get("/v2/return-ads", headers={"Prefer": "state=off"})
    assert [each["id"] for each in documented.json()["data"]] == [276, 277]
    assert documented.headers["preference-applied"] == "state=off"
    with running() as plain:
        url = f"{plain.url}/v2/return-ads"
        headers = dict(client.headers)
        assert httpx.get(url, headers=headers).content == documented.content
        kept = httpx.get(url, headers={**headers, "Prefer": "state=on"})
        assert kept.headers["preference-applied"] == "state=on"
        assert kept.json()["meta"]["total"] > 2
        wrong = httpx.get(url, headers={**headers, "Prefer": "state=perhaps"})
        assert (wrong.status_code, wrong.json()["known"]) == (400, ["on", "off"])


def test_a_file_or_a_database_keeps_the_state_for_next_time(place: str) -> None:
    headers = {"Authorization": "Bearer any"}
    for expected in (1, 2):
        with running(api="affiliate-com", stateful=True, state=place) as server:
            path = f"{server.url}/v1/products/lists"
            httpx.post(path, headers=headers, json={"pool_id": 1, "name": "Mine"})
            named = [each["name"] for each in httpx.get(path, headers=headers).json()["data"]]
        assert named.count("Mine") == expected


def test_a_file_that_is_not_a_state_is_reported(tmp_path: Path) -> None:
    text, short, other = tmp_path / "text", tmp_path / "short", tmp_path / "other"
    short.write_text("Mine.")
    text.write_text("Nothing of the kind, and longer than the head of a database is. " * 10)
    with contextlib.closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE mine (name TEXT)")
    for file in (text, short, other, tmp_path):
        with pytest.raises(UsageError, match=rf"^{file} .*another file with --state"):
            app(stateful=True, state=file)
    assert short.read_text() == "Mine."
    with contextlib.closing(sqlite3.connect(other)) as database:
        assert [name for (name,) in database.execute("SELECT name FROM sqlite_master")] == ["mine"]


def test_sessions_with_long_names_that_begin_alike_are_two(session: Open) -> None:
    one, other = session("long" * 50 + "1"), session("long" * 50 + "2")
    one.post("/v1/products/lists", json={"pool_id": 1, "name": "Mine"})
    assert "Mine" in one.get("/v1/products/lists").text
    assert "Mine" not in other.get("/v1/products/lists").text


def test_a_contract_that_changes_while_it_is_served_shows_the_same_items_in_its_new_form(tmp_path: Path) -> None:
    shutil.copytree(spec_folder() / "affiliate-com", tmp_path / "affiliate-com")
    schema = tmp_path / "affiliate-com/components/schemas/ProductListSummary.yaml"
    with running(spec=tmp_path, stateful=True) as server:

        def lists() -> list[dict[str, Any]]:
            response = httpx.get(f"{server.url}/v1/products/lists", headers={"Authorization": "Bearer any"})
            found: list[dict[str, Any]] = response.json()["data"]
            return found

        before = lists()
        assert all("products_count" in each for each in before)
        text = schema.read_text().replace("  products_count:", "  products_number:").replace(", products_count]", "]")
        schema.write_text(text)
        server.mock.serve([load_named(name, tmp_path) for name in names(tmp_path)])
        assert lists() == [{name: each[name] for name in each if name != "products_count"} for each in before]


def test_of_many_sessions_the_longest_unused_are_forgotten(place_or_memory: str | None) -> None:
    def lists(session: str) -> int:
        return len(client.get("/v1/products/lists", headers={"Mock-Session": session}).json()["data"])

    def create(session: str) -> None:
        client.post("/v1/products/lists", json={"pool_id": 1, "name": "Mine"}, headers={"Mock-Session": session})

    options: dict[str, Any] = {"api": "affiliate-com", "stateful": True, "state": place_or_memory}
    with running(**options) as server, httpx.Client(base_url=server.url) as client:
        client.headers["Authorization"] = "Bearer any"
        usual = lists("old")
        create("old")
        create("new")
        for number in range(198):
            create(f"session {number}")
        assert lists("new") == usual + 1
        create("one more")
        assert (lists("new"), lists("old")) == (usual + 1, usual)


@pytest.mark.parametrize("api", ["affiliate-com", "metapic", "topsort"])
def test_every_list_fits_its_schema_on_its_first_and_its_second_page(session: Open, api: str) -> None:
    client, contract = session(api), load(api)
    schemas, lists = Schemas(contract.document), 0
    for operation in contract.operations:
        behavior, success = operation.behavior, operation.success
        if behavior.pagination and "{" not in operation.path and success and success.media[0].is_json:
            lists += 1
            start, size = behavior.pagination.start, behavior.pagination.size
            for query in ({}, {start: 2, **({size: 7} if size else {})}):
                response = client.get(operation.path, params={**REQUIRED.get(operation.path, {}), **query})
                assert response.status_code == 200, response.text
                assert not schemas.faults(f"{success.media[0].pointer}/schema", response.json()), operation.id
    assert lists


def test_every_action_of_the_contract_has_an_effect() -> None:
    assert EFFECTS.keys() == ACTIONS.keys()


def test_an_item_that_no_payload_shows_keeps_the_rules_of_the_contract() -> None:
    library = Path(__file__).parents[3] / "conformance" / "tests" / "laws" / "spec"
    with running(stateful=True, seed_items=20, spec=library) as server:
        headers = {"Authorization": "Bearer any"}
        found = httpx.get(f"{server.url}/shelves/1/books", params={"size": 10}, headers=headers).json()["data"]
    assert len(found) == 10
    assert [each["readers_count"] for each in found] == [len(each["readers"]) for each in found]


def test_cursors_lead_through_a_list_and_other_texts_are_refused_where_the_contract_says_so() -> None:
    orchard = Path(__file__).parents[1] / "orchard"
    headers = {"Authorization": "Bearer any"}
    with running(stateful=True, seed_items=10, spec=orchard) as server:
        seen, link = list[int](), f"{server.url}/seasons?limit=4"
        while link:
            response = httpx.get(link, headers=headers)
            seen += [each["id"] for each in response.json()["seasons"]]
            assert response.headers["X-Total-Count"] == "10"
            following = response.links.get("next", {}).get("url", "")
            assert response.json().get("cursor", "") == httpx.URL(following).params.get("after", "")
            link = following and f"{server.url}{following}"
        assert seen == list(range(1, 11))
        refused = httpx.get(f"{server.url}/seasons", params={"after": "other"}, headers=headers)
        assert (refused.status_code, "'other' is not a cursor" in refused.headers["Mock-Explain"]) == (400, True)


def test_what_is_accepted_for_later_is_where_its_location_says(tmp_path: Path) -> None:
    spec = shutil.copytree(Path(__file__).parents[1] / "orchard", tmp_path / "spec")
    file = spec / "orchard/paths/trees.yaml"
    file.write_text(file.read_text().replace("'201'", "'202'"))
    with running(stateful=True, spec=spec) as server, httpx.Client(base_url=server.url) as client:
        client.headers["Authorization"] = "Bearer any"
        done = client.post("/trees", json={"name": "Elm", "height": 3})
        assert (done.status_code, client.get(done.headers["Location"]).json()["name"]) == (202, "Elm")


def test_an_item_has_a_tag_until_it_changes_and_a_new_one_is_where_its_location_says() -> None:
    orchard = Path(__file__).parents[1] / "orchard"
    headers = {"Authorization": "Bearer any"}
    with running(stateful=True, spec=orchard) as server, httpx.Client(base_url=server.url, headers=headers) as client:
        place = client.post("/trees", json={"name": "Elm", "height": 3}).headers["Location"]
        first = client.get(place)
        tag = first.headers["ETag"]
        same = client.get(place, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (first.json()["name"], same.status_code, same.content, same.headers["ETag"]) == ("Elm", 304, b"", tag)
        assert client.patch(place, json={"score": 4}, headers={"If-Match": tag}).status_code == 200
        late = client.patch(place, json={"score": 5}, headers={"If-Match": tag})
        now = client.get(place, headers={"If-None-Match": tag})
        assert (late.status_code, now.status_code, now.json()["score"]) == (412, 200, 4)
        assert now.headers["ETag"] != tag
