"""Whatever bytes come: the mock stays up, responds with 4xx or ends the connection, and serves others meanwhile."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = [sys.executable, "-c", "from adcontract.cli import main; main()", "mock"]
OPTIONS = ["--spec", "mock/tests/spec", "--stateful", "--port", "0"]
BOOKS = "/library/v1/v1/books"
HOST = b"Host: localhost\r\n"
LEAST = HOST + b"Authorization: Bearer any\r\n"
LAST = LEAST + b"Connection: close\r\n"
GET = b"GET " + BOOKS.encode() + b" HTTP/1.1\r\n"
POST = b"POST " + BOOKS.encode() + b" HTTP/1.1\r\n"
JSON = POST + LAST + b"Content-Type: application/json\r\n"
FORM = POST + LAST + b"Content-Type: application/x-www-form-urlencoded\r\n"
PARTS = POST + LAST + b"Content-Type: multipart/form-data; boundary=x\r\n"
CHUNKED = JSON + b"Transfer-Encoding: chunked\r\n\r\n"
BOOK = b'{"title": "Momo"}'
pytestmark = pytest.mark.slow

SOON = 1.0
"""Seconds within which others are served meanwhile."""


class Served(NamedTuple):
    """A mock that runs as a command, and where its output goes."""

    url: httpx.URL
    output: Path

    def connect(self) -> socket.socket:
        return socket.create_connection((self.url.host, self.url.port or 0), timeout=10)

    def statuses(self, *parts: bytes, ends: bool = True) -> list[int]:
        """Send a connection's bytes and return the statuses of the responses, until the mock ends it.

        If it would not, the client `ends` what it sends.
        """
        with self.connect() as connection:
            with contextlib.suppress(OSError):
                for part in parts:
                    connection.sendall(part)
                if ends:
                    connection.shutdown(socket.SHUT_WR)
            return self.read(connection)

    def read(self, connection: socket.socket) -> list[int]:
        """Return the statuses of the responses on a connection until the mock ends it."""
        whole = b""
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(65536):
                whole += part
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", whole)]


@pytest.fixture(scope="module")
def served(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The command, which is asked all the time by another client; in the end it has had no error and no delay."""
    output = tmp_path_factory.mktemp("mock") / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*START, *OPTIONS], cwd=pytestconfig.rootpath, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    try:
        began = time.monotonic()
        while "curl" not in output.read_text():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < began + 60
            time.sleep(0.05)
        mock = Served(httpx.URL(output.read_text().split()[4]), output)
        httpx.get(mock.url, timeout=60)
        with _another_client(mock):
            yield mock
        assert process.poll() is None
        printed = output.read_text(errors="replace")
        assert "Traceback" not in printed
        assert "ERROR" not in printed
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _another_client(mock: Served) -> Iterator[None]:
    """Ask for a list again and again; each time it comes soon."""
    ended, waits, wrong = threading.Event(), [0.0], list[object]()

    def ask() -> None:
        with httpx.Client(base_url=mock.url, headers={"Authorization": "Bearer any"}, timeout=30) as client:
            while not ended.is_set():
                began = time.monotonic()
                try:
                    wrong.extend({client.get(BOOKS).status_code} - {200})
                except httpx.HTTPError as error:
                    wrong.append(error)
                waits.append(time.monotonic() - began)
                ended.wait(0.02)

    thread = threading.Thread(target=ask)
    thread.start()
    yield
    ended.set()
    thread.join()
    assert not wrong
    assert len(waits) > 10
    # the machine may have others to serve, too
    assert sorted(waits)[-2] < SOON, waits


def _with_body(body: bytes, head: bytes = JSON) -> bytes:
    return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


