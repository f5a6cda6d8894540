"""A request that is shown as a command line is sent by curl as it was."""

from __future__ import annotations

import base64
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from adcontract.contract.security import Placeholder, security_schemes, write_credential
from adcontract.requests.curl import TOKEN, curl_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "a+b/c==&d: 'e\"#%41$`x`"
SCHEMES: dict[str, dict[str, Any]] = {
    "query": {"type": "apiKey", "in": "query", "name": "api key[]"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


@pytest.fixture(scope="module")
def received() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The URL of a server, and the requests that it has received."""
    log: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.respond
            raise AttributeError(name)

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            log.append({"method": self.command, "target": self.path, "headers": self.headers, "body": body})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", log
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("body", [b"", b"@file", b'{"a": "it\'s $HOME"}', b"a\nb\n", b"\xff\x01"])
@pytest.mark.parametrize("query", ["", "?a=1+2&b=%C3%A9%22$x"])
def test_curl_sends_what_is_shown(
    received: tuple[str, list[dict[str, Any]]], name: str, method: str, body: bytes, query: str
) -> None:
    url, log = received
    scheme = security_schemes({"components": {"securitySchemes": SCHEMES}})[name]
    headers = {"Content-Type": 'text/x; a="b"', "X-Other": "`$HOME`"}
    target, headers = write_credential([scheme], Placeholder(TOKEN), f"{url}/it's%20{query}", headers)
    line = " ".join(("curl", "-s", "-X", method, *curl_arguments(target, headers, body)))
    environment = {"PATH": "/usr/bin:/bin", "ADCONTRACT_TOKEN": SECRET, "HOME": "/nowhere"}
    subprocess.run(["bash", "-c", line], env=environment, check=True, capture_output=True, timeout=20)
    sent = log.pop()
    assert (sent["method"], sent["body"], log) == (method, body, [])
    assert (sent["headers"]["Content-Type"], sent["headers"]["X-Other"]) == ('text/x; a="b"', "`$HOME`")
    parts = urlsplit(sent["target"])
    assert parts.path == "/it's%20"
    key = [("api key[]", SECRET)] if name == "query" else []
    assert parse_qsl(parts.query) == [*([("a", "1 2"), ("b", 'é"$x')] if query else []), *key]
    in_header = {"header": ("X-Key", SECRET), "bearer": ("Authorization", f"Bearer {SECRET}")}
    in_header["basic"] = ("Authorization", f"Basic {base64.b64encode(SECRET.encode()).decode()}")
    if name in in_header:
        assert sent["headers"][in_header[name][0]] == in_header[name][1]


def test_the_token_is_apart_from_the_letters_after_it() -> None:
    assert list(curl_arguments("http://a", {"X": f"{TOKEN}s"})) == ["http://a", "-H", '"X: ${ADCONTRACT_TOKEN}s"']
