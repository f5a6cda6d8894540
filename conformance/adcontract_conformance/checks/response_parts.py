"""Comparing a response with the declared one: media type, headers, body."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import inferred
from adcontract.contract.response_basis import WRITE_ONLY
from adcontract.openapi.pointer import get, join
from adcontract.openapi.references import deref
from adcontract.requests.bodies import PLAIN, text_of
from adcontract.requests.texts import Texts
from adcontract_conformance.checks import basis, ways
from adcontract_conformance.model.exchange import brief
from adcontract_conformance.model.promises import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Example, MediaType, Operation, Response
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import HttpResponse

_NO_CONTENT = "HTTP has no body and no Content-Length in a 204 (RFC 9110, sections 8.6 and 15.3.5)."

_NO_BODY = "HTTP has no body in a 204 or a 304 (RFC 9110, sections 15.3.5 and 15.4.5)."

_SURPLUS = ("Responses have a body where HTTP has none.",)

_WITHOUT_BODY = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED))
"""Statuses of responses that have no body, whatever is declared."""

_NEVER_EMPTY = re.compile(
    r"(application|text)/(.+\+)?xml|.+\+(xml|zip|gzip)|application/(zip|gzip|pdf)|(image|audio|video|font)/.+"
)
"""The media types of which every document has a beginning; a text, a table or a file of any kind may be empty."""


def media_of(declared: Response, response: HttpResponse) -> MediaType | None:
    """Return the declared media type of a response, or None if it has another."""
    return declared.media_for(response.headers.get("content-type", ""))


def essence(content_type: str) -> str:
    """Return a media type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def media_type(
    checked: CheckedContract, operation: Operation, declared: Response, response: HttpResponse
) -> Iterator[Breach]:
    """Yield a breach if the response has an undeclared media type, or a body where none is declared.

    The document of a user's own that names no content often leaves open what is in the body.
    """
    if response.surplus:
        # no client reads the body, but takes it for the next response
        sentence = f"The response {response.status} has a body, and HTTP has none there."
        yield Breach(sentence, declared.pointer, _NO_BODY, way=_SURPLUS, spot="/body")
    elif not declared.media:
        if checked.contract.is_plain and response.status not in _WITHOUT_BODY:
            return
        # a success with another status than 204 may well have a body
        if (response.body or not response.whole) and str(response.status) == declared.status:
            reason = basis.of_response(operation, declared)
            sentence = f"The response {declared.status} has a body; the contract declares none."
            way = ("Responses have a body where the contract declares none.",)
            yield Breach(sentence, declared.pointer, reason, way=way, spot="/body")
        elif response.status == HTTPStatus.NO_CONTENT and response.headers.get("content-length", "0").strip("0"):
            # no client reads the body, but takes it for the next response
            sentence = f"The response 204 has a Content-Length of {response.headers['content-length']}, and so a body."
            yield Breach(sentence, declared.pointer, _NO_CONTENT, way=_SURPLUS, spot="/headers/content-length")
    elif media_of(declared, response) is None:
        if operation.method == "HEAD" and "content-type" not in response.headers:
            return  # it may be left out (RFC 9110, section 9.3.2)
        sent = response.headers.get("content-type") or "no media type"
        known = " or ".join(media.type for media in declared.media)
        reason = basis.of_response(operation, declared, declared.media[0].data) or _unshown(declared)
        sentence = f"The response has {sent}, not {known}."
        way = (f"Responses have {sent}, which the contract does not declare.",)
        yield Breach(sentence, join(declared.pointer, "content"), reason, way=way, spot="/headers/content-type")


def unread(declared: Response, response: HttpResponse) -> str:
    """Return the media type of a body with a schema that is neither JSON nor a text; empty for any other."""
    media = media_of(declared, response)
    is_read = media is None or media.is_json or media.essence == PLAIN or "schema" not in media.data
    return "" if media is None or is_read or not response.body else media.essence


def has_other_length(head: HttpResponse, got: HttpResponse) -> bool:
    """Return whether a response to HEAD has a Content-Length that is not that of the body that GET gets.

    What is compressed has another one, and which of both a server says is left open.
    """
    length = head.headers.get("content-length", "")
    is_plain = "content-encoding" not in head.headers and "content-encoding" not in got.headers
    return length.isdecimal() and got.whole and is_plain and int(length) != len(got.body)


def _unshown(declared: Response) -> str | None:
    """Return why it is inferred that a response has JSON, where no page shows a payload of it."""
    reasons = [example.inferred for media in declared.media for example in media.examples]
    return reasons[0] if reasons and all(reasons) else None


def headers(
    checked: CheckedContract, operation: Operation, declared: Response, response: HttpResponse
) -> Iterator[Breach]:
    """Yield a breach for every expected header that is missing, and every declared one that does not fit its schema."""
    for each in checked.headers.of(declared):
        name, reason = (
            each.name,
            inferred(declared.data, "headers") or basis.of_response(operation, declared, each.data),
        )
        text = response.headers.get(name.lower())
        spot = join("/headers", name.lower())
        if text is None and each.is_expected:
            sentence = f"The header {name} is missing."
            yield Breach(sentence, each.pointer, reason, way=("Headers are missing.", sentence), spot=spot)
        for fault in each.faults(text) if text is not None else ():
            why = fault.inferred or inferred(each.data, "schema") or reason
            sentence = f"The header {name} does not fit: {brief(fault.message)}."
            yield Breach(sentence, fault.pointer, why, way=(f"The header {name} does not fit.",), spot=spot)


