"""The headers that are passed on, from the client to the server and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

from adcontract_mock.http.session_name import COOKIE, HEADER
from adcontract_mock.preferences.prefer_header import without
from adcontract_mock.preferences.registry import PREFERENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract_mock.upstream.server import Answer, Server

_OF_ONE_CONNECTION = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authentication-info",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
"""Headers about one connection only (RFC 9110, 7.6.1 and 11.7); `Connection` may name more."""

_WRITTEN_ANEW = frozenset((b"host", b"content-length", b"expect", b"accept-encoding", b"via"))
_OF_THE_MOCK = frozenset((HEADER, b"mock-snapshot"))

_OF_ITS_ORIGIN = frozenset((b"date", b"content-length", b"alt-svc", b"strict-transport-security", b"mock-breaches"))
"""Headers of an answer that hold for the server's own address, or that the mock writes itself."""

_CORS = b"access-control-"
_DOMAIN = re.compile(rb"\s*;\s*domain\s*=[^;]*", re.IGNORECASE)
_GZIP = re.compile(rb"(?:^|[,\s])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


def to_server(headers: Iterable[tuple[bytes, bytes]], via: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers of a request that the server gets: all that are not of this connection, or for the mock.

    `via` names the mock in the header `Via` (RFC 9110, 7.6.3).
    """
    headers = list(headers)
    left_out = _OF_ONE_CONNECTION | _WRITTEN_ANEW | _OF_THE_MOCK | _named_in_connection(headers)
    for name, line in headers:
        # white space around a value is no part of it, and not every server takes it (RFC 9110, 5.5)
        value = kept = line.strip(b" \t")
        if name == b"cookie":
            pairs = [pair for pair in value.split(b";") if pair.partition(b"=")[0].strip() != COOKIE]
            kept = b";".join(pairs).strip()
        elif name == b"prefer":
            kept = without(value, PREFERENCES)
        if name not in left_out and (kept or not value):
            yield name, kept
    asked = b", ".join(value for name, value in headers if name == b"accept-encoding")
    # the codings that are decoded here, to be compared with the contract
    yield b"accept-encoding", b"gzip, deflate" if _GZIP.search(asked) else b"identity"
    earlier = [value for name, value in headers if name == b"via"]
    yield b"via", b", ".join([*earlier, b"1.1 " + via])


def to_client(
    answer: Answer, server: Server, prefix: str, *, has_body: bool, of_page: bool
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers of an answer that the client gets.

    `Location` leads to the mock, where `prefix` is before the paths of the contract, if it leads to the server's own
    address. A cookie loses its `Domain`, as a browser takes none for another host. An answer without a body keeps its
    `Content-Length`. To a page of a browser (`of_page`) the mock
    itself says who may read the answer.
    """
    left_out = _OF_ONE_CONNECTION | _OF_ITS_ORIGIN | _named_in_connection(answer.headers)
    if answer.is_plain:
        left_out |= {b"content-encoding"}
    for name, value in answer.headers:
        if name in (b"location", b"content-location"):
            yield name, _here(value, server, prefix)
        elif name == b"set-cookie":
            yield name, _DOMAIN.sub(b"", value)
        elif name not in left_out and not (of_page and name.startswith(_CORS)):
            yield name, value
    lengths = [value for name, value in answer.headers if name == b"content-length"]
    if has_body:
        yield b"content-length", str(len(answer.body)).encode()
    elif lengths and answer.status not in (204, 205, 304):
        yield b"content-length", lengths[0]


def _named_in_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    lines = (value for name, value in headers if name == b"connection")
    return frozenset(each.strip().lower() for line in lines for each in line.split(b","))


def _here(value: bytes, server: Server, prefix: str) -> bytes:
    """Return a URL on the server as one on the mock, and any other as it is."""
    try:
        location = httpx.URL(value.decode("latin-1"))
    except httpx.InvalidURL:
        return value
    if location.host and not server.is_here(location):
        return value
    text = location.raw_path.decode("ascii")
    if not text.startswith("/") or not f"{text}/".startswith(f"{server.path}/"):
        return value
    fragment = f"#{location.fragment}" if location.fragment else ""
    return f"{prefix}{text.removeprefix(server.path) or '/'}{fragment}".encode("latin-1", "backslashreplace")
