"""An exchange as it is kept: JSON without credentials, from which the journal has the exchange again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from adcontract.requests.parameters import RequestError
from adcontract_mock.http.exchange import Exchange
from adcontract_mock.http.response import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.http.exchange import RequestSource
    from adcontract_mock.journal.redaction import Redaction

_ENCODING = "latin-1"
"""Keeps every byte, in a text."""

_KEPT_OF_RESPONSE = 8 * 1024
"""The number of bytes that are kept of the body of a response: all of it would take longer than the response."""

_AS_THEY_ARE = ("started", "seconds", "method", "session", "document", "operation", "left_out")
_OF_A_FAULT = ("location", "field", "message", "pointer", "inferred", "malformed")


def kept_exchange(exchange: Exchange, redaction: Redaction) -> bytes:
    """Return an exchange as JSON, without credentials."""
    kept: dict[str, Any] = {name: getattr(exchange, name) for name in _AS_THEY_ARE}
    kept["path"] = exchange.path.decode(_ENCODING)
    kept["query"] = redaction.query(exchange.query)
    kept["headers"] = redaction.headers(exchange.headers)
    kept["applied"] = dict(exchange.applied)
    kept["faults"] = [{name: getattr(fault, name) for name in _OF_A_FAULT} for fault in exchange.faults]
    kept["was_read"] = exchange.source is not None
    response = exchange.response
    if response:
        headers, left_out = redaction.headers(response.headers), len(response.body[_KEPT_OF_RESPONSE:])
        kept["response"] = {"status": response.status, "headers": headers, "reason": response.reason}
        kept["response_left_out"] = left_out
    bodies = {
        "body": redaction.sent(exchange.body, cut=exchange.left_out > 0) if exchange.body else b"",
        "response_body": redaction.body(response.body[:_KEPT_OF_RESPONSE]) if response else b"",
    }
    texts = {name: body.decode(_ENCODING) for name, body in bodies.items()}
    return orjson.dumps({**redaction.everywhere(kept), **texts})


def read_exchange(data: bytes, source_of: Callable[[Exchange], RequestSource | None]) -> Exchange:
    """Return the exchange that was kept; `source_of` returns what can read its request again, if anything can."""
    kept = orjson.loads(data)
    path, query = kept["path"].encode(_ENCODING), kept["query"].encode(_ENCODING)
    exchange = Exchange(kept["started"], kept["method"], path, query, _pairs(kept["headers"]))
    for name in _AS_THEY_ARE:
        setattr(exchange, name, kept[name])
    exchange.body = kept["body"].encode(_ENCODING)
    exchange.applied = kept["applied"]
    exchange.faults = tuple(RequestError(**fault) for fault in kept["faults"])
    exchange.source = source_of(exchange) if kept["was_read"] else None
    if response := kept.get("response"):
        body = kept["response_body"].encode(_ENCODING)
        exchange.response = HttpResponse(response["status"], _pairs(response["headers"]), body, response["reason"])
        exchange.response_left_out = kept["response_left_out"]
    return exchange


def _pairs(headers: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(_ENCODING), value.encode(_ENCODING)) for name, value in headers.items())
