"""Refusals: a faulty request is refused and changes nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks import basis, ways
from adcontract_conformance.client.batches import tells_failure
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, canonical
from adcontract_conformance.laws.existing import written
from adcontract_conformance.laws.invalid_requests import InvalidRequests
from adcontract_conformance.laws.law import law, require_told
from adcontract_conformance.laws.watching import comes_by_itself
from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import Breach, Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.laws.invalid_requests import InvalidRequest
    from adcontract_conformance.laws.law import Given

    Some = Callable[[InvalidRequests], Iterator[InvalidRequest]]

_METHODS = ("GET", "PATCH", "PUT", "POST", "DELETE")
"""The methods of which the first that a path lacks is tried: those that may do harm come last."""


def _is_tried(operation: Operation) -> bool:
    """Return whether it is known what a request that is carried out does: it acts on an item, or reads."""
    return operation.behavior.resource is not None or operation.method == "GET"


def _has(some: Some) -> Given:
    """Return a condition for the operations to which a request can have some faults."""
    return lambda client, operation: any(True for _ in some(InvalidRequests(client, operation, {})))


@law(
    "refusal-body",
    "a body that is empty, is not JSON, or has another type, media type or field is refused and changes nothing",
    _is_tried,
    given=_has(InvalidRequests.bodies),
)
def body(client: Client, operation: Operation) -> Iterator[Found]:
    """Send bodies that cannot be read or that have another type."""
    yield from _refused(client, operation, InvalidRequests.bodies)


@law(
    "refusal-missing",
    "a request without a required field or parameter is refused and changes nothing",
    _is_tried,
    given=_has(InvalidRequests.missing),
)
def missing(client: Client, operation: Operation) -> Iterator[Found]:
    """Leave out each required field and parameter, one at a time."""
    yield from _refused(client, operation, InvalidRequests.missing)


@law(
    "refusal-limit",
    "a value outside its limits is refused and changes nothing",
    _is_tried,
    given=_has(InvalidRequests.outside),
)
def limit(client: Client, operation: Operation) -> Iterator[Found]:
    """Go beyond every limit of the query and the body, one at a time."""
    yield from _refused(client, operation, InvalidRequests.outside)


def _refused(client: Client, operation: Operation, some: Some) -> Iterator[Found]:
    resource = operation.behavior.resource
    replies: list[Reply] = []
    if resource is None or resource.action in ("read", "list"):
        for faulty in some(InvalidRequests(client, operation, {})):
            replies.append(client.send(operation, faulty.request))
            yield from _accepted(client, operation, faulty, replies[-1])
        require_told(client, operation, replies, lambda: None)
        return
    factory = ResourceFactory(client, resource.name)
    there_before = written(factory, operation)
    item = there_before or factory.create()
    creates = resource.action == "create"
    address = factory.address(operation, MISSING if creates else item.id, item.parent_ids)
    since = time.monotonic()
    before, listed, mine = _state(factory, item), _listed(factory, item) if creates else [], {canonical(item.id)}
    for faulty in some(InvalidRequests(client, operation, address)):
        reply = client.send(operation, faulty.request)
        if creates and reply.ok:
            mine.add(canonical(factory.item(operation, reply, item.parent_ids).id))
        replies.append(reply)
        yield from _accepted(client, operation, faulty, reply)
        # looked at after each request, so that the one that did it is named; an accepted one may change the item
        after = _state(factory, item)
        if reply.refused and (moved := factory.moved(before, after)):
            sentence = f"A refused request has changed {', '.join(moved[:3]) or 'all'} of {item.id}."
            yield Found(Breach(sentence, operation.pointer, operation.inferred, "changed", grave=True), reply.exchange)
        before = after
    for lister, ids in listed:
        new = _keys(factory, item, lister) - ids - mine
        if new and not _others_create(factory, item, lister, since):
            new_ids = ", ".join(sorted(each.decode() for each in new)[:3])
            sentence = f"Refused requests have created {len(new)} items, which are left behind: {new_ids}."
            breach = Breach(sentence, operation.pointer, operation.inferred, "created", grave=True)
            yield Found(breach, reply.exchange, steady=True)
    if there_before and any(not reply.refused for reply in replies):
        factory.do(operation, item, item.body)
    require_told(client, operation, replies, lambda: factory.do(operation, item))


def _accepted(client: Client, operation: Operation, faulty: InvalidRequest, reply: Reply) -> Iterator[Found]:
    faults = basis.at_fault(operation, faulty.reading.faults)
    if faults and not reply.refused and not tells_failure(operation, reply.value):
        reason = basis.of_faulty(client.sender.checked, operation, faults)
        sentence = f"A request with {faulty.fault} is answered with {reply.status}."
        way = ways.accepted(faults)
        breach = Breach(sentence, operation.pointer, reason, faulty.part, way=way, spot="/status")
        yield Found(breach, reply.exchange, alone=True)


def _state(factory: ResourceFactory, item: Item) -> Any:
    """Return an item as it is now; `MISSING` where no operation shows it."""
    return factory.look(item)[0] if factory.is_shown else MISSING


def _listed(factory: ResourceFactory, item: Item) -> list[tuple[Operation, set[bytes]]]:
    """Return every list that has an item, and the ids in it."""
    return [(lister, _keys(factory, item, lister)) for lister, _, _ in factory.listed(item)]


def _keys(factory: ResourceFactory, item: Item, lister: Operation) -> set[bytes]:
    return {factory.key(lister, row) for row in factory.walk(lister, item.parent_ids).rows}


def _others_create(factory: ResourceFactory, item: Item, lister: Operation, since: float) -> bool:
    """Return whether others create items as well, which are in a list."""

    def keys() -> set[bytes]:
        factory.client.lists.forget()
        return _keys(factory, item, lister)

    before = keys()
    return comes_by_itself(lambda: bool(keys() - before), since)


def _first_of_its_path(client: Client, operation: Operation) -> bool:
    return operation is next(each for each in client.sender.checked.operations if each.path == operation.path)


@law(
    "refusal-method",
    "a method that a path does not have is refused, and Allow names those that it has",
    lambda _: True,
    given=_first_of_its_path,
)
def method(client: Client, operation: Operation) -> Iterator[Found]:
    """Send one such method without a body (RFC 9110, section 15.5.6)."""
    basis.require_declared(client.sender.checked, None, "unknown-method")
    methods = {each.method for each in client.operations if each.path == operation.path}
    lacking, refusal = [each for each in _METHODS if each not in methods], client.sender.target.allowance.refusal
    if not lacking:
        raise NotTestable("the path has every method")
    other = next((each for each in lacking if refusal(each) is None), None)
    if other is None:
        raise NotTestable(str(refusal(lacking[0])))
    good = client.sender.request(client.documented(operation))
    headers = {name: value for name, value in good.headers.items() if name != "Content-Type"}
    reply = client.send(operation, replace(good, method=other, headers=headers, body=b""))
    expected = client.sender.checked.errors["unknown-method"]
    reason = basis.of_response(operation, expected)
    if not reply.refused:
        sentence = f"{other}, which the path does not have, is answered with {reply.status}."
        way = ways.unknown(reply.status, expected.status)
        breach = Breach(sentence, expected.pointer, reason, f"{operation.path} method", way=way, spot="/status")
        yield Found(breach, reply.exchange)
    elif reply.status == 405 and (fault := _allow(reply, other, methods)):
        sentence = f"{other} is refused, and the header Allow {fault}."
        way = (f"The header Allow of a refusal {fault}.",)
        breach = Breach(sentence, expected.pointer, reason, f"{operation.path} allow", way=way, spot="/headers/allow")
        yield Found(breach, reply.exchange)
    require_told(client, operation, [reply], lambda: None)


def _allow(reply: Reply, other: str, methods: set[str]) -> str | None:
    """Return what is wrong with the header Allow of a refusal."""
    response = reply.exchange.response
    text = response.headers.get("allow") if isinstance(response, HttpResponse) else None
    if text is None:
        return "is missing"
    allowed = {each.strip().upper() for each in text.split(",")}
    if other in allowed:
        return "names it"
    lacking = sorted(methods - allowed)
    return f"does not name {', '.join(lacking)}" if lacking else None