REFUSED = {
    "two lengths": JSON + b"Content-Length: 6\r\nContent-Length: 17\r\n\r\n" + BOOK,
    "a list of lengths": JSON + b"Content-Length: 17, 17\r\n\r\n" + BOOK,
    "a length and chunks": JSON + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "chunks and a length": JSON + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
    "a length with a sign": JSON + b"Content-Length: +17\r\n\r\n" + BOOK,
    "a negative length": JSON + b"Content-Length: -1\r\n\r\n" + BOOK,
    "a hexadecimal length": JSON + b"Content-Length: 0x11\r\n\r\n" + BOOK,
    "a length beyond 64 bits": JSON + b"Content-Length: 99999999999999999999999\r\n\r\n" + BOOK,
    "a length of 100 GB": JSON + b"Content-Length: 100000000000\r\n\r\n" + BOOK,
    "a folded header": GET + LAST + b"X: a\r\n b\r\n\r\n",
    "a folded encoding": JSON + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "an encoding with a space": JSON + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "an unknown encoding": JSON + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks that are not last": JSON + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a chunk without a size": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "a chunk with a prefix": CHUNKED + b"0x11\r\n" + BOOK + b"\r\n0\r\n\r\n",
    "a chunk beyond 64 bits": CHUNKED + b"fffffffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "a chunk that is longer": CHUNKED + b"11\r\n" + BOOK + b"XX0\r\n\r\n",
    "300 trailers": CHUNKED + b"11\r\n" + BOOK + b"\r\n0\r\n" + b"X: y\r\n" * 30_000 + b"\r\n",
    "no host": b"GET /_mock/health HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": GET + HOST + LAST + b"\r\n",
    "line feeds alone": b"GET / HTTP/1.1\nHost: localhost\n\n",
    "carriage returns alone": b"GET / HTTP/1.1\rHost: localhost\r\r",
    "an absolute target of another host": b"GET http://evil.example" + GET[4:] + LAST + b"\r\n",
    "a target without a host": b"GET http:///_mock HTTP/1.1\r\n" + LAST + b"\r\n",
    "a target with half an address": b"GET http://[/ HTTP/1.1\r\n" + LAST + b"\r\n",
    "a path with half an address": b"GET //[ HTTP/1.1\r\n" + LAST + b"\r\n",
    "GET *": b"GET * HTTP/1.1\r\n" + LAST + b"\r\n",
    "OPTIONS *": b"OPTIONS * HTTP/1.1\r\n" + LAST + b"\r\n",
    "NUL in the path": b"GET /\0 HTTP/1.1\r\n" + LAST + b"\r\n",
    "NUL in the path, encoded": GET.replace(b"books", b"books/%00") + LAST + b"\r\n",
    "NUL in a header": GET + LAST + b"X: a\0b\r\n\r\n",
    "NUL in a name": GET + LAST + b"X\0: a\r\n\r\n",
    "a header without a colon": GET + LAST + b"XX\r\n\r\n",
    "a header without a name": GET + LAST + b": a\r\n\r\n",
    "a surrogate in the path": GET.replace(b"books", b"books/%ED%A0%80") + LAST + b"\r\n",
    "bad UTF-8 in the path": GET.replace(b"books", b"books/%FF%FE") + LAST + b"\r\n",
    "bytes in the path": GET.replace(b"books", b"books/\xff") + LAST + b"\r\n",
    "a bad escape in the path": GET.replace(b"books", b"books/%zz") + LAST + b"\r\n",
    "bytes in the query": GET.replace(b"books", b"books?q=\xff") + LAST + b"\r\n",
    "10,000 parameters": GET.replace(b"books", b"books?" + b"&a=" * 10_000) + LAST + b"\r\n",
    "a surrogate in JSON": _with_body(b'{"title": "a\\ud800"}'),
    "bad UTF-8 in JSON": _with_body(b'{"title": "\xff"}'),
    "JSON in UTF-16": _with_body('{"title": "Momo"}'.encode("utf-16")),
    "deep JSON": _with_body(b"[" * 100_000 + b"]" * 100_000),
    "deep JSON within": _with_body(b'{"title": ' + b"[" * 900 + b"]" * 900 + b"}"),
    "a number of 100,000 digits": _with_body(b'{"title": 1' + b"0" * 100_000 + b"}"),
    "an infinite number": _with_body(b'{"title": 1e999}'),
    "NaN": _with_body(b'{"title": NaN}'),
    "a bad form": _with_body(b"title=%FF%ED%A0%80\xff\0", FORM),
    "half a part": _with_body(b"--x\r\nContent-Dis", PARTS),
    "HTTP/1.2": GET.replace(b"1.1", b"1.2") + LAST + b"\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\4\0\0\0\0\0",
    "TLS": b"\x16\3\1\2\0\1\0\1\xfc\3\3" + bytes(range(256)) * 2,
    "CONNECT to a host": b"CONNECT localhost:80 HTTP/1.1\r\n" + LEAST + b"\r\n",
    "CONNECT to a path": GET.replace(b"GET", b"CONNECT") + LAST + b"\r\n",
    "TRACE": GET.replace(b"GET", b"TRACE") + LAST + b"\r\n",
    "a method in lower case": GET.replace(b"GET", b"get") + LAST + b"\r\n",
    "a method of bytes": GET.replace(b"GET", b"G\xffT") + LAST + b"\r\n",
    "a long method": GET.replace(b"GET", b"X" * 100_000) + LAST + b"\r\n",
    "credentials of bytes": GET + HOST + b"Connection: close\r\nAuthorization: Basic \xff\r\n\r\n",
    "an origin of bytes": GET + LAST + b"Origin: \xff\r\n\r\n",
    "NULs": b"\0" * 1000,
    "all bytes": bytes(range(256)) * 20,
}
SERVED = {
    "an absolute target": b"GET http://localhost" + GET[4:] + b"Connection: close\r\n" + LEAST + b"\r\n",
    "empty lines before": b"\r\n\r\n" + GET + LAST + b"\r\n",
    "a surrogate in an unknown parameter": GET.replace(b"books", b"books?q=%ED%A0%80&%FF=") + LAST + b"\r\n",
    "bytes in a header": GET + LAST + b"X: \xc3\xa9\xff\r\n\r\n",
    "a preference of bytes": GET + LAST + b"Prefer: code=\xff\r\n\r\n",
    "a session of bytes": GET + LAST + b"Mock-Session: \xff\xfe\r\n\r\n",
    "HTTP/1.0": GET.replace(b"1.1", b"1.0") + LEAST + b"\r\n",
    "HTTP/1.0 without a host": GET.replace(b"1.1", b"1.0") + b"Authorization: Bearer any\r\n\r\n",
    "an extension of a chunk": CHUNKED + b"11;a=b\r\n" + BOOK + b"\r\n0\r\n\r\n",
    "a trailer": CHUNKED + b"11\r\n" + BOOK + b"\r\n0\r\nX: y\r\n\r\n",
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_a_faulty_request_is_refused(served: Served, sent: bytes) -> None:
    statuses = served.statuses(sent)
    assert statuses, "the connection ended without a word"
    assert all(400 <= status < 500 for status in statuses), statuses


@pytest.mark.parametrize("sent", SERVED.values(), ids=SERVED)
def test_an_unusual_request_is_served(served: Served, sent: bytes) -> None:
    assert served.statuses(sent, ends=False) in ([200], [201])


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        GET + b"Ho",
        GET + LEAST,
        b"GET " + BOOKS.encode() + b"\r\n",
        JSON + b"Content-Length: 50\r\n\r\n{",
        CHUNKED + b"11\r\n{",
        CHUNKED + b"11\r\n" + BOOK + b"\r\n0\r\n",
    ],
    ids=["nothing", "line", "name", "headers", "HTTP/0.9", "body", "chunk", "trailers"],
)
def test_half_a_request_is_none(served: Served, sent: bytes) -> None:
    assert served.statuses(sent) == []


