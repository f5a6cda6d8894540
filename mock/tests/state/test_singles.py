"""What there is one of, in a stateful mock: of the whole API, or of each item of a parent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from adcontract_mock.serve.in_thread import running

LAWS = Path(__file__).parents[3] / "conformance" / "tests" / "laws"
HEADERS = {"Authorization": "Bearer any"}


def test_settings_are_read_changed_and_replaced_in_a_session() -> None:
    spec = LAWS / "adcontract_depot" / "spec"
    with running(stateful=True, spec=spec) as server, httpx.Client(base_url=server.url) as client:
        before = client.get("/settings").json()
        changed = client.patch("/settings", json={"limit": 7}).json()
        assert changed == client.get("/settings").json() == {**before, "limit": 7}
        client.put("/settings", json={"greeting": "Hello", "limit": 9})
        assert client.get("/settings").json()["greeting"] == "Hello"
        assert client.get("/settings", headers={"Mock-Session": "other"}).json() == before


def test_a_singleton_of_an_unknown_item_is_not_there_also_where_that_belongs_to_another() -> None:
    options: Any = {"stateful": True, "seed_items": 3, "spec": LAWS / "spec"}
    with running(**options) as server, httpx.Client(base_url=server.url) as client:
        client.headers.update(HEADERS)
        (shelf, other) = (each["id"] for each in client.get("/shelves").json()[:2])
        book = client.post(f"/shelves/{shelf}/books", json={"title": "New", "genre": "novel", "pages": 3}).json()["id"]
        statuses = {
            path: client.get(f"/shelves/{path}/words").status_code
            for path in (f"{shelf}/books/{book}", f"{shelf}/books/9999", f"{other}/books/{book}", f"99/books/{book}")
        }
    assert list(statuses.values()) == [200, 404, 404, 404], statuses