def body(
    checked: CheckedContract,
    operation: Operation,
    declared: Response,
    response: HttpResponse,
    payload: Example | None = None,
) -> Iterator[Breach]:
    """Yield a breach for every way in which a JSON body does not fit its schema, unless it was too long to be read.

    One of another media type is looked at where it is empty. What `payload` shows, or else any payload of the response,
    is documented; see `basis.of_field`.
    """
    media = media_of(declared, response)
    if media is None or not response.whole or operation.method == "HEAD" or response.status in _WITHOUT_BODY:
        return
    if not media.is_json and not response.body:
        yield from _empty(checked, operation, declared, media)
    elif media.essence == PLAIN:
        yield from _plain(checked, operation, declared, media, response)
    if not media.is_json or "schema" not in media.data:
        return
    pointer = join(media.pointer, "schema")
    try:
        value = orjson.loads(response.body)
    except orjson.JSONDecodeError as error:
        reason = basis.of_response(operation, declared, media.data)
        why = error if _is_utf8(response.body) else "its bytes are not UTF-8"
        yield Breach(
            f"The body is not JSON: {why}.", media.pointer, reason, way=("The body is not JSON.",), spot="/body"
        )
        return
    shown = payload or next(iter(media.examples), None)
    for fault in checked.schemas.faults(pointer, value):
        where = f"The field {fault.field}" if fault.path else "The body"
        reason = basis.of_field(operation, declared, fault, shown, value)
        reason = reason or basis.of_empty_list(checked.contract.document, checked.schemas, fault, value, shown)
        yield Breach(
            f"{where} {_clause(fault.keyword, fault.message)}.",
            fault.pointer,
            reason,
            part=str(fault.path[-1]) if fault.keyword == "required" else "",
            way=ways.body(fault.path, fault.message if fault.keyword == "required" else "does not fit"),
            spot=join("/body", *map(str, fault.path)),
        )
    yield from _hidden(checked, pointer, value, shown)


def _hidden(checked: CheckedContract, pointer: str, value: Any, shown: Example | None) -> Iterator[Breach]:
    """Yield a breach for every part of a body that is `writeOnly`, unless a payload of the contract shows it, too."""
    for each in checked.schemas.hidden_parts(pointer, value):
        spot = join("", *map(str, each.path))
        if shown is None or get(shown.value, spot) is None:
            field = ".".join(map(str, each.path))
            sentence = f"The field {field} is for requests alone (writeOnly), and is in a response."
            way = ways.body(each.path, "is for requests alone")
            yield Breach(sentence, each.pointer, WRITE_ONLY, part=str(each.path[-1]), way=way, spot=f"/body{spot}")


def _plain(
    checked: CheckedContract, operation: Operation, declared: Response, media: MediaType, response: HttpResponse
) -> Iterator[Breach]:
    """Yield a breach for every way in which a text does not fit its schema; how an object is written as one is open."""
    pointer = join(media.pointer, "schema")
    texts = Texts(checked.schemas, [pointer] if "schema" in media.data else [])
    if texts.types and not {*texts.types} & {"array", "object"}:
        value = texts.single(text_of(response.headers.get("content-type", ""), response.body))
        for fault in checked.schemas.faults(pointer, value):
            reason = fault.inferred or basis.of_response(operation, declared, media.data)
            way = ("Texts do not fit their schema.",)
            yield Breach(
                f"The text does not fit: {brief(fault.message)}.", fault.pointer, reason, way=way, spot="/body"
            )


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _empty(checked: CheckedContract, operation: Operation, declared: Response, media: MediaType) -> Iterator[Breach]:
    """Yield a breach if an empty body is no document of a media type, or no text that its schema allows."""
    reason, way = basis.of_response(operation, declared, media.data), ("The body is empty.",)
    if _NEVER_EMPTY.fullmatch(media.essence):
        sentence = f"The body is empty; a document of {media.type} never is."
        yield Breach(sentence, media.pointer, reason, way=way, spot="/body")
        return
    data, pointer = deref(checked.contract.document, media.data.get("schema", {}), join(media.pointer, "schema"))
    if data.get("type") == "string":
        for fault in checked.schemas.faults(pointer, ""):
            sentence = f"The body is empty, which does not fit: {brief(fault.message)}."
            yield Breach(sentence, fault.pointer, fault.inferred or reason, way=way, spot="/body")


def schema_of(declared: Response, response: HttpResponse) -> str | None:
    """Return the pointer of the schema of a JSON body; None where the contract has none."""
    media = media_of(declared, response)
    if media is None or not media.is_json or "schema" not in media.data:
        return None
    return join(media.pointer, "schema")


def _clause(keyword: str, message: str) -> str:
    return message if keyword == "required" else f"does not fit: {brief(message)}"
