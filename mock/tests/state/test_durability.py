"""What becomes of the state when something goes wrong: nothing that was acknowledged is lost."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from adcontract import UsageError
from adcontract_mock import app
from adcontract_mock.serve.in_thread import running
from adcontract_mock.state import bounds, postgres_keeper, sqlite_keeper

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTS = "/v1/products/lists"
KILL = Path(__file__).parents[3] / "bench" / "kill.py"

BEFORE = """
CREATE TABLE sessions (session TEXT PRIMARY KEY, used REAL NOT NULL, seeds INTEGER) WITHOUT ROWID;
CREATE TABLE begun (session TEXT, state TEXT, document TEXT, kind TEXT, parent TEXT,
 PRIMARY KEY (session, state, document, kind, parent)) WITHOUT ROWID;
CREATE TABLE items (session TEXT, state TEXT, document TEXT, kind TEXT, id TEXT, number INTEGER, parent TEXT,
 gone INTEGER, data BLOB, PRIMARY KEY (session, state, document, kind, id, parent)) WITHOUT ROWID;
CREATE INDEX items_in_order ON items (session, state, document, kind, number);
PRAGMA user_version = 1;
INSERT INTO sessions VALUES ('', 1, NULL);
INSERT INTO begun VALUES ('', '', 'affiliate-com-v1', 'product-list', ''), ('', 'empty', '', '', ''),
 ('', 'one', '', '', ''), ('', 'one', 'affiliate-com-v1', 'product-list', '');
