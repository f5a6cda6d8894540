"""An exchange as JSON, for people and programs."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from adcontract_mock.journal.journal import KEPT, status

if TYPE_CHECKING:
    from adcontract import RequestError
    from adcontract_mock.http.exchange import Breach, Exchange, Forwarded
    from adcontract_mock.journal.redaction import Redaction
    from adcontract_mock.responses.served_contract import ServedContract

_SHORT = 200
"""The number of characters that a summary has of a reason."""


def entry(number: int, exchange: Exchange, redaction: Redaction, document: ServedContract | None) -> dict[str, Any]:
    """Return an exchange as JSON, without credentials; `document` is the one that responded, if it is still served."""
    response, forwarded = exchange.response, exchange.forwarded
    shown = _common(number, exchange, redaction) | {
        "explain": response.reason if response else None,
        "violations": [violation(fault, document) for fault in exchange.faults],
        "upstream": _upstream(forwarded, document),
        "request": {
            "headers": redaction.headers(exchange.headers),
            "body": body(redaction.sent(exchange.body, cut=exchange.left_out > 0), exchange.size),
        },
        "response": {
            "headers": redaction.headers(response.headers) if response else {},
            "body": response_body(exchange, redaction),
        },
    }
    if forwarded and (came := forwarded.withheld):
        size = int(dict(came.headers).get(b"content-length", b"0"))
        shown["upstream"]["body"] = body(redaction.sent(came.body, cut=size > len(came.body)), size)
    return cast("dict[str, Any]", redaction.everywhere(shown))


def summary(number: int, exchange: Exchange, redaction: Redaction) -> dict[str, Any]:
    """Return an exchange as JSON without headers and bodies, and the numbers of its violations and breaches.

    It is short and quickly written, whatever was sent. The number of breaches is None where the mock itself responded.
    """
    reason = exchange.response.reason if exchange.response else ""
    shown = _common(number, exchange, redaction) | {
        "explain": f"{reason[:_SHORT]}…" if len(reason) > _SHORT else reason or None,
        "violation_count": len(exchange.faults),
        "breach_count": len(exchange.forwarded.breaches) if exchange.forwarded else None,
    }
    return cast("dict[str, Any]", redaction.everywhere(shown))


def _common(number: int, exchange: Exchange, redaction: Redaction) -> dict[str, Any]:
    return {
        "id": number,
        "time": moment(exchange),
        "milliseconds": round(exchange.seconds * 1000, 2),
        "session": exchange.session,
        "method": exchange.method,
        "path": exchange.path.decode("latin-1"),
        "query": redaction.query(exchange.query),
        "document": exchange.document,
        "operation": exchange.operation,
        "status": status(exchange),
        "applied": dict(exchange.applied),
    }


def response_body(exchange: Exchange, redaction: Redaction) -> dict[str, Any] | None:
    """Return the body of the response without credentials: see `body`."""
    if exchange.response is None:
        return None
    raw, left_out = exchange.response.body, exchange.response_left_out
    shown = redaction.sent(raw, cut=left_out > 0) if exchange.forwarded else redaction.body(raw)
    return body(shown, len(raw) + left_out, cut=left_out > 0)


def _upstream(forwarded: Forwarded | None, document: ServedContract | None) -> dict[str, Any] | None:
    """Return what a real server answered. `entry` adds its body if it was not passed on."""
    if forwarded is None:
        return None
    return {
        "url": forwarded.url,
        "status": forwarded.status,
        "breaches": [violation(each, document) | {"times": each.times} for each in forwarded.breaches],
        "saved": list(forwarded.saved),
    }


def moment(exchange: Exchange) -> str:
    """Return the time of a request (RFC 3339), in milliseconds."""
    return datetime.fromtimestamp(exchange.started, UTC).isoformat(timespec="milliseconds")


def violation(fault: RequestError | Breach, document: ServedContract | None) -> dict[str, Any]:
    """Return a fault of a request, or of a response, with its position in the files of the contract.

    It says why that is inferred, if it is.
    """
    described = {"in": fault.location, "field": fault.field, "message": fault.message, "inferred": fault.inferred}
    return described | {"contract": str(document.contract.where(fault.pointer)) if document else None}


def body(raw: bytes, size: int, *, cut: bool = False) -> dict[str, Any] | None:
    """Return a body as text, shortened if it is long, or that it is binary; None without a body.

    `size` is how many bytes it had when it was sent: those of `raw` may be fewer, and without credentials. `cut` is
    whether `raw` is only its beginning.
    """
    if not raw:
        return None
    cut = cut or size > KEPT or len(raw) > KEPT
    try:
        # an incremental decoder accepts a character that is cut in two
        text = codecs.getincrementaldecoder("utf-8")().decode(raw[:KEPT], final=not cut)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return {"size": size, "binary": True}
    return {"size": size, "text": text} | ({"cut": True} if cut else {})
