"""Whether a breach fails or warns: the rules, in one place.

| a breach of what is | the vendor's server | one written for the contract |
|---|---|---|
| documented | failure | failure |
| inferred | warning | failure |
| inferred, and the breach is grave | failure | failure |
| open: neither a page nor the contract says it | warning | warning |

- **Grave** is data that is lost or mixed, an operation that needs no credentials, a deleted item that is still served.
  The check or the law declares it where it yields the breach. A request with a parameter that no page shows is no
  evidence, as the target may not know the parameter, unless it has shown that it does.
- **No response, and 5xx**, always fail: no page promises them.
- **A part of a response** (media type, header, body) is inferred as `adcontract.contract.response_basis` says.
- **A success with another status** is inferred: the pages show what a success holds, and not its status. It is open if
  `POST` gets another one of 200, 201, 202 and 204, unless the response is inferred. It is one breach of the whole
  document, and one for those of `POST`.
- **A valid request that is refused** is inferred if anything that it uses is: a parameter, or a part of the schema of
  its body. A page that leaves this open may leave out a rule as well. So is one without the body that the page shows,
  and one with an empty text or a number below 0: pages rarely name such a limit. A documented request has to be
  accepted all the same; where it gets a 403 that the contract has, its operation stays untested.
- **A form that a parameter asks for** (`x-format`) has an inferred media type if the parameter says so: a page may name
  the form alone.
- **A faulty request that is accepted** is inferred if every part of the contract that it breaks is. It is also inferred
  if the response is that should have refused it, unless the request breaks a documented limit: a page that states a
  limit says that more is refused. Null for what may be left out, and an empty value in the query, may be the same as
  leaving it out, and a page size above the maximum may count as the maximum. An empty value of a filter filters
  nothing, so that it is no fault, unless a limit rules it out.
- **A request without good credentials that is accepted**, and a refusal with an unexpected status, is inferred if the
  security of the operation is, or every expected refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from adcontract import inferred
from adcontract.contract.default_errors import UNDECLARED
from adcontract.contract.response_basis import of_empty_list as of_empty_list
from adcontract.contract.response_basis import of_field as of_field
from adcontract.contract.response_basis import of_response as of_response
from adcontract.openapi.pointer import join, split, walk
from adcontract.openapi.references import follow
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.promises import Breach, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import Operation, RequestError, Response, Values
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

_LIMITS = frozenset(
    ("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "maxProperties")
)
"""The keywords that stand for a rule of a page. A list of values, or a type, does not say that others are refused."""

_NULL = "No page says that null is different from leaving it out."
_EMPTY = "No page says that an empty value is different from leaving it out."
_SIZE = "No page says that a larger page is refused, and not as long as the longest."
_NO_TEXT = "No page says that an empty text is accepted."
_NEGATIVE = "No page says that a number below 0 is accepted."

_BODY = "The page shows the request with a body, and does not say that it may have none."

_STATUS = "The pages show what a success holds, and not its status."

_OF_POST = frozenset((200, 201, 202, 204))
"""Statuses one of which `POST` may get in place of another: whether it creates something is the server's own."""


def severity(breach: Breach, exchange: Exchange, *, own: bool) -> Outcome:
    """Return how a breach that an exchange shows counts; `own` says that the server was written for the contract."""
    if breach.inferred is None:
        return Outcome.FAIL
    if breach.is_open:
        return Outcome.WARN
    if own or (breach.grave and (breach.is_known or not _is_unknown(exchange))):
        return Outcome.FAIL
    return Outcome.WARN


def _is_unknown(exchange: Exchange) -> bool:
    """Return whether a request has a parameter in its query that no page shows."""
    sent = {name for name, _ in parse_qsl(urlsplit(exchange.request.url).query, keep_blank_values=True)}
    return any(
        each.inferred for each in exchange.operation.parameters if each.location == "query" and each.name in sent
    )


def other_success(operation: Operation, declared: Response, status: int) -> Breach:
    """Return the breach of a success that has another status than `declared`: one for the whole document.

    It is open where `POST` gets another status of those that one may have, and apart from that of other methods.
    """
    sentence = f"A success has another status than in the contract: {operation.id} answers {status}, not"
    is_usual = operation.method == "POST" and status in _OF_POST
    reason, is_open = declared.inferred or _STATUS, declared.inferred is None and is_usual
    way = ("A success has another status than in the contract.",)
    part = "status" if is_usual else "status-of-others"
    near = join(operation.pointer, "responses", declared.status)
    return Breach(
        f"{sentence} {declared.status}.", "", reason, part, is_open=is_open, way=way, spot="/status", near=near
    )


def of_valid(checked: CheckedContract, operation: Operation, reading: Values | None) -> str | None:
    """Return why it is inferred that a request, as `reading` has it, is valid."""
    reasons = (reason for node in _used(operation, reading) for reason in _reasons(checked, node))
    is_bare = reading is not None and reading.body is None and any(media.examples for media in operation.body)
    return operation.inferred or next(reasons, _BODY if is_bare else _why_unusual(checked, operation, reading))


