"""JSON Merge Patch, JSON Patch and `readOnly` in a stateful mock, through HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = {"name": "Elm", "note": "old", "row": 2, "place": {"bed": "a", "row": 1}, "tags": ["x", "y"], "code": "0815"}
MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    orchard = Path(__file__).parents[1] / "orchard"
    headers = {"Authorization": "Bearer any"}
    with running(stateful=True, spec=orchard) as server, httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


@pytest.fixture
def graft(client: httpx.Client) -> dict[str, Any]:
    """A new graft, which the mock has made as it was sent."""
    made: dict[str, Any] = client.post("/grafts", json=NEW).json()
    return made


def patched(client: httpx.Client, graft: dict[str, Any], body: Any, media: str = MERGE) -> tuple[int, dict[str, Any]]:
    """Send a patch of a graft; return the status, and the graft as it is afterwards."""
    where = f"/grafts/{graft['id']}"
    reply = client.patch(where, json=body, headers={"Content-Type": media})
    now: dict[str, Any] = client.get(where).json()
    assert reply.is_client_error or reply.json() == now
    return reply.status_code, now


MERGED = [
    ({"name": "Oak"}, {"name": "Oak"}),
    ({"note": None}, {"note": ...}),
    ({"row": None}, {"row": None}),
    ({"place": {"bed": "b"}}, {"place": {"bed": "b", "row": 1}}),
    ({"place": {"row": None}}, {"place": {"bed": "a", "row": None}}),
    ({"tags": ["z"]}, {"tags": ["z"]}),
    ({"owner": "mine", "other": 1}, {}),
    ({"place": {"checked": "x"}, "name": "Oak"}, {"name": "Oak"}),
]
"""Merges, each with what they change: null removes, but leaves null where responses have to have a value."""


def checked(graft: dict[str, Any]) -> dict[str, Any]:
    """Return a graft without what the server alone writes in its place."""
    return {**graft, "place": {name: value for name, value in graft["place"].items() if name != "checked"}}


@pytest.mark.parametrize(("body", "change"), MERGED)
def test_a_merge_patch_changes_what_it_names(
    client: httpx.Client, graft: dict[str, Any], body: Any, change: dict[str, Any]
) -> None:
    expected = {name: value for name, value in {**checked(graft), **change}.items() if value is not ...}
    status, now = patched(client, graft, body)
    assert (status, checked(now), now["place"]["checked"]) == (200, expected, graft["place"]["checked"])


def test_a_json_patch_is_done_as_a_whole(client: httpx.Client, graft: dict[str, Any]) -> None:
    body = [
        {"op": "test", "path": "/owner", "value": graft["owner"]},
        {"op": "replace", "path": "/name", "value": "Oak"},
        {"op": "add", "path": "/tags/0", "value": "w"},
        {"op": "copy", "from": "/name", "path": "/note"},
        {"op": "remove", "path": "/place/row"},
    ]
    place = {**graft["place"], "row": None}
    changed = {**graft, "name": "Oak", "note": "Oak", "tags": ["w", "x", "y"], "place": place}
    assert patched(client, graft, body, PATCH) == (200, changed)


REFUSED = [
    (400, {"op": "frob", "path": "/name"}),
    (400, {"op": "replace", "path": "/name"}),
    (409, {"op": "test", "path": "/tags", "value": ["x"]}),
    (409, {"op": "remove", "path": "/tags/7"}),
    (409, {"op": "replace", "path": "/place/none", "value": 1}),
    (422, {"op": "replace", "path": "/owner", "value": "mine"}),
    (422, {"op": "move", "from": "/id", "path": "/name"}),
    (422, {"op": "replace", "path": "", "value": {}}),
    (422, {"op": "remove", "path": "/name"}),
    (422, {"op": "add", "path": "/place/bed", "value": 1}),
    (422, {"op": "add", "path": "/place/checked", "value": 1}),
    (422, {"op": "add", "path": "/marks", "value": [{}]}),
    (409, {"op": "add", "path": "/tags/" + "9" * 5000, "value": "z"}),
    (409, *({"op": "copy", "from": "/place", "path": f"/place/{number}"} for number in range(40))),
    (409, *[{"op": "copy", "from": "/place", "path": "/place/again"}] * 300),
]


@pytest.mark.parametrize(("status", "wrong"), [(status, wrong) for status, *wrong in REFUSED])
def test_a_json_patch_that_cannot_be_done_is_refused_as_declared_and_changes_nothing(
    client: httpx.Client, graft: dict[str, Any], status: int, wrong: list[dict[str, Any]]
) -> None:
    body = [{"op": "replace", "path": "/name", "value": "Oak"}, *wrong]
    assert patched(client, graft, body, PATCH) == (status, graft)


def test_a_body_that_is_nested_deeper_than_can_be_kept_is_refused(client: httpx.Client, graft: dict[str, Any]) -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    place = {"place": {**NEW["place"], "deep": deep}}
    assert patched(client, graft, place) == (422, graft)
    assert client.post("/grafts", json={**NEW, **place}).status_code == 422


def test_the_server_alone_writes_what_is_read_only_and_shows_nothing_that_is_write_only(client: httpx.Client) -> None:
    sent = {**NEW, "id": 4711, "owner": "mine", "place": {"bed": "a", "row": 1, "checked": "no"}}
    made = client.post("/grafts", json=sent).json()
    rows = client.get("/grafts").json()
    assert made["id"] != 4711
    assert made["owner"] != "mine"
    assert isinstance(made["place"]["checked"], bool)
    assert made == client.get(f"/grafts/{made['id']}").json() == rows[-1]
    assert not any("code" in each for each in rows)
