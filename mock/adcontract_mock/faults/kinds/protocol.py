"""Responses that break HTTP, or what the contract says of their status, their headers and their media type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from adcontract.openapi.references import deref
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.http.response import JSON, mock_response, response_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.http.response import HttpResponse

_kinds = Kinds("protocol")
_UNEXPECTED = b'{"success":true}'
_HTML = b"<!doctype html><title>Planted</title><h1>It works!</h1>"


def undeclared(answer: Answer, *statuses: int) -> int | None:
    """Return the first of some statuses that the operation does not declare, and that the response does not have.

    Those of the responses to faulty requests that are declared for all operations are declared for it, too.
    """
    shared = (each.status for each in answer.place.served.contract.error_responses.values())
    declared = {text.upper() for text in (*answer.place.operation.responses, *shared)}
    return next(
        (
            each
            for each in statuses
            if not declared & {str(each), f"{each // 100}XX", "DEFAULT"} and each != answer.response.status
        ),
        None,
    )


def _with_undeclared(answer: Answer, *statuses: int) -> HttpResponse | None:
    status = undeclared(answer, *statuses)
    return None if status is None else answer.with_status(status)


@_kinds.answers("undeclared-success", "A success has a status that the operation does not declare.")
def _undeclared_success(answer: Answer) -> HttpResponse | None:
    # which of the usual statuses POST has is a server's own
    usual = (203,) if answer.place.operation.method == "POST" else (200, 201, 202, 203)
    return _with_undeclared(answer, *usual)


@_kinds.answers("no-content", "A success with a body is a 204 without one.")
def _no_content(answer: Answer) -> HttpResponse | None:
    return answer.with_status(204) if answer.response.body and undeclared(answer, 204) else None


@_kinds.answers("content-for-no-content", "A success without a body is a 200 with one.")
def _content(answer: Answer) -> HttpResponse | None:
    if answer.response.body or not undeclared(answer, 200):
        return None
    return response_of(200, {}, JSON, _UNEXPECTED, answer.response.reason, answer.place.operation.id)


@_kinds.answers("body-with-204", "A 204 has a Content-Length and a body.")
def _body_with_204(answer: Answer) -> HttpResponse | None:
    if answer.response.status != 204:
        return None
    # the client takes the body for the beginning of another response: the connection is of no more use
    headers = {"Content-Type": JSON, "Content-Length": str(len(_UNEXPECTED)), "Connection": "close"}
    changed = replace(answer.response, body=_UNEXPECTED)
    for name, value in headers.items():
        changed = changed.with_header(name, value)
    return changed


@_kinds.answers("server-error", "A valid request is answered with a 500.")
def _server_error(_: Answer) -> HttpResponse | None:
    return mock_response(500, "planted", message="Internal Server Error")


@_kinds.answers("redirect", "A valid request is redirected.")
def _redirect(answer: Answer) -> HttpResponse | None:
    if undeclared(answer, 302) is None:
        return None
    return response_of(302, {"Location": "/login"}, None, b"", answer.response.reason, answer.place.operation.id)


@_kinds.answers("html-page", "A success is a page of HTML.")
def _html_page(answer: Answer) -> HttpResponse | None:
    return answer.with_body(_HTML, "text/html; charset=utf-8") if answer.json is not None else None


@_kinds.answers("wrong-media-type", "The media type of a JSON body is text/plain.")
def _wrong_media_type(answer: Answer) -> HttpResponse | None:
    return answer.response.with_header("Content-Type", "text/plain") if answer.json is not None else None


@_kinds.answers("no-media-type", "A body has no media type.")
def _no_media_type(answer: Answer) -> HttpResponse | None:
    return answer.without_header("Content-Type") if answer.response.body else None


@_kinds.answers("wrong-charset", "A JSON body is in ISO 8859-1, with a character that is not valid UTF-8.")
def _wrong_charset(answer: Answer) -> HttpResponse | None:
    text = answer.response.body
    if answer.json is None or b':"' not in text:
        return None
    return answer.with_body(text.replace(b':"', b':"\xe9', 1), "application/json; charset=iso-8859-1")


@_kinds.answers("invalid-utf-8", "A JSON body is not valid UTF-8.")
def _invalid_utf_8(answer: Answer) -> HttpResponse | None:
    text = answer.response.body
    return answer.with_body(text.replace(b':"', b':"\xff', 1)) if answer.json is not None and b':"' in text else None


@_kinds.answers("byte-order-mark", "A JSON body begins with a byte order mark.")
def _byte_order_mark(answer: Answer) -> HttpResponse | None:
    return answer.with_body(b"\xef\xbb\xbf" + answer.response.body) if answer.json is not None else None


@_kinds.answers("cut-json", "A JSON body ends too early.")
def _cut_json(answer: Answer) -> HttpResponse | None:
    return answer.with_body(answer.response.body[:-1]) if answer.json is not None else None


@_kinds.answers("warning-before-json", "A warning of the server stands before a JSON body.")
def _warning(answer: Answer) -> HttpResponse | None:
    return answer.with_body(b"Warning: Undefined index\n" + answer.response.body) if answer.json is not None else None


@_kinds.answers("not-a-number", "A number in a JSON body is NaN.")
def _nan(answer: Answer) -> HttpResponse | None:
    if isinstance(answer.json, dict):
        for name, value in answer.json.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                marked = orjson.dumps({**answer.json, name: "planted NaN"})
                return answer.with_body(marked.replace(b'"planted NaN"', b"NaN", 1))
    return None


@_kinds.answers("empty-body", "A success that has a body has an empty one.")
def _empty_body(answer: Answer) -> HttpResponse | None:
    return answer.with_body(b"") if answer.response.body else None


@_kinds.answers("null-body", "The body is null.")
def _null_body(answer: Answer) -> HttpResponse | None:
    media = answer.place.media
    if media is None or answer.json is None:
        return None
    fits = answer.place.served.composer.schemas.valid(f"{media.pointer}/schema", None)
    return None if fits else answer.with_body(b"null")


def _declared_headers(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield the declared headers that the response has, each with the type of its value."""
    success = answer.place.operation.success
    for name, node in success.data.get("headers", {}).items() if success else ():
        header, _ = deref(answer.place.document, node, "")
        if answer.header(name) is not None:
            yield name, header.get("schema", {}).get("type", "string")


