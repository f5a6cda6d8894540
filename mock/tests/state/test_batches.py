"""A stateful mock carries out each entry of a batch, and has a result for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from adcontract_mock.serve.in_thread import running
from adcontract_mock.state import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

ORCHARD = Path(__file__).parents[1] / "orchard"


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with (
        running(api="orchard", spec=ORCHARD, stateful=True) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": "Bearer any"}) as opened,
    ):
        yield opened


def labels(client: httpx.Client) -> dict[int, str]:
    return {each["id"]: each["text"] for each in client.get("/labels").json()}


def test_an_entry_about_an_unknown_item_fails_alone_and_all_others_are_carried_out(client: httpx.Client) -> None:
    made = client.post("/labels/batch", json={"labels": [{"text": text} for text in "abc"]})
    assert made.status_code == 207
    assert [(each["status"], each["label"]["text"]) for each in made.json()["results"]] == [(201, t) for t in "abc"]
    first, second, third = (each["label"]["id"] for each in made.json()["results"])
    entries = [{"id": first, "text": "A"}, {"id": 999, "text": "X"}, {"id": third, "text": "C"}]
    changed = client.patch("/labels/batch", json={"labels": entries})
    assert (changed.status_code, [each["outcome"] for each in changed.json()]) == (
        200,
        ["updated", "unknown", "updated"],
    )
    assert labels(client) == {first: "A", second: "b", third: "C"}


def test_an_atomic_batch_with_an_unknown_item_is_refused_and_changes_nothing(client: httpx.Client) -> None:
    made = client.post("/labels/batch", json={"labels": [{"text": "a"}, {"text": "b"}]}).json()
    first, second = (each["label"]["id"] for each in made["results"])
    assert client.request("DELETE", "/labels/batch", json={"ids": [first, 999, second]}).status_code == 404
    assert labels(client) == {first: "a", second: "b"}
    gone = client.request("DELETE", "/labels/batch", json={"ids": [second]})
    assert gone.json() == {"deleted": [{"id": second}]}
    assert labels(client) == {first: "a"}


DOCUMENTED = """
openapi: 3.0.3
info: {title: Own, version: '1'}
paths:
  /boxes:
    get:
      operationId: listBoxes
      responses:
        '200': {description: All, content: {application/json: {schema: {type: array, items: &box {type: object,
          required: [uid, label], properties: {uid: {type: string}, label: {type: string}}}}}}}
      x-resource: {name: box, action: list, id: /uid, items: ''}
    patch:
      operationId: updateBoxes
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {boxes: {type: array, items: *box}}}
            example: {boxes: [{uid: a1, label: x}, {uid: zz, label: y}]}
      responses:
        '207':
          description: Each
          content:
            application/json:
              schema: {type: object, properties: {results: {type: array, items: {type: object,
                properties: {ok: {type: boolean}, box: *box, error: {type: string}}}}}}
              example: {results: [{ok: true, box: {uid: a1, label: x}}, {ok: false, error: No such box}]}
      x-resource:
        name: box
        action: update
        id: /uid
        echo: [/label]
        batch: {entries: /boxes, results: /results, status: /ok, item: /box}
"""


def test_results_are_like_the_documented_ones_and_an_entry_that_is_documented_to_fail_does(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(DOCUMENTED)
    with running(spec=tmp_path / "own.yaml", stateful=True) as server:
        before = httpx.get(f"{server.url}/boxes").json()
        entries = [{"uid": "zz", "label": "y"}, {"uid": "a1", "label": "new"}]
        changed = httpx.patch(f"{server.url}/boxes", json={"boxes": entries})
        after = httpx.get(f"{server.url}/boxes").json()
    box = {"uid": "a1", "label": "new"}
    assert [each["uid"] for each in before] == ["a1"]
    assert changed.json() == {"results": [{"ok": False, "error": "No such box"}, {"ok": True, "box": box}]}
    assert after == [box]


NESTED = """
openapi: 3.0.3
info: {title: Own, version: '1'}
paths:
  /shelves:
    get:
      operationId: listShelves
      responses:
        '200': {description: All, content: {application/json: {
          schema: {type: array, items: {type: object, properties: {id: {type: string}}}}, example: [{id: north}]}}}
      x-resource: {name: shelf, action: list, id: /id, items: ''}
  /shelves/{shelf_id}/boxes:
    post:
      operationId: createBoxes
      parameters: [{name: shelf_id, in: path, required: true, schema: {type: string}}]
      requestBody:
        content:
          application/json:
            schema: {type: array, items: {type: object, properties: {label: {type: string}}}}
            example: [{label: x}, {label: y}]
      responses:
        '207':
          description: Each
          content:
            application/json:
              schema: {type: array, items: {type: object, properties: {line: {type: integer}, ok: {type: boolean},
                box: {type: object, properties: {id: {type: string}, label: {type: string}}}}}}
              example: [{line: 1, ok: true, box: {id: a, label: x}}, {line: 2, ok: false}]
        '404': {description: None}
      x-resource:
        name: box
        action: create
        id: /id
        echo: [/label]
        parent: {name: shelf, key: {path: shelf_id}}
        batch: {entries: '', results: '', status: /ok, item: /box}
"""


def test_results_are_counted_as_documented_and_below_an_unknown_parent_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(NESTED)
    with running(spec=tmp_path / "own.yaml", stateful=True) as server:
        made = httpx.post(f"{server.url}/shelves/north/boxes", json=[{"label": text} for text in "abc"])
        lost = httpx.post(f"{server.url}/shelves/south/boxes", json=[{"label": "a"}])
    assert made.status_code == 207
    assert [(each["line"], each["box"]["label"]) for each in made.json()] == [(1, "a"), (2, "b"), (3, "c")]
    assert lost.status_code == 404


def test_a_batch_with_more_entries_than_it_may_have_is_refused_and_changes_nothing(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "ENTRIES", 2)
    answers = [client.post("/labels/batch", json={"labels": [{"text": "a"}] * number}) for number in (3, 2)]
    assert [each.status_code for each in answers] == [422, 207]
    assert "has 3 entries, more than the 2 of a batch" in answers[0].headers["Mock-Explain"]
    assert list(labels(client).values()) == ["a", "a"]