"""
"""The file of a mock of the version before, in which one list is deleted; a snapshot has it still."""


@contextlib.contextmanager
def mock(place: Path | str, api: str | None = "affiliate-com") -> Iterator[httpx.Client]:
    with (
        running(api=api, stateful=True, state=place) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": "Bearer any"}, timeout=30) as client,
    ):
        yield client


@contextlib.contextmanager
def writing(place: str) -> Iterator[None]:
    """Write to a place as another process does, which does not get ready."""
    if is_database(place):
        with psycopg.connect(place) as connection:
            connection.execute("LOCK TABLE adcontract_state IN EXCLUSIVE MODE")
            yield
            connection.rollback()
    else:
        with contextlib.closing(sqlite3.connect(place)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")


def is_database(place: str) -> bool:
    return place.startswith("postgresql:")


def create(client: httpx.Client, name: str, **headers: str) -> httpx.Response:
    return client.post(LISTS, json={"pool_id": 1, "name": name}, headers=headers)


def names(client: httpx.Client, **headers: str) -> list[str]:
    response = client.get(LISTS, headers=headers)
    assert response.status_code == 200, response.text
    return [each["name"] for each in response.json()["data"]]


def message(response: httpx.Response, status: int) -> str:
    """Return the only line of a refusal."""
    assert response.status_code == status, response.text
    text: str = response.json()["message"]
    assert "\n" not in text
    return text


def refusal(file: Path) -> str:
    """Return the line with which the mock refuses a file."""
    with pytest.raises(UsageError) as raised:
        app(api="affiliate-com", stateful=True, state=file)
    assert "another file with --state" in str(raised.value)
    return str(raised.value)


@pytest.mark.slow
@pytest.mark.parametrize(("kept", "times"), [("file", 8), ("database", 5)])
def test_what_was_acknowledged_is_there_after_workers_or_mocks_were_killed(
    kept: str, times: int, request: pytest.FixtureRequest
) -> None:
    # few clients, as other tests measure times beside it
    command = [sys.executable, str(KILL), "--times", str(times), "--clients", "6"]
    if kept == "database":
        command += ["--state", request.getfixturevalue("database")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(rf"{times} times killed, [1-9] times (all of it|one of 3 mocks), .* none twice", ended.stdout)


def test_two_mocks_with_one_state_see_what_the_other_does(place: str) -> None:
    with mock(place) as one, mock(place) as other:
        usual = names(one)
        assert names(other) == usual
        for number in range(5):
            assert create(one, f"one {number}").status_code == create(other, f"other {number}").status_code == 200
        found = one.get(LISTS).json()["data"]
        assert names(other) == [each["name"] for each in found]
        assert sorted(names(one)) == sorted([*usual, *(f"{who} {n}" for who in ("one", "other") for n in range(5))])
        assert len({each["id"] for each in found}) == len(found)

        one.post("/_mock/state", json={"do": "snapshot", "name": "ten"})
        assert other.get("/_mock/state").json()["snapshots"] == ["ten"]
        assert other.delete(f"{LISTS}/{found[-1]['id']}").is_success
        assert len(names(one)) == len(found) - 1
        one.post("/_mock/state", json={"do": "reset"})
        assert names(other) == usual
        other.post("/_mock/state", json={"do": "restore", "name": "ten"})
        assert len(names(one)) == len(found)


def test_what_a_session_has_read_is_kept_with_its_first_change(place: str) -> None:
    def read(client: httpx.Client) -> tuple[Any, Any]:
        return client.get("/v1/campaign-service/campaigns?limit=20").json(), names(client)

    with mock(place, api=None) as client:
        usual = read(client)
        assert usual[0]
    with mock(place, api=None) as one, mock(place, api=None) as other:
        assert one.get("/_mock/state").json()["items"] == {}
        assert read(one) == read(other) == usual
        assert create(one, "new").status_code == 200
        kept = one.get("/_mock/state").json()["items"]
        assert len(kept) == 2
        assert other.get("/_mock/state").json()["items"] == kept
        assert read(other) == (usual[0], [*usual[1], "new"])
    with mock(place, api=None) as client:
        assert client.get("/_mock/state").json()["items"] == kept


def test_what_two_mocks_create_at_the_same_time_is_there_once_and_has_an_id_of_its_own(place: str) -> None:
    with mock(place) as one, mock(place) as other, ThreadPoolExecutor(8) as clients:
        usual = names(one)

        def created(number: int) -> Any:
            return create((one, other)[number % 2], f"{number}").json()["data"]["id"]

        ids = list(clients.map(created, range(40)))
        assert len(set(ids)) == len(ids)
        assert sorted(names(one)) == sorted([*usual, *map(str, range(40))])
        assert names(other) == names(one)


def test_a_file_of_the_version_before_is_converted_with_its_snapshots(tmp_path: Path) -> None:
    with mock(tmp_path / "new") as client:
        shown = client.get(LISTS).json()["data"][0]
    rows = [(state, str(number), number, gone) for state, number, gone in (("", 1, 0), ("", 2, 1), ("one", 2, 0))]
    with contextlib.closing(sqlite3.connect(tmp_path / "old")) as database:
        database.executescript(BEFORE)
        for state, item_id, number, gone in rows:
            item = httpx.Response(200, json={**shown, "id": item_id, "name": f"old {number}"}).content
            values = ("", state, "affiliate-com-v1", "product-list", item_id, number, "", gone, item)
            database.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        database.commit()
    for _ in range(2):
        with mock(tmp_path / "old") as client:
            assert names(client) == ["old 1"]
            assert client.get("/_mock/state").json()["snapshots"] == ["empty", "one"]
    with mock(tmp_path / "old") as client:
        assert create(client, "new").json()["data"]["id"] not in ("1", "2")
        client.post("/_mock/state", json={"do": "restore", "name": "one"})
        assert names(client) == ["old 2"]


def test_items_with_which_sessions_began_go_with_the_last_of_these(place: str) -> None:
    def kept() -> list[Any]:
        if is_database(place):
            with psycopg.connect(place) as connection:
                return connection.execute("SELECT digest FROM adcontract_shared ORDER BY 1").fetchall()
        with contextlib.closing(sqlite3.connect(place)) as database:
            return database.execute("SELECT digest FROM shared ORDER BY 1").fetchall()

    with mock(place) as client:
        usual = names(client)
        client.post("/_mock/state", json={"do": "snapshot"})
        client.post("/_mock/state", json={"do": "seed", "items": 3})
        assert len(names(client)) == len(usual) + 3
    both = kept()
    with mock(place) as client:
        assert kept() == both
        client.post("/_mock/state", json={"do": "restore"})
        assert names(client) == usual
    with mock(place) as client:
        assert len(kept()) == len(both) - 1
        assert names(client) == usual


def test_a_file_of_a_later_version_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "state"
    with mock(file) as client:
        create(client, "Mine")
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    assert "version 99" in refusal(file)
    assert file.read_bytes() == before


def test_a_damaged_file_is_refused_when_the_mock_starts(tmp_path: Path) -> None:
    file = tmp_path / "state"
    with mock(file) as client:
        for number in range(50):
            create(client, f"Mine {number}")
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    before = file.read_bytes()
    assert "the file is damaged" in refusal(file)
    assert file.read_bytes() == before


def test_a_file_in_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "its folder has to exist" in refusal(tmp_path / "none" / "state")


def test_while_another_process_writes_a_write_is_a_503_and_is_not_kept(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_keeper, "PATIENCE", 0.1)
    monkeypatch.setattr(postgres_keeper, "PATIENCE", 0.1)
    with mock(place) as client:
        usual = names(client)
        with writing(place):
            response = create(client, "Refused")
            assert "another " in message(response, 503)
            assert response.headers["retry-after"] == "1"
            assert names(client) == usual
        assert create(client, "Kept").status_code == 200
        assert names(client) == [*usual, "Kept"]


@pytest.mark.parametrize(
    ("limit", "status", "reason"),
    [("max_page_count = 1", 507, "the disk is full"), ("query_only = 1", 503, "the file is read-only")],
)
def test_what_cannot_be_stored_is_refused_with_the_reason_and_is_not_there(
    tmp_path: Path, limit: str, status: int, reason: str
) -> None:
    """SQLite reports these limits as it does a full disk and a file that may not be written."""
    options = {"api": "affiliate-com", "stateful": True, "state": tmp_path / "state"}
    with (
        running(**options) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": "Bearer any"}, timeout=30) as client,
    ):
        usual = names(client)
        connection = server.mock.runtime.state.store._keeper._connection
        connection.execute(f"PRAGMA {limit}")
        for number in range(100):
            response = create(client, f"{number} " + "long " * 40)
            if response.status_code != 200:
                break
        said = message(response, status)
        assert reason in said
        assert str(tmp_path / "state") in said
        kept = [*usual, *(f"{each} " + "long " * 40 for each in range(number))]
        assert names(client) == kept
        assert message(client.post("/_mock/state", json={"do": "snapshot"}), status) == said
    with mock(tmp_path / "state") as client:
        assert names(client) == kept
        assert create(client, "Later").status_code == 200


def test_a_state_beyond_a_bound_is_a_507_that_says_how_to_reset(
    monkeypatch: pytest.MonkeyPatch, place_or_memory: str | None
) -> None:
    with (
        running(api="affiliate-com", stateful=True, state=place_or_memory) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": "Bearer any"}, timeout=30) as client,
    ):

        def do(command: str, **arguments: Any) -> httpx.Response:
            return client.post("/_mock/state", json={"do": command, **arguments})

        usual = names(client)
        for name, value, what in (("ITEMS", len(usual) + 1, "items of product-list"), ("BYTES", 1, "MB")):
            with monkeypatch.context() as patched:
                if name == "ITEMS":
                    assert create(client, "Kept").status_code == 200
                patched.setattr(bounds, name, value)
                said = message(create(client, "Refused"), 507)
                assert what in said
                assert '{"do": "reset"}' in said
                assert names(client) == [*usual, "Kept"]
        for name, value in (("SNAPSHOTS", 2), ("SNAPSHOT_BYTES", 1)):
            with monkeypatch.context() as patched:
                assert do("snapshot", name="one").json()["snapshots"] == ["one"]
                patched.setattr(bounds, name, value)
                assert do("snapshot", name="two").status_code == (200 if name == "SNAPSHOTS" else 507)
                assert '"do": "forget"' in message(do("snapshot", name="three"), 507)
                for each in ("one", "two"):
                    do("forget", name=each)
        assert do("reset").status_code == 200
        assert names(client) == usual
