"""Every snapshot of an API is there: under its own path, and at the vendor's paths for who asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

KEY = {"X-Key": "k"}
PARCELS = "/v1/parcels?weight=1"

asking = pytest.mark.parametrize(
    "asked", [{"Mock-Snapshot": "2024-06-30"}, {"Prefer": "snapshot=2024-06-30"}], ids=["header", "preference"]
)


def test_the_newest_snapshot_answers_at_the_vendors_paths(small: httpx.Client) -> None:
    assert small.get(PARCELS, headers=KEY).json() == [{"parcel": 1}]


@asking
def test_an_older_snapshot_answers_there_when_it_is_asked_for(small: httpx.Client, asked: dict[str, str]) -> None:
    assert small.get(PARCELS, headers=KEY | asked).json() == [{"parcel": 0}]


@asking
def test_an_operation_that_a_later_snapshot_removed_is_there_again(small: httpx.Client, asked: dict[str, str]) -> None:
    assert small.get("/v1/letters/7").status_code == 404
    assert small.get("/v1/letters/7", headers=asked).json() == {"letter": 1}


@asking
def test_an_operation_that_a_later_snapshot_added_is_not_there(small: httpx.Client, asked: dict[str, str]) -> None:
    response = small.post("/v1/parcels", headers=asked)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    response = small.get("/v1/broken", headers=asked)
    assert (response.status_code, response.json()) == (404, [{"code": "no_route"}])


@pytest.mark.parametrize("path", ["/v1/parcels", "/v1/letters/7", "/v1/broken", "/v1/parcels/12"])
@pytest.mark.parametrize("header", ["Mock-Snapshot: 2024-06-31", "Prefer: snapshot=2024-06-31", "Mock-Snapshot: v1"])
def test_a_snapshot_that_the_api_does_not_have_is_refused_with_those_it_has(
    small: httpx.Client, path: str, header: str
) -> None:
    name, _, value = header.partition(": ")
    response = small.get(path, headers={name: value})
    assert (response.status_code, response.json()["snapshots"]) == (400, ["2025-01-31", "2024-06-30"])


def test_a_path_with_the_prefix_of_a_document_ignores_the_preferred_snapshot(small: httpx.Client) -> None:
    for snapshot in ("2024-06-30", "v9"):
        asked = KEY | {"Mock-Snapshot": snapshot}
        assert small.get(f"/post/2025-01-31{PARCELS}", headers=asked).json() == [{"parcel": 1}]


def test_a_path_of_no_api_is_unknown_in_every_snapshot(small: httpx.Client) -> None:
    response = small.get("/v9/nothing", headers={"Mock-Snapshot": "2024-06-30"})
    assert (response.status_code, "documents" in response.json()) == (404, True)