@pytest.mark.parametrize(
    "parts",
    [
        [GET + LEAST + b"X: " + b"x" * 10_000_000 + b"\r\n\r\n"],
        [GET + LEAST, *[b"X: " + b"x" * 1000 + b"\r\n"] * 10_000, b"\r\n"],
        [b"GET /" + b"x" * 10_000_000 + b" HTTP/1.1\r\n" + LEAST + b"\r\n"],
    ],
    ids=["in a header", "in many headers", "in the target"],
)
def test_10_mb_before_the_body_are_not_read(served: Served, parts: list[bytes]) -> None:
    # the end of the connection may overtake the response
    assert set(served.statuses(*parts)) <= {400, 431}


def test_what_follows_a_refused_request_is_not_served(served: Served) -> None:
    for fault in ("two lengths", "a length and chunks", "a chunk that is longer", "a folded encoding"):
        assert len(served.statuses(REFUSED[fault].replace(b"Connection: close\r\n", b""), GET + LAST + b"\r\n")) == 1


def test_pipelined_requests_have_their_responses_in_order(served: Served) -> None:
    asked = [GET.replace(b"books", b"books/%d" % number) + LEAST for number in (1, 2, 9)] * 20
    slow = GET + LEAST + b"Prefer: delay=200\r\n\r\n"
    last = b"GET /nowhere HTTP/1.1\r\n" + LAST + b"\r\n"
    sent = slow + b"".join(each + b"\r\n" for each in asked) + last
    alone = [served.statuses(each + b"Connection: close\r\n\r\n")[0] for each in asked[:3]]
    assert served.statuses(sent, ends=False) == [200, *alone * 20, 404]


def test_a_long_pipeline_is_not_a_long_head(served: Served) -> None:
    asked = GET + LEAST + b"\r\n"
    assert served.statuses(asked * 3000 + GET + LAST + b"\r\n", ends=False) == [200] * 3001
    body = _with_body(BOOK.ljust(150_000), POST + LEAST + b"Content-Type: application/json\r\n")
    with served.connect() as connection:
        connection.sendall(body + GET + LAST[:-2])
        time.sleep(0.2)
        connection.sendall(LAST[-2:] + b"\r\n")
        assert served.read(connection) == [201, 200]


def test_a_client_that_expects_100_gets_it_and_the_response(served: Served) -> None:
    expecting = JSON + b"Expect: 100-continue\r\nContent-Length: 17\r\n\r\n"
    with served.connect() as connection:
        connection.sendall(expecting)
        assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BOOK)
        assert connection.recv(13) == b"HTTP/1.1 201 "


@pytest.mark.parametrize("offer", [b"websocket", b"h2c"])
def test_another_protocol_is_not_taken_and_the_request_is_served(served: Served, offer: bytes) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + offer + b"\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    post = _with_body(BOOK, JSON.replace(b"Connection: close\r\n", b"") + upgrade)
    head, get, last = post[: -len(BOOK)], GET + LEAST + upgrade + b"\r\n", GET + LAST + b"\r\n"
    assert served.statuses(post, last, ends=False) == [201, 200]
    assert served.statuses(get * 1000 + post + last, ends=False) == [*[200] * 1000, 201, 200]
    with served.connect() as connection:
        connection.sendall(head)
        time.sleep(0.1)
        connection.sendall(BOOK)
        assert connection.recv(13) == b"HTTP/1.1 201 "
    assert "WebSocket" not in served.output.read_text(errors="replace")