@_kinds.answers("missing-header", "A declared header is missing.")
def _missing_header(answer: Answer) -> HttpResponse | None:
    return next((answer.without_header(name) for name, _ in _declared_headers(answer)), None)


@_kinds.answers("wrong-header", "A declared header that is a number is a text.")
def _wrong_header(answer: Answer) -> HttpResponse | None:
    wrong = (name for name, type_ in _declared_headers(answer) if type_ in ("integer", "number"))
    return next((answer.response.with_header(name, "planted") for name in wrong), None)


@_kinds.answers(
    "head-other-type", "HEAD has another media type than GET.", lambda place: place.operation.method == "GET"
)
def _head_other_type(answer: Answer) -> HttpResponse | None:
    if answer.exchange is not None and answer.exchange.method != "HEAD":
        return None
    return answer.response.with_header("Content-Type", "text/html") if answer.response.body else None


@_kinds.answers("refusal-as-200", "An invalid request is answered with 200 and the error in the body.", on="refused")
def _refusal_as_200(answer: Answer) -> HttpResponse | None:
    return answer.with_status(200)


@_kinds.answers("refusal-as-500", "An invalid request is answered with a 500.", on="refused")
def _refusal_as_500(answer: Answer) -> HttpResponse | None:
    return answer.with_status(500)


@_kinds.answers("refusal-other-status", "An invalid request is answered with a 4xx that is not declared.", on="refused")
def _refusal_other_status(answer: Answer) -> HttpResponse | None:
    return _with_undeclared(answer, 422, 400, 409, 418)


@_kinds.answers("refusal-other-shape", "The error for an invalid request has another shape.", on="refused")
def _refusal_other_shape(answer: Answer) -> HttpResponse | None:
    return answer.with_json({"planted": "failed"}) if answer.json is not None else None


@_kinds.answers("refusal-as-html", "The error for an invalid request is a page of HTML.", on="refused")
def _refusal_as_html(answer: Answer) -> HttpResponse | None:
    return answer.with_body(_HTML, "text/html; charset=utf-8") if answer.json is not None else None


@_kinds.answers("refusal-empty", "The error for an invalid request has no body.", on="refused")
def _refusal_empty(answer: Answer) -> HttpResponse | None:
    return answer.with_body(b"") if answer.response.body else None


@_kinds.answers("unknown-item-as-500", "An item that does not exist is a 500.", on="unknown-item")
def _unknown_as_500(answer: Answer) -> HttpResponse | None:
    return answer.with_status(500)


@_kinds.answers("unknown-item-as-200", "An item that does not exist is a 200 with the error.", on="unknown-item")
def _unknown_as_200(answer: Answer) -> HttpResponse | None:
    return answer.with_status(200)


@_kinds.answers("unknown-item-other-shape", "The error for an unknown item has another shape.", on="unknown-item")
def _unknown_other_shape(answer: Answer) -> HttpResponse | None:
    return answer.with_json({"planted": "missing"}) if answer.json is not None else None


@_kinds.answers("no-allow", "A 405 has no Allow.", on="unknown-method")
def _no_allow(answer: Answer) -> HttpResponse | None:
    # the documented response gets the header from the path of a request
    if answer.header("allow") is not None:
        return answer.without_header("Allow")
    return answer.response


@_kinds.answers("unknown-method-as-200", "A method that a path does not have is a 200.", on="unknown-method")
def _method_as_200(answer: Answer) -> HttpResponse | None:
    return answer.with_status(200)


@_kinds.answers("unknown-method-as-500", "A method that a path does not have is a 500.", on="unknown-method")
def _method_as_500(answer: Answer) -> HttpResponse | None:
    return answer.with_status(500)


@_kinds.answers("unknown-method-as-404", "A method that a path does not have is a 404.", on="unknown-method")
def _method_as_404(answer: Answer) -> HttpResponse | None:
    return answer.with_status(404) if answer.response.status != 404 else None


@_kinds.answers("unknown-path-as-200", "A path that does not exist is a 200.", on="unknown-path")
def _path_as_200(answer: Answer) -> HttpResponse | None:
    return answer.with_status(200)


@_kinds.answers("unknown-path-as-500", "A path that does not exist is a 500.", on="unknown-path")
def _path_as_500(answer: Answer) -> HttpResponse | None:
    return answer.with_status(500)
