"""The parts of a contract that a run has tried and seen, by operation: statuses, media types, parameters.

Of the documented statuses those count that a client can bring about: successes, and the refusals of bad credentials, of
an invalid request and of an unknown item.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from adcontract.openapi.references import follow
from adcontract_conformance.checks.coverage import MEANT, deletes_alone
from adcontract_conformance.model.exchange import CREDENTIALS, HttpResponse, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Values
    from adcontract.contract.operation_parts import Parameter
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

Kind: TypeAlias = Literal["operation", "status", "request", "response", "parameter", "invalid", "law"]
"""What a part is: `request` and `response` are media types, `invalid` a parameter with a value that does not fit."""

BODY = "body"

_UNABLE = "no request of a client brings it about"
_KEPT = "the suite deletes only what it can create"
_ALWAYS_VALID = "any value fits it"
_LOCATIONS = ("path", "query", "header", "cookie")

_NOT_FOUND = ("404", "410")
_UNHEARD = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)
"""Statuses with which a request is refused before its parameters are looked at."""

_BOUNDS = frozenset(
    ("enum", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "required")
)

_DEPTH = 5
"""How deep in a schema bounds are looked for."""


@dataclass
class Part:
    """A documented part of an operation, whether it was tried and seen, or the `reason` why a law was not tried.

    `excused` says why it does not count.
    """

    kind: Kind
    name: str = ""
    excused: str = ""
    tried: bool = False
    seen: bool = False
    reason: str = ""


class Matrix:
    """The parts of each operation of a contract, on a target with this base URL."""

    def __init__(self, checked: CheckedContract, base: str) -> None:
        self._checked = checked
        self._base = base
        self._rows = {each.id: _Row(checked, each) for each in checked.named}

    def add(self, exchange: Exchange) -> None:
        """Note what an exchange has tried, and what it has shown."""
        operation = exchange.operation
        row = self._rows.get(operation.id)
        if row is None or exchange.request.method != operation.method:
            return
        asked = exchange.purpose is Purpose.PREFERRED
        reading = exchange.reading
        if not asked and reading is None:
            reading = self._checked.read(operation, exchange.request, self._base)
        row.try_statuses(exchange, reading)
        row.see_response(exchange.response if isinstance(exchange.response, HttpResponse) else None)
        if not asked and exchange.purpose not in CREDENTIALS:
            row.see_request(exchange, reading)

    def parts(self, operation: str) -> list[Part]:
        """Return the parts of an operation."""
        return list(self._rows[operation].parts.values())


class _Row:
    """The parts of one operation."""

    def __init__(self, checked: CheckedContract, operation: Operation) -> None:
        self._operation = operation
        found = list(_parts(checked, operation))
        self.parts = {(each.kind, each.name): each for each in found}
        self._refusals = {
            fault: checked.error(operation, fault).status for fault in ("unauthenticated", "malformed", "invalid")
        }
        self._meant = [*_done(operation), *(each for each in operation.responses if each in _NOT_FOUND)]

    def try_statuses(self, exchange: Exchange, reading: Values | None) -> None:
        """Note which statuses a request should bring about."""
        if exchange.status is not None:
            tried = [exchange.status]
        elif exchange.purpose in CREDENTIALS:
            tried = [self._refusals["unauthenticated"]]
        elif exchange.purpose is Purpose.UNREADABLE or (reading and reading.faults):
            tried = [self._refusals["malformed"], self._refusals["invalid"]]
        else:
            tried = self._meant
        declared = (self._operation.response_for(int(each)) if each.isdecimal() else None for each in tried)
        tried = [*tried, *(each.status for each in declared if each)]
        for each in self.parts.values():
            if each.kind in ("status", "response") and each.name.partition(" ")[0] in tried:
                each.tried = True

    def see_response(self, response: HttpResponse | None) -> None:
        """Note the status and the media type of a response."""
        if response is not None:
            declared = self._operation.response_for(response.status)
            if declared is not None:
                media = declared.media_for(response.headers.get("content-type", ""))
                own = next((each.essence for each in declared.media if media and each.pointer == media.pointer), "")
                self._mark("status", declared.status)
                self._mark("response", f"{declared.status} {own}")

    def see_request(self, exchange: Exchange, reading: Values | None) -> None:
        """Note the media type and the parameters of a request, and whether it was carried out."""
        response = exchange.response
        status = response.status if isinstance(response, HttpResponse) else 0
        is_done = self._operation.is_done(status)
        if exchange.purpose in MEANT:
            self._mark("operation", "", seen=is_done)
        if exchange.request.body:
            headers = {name.lower(): value for name, value in exchange.request.headers.items()}
            sent = self._operation.body_for(headers.get("content-type", ""))
            own = next((each.essence for each in self._operation.body if sent and each.pointer == sent.pointer), "")
            self._mark("request", own, seen=is_done)
        if reading is None:
            return
        faulty = {(fault.location, fault.field.partition(".")[0]) for fault in reading.faults}
        for location, field in faulty:
            name = BODY if location == BODY else f"{location} {field}"
            self._mark("invalid", name, seen=status >= 100 and status not in _UNHEARD)
        for location in _LOCATIONS:
            for name in getattr(reading, location):
                fits = (location, name.removesuffix("[]")) not in faulty
                self._mark("parameter", _name(location, name), seen=is_done and fits)
        if exchange.request.body:
            self._mark("parameter", BODY, seen=is_done and all(location != BODY for location, _ in faulty))

    def _mark(self, kind: Kind, name: str, *, seen: bool = True) -> None:
        if part := self.parts.get((kind, name)):
            part.tried = True
            part.seen = part.seen or seen


def _parts(checked: CheckedContract, operation: Operation) -> Iterator[Part]:
    kept = _KEPT if deletes_alone(checked, operation) else ""
    able, document = set(_brought_about(checked, operation)), checked.contract.document
    yield Part("operation", "", kept)
    for status, response in operation.responses.items():
        excused = (kept if status.startswith("2") else "") if status in able else _UNABLE
        yield Part("status", status, excused)
        for media in response.media:
            yield Part("response", f"{status} {media.essence}", excused)
    for media in operation.body:
        yield Part("request", media.essence, kept)
    for parameter in operation.parameters:
        name = _name(parameter.location, parameter.name)
        yield Part("parameter", name, kept)
        yield Part("invalid", name, kept or ("" if _may_be_invalid(parameter, document) else _ALWAYS_VALID))
    if operation.body:
        yield Part("parameter", BODY, kept)
        yield Part("invalid", BODY, kept)


def _brought_about(checked: CheckedContract, operation: Operation) -> Iterator[str]:
    """Yield the statuses that a client can bring about."""
    yield from _done(operation)
    if operation.secured:
        yield checked.error(operation, "unauthenticated").status
    if operation.body:
        yield checked.error(operation, "malformed").status
    if operation.body or any(_may_be_invalid(each, checked.contract.document) for each in operation.parameters):
        yield checked.error(operation, "invalid").status
    if any(parameter.location == "path" for parameter in operation.parameters):
        yield from _NOT_FOUND


def _done(operation: Operation) -> Iterator[str]:
    """Yield the declared statuses of requests that are carried out."""
    codes = {each: each.upper().replace("X", "0") for each in operation.responses}
    return (each for each, code in codes.items() if code.isdecimal() and operation.is_done(int(code)))


def _may_be_invalid(parameter: Parameter, document: dict[str, Any]) -> bool:
    """Return whether a request can be invalid by a parameter. A path without a value is another path."""
    if parameter.required and parameter.location != "path":
        return True
    if parameter.content is not None and parameter.content.is_json:
        return True
    return _is_bounded((parameter.content or parameter).data.get("schema"), document)


def _is_bounded(node: Any, document: dict[str, Any], depth: int = 0) -> bool:
    """Return whether a schema refuses some value that can be written as a text."""
    if not isinstance(node, dict) or depth > _DEPTH:
        return False
    schema = follow(document, node)
    if schema.get("type") in ("integer", "number", "boolean") or schema.get("additionalProperties") is False:
        return True
    inner = [schema.get("items"), schema.get("additionalProperties"), *schema.get("properties", {}).values()]
    parts = [*inner, *schema.get("allOf", ())]
    either = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    is_bounded = [_is_bounded(each, document, depth + 1) for each in either]
    has_bound = bool(_BOUNDS & schema.keys()) or any(_is_bounded(each, document, depth + 1) for each in parts)
    return has_bound or (bool(is_bounded) and all(is_bounded))


def _name(location: str, name: str) -> str:
    return f"{location} {name.removesuffix('[]')}"
