"""No client can keep the mock from the others: each part of a request has a size and a time."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import adcontract_mock
from adcontract_mock.http import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.serve.in_thread import Running

SPEC = "mock/tests/spec"
BOOKS = "/library/v1/v1/books"
BOOK = {"title": "Momo"}
LEAST = b"Host: localhost\r\nAuthorization: Bearer any\r\n"
MOST = 100_000


@pytest.fixture(scope="module")
def mock(pytestconfig: pytest.Config) -> Iterator[Running]:
    """A mock that takes bodies of 100 KB."""
    with adcontract_mock.running(spec=pytestconfig.rootpath / SPEC, max_body=MOST) as served:
        yield served


@pytest.fixture
def client(mock: Running) -> Iterator[httpx.Client]:
    """A client whose requests are refused for nothing else; afterwards the mock still serves others."""
    with httpx.Client(base_url=mock.url, headers={"Authorization": "Bearer any"}, timeout=10) as client:
        yield client
        assert client.get(BOOKS).status_code == 200


@contextlib.contextmanager
def _connected(mock: Running) -> Iterator[socket.socket]:
    url = httpx.URL(mock.url)
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        yield connection


def _answer(connection: socket.socket) -> tuple[int, Any]:
    """Return the status and the JSON of the answer, which the connection ends after."""
    whole = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            whole += part
    head, _, body = whole.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_body_that_is_longer_than_it_says_it_may_be_is_not_read(client: httpx.Client, mock: Running) -> None:
    for path in (BOOKS, "/_mock/session", "/_mock/state"):
        refused = client.request("PATCH" if "session" in path else "POST", path, content=b"x" * (MOST + 1))
        assert refused.status_code == 413
        assert "--max-body" in refused.json()["message"]
        assert refused.headers["connection"] == "close"
    with _connected(mock) as connection:
        connection.sendall(b"POST " + BOOKS.encode() + b" HTTP/1.1\r\n" + LEAST)
        connection.sendall(b"Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n")
        assert _answer(connection)[0] == 413


def test_a_body_of_unknown_length_is_read_as_far_as_it_may_be_long(client: httpx.Client) -> None:
    def parts(number: int) -> Iterator[bytes]:
        yield from (b" " * 1000 for _ in range(number))
        yield json.dumps(BOOK).encode()

    headers = {"Content-Type": "application/json"}
    for path in (BOOKS, "/_mock/state"):
        assert client.post(path, content=parts(200), headers=headers).status_code == 413
    assert client.post(BOOKS, content=parts(20), headers=headers).status_code == 201


def test_of_a_large_body_one_fault_is_reported(client: httpx.Client) -> None:
    """To list a fault takes a moment, and there would be tens of thousands of them."""
    for authors, faults in ([0] * 3, 3), ([0] * 30_000, 1):
        refused = client.post(BOOKS, json={"title": "Momo", "authors": authors})
        assert refused.status_code == 422
        assert refused.headers["mock-explain"].count("is not of type") == faults
    assert client.post(BOOKS, json={"title": "Momo", "authors": [""] * 24_000}).status_code == 201


def test_a_body_may_be_as_long_as_it_may_be(client: httpx.Client) -> None:
    body = json.dumps(BOOK).encode()
    headers = {"Content-Type": "application/json"}
    assert client.post(BOOKS, content=body.ljust(MOST), headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"/{'x' * 62_000}", 414),
        (f"{BOOKS}?{'x' * 62_000}", 414),
        (f"{BOOKS}?{'a&' * 3000}", 414),
        (f"{BOOKS}?{'a&' * 200}", 200),
        (f"{BOOKS}?{'&'.join(['names%5B%5D=somebody@example.com'] * 1001)}", 200),
        (f"/_mock/requests?{'a&' * 3000}", 414),
    ],
)
def test_a_target_has_a_size_and_a_number_of_parameters(client: httpx.Client, target: str, status: int) -> None:
    assert client.get(target).status_code == status


def test_headers_have_a_size_and_a_number(client: httpx.Client, mock: Running) -> None:
    many = {f"X-{number}": "1" for number in range(300)}
    assert client.get(BOOKS, headers=many).status_code == 431
    assert client.get(BOOKS, headers={"X-Long": "x" * 140_000}).status_code == 431
    with _connected(mock) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + LEAST)
        with contextlib.suppress(OSError):
            for number in range(20_000):
                connection.sendall(b"X-%d: %b\r\n" % (number, b"x" * 100))
        assert _answer(connection)[0] == 431


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\n" + LEAST, b"POST " + BOOKS.encode() + b" HTTP/1.1\r\n" + LEAST],
    ids=["nothing", "line", "headers", "more headers"],
)
@pytest.mark.usefixtures("client")
def test_a_head_has_a_time(mock: Running, monkeypatch: pytest.MonkeyPatch, beginning: bytes) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.3)
    with _connected(mock) as connection:
        connection.sendall(beginning)
        status, answer = _answer(connection)
    assert status == 408
    assert "did not arrive within" in answer["message"]


@pytest.mark.usefixtures("client")
def test_a_head_that_drips_has_a_time_too(mock: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.4)
    began = time.monotonic()
    with _connected(mock) as connection, contextlib.suppress(OSError):
        connection.sendall(b"GET / HTTP/1.1\r\n" + LEAST)
        while time.monotonic() < began + 8:
            connection.sendall(b"X: 1\r\n")
            time.sleep(0.05)
    assert time.monotonic() < began + 6


@pytest.mark.usefixtures("client")
def test_a_body_has_a_time_and_what_came_of_it_is_not_served(mock: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.3)
    mock.journal.clear()
    with _connected(mock) as connection:
        connection.sendall(b"POST " + BOOKS.encode() + b" HTTP/1.1\r\n" + LEAST)
        connection.sendall(b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n" + json.dumps(BOOK).encode())
        assert _answer(connection)[0] == 408
    time.sleep(0.1)
    assert len(mock.journal) == 0


@pytest.mark.usefixtures("client")
def test_a_client_that_leaves_within_its_body_has_sent_nothing(mock: Running) -> None:
    mock.journal.clear()
    with _connected(mock) as connection:
        connection.sendall(b"POST " + BOOKS.encode() + b" HTTP/1.1\r\n" + LEAST)
        connection.sendall(b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n" + json.dumps(BOOK).encode())
        time.sleep(0.2)
    time.sleep(0.2)
    assert len(mock.journal) == 0


def test_a_slow_response_is_not_cut_off(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.2)
    slowly = {"Prefer": "delay=700", "Content-Type": "application/json"}
    assert client.post(BOOKS, headers=slowly, json=BOOK).status_code == 201


@pytest.mark.usefixtures("client")
def test_connections_have_a_number(mock: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_CONNECTIONS", 5)
    with contextlib.ExitStack() as stack:
        for _ in range(6):
            last = stack.enter_context(_connected(mock))
        status, answer = _answer(last)
        assert status == 503
        assert "connections" in answer["message"]
    time.sleep(0.2)


DOCUMENT = """
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: write
      requestBody:
        content:
          application/json: &form
            schema:
              type: object
              properties: {text: {type: string, pattern: '^x+$'}}
              additionalProperties: {type: integer}
          application/x-www-form-urlencoded: *form
          multipart/form-data: *form
      responses:
        '204': {description: Good.}
