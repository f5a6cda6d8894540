"""An upsert creates an item under the id that its request names, or replaces what it has."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx

from adcontract_mock.serve.in_thread import running

ORCHARD = Path(__file__).parents[1] / "orchard"
HEADERS = {"Authorization": "Bearer any"}


def test_an_item_is_created_replaced_and_created_again_after_it_was_deleted() -> None:
    with running(stateful=True, spec=ORCHARD) as server, httpx.Client(base_url=server.url, headers=HEADERS) as client:
        before = client.get("/signs").json()
        answers = [client.put("/signs/red", json={"text": text}) for text in ("Fresh", "Old")]
        assert [(each.status_code, each.json()["text"]) for each in answers] == [(201, "Fresh"), (200, "Old")]
        new = {"code": "red", "text": "Old"}
        assert (client.get("/signs/red").json(), client.get("/signs").json()) == (new, [*before, new])
        assert client.delete("/signs/red").status_code == 204
        assert client.get("/signs/red").status_code == 404
        assert client.put("/signs/red", json={"text": "Again"}).status_code == 201
        assert client.put("/signs/RED", json={"text": "Again"}).status_code == 404
        other = {"Mock-Session": "other"}
        assert client.get("/signs/red", headers=other).status_code == 404


def test_an_item_is_not_created_below_a_parent_that_is_not_there(tmp_path: Path) -> None:
    spec = shutil.copytree(ORCHARD, tmp_path / "spec")
    root, paths = spec / "orchard/openapi.yaml", spec / "orchard/paths"
    root.write_text(root.read_text().replace("  /signs", "  /trees/{tree_id}/signs"))
    tree = "parameters:\n  - {name: tree_id, in: path, required: true, schema: {type: integer}}\n"
    parent = "name: sign, parent: {name: tree, key: {path: tree_id}},"
    for file in (paths / "signs.yaml", paths / "signs_code.yaml"):
        file.write_text(tree + file.read_text().removeprefix("parameters:\n").replace("name: sign,", parent))
    with running(stateful=True, spec=spec) as server, httpx.Client(base_url=server.url, headers=HEADERS) as client:
        statuses = [client.put(f"/trees/{tree}/signs/red", json={"text": "New"}).status_code for tree in (1, 999, 2)]
        assert statuses == [201, 404, 201]
        client.put("/trees/1/signs/red", json={"text": "Newer"})
        assert client.get("/trees/2/signs/red").json()["text"] == "New"


def test_an_item_may_have_a_long_number_as_its_id(tmp_path: Path) -> None:
    spec = shutil.copytree(ORCHARD, tmp_path / "spec")
    for file in (spec / "orchard/paths/signs_code.yaml", spec / "orchard/components/schemas/Sign.yaml"):
        file.write_text(file.read_text().replace("[a-z]", "[a-z0-9]"))
    with running(stateful=True, spec=spec) as server, httpx.Client(base_url=server.url, headers=HEADERS) as client:
        where = f"/signs/{'9' * 5000}"
        assert client.put(where, json={"text": "New"}).status_code == 201
        assert client.get(where).json()["text"] == "New"
