"""Exchanges as an HTTP Archive, which browsers' developer tools open (HAR 1.2)."""

from __future__ import annotations

import base64
from http import HTTPStatus
from importlib.metadata import version
from io import StringIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import harfile
import orjson

from adcontract_mock.journal.entry import body, moment, response_body
from adcontract_mock.journal.journal import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.journal.redaction import Redaction

_HTTP = "HTTP/1.1"


def har(exchanges: Iterable[Exchange], redaction: Redaction, base_url: str) -> str:
    """Return `exchanges` as a HAR file, without credentials; `base_url` is that of the mock, without `/` at its end."""
    text = StringIO()
    creator = harfile.Creator(name="adcontract", version=version("adcontract"))
    with harfile.open(text, creator=creator) as archive:
        for exchange in exchanges:
            milliseconds = round(exchange.seconds * 1000, 2)
            archive.add_entry(
                startedDateTime=moment(exchange),
                time=milliseconds,
                request=_request(exchange, redaction, base_url),
                response=_response(exchange, redaction),
                timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
                comment=exchange.response.reason if exchange.response else None,
            )
    return orjson.dumps(redaction.everywhere(orjson.loads(text.getvalue())), option=orjson.OPT_INDENT_2).decode()


def _request(exchange: Exchange, redaction: Redaction, base_url: str) -> harfile.Request:
    headers = redaction.headers(exchange.headers)
    query = redaction.query(exchange.query)
    sent = body(redaction.sent(exchange.body, cut=exchange.left_out > 0), exchange.size)
    posted = None
    if sent:
        text = sent.get("text", f"({sent['size']} bytes of binary data)")
        comment = f"the first {KEPT} bytes" if "cut" in sent else None
        posted = harfile.PostData(mimeType=headers.get("content-type", ""), text=text, comment=comment)
    return harfile.Request(
        method=exchange.method,
        url=base_url + exchange.path.decode("latin-1") + (f"?{query}" if query else ""),
        httpVersion=_HTTP,
        headers=_records(headers.items()),
        queryString=_records(parse_qsl(query, keep_blank_values=True)),
        postData=posted,
        bodySize=sent["size"] if sent else 0,
    )


def _response(exchange: Exchange, redaction: Redaction) -> harfile.Response:
    """Return the response; status 0, as browsers write it, where the connection ended without one."""
    response = exchange.response
    if response is None:
        return harfile.Response(status=0, statusText="", httpVersion=_HTTP)
    headers = redaction.headers(response.headers)
    shown = response_body(exchange, redaction) or {"text": ""}
    size = len(response.body) + exchange.response_left_out
    content = harfile.Content(size=size, mimeType=headers.get("content-type", ""), text=shown.get("text"))
    # a real server's may hold secrets that cannot be seen in it
    if "binary" in shown and not exchange.forwarded:
        content.text, content.encoding = base64.b64encode(redaction.body(response.body)).decode(), "base64"
    return harfile.Response(
        status=response.status,
        statusText=_phrase(response.status),
        httpVersion=_HTTP,
        headers=_records(headers.items()),
        content=content,
        redirectURL=headers.get("location", ""),
        bodySize=size,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _records(pairs: Iterable[tuple[str, str]]) -> list[harfile.Record]:
    return [harfile.Record(name, value) for name, value in pairs]