def _why_unusual(checked: CheckedContract, operation: Operation, reading: Values | None) -> str | None:
    """Return why a request with an empty text, or a number below 0, need not be valid; None where a page has such."""
    if reading is None:
        return None
    sent = list(_scalars([reading.path, reading.query, reading.body]))
    shown = [value for media in operation.body for each in media.examples for value in _scalars(each.value)]
    if "" in sent and "" not in shown:
        return _NO_TEXT
    if any(map(_is_negative, sent)) and not any(map(_is_negative, shown)):
        nodes = (node for start in _used(operation, reading) for node in _nodes(checked, start))
        return None if any(_is_negative(node.get("minimum")) for node in nodes) else _NEGATIVE
    return None


def _scalars(value: Any) -> Iterator[Any]:
    return (node for _, node in walk(value) if not isinstance(node, dict | list))


def _is_negative(value: Any) -> bool:
    return isinstance(value, int | float) and value < 0


def _used(operation: Operation, reading: Values | None) -> Iterator[Any]:
    for parameter in operation.parameters:
        if reading is None or parameter.name in getattr(reading, parameter.location, {}):
            yield parameter.data
    if reading is None or reading.body is not None:
        yield from (media.data.get("schema") for media in operation.body)


def _reasons(checked: CheckedContract, start: Any) -> Iterator[str]:
    """Yield every sentence of an `x-inferred` at or below `start`, its references followed."""
    for node in _nodes(checked, start):
        mark = node.get("x-inferred")
        yield from (str(reason) for reason in (mark.values() if isinstance(mark, dict) else [mark] if mark else []))


def _nodes(checked: CheckedContract, start: Any) -> Iterator[dict[str, Any]]:
    """Yield every object at or below `start`, its references followed."""
    queue, seen = [start], set()
    while queue:
        for _, node in walk(queue.pop()):
            if not isinstance(node, dict):
                continue
            yield node
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                queue.append(follow(checked.contract.document, node))


def require_declared(checked: CheckedContract, operation: Operation | None, fault: str) -> None:
    """Go on only where the contract says how a fault is answered, by an operation or on an unknown path (None).

    Raises:
        NotTestable: if it is the document of a user's own, and does not.
    """
    if not checked.contract.declares_error(operation, fault):
        raise NotTestable(UNDECLARED)


def of_refusal(checked: CheckedContract, operation: Operation, fault: str) -> str | None:
    """Return why it is inferred that a request with a fault (a key of `x-errors`) gets the response that it names."""
    return inferred(checked.contract.document["x-errors"][fault]) or of_response(
        operation, checked.error(operation, fault)
    )


def at_fault(operation: Operation, faults: Iterable[RequestError]) -> list[RequestError]:
    """Return `faults` without the empty values of filters, which filter nothing unless a limit rules them out."""
    filters = {each.parameter for each in operation.behavior.filters}
    return [
        each for each in faults if not (_is_empty(each) and each.rule not in _LIMITS and _parameter(each) in filters)
    ]


def of_faulty(checked: CheckedContract, operation: Operation, faults: Iterable[RequestError]) -> str | None:
    """Return why it is inferred that a request with `faults` is refused."""
    faults = list(faults)
    reasons = [fault.inferred or _why_taken(operation, fault) for fault in faults]
    if reasons and all(reasons):
        return reasons[0]
    if any(fault.inferred is None and _LIMITS.intersection(split(fault.pointer)[-1:]) for fault in faults):
        return operation.inferred
    return of_refusal(checked, operation, "malformed" if faults[0].malformed else "invalid")


def _why_taken(operation: Operation, fault: RequestError) -> str | None:
    """Return why a fault may count as if the value were left out, or another one; None if nothing speaks for that."""
    if fault.location == "body" and fault.value is None and fault.rule in ("type", "enum") and not fault.needed:
        return _NULL
    if _is_empty(fault) and fault.rule not in _LIMITS and not fault.needed:
        return _EMPTY
    pages = operation.behavior.pagination
    is_size = pages is not None and fault.location == "query" and fault.field == pages.size
    return _SIZE if is_size and fault.rule == "maximum" else None


def _is_empty(fault: RequestError) -> bool:
    return fault.location == "query" and fault.value == "" and bool(fault.rule)


def _parameter(fault: RequestError) -> str:
    """Return the parameter that a fault is about, whose value may be a list."""
    name, _, index = fault.field.rpartition(".")
    return name if index.isdecimal() else fault.field


def of_security(operation: Operation) -> str | None:
    """Return why it is inferred that an operation needs credentials."""
    return inferred(operation.data, "security")


def of_refusals(operation: Operation, expected: Iterable[Response]) -> str | None:
    """Return why it is inferred that a request without good credentials gets one of the `expected` responses."""
    reasons = [of_response(operation, declared) for declared in expected]
    return of_security(operation) or (reasons[0] if reasons and all(reasons) else None)
