"""A request for which nothing is chosen goes to the real server, and its answer comes back as it is."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract import UsageError
from adcontract_mock import app
from adcontract_mock.upstream import server as bounds

if TYPE_CHECKING:
    import httpx

SPEC = Path(__file__).parents[1] / "spec"
BOOKS = [{"id": 1, "title": "One"}]
TOKEN = "tok-5f0c1d2e3a4b"


def last(client: httpx.Client) -> dict[str, Any]:
    entry: dict[str, Any] = client.get("/_mock/requests?limit=1").json()["requests"][0]
    return entry


def test_a_request_goes_to_the_server_as_it_is_and_the_answer_comes_back(client: httpx.Client, server: Any) -> None:
    server.answers(
        {"id": 7, "title": "Ö"},
        status=201,
        headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Domain=example.com; Path=/"), ("Set-Cookie", "domain=x")],
    )
    sent = '{"title":  "Ö"}'.encode()
    response = client.post("/v1/books?x=%C3%B6&x=2", content=sent, headers={"Content-Type": "application/json"})
    (got,) = server.got
    assert (got.method, got.path, got.body) == ("POST", "/v1/books?x=%C3%B6&x=2", sent)
    assert got.header("authorization") == [f"Bearer {TOKEN}"]
    assert got.header("host") == [server.host]
    assert (response.status_code, response.json()) == (201, {"id": 7, "title": "Ö"})
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2; Path=/", "domain=x"]
    assert len(response.headers.get_list("date")) == 1
    assert response.headers["mock-explain"] == f"addBook: from {server.url}"
    assert "mock-breaches" not in response.headers


def test_no_cookie_of_one_client_reaches_the_server_with_another(client: httpx.Client, server: Any) -> None:
    server.answers(headers=[("X-Total", "1"), ("Set-Cookie", "session=of-the-first")])
    client.get("/v1/books")
    client.cookies.clear()
    client.get("/v1/books")
    assert [got.header("cookie") for got in server.got] == [[], []]


def test_the_prefix_of_a_snapshot_is_the_mocks_own(client: httpx.Client, server: Any) -> None:
    assert client.get("/library/v1/v1/books?size=2").json() == BOOKS
    assert server.got[0].path == "/v1/books?size=2"


def test_a_base_path_of_the_server_goes_before_the_path(before: Any, server: Any) -> None:
    with before(upstream=f"{server.url}/api/") as client:
        client.get("/v1/books")
    assert server.got[0].path == "/api/v1/books"


def test_white_space_around_a_value_is_left_out(client: httpx.Client, server: Any) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as raw:
        raw.sendall(b"GET /v1/books HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \r\nConnection: close\r\n\r\n")
        assert raw.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
    assert server.got[0].header("authorization") == ["Bearer"]


def test_no_path_leads_to_another_host(client: httpx.Client, server: Any) -> None:
    for path in ("//other.example.com/v1", "/@other.example.com/v1", "/v1/../../v1/http://other.example.com"):
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as raw:
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            assert raw.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
    assert [got.header("host") for got in server.got] == [[server.host]] * 3


def test_headers_of_one_connection_and_of_the_mock_are_left_out(client: httpx.Client, server: Any) -> None:
    server.answers(
        headers=[
            ("X-Total", "1"),
            ("Connection", "x-hop"),
            ("X-Hop", "1"),
            ("Keep-Alive", "timeout=5"),
            ("X-Kept", "1"),
        ]
    )
    sent = {
        "Connection": "keep-alive, X-Mine",
        "X-Mine": "1",
        "TE": "trailers",
        "Proxy-Authorization": "Basic eA==",
        "Mock-Session": "mine",
        "Cookie": "mock_session=mine; theirs=1",
        "Prefer": "delay=1, respond-async",
        "X-Theirs": "1",
    }
    response = client.get("/v1/books?__delay=0", headers=sent)
    (got,) = server.got
    names = {name.lower() for name, _ in got.headers}
    assert not names & {"x-mine", "te", "proxy-authorization", "mock-session"}
    assert (got.header("cookie"), got.header("prefer"), got.header("x-theirs")) == (
        ["theirs=1"],
        ["respond-async"],
        ["1"],
    )
    assert got.header("via")[0].startswith("1.1 adcontract-")
    assert got.path == "/v1/books"
    assert not {"x-hop", "keep-alive"} & set(response.headers)
    assert response.headers["x-kept"] == "1"


@pytest.mark.parametrize("prefer", ["code=422", "example=by-author", "dynamic=true, seed=3"])
def test_what_is_chosen_the_mock_answers_itself(client: httpx.Client, server: Any, prefer: str) -> None:
    response = client.get("/v1/books", headers={"Prefer": prefer})
    assert response.headers["preference-applied"]
    assert server.got == []
    assert last(client)["upstream"] is None


def test_what_a_session_chooses_for_one_operation_the_mock_answers_and_no_other(
    client: httpx.Client, server: Any
) -> None:
    client.patch("/_mock/session", json={"listBooks": {"code": 422}}, headers={"Mock-Session": "mine"})
    chosen = client.get("/v1/books", headers={"Mock-Session": "mine"})
    assert (chosen.status_code, server.got) == (422, [])
    assert client.get("/v1/books/newest", headers={"Mock-Session": "mine"}).status_code == 200
    assert client.get("/v1/books").status_code == 200
    assert len(server.got) == 2


def test_a_step_of_a_scenario_that_chooses_nothing_gets_the_server(before: Any, server: Any, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text("busy:\n  operations:\n    listBooks:\n      - {code: 422}\n      - {}\n")
    with before(scenarios=file) as client:
        headers = {"Prefer": "scenario=busy", "Mock-Session": "mine"}
        assert [client.get("/v1/books", headers=headers).status_code for _ in range(3)] == [422, 200, 200]
    assert len(server.got) == 2
    assert server.got[0].header("prefer") == []


def test_a_delay_and_a_fault_change_the_servers_answer(client: httpx.Client, server: Any) -> None:
    response = client.get("/v1/books", headers={"Prefer": "fault=malformed-json"})
    assert response.headers["preference-applied"] == "fault=malformed-json"
    assert len(server.got) == 1
    with pytest.raises(ValueError):
        response.json()


def test_no_redirect_is_followed_and_one_to_the_server_leads_to_the_mock(client: httpx.Client, server: Any) -> None:
    for location, expected in (
        (f"{server.url}/v1/books/2?a=%20b#c", "/v1/books/2?a=%20b#c"),
        ("/v1/books/2", "/v1/books/2"),
        ("https://elsewhere.example.com/v1/books/2", "https://elsewhere.example.com/v1/books/2"),
        ("//elsewhere.example.com/v1/books/2", "//elsewhere.example.com/v1/books/2"),
        (f"//{server.host}/v1/books/2", "/v1/books/2"),
        ("2?a", "2?a"),
    ):
        server.answers(status=302, body=b"", media_type=None, headers=[("Location", location)])
        response = client.get("/v1/books/newest", follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (302, expected)
    server.answers(status=302, body=b"", media_type=None, headers=[("Location", f"{server.url}/v1/books/2")])
    below = client.get("/library/v1/v1/books/newest", follow_redirects=False)
    assert below.headers["location"] == "/library/v1/v1/books/2"
    assert len(server.got) == 7


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_answer_is_read_and_passed_on_plain(
    client: httpx.Client, server: Any, coding: str, pack: Any
) -> None:
    server.answers(pack(b'[{"id": 0, "title": "One"}]'), headers=[("X-Total", "1"), ("Content-Encoding", coding)])
    response = client.get("/v1/books")
    assert response.json() == [{"id": 0, "title": "One"}]
    assert "content-encoding" not in response.headers
    assert "body 0.id" in response.headers["mock-breaches"]
    assert server.got[0].header("accept-encoding") == ["gzip, deflate"]
    client.get("/v1/books", headers={"Accept-Encoding": "br"})
    assert server.got[1].header("accept-encoding") == ["identity"]


def test_a_coding_that_nobody_asked_for_is_passed_on_unread(client: httpx.Client, server: Any) -> None:
    server.answers(b"\x0b\x00\x80", headers=[("X-Total", "1"), ("Content-Encoding", "x-own")])
    with client.stream("GET", "/v1/books") as response:
        assert b"".join(response.iter_raw()) == b"\x0b\x00\x80"
    assert response.headers["content-encoding"] == "x-own"
    assert "mock-breaches" not in response.headers


def test_pages_of_this_machine_alone_may_read_what_a_real_server_answers(client: httpx.Client, server: Any) -> None:
    server.answers(headers=[("X-Total", "1"), ("Access-Control-Allow-Origin", "*")])
    for origin, allowed in (
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://app.test", "https://app.test"),
        ("https://other.example.com", None),
        ("http://localhost.example.com", None),
    ):
        for path in ("/v1/books", "/_mock/requests"):
            response = client.get(path, headers={"Origin": origin})
            assert response.headers.get("access-control-allow-origin") == allowed
    assert client.get("/v1/books").headers["access-control-allow-origin"] == "*"
    assert (
        "Mock-Breaches"
        in client.get("/v1/books", headers={"Origin": "http://localhost"}).headers["access-control-expose-headers"]
    )


def test_head_gets_the_length_that_the_server_says(client: httpx.Client, server: Any) -> None:
    response = client.head("/v1/books")
    assert (server.got[0].method, response.status_code, response.content) == ("HEAD", 200, b"")
    assert response.headers["content-length"] == str(len(server.reply.content))
    assert "mock-breaches" not in response.headers


def test_a_server_that_is_down_is_a_502_with_one_line(before: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with before(upstream=url) as client:
        response = client.get("/v1/books")
        assert response.status_code == 502
        assert response.json()["message"].startswith(f"{url} cannot be reached: ")
        assert "\n" not in response.json()["message"]
        assert last(client)["upstream"] == {"url": url, "status": None, "breaches": [], "saved": []}


def test_an_answer_has_bounds(before: Any, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server_class = bounds.Server
    monkeypatch.setattr(bounds, "Server", lambda url: server_class(url, seconds=0.3, most=1000))
    with before() as client:
        server.answers(gzip.compress(b" " * 5000), headers=[("Content-Encoding", "gzip")])
        long = client.get("/v1/books")
        assert (long.status_code, "more than 1,000 bytes" in long.json()["message"]) == (502, True)
        server.answers(b"no gzip", headers=[("Content-Encoding", "gzip")])
        broken = client.get("/v1/books")
        assert (broken.status_code, "content coding" in broken.json()["message"]) == (502, True)
        refused = client.post("/v1/books", json={"title": "x" * 2000})
        assert (refused.status_code, len(server.got)) == (413, 2)
        ready = threading.Event()
        server.before = lambda: ready.wait(5)
        slow = client.get("/v1/books")
        ready.set()
        assert (slow.status_code, slow.json()["message"]) == (502, f"{server.url} does not answer within 0.3 s.")


def test_a_server_that_leads_back_to_the_mock_is_no_loop(client: httpx.Client, server: Any) -> None:
    client.get("/v1/books")
    again = client.get("/v1/books", headers={"Via": f"1.1 proxy, {server.got[0].header('via')[0]}"})
    assert (again.status_code, len(server.got)) == (508, 1)
    assert "leads to this mock itself" in again.json()["message"]


def test_a_mock_before_a_mock_is_as_documented(before: Any) -> None:
    with before(upstream=None) as inner, before(upstream=str(inner.base_url)) as outer:
        response = outer.get("/v1/books")
        assert response.headers["x-total"] == "2"
        assert "mock-breaches" not in response.headers
        assert last(outer)["upstream"]["status"] == 200


def test_a_state_that_is_chosen_is_the_mocks_where_there_is_one(before: Any, server: Any) -> None:
    with before(spec=SPEC.parent / "orchard", api="orchard") as client:
        client.get("/trees", headers={"Prefer": "state=on"})
        assert last(client)["upstream"] is None
    with before() as client:
        client.get("/v1/books", headers={"Prefer": "state=on"})
        assert last(client)["upstream"]["url"] == server.url


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"api": None}, "choose one of library, post, stamps with --api"),
        ({"upstream": "ftp://example.com"}, "is not the URL of a server"),
        ({"upstream": "example.com"}, "is not the URL of a server"),
        ({"upstream": "http://example.com:99999"}, "is not the URL of a server"),
        ({"upstream": "http://two words"}, "is not the URL of a server"),
        ({"upstream": "http://a:secret-word@example.com"}, "has a user or a password"),
        ({"save": Path("/dev/null/here")}, "cannot be written"),
    ],
)
def test_what_cannot_be_is_said_at_the_start(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        app(**{"spec": SPEC, "api": "library", "upstream": "http://127.0.0.1:9", **options})
    assert message in str(raised.value)
    assert "secret-word" not in str(raised.value)