"""
PART = b'--x\r\nContent-Disposition: form-data; name="k%d"\r\n\r\n1\r\n'


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A mock of a document that takes objects of any names, in three media types."""
    file = tmp_path_factory.mktemp("notes") / "notes.yaml"
    file.write_text(DOCUMENT)
    with adcontract_mock.running(spec=file) as served:
        yield served


@pytest.mark.parametrize(
    ("media_type", "line", "end"),
    [("application/x-www-form-urlencoded", b"k%d=1&", b"k=1"), ("multipart/form-data; boundary=x", PART, b"--x--\r\n")],
    ids=["urlencoded", "multipart"],
)
def test_a_form_has_a_number_of_fields(notes: Running, media_type: str, line: bytes, end: bytes) -> None:
    for number, status in (9_999, 204), (10_001, 400):
        body = b"".join(line % index for index in range(number)) + end
        answer = httpx.post(f"{notes.url}/notes", content=body, headers={"Content-Type": media_type}, timeout=30)
        assert answer.status_code == status
        assert ("more than 10,000 fields" in answer.headers["mock-explain"]) == (status == 400)


def test_a_message_has_only_the_beginning_of_a_long_value(notes: Running) -> None:
    notes.reset()
    refused = httpx.post(f"{notes.url}/notes", json={"text": "x" * 1_000_000 + "!"}, timeout=30)
    assert refused.status_code == 422
    assert "…" in refused.json()["detail"]
    assert len(refused.content) < 5_000
    assert len(httpx.get(f"{notes.url}/_mock/requests").content) < 100_000
    assert notes.mock.runtime.journal.bytes < 100_000
    [(_, kept)] = notes.mock.runtime.journal.newest()
    assert [fault.value for fault in kept.faults] == [None], "the journal would keep the whole body"


def test_what_a_request_was_is_shown_in_a_time_that_grows_with_its_length(notes: Running) -> None:
    """A pattern that begins anew at each quote took twelve seconds for the text, and the search for a path one."""
    notes.reset()
    with httpx.Client(base_url=notes.url, timeout=30) as client:
        began = time.process_time()
        client.post("/notes", json={"text": '"' * 32_000})
        assert client.get("/notes" + "/a" * 29_000).status_code == 404
        assert len(client.get("/_mock/requests").json()["requests"]) == 2
        assert time.process_time() - began < 2


def test_of_a_request_that_was_not_expected_a_hundred_differences_are_listed(notes: Running) -> None:
    notes.reset()
    httpx.post(f"{notes.url}/notes", json={})
    expected = {"operation": "write", "with": {"body": {f"k{number}": 1 for number in range(1000)}}}
    near = httpx.post(f"{notes.url}/_mock/verify", json=expected).json()["near"]
    assert len(near[0]["differs"]) == 100
