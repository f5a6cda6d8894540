"""Mocks that share a state share the journal too: whoever has a response finds its request at every mock."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Ask = Callable[..., httpx.Response]

LISTS = "/v1/products/lists"
SECRET = "tok-5f0c1d2e3a4b"


@pytest.fixture
def ask(place: str) -> Iterator[Ask]:
    """What sends a request to one of two mocks, by its number; these are in service as workers are."""
    options: dict[str, Any] = {"api": "affiliate-com", "stateful": True, "state": place, "in_service": True}
    with running(**options) as one, running(**options) as other, httpx.Client(timeout=30) as client:

        def asked(number: int, method: str, path: str, **more: Any) -> httpx.Response:
            url = (one, other)[number].url + path
            return client.request(method, url, headers={"Authorization": f"Bearer {SECRET}"}, **more)

        yield asked


def logged(place: str) -> list[bytes]:
    if "://" in place:
        with psycopg.connect(place) as connection:
            return [entry for (entry,) in connection.execute("SELECT entry FROM adcontract_log")]
    with contextlib.closing(sqlite3.connect(place)) as database:
        return [entry for (entry,) in database.execute("SELECT entry FROM log")]


def test_every_mock_shows_and_verifies_the_requests_to_all_of_them(ask: Ask, place: str) -> None:
    for number in (0, 1, 0):
        assert ask(number, "POST", LISTS, json={"pool_id": 1, "name": f"list {number}"}).status_code == 200
    assert ask(1, "GET", f"{LISTS}/unknown?token={SECRET}").status_code == 404
    assert ask(0, "GET", "/nowhere").status_code == 404
    shown = [ask(number, "GET", "/_mock/requests").json() for number in (0, 1)]
    assert shown[0] == shown[1]
    assert [each["path"] for each in shown[0]["requests"]] == ["/nowhere", f"{LISTS}/unknown", LISTS, LISTS, LISTS]
    assert shown[0]["kept"] == 5
    assert SECRET not in str(shown)
    assert all(SECRET.encode() not in entry for entry in logged(place))
    first, *_ = reversed(shown[0]["requests"])
    assert first["operation"] == "createProductList"
    assert '"name":"list 0"' in first["request"]["body"]["text"]
    assert first["response"]["body"]["size"] == int(first["response"]["headers"]["content-length"])
    assert ask(1, "GET", f"/_mock/requests/{first['id']}").json() == first

    for name, matched in (("list 0", 2), ("list 1", 1), ("list 2", 0)):
        expected = {"operation": "createProductList", "count": matched, "with": {"body": {"name": name}}}
        for number in (0, 1):
            verified = ask(number, "POST", "/_mock/verify", json=expected)
            assert (verified.status_code, verified.json()["matched"]) == (200, matched)
    report = ask(0, "GET", "/_mock/report").json()
    assert report["requests"] == 5
    assert ask(0, "GET", "/_mock/requests.har").json()["log"]["entries"][0]["request"]["method"] == "POST"
    assert "No request yet" in ask(1, "GET", "/_mock/").text

    assert ask(1, "DELETE", "/_mock/requests").status_code == 204
    emptied = ask(0, "GET", "/_mock/requests").json()
    assert (emptied["kept"], emptied["last"], emptied["requests"]) == (0, shown[0]["last"], [])
    ask(0, "GET", LISTS)
    assert [each["id"] for each in ask(1, "GET", f"/_mock/requests?after={emptied['last']}").json()["requests"]] == [
        emptied["last"] + 1
    ]


def test_while_another_process_writes_requests_do_not_wait_and_are_in_the_journal_later(ask: Ask, place: str) -> None:
    assert ask(0, "GET", LISTS).status_code == 200
    with contextlib.ExitStack() as stack:
        if "://" in place:
            stack.enter_context(psycopg.connect(place)).execute("LOCK TABLE adcontract_state IN EXCLUSIVE MODE")
        else:
            stack.enter_context(contextlib.closing(sqlite3.connect(place))).execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert [ask(number, "GET", f"/nowhere/{number}").status_code for number in (0, 1)] == [404, 404]
        assert time.monotonic() - began < 1
    paths = [each["path"] for number in (0, 1) for each in ask(number, "GET", "/_mock/requests").json()["requests"]]
    assert {LISTS, "/nowhere/0", "/nowhere/1"} <= set(paths)


def test_the_violations_of_a_request_are_those_that_one_mock_alone_shows(ask: Ask) -> None:
    body = {"pool_id": "one", "name": 5}
    ask(0, "POST", LISTS, json=body)
    kept = ask(1, "GET", "/_mock/requests?violations=true").json()["requests"][0]
    with running(api="affiliate-com", stateful=True) as alone:
        httpx.post(f"{alone.url}{LISTS}", headers={"Authorization": f"Bearer {SECRET}"}, json=body)
        own = httpx.get(f"{alone.url}/_mock/requests").json()["requests"][0]
    assert kept["violations"]
    for name in ("violations", "explain", "operation", "status", "applied"):
        assert kept[name] == own[name]


def test_the_journal_has_the_last_thousand_requests(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adcontract_mock.state.bounds.LOG", 20)
    monkeypatch.setattr("adcontract_mock.state.bounds.LOG_EXCESS", 10)
    for number in range(50):
        ask(number % 2, "GET", f"/nowhere/{number}")
    shown = ask(0, "GET", "/_mock/requests").json()
    paths = [each["path"] for each in shown["requests"]]
    assert paths == [f"/nowhere/{number}" for number in range(49, 49 - len(paths), -1)]
    assert 20 <= len(paths) < 40
