"""Comparing the answer of a real server with the contract: status, media type, headers, body."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import inferred
from adcontract.contract.invariants import Invariants
from adcontract.contract.response_basis import WRITE_ONLY, of_empty_list, of_field, of_response
from adcontract.contract.secret_forms import is_secret_name
from adcontract.openapi.pointer import get, join
from adcontract.requests.response_headers import ResponseHeaders
from adcontract_mock.http.exchange import Breach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import MediaType, Operation, Response, SchemaError
    from adcontract_mock.responses.served_contract import ServedContract
    from adcontract_mock.upstream.server import Answer

_LONGEST = 200
_NEVER_DECLARED = frozenset((HTTPStatus.NOT_MODIFIED, HTTPStatus.TOO_MANY_REQUESTS))
"""Statuses that a request may get for how often it is sent, whatever is declared."""

_WITHOUT_BODY = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED))
_WITHOUT_VALUE = frozenset(("required", "additionalProperties", "depth"))
"""The keywords whose message does not name the value, but what is missing or too much."""

_STATUS = "The pages show what a success holds, and not its status."
_REFUSALS = "No page says that it lists every status."


def breaches(served: ServedContract, operation: Operation, method: str, answer: Answer) -> tuple[Breach, ...]:
    """Return what an answer to a request of `operation` breaks of the contract; `method` is that of the request."""
    return _comparison(served).breaches(operation, answer, is_head=method == "HEAD")


def has_body(method: str, status: int) -> bool:
    """Return whether an answer may have a body (RFC 9110, 6.4.1)."""
    return method != "HEAD" and status not in _WITHOUT_BODY


@lru_cache(8)
def _comparison(served: ServedContract) -> _Comparison:
    return _Comparison(served)


class _Comparison:
    def __init__(self, served: ServedContract) -> None:
        self._contract = served.contract
        self._schemas = served.composer.schemas
        self._headers = ResponseHeaders(served.contract, self._schemas)
        self._invariants = Invariants(served.contract.document, self._schemas)

    def breaches(self, operation: Operation, answer: Answer, *, is_head: bool) -> tuple[Breach, ...]:
        found: list[Breach] = []
        declared = self._contract.declared_response(operation, answer.status)
        if declared is None:
            found += _of_status(operation, answer.status)
            # a success with another status has to hold what the declared one holds
            declared = operation.success if 200 <= answer.status < 300 else None
        if declared is not None:
            found += self._of_headers(operation, declared, answer)
            if not is_head and answer.status not in _WITHOUT_BODY:
                found += self._of_body(operation, declared, answer)
        return _counted(found)

    def _of_headers(self, operation: Operation, declared: Response, answer: Answer) -> Iterator[Breach]:
        sent = answer.named()
        for each in self._headers.of(declared):
            reason = inferred(declared.data, "headers") or of_response(operation, declared, each.data)
            text = sent.get(each.name.lower())
            if text is None and each.is_expected:
                yield Breach("header", each.name, "is missing", each.pointer, reason)
            for fault in each.faults(text) if text is not None else ():
                why = fault.inferred or inferred(each.data, "schema") or reason
                yield Breach("header", each.name, _message(fault, each.name), fault.pointer, why)

    def _of_body(self, operation: Operation, declared: Response, answer: Answer) -> Iterator[Breach]:
        content_type = answer.named().get("content-type", "")
        media = declared.media_for(content_type)
        if not declared.media:
            if answer.body and str(answer.status) == declared.status:
                reason = of_response(operation, declared)
                yield Breach("body", "body", "is not declared, and is there", declared.pointer, reason)
        elif media is None:
            known = " or ".join(each.type for each in declared.media)
            message = f"is {content_type or 'missing'}, not {known}"
            reason = of_response(operation, declared, declared.media[0].data) or _unshown(declared)
            yield Breach("header", "Content-Type", message, join(declared.pointer, "content"), reason)
        elif answer.is_plain and media.is_json and "schema" in media.data:
            yield from self._of_json(operation, declared, media, answer.body)

    def _of_json(self, operation: Operation, declared: Response, media: MediaType, body: bytes) -> Iterator[Breach]:
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            message = f"is not valid JSON: {error.msg}" if body else "is missing"
            yield Breach("body", "body", message, media.pointer, of_response(operation, declared, media.data))
            return
        pointer, shown = join(media.pointer, "schema"), next(iter(media.examples), None)
        faults = self._schemas.faults(pointer, value)
        for fault in faults:
            reason = of_field(operation, declared, fault, shown, value)
            reason = reason or of_empty_list(self._contract.document, self._schemas, fault, value, shown)
            yield Breach("body", fault.field or "body", _message(fault, *fault.path), fault.pointer, reason)
        for part in self._schemas.hidden_parts(pointer, value):
            if shown is None or get(shown.value, join("", *map(str, part.path))) is None:
                field = ".".join(map(str, part.path))
                yield Breach("body", field, "is for requests alone (writeOnly)", part.pointer, WRITE_ONLY)
        for each in () if faults else self._invariants.violations(pointer, value):
            if each.cause is None:
                field = ".".join(map(str, each.path)) or "body"
                message = f"breaks a rule: {each.invariant.says}"
                yield Breach("body", field, message, each.invariant.pointer, each.invariant.inferred)


def _of_status(operation: Operation, status: int) -> Iterator[Breach]:
    if status in _NEVER_DECLARED:
        return
    known = ", ".join(operation.responses)
    message = f"is {status}, and the contract has {known}"
    reason = None
    if 200 <= status < 300 and operation.success is not None:
        reason = operation.success.inferred or _STATUS
    elif 400 <= status < 500:
        reason = _REFUSALS
    yield Breach("status", "status", message, join(operation.pointer, "responses"), reason)


def _unshown(declared: Response) -> str | None:
    """Return why it is inferred that a response has JSON, where no page shows a payload of it."""
    reasons = [example.inferred for media in declared.media for example in media.examples]
    return reasons[0] if reasons and all(reasons) else None


def _counted(found: Iterable[Breach]) -> tuple[Breach, ...]:
    """Return the first of the breaches in each place of the contract, with their number: rows of a list repeat them."""
    counted: dict[Any, Breach] = {}
    for each in found:
        key = each.location, each.pointer, [step for step in each.field.split(".") if not step.isdigit()], each.inferred
        known = counted.get(repr(key))
        counted[repr(key)] = replace(known, times=known.times + 1) if known else each
    return tuple(counted.values())


def _message(fault: SchemaError, *names: str | int) -> str:
    """Return what is wrong with a value, which is named only where it is short and no secret."""
    if fault.keyword in _WITHOUT_VALUE:
        return fault.message
    is_secret = any(is_secret_name(str(name)) for name in names)
    if not is_secret and not isinstance(fault.value, dict | list) and len(fault.message) <= _LONGEST:
        return fault.message
    kinds: dict[type[Any], str] = {dict: "an object", list: "a list", str: "a text"}
    asked = orjson.dumps(fault.expected).decode() if fault.expected is not None else "something else"
    return f"is {kinds.get(type(fault.value), 'a value')}, and `{fault.keyword}` asks for {asked}"[:_LONGEST]
