"""The group `examples`: the documented requests, sent to items that the target has.

A documented id is one of the vendor's. Whoever runs the suite may have given it to something else, so a request that
changes or deletes is sent to an item that was created for it; `Created` says where that is not possible. An id that the
target does not have is not a breach either: another item is read, or the request is skipped and the reason reported.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract_conformance.checks.response_parts import has_other_length
from adcontract_conformance.client.documented import DEFAULT
from adcontract_conformance.client.factory import ResourceFactory, under
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.model.exchange import Exchange, HttpResponse, Purpose
from adcontract_conformance.model.promises import Skip, SuiteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Example, Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.created import Address, Created
    from adcontract_conformance.client.documented import Documented
    from adcontract_conformance.client.sender import Sender


class Examples:
    """Sends the documented requests of one contract to one target."""

    def __init__(self, sender: Sender, created: Created) -> None:
        self._sender = sender
        self._created = created

    def examples(self, operation: Operation) -> Iterator[Exchange | Skip | SuiteError]:
        """Send what is documented; then ask for the other documented responses with `Prefer` (RFC 7240)."""
        requests, sent = self._sender.documented(operation), list[Exchange]()
        for event in self.documented(operation):
            if isinstance(event, Exchange):
                sent.append(event)
            yield event
        yield self._head(operation, sent)
        yield from self._preferred(
            operation, requests[0], {*(each.name for each in requests), DEFAULT} if sent else set()
        )

    def documented(self, operation: Operation) -> Iterator[Exchange | Skip | SuiteError]:
        """Send what is documented."""
        for each in self._sender.documented(operation):
            yield from self._documented(each)

    def _head(self, operation: Operation, sent: list[Exchange]) -> Exchange | Skip:
        """Send the first request that was a success again, with `HEAD` in place of `GET`."""
        methods = self._sender.checked.methods_of(operation.path)
        if operation.method != "GET" or "HEAD" in methods:
            reason = "the contract declares HEAD itself" if operation.method == "GET" else "it is not read with GET"
            return Skip(Purpose.HEAD, operation, reason)
        for each in sent:
            got = each.response
            if isinstance(got, HttpResponse) and 200 <= got.status < 300:
                request = replace(each.request, method="HEAD")
                exchange = self._sender.exchange(Purpose.HEAD, operation, request, got=(got,))
                if isinstance(exchange.response, HttpResponse) and has_other_length(exchange.response, got):
                    # two more, because of two servers behind a proxy every second request is for the other one
                    exchange = replace(exchange, got=(got, self._again(each), self._again(each)))
                return exchange
        return Skip(Purpose.HEAD, operation, "no documented request was a success")

    def _again(self, sent: Exchange) -> HttpResponse | None:
        """Return the response to a request that is sent again; None if it is not the same success."""
        again, before = self._sender.send(sent.operation, sent.request), sent.response
        is_same = isinstance(again, HttpResponse) and isinstance(before, HttpResponse) and again.status == before.status
        return again if is_same and isinstance(again, HttpResponse) else None

    def _documented(self, each: Documented) -> Iterator[Exchange | Skip]:
        try:
            own = self._created.address(each.operation)
            each = self._created.directed(each)
        except NotTestable as reason:
            yield Skip(Purpose.DOCUMENTED, each.operation, str(reason))
            return
        exchange = self._send(each, own or {})
        resource, response = each.operation.behavior.resource, exchange.response
        if own or resource is None or not isinstance(response, HttpResponse) or response.status not in (404, 410):
            yield exchange
        else:
            yield from self._elsewhere(each, resource, exchange)

    def _send(self, each: Documented, address: Address) -> Exchange:
        there = replace(
            each, path={**each.path, **address.get("path", {})}, query={**each.query, **address.get("query", {})}
        )
        request = self._sender.request(there)
        return self._sender.exchange(Purpose.DOCUMENTED, each.operation, request, payload=each.payload)

    def _elsewhere(self, each: Documented, resource: Resource, exchange: Exchange) -> Iterator[Exchange | Skip]:
        """Yield an exchange that shows how an operation responds where the target lacks the documented item."""
        name, pointer, id_ = _asked(each, resource)
        if id_ is None or self._has(each, name, pointer, id_):
            yield exchange
            return
        self._created.client.sent.append(replace(exchange, purpose=Purpose.LAW))
        address = self._listed(each.operation, resource) if resource.action in ("read", "list") else None
        if address is not None:
            yield self._send(each, address)
            return
        other = "shows no other" if resource.action in ("read", "list") else "the suite may not write to another"
        laws = "the group behavior tries the operation on items that it creates"
        source = "known" if id_ in self._sender.target.known.get(each.operation.id, {}).values() else "documented"
        reason = f"the target does not have the {source} {name} {id_}, and {other}; {laws}"
        yield Skip(Purpose.DOCUMENTED, each.operation, reason)

    def _has(self, each: Documented, name: str, pointer: str | None, id_: Any) -> bool:
        """Return whether a list of the target shows an item, or another operation reads it."""
        client, factory = self._created.client, ResourceFactory(self._created.client, name)
        for lister in factory.every("list"):
            try:
                rows = client.lists.walk(lister, _path(client.documented(lister).path, each)).rows
            except NotTestable:
                continue
            own = pointer or factory.resource(lister).id or "/id"
            if any(str(at(row, own)) == str(id_) for row in rows):
                return True
        for reader in factory.every("read"):
            key = factory.resource(reader).key
            if reader.id != each.operation.id and key and pointer in (None, factory.resource(reader).id):
                try:
                    if client.ask(reader, **{key.location: {key.name: id_}}).ok:
                        return True
                except NotTestable:
                    continue
        return False

    def _listed(self, operation: Operation, resource: Resource) -> Address | None:
        """Return the address of an item that a list of the target shows; None if no list shows any."""
        factory = ResourceFactory(self._created.client, resource.name)
        try:
            if resource.key is None:
                found = (
                    factory.address(operation, MISSING, parent_ids)
                    for parent_ids in factory.parent_ids_of(operation)[1:]
                )
                return next(found, None)
            for _, parent_ids, row, _ in factory.rows():
                id_ = at(row, resource.id or "/id")
                if id_ not in (MISSING, None) and (resource.parent is None or under(resource.parent) in parent_ids):
                    return factory.address(operation, id_, parent_ids)
        except NotTestable:
            pass
        return None

    @cached_property
    def _prefer_is_taken(self) -> bool:
        """Whether a safe operation applies `Prefer`: a target that ignores it would carry out the request."""
        for operation in self._sender.checked.contract.operations:
            if operation.method == "GET" and operation.success and self._sender.has_request(operation):
                request = self._sender.request(self._sender.documented(operation)[0])
                preference = f"code={self._sender.checked.contract.status_of(operation, operation.success)}"
                preferring = replace(request, headers={**request.headers, "Prefer": preference})
                response = self._sender.send(operation, preferring)
                return isinstance(response, HttpResponse) and "preference-applied" in response.headers
        return False

    def _preferred(
        self, operation: Operation, documented: Documented, done: set[str]
    ) -> Iterator[Exchange | Skip | SuiteError]:
        request = self._sender.request(documented)
        for preference, status, payload in _preferences(self._sender.checked.contract, operation, done):
            if not self._prefer_is_taken:
                yield Skip(Purpose.PREFERRED, operation, "the target does not apply Prefer: code=…, example=…")
                return
            asked = replace(request, headers={**request.headers, "Prefer": preference})
            yield self._sender.exchange(Purpose.PREFERRED, operation, asked, status=status, payload=payload)


def _asked(each: Documented, resource: Resource) -> tuple[str, str | None, Any]:
    """Return the item of a documented request: its resource, the pointer of its id, and the id, None without one."""
    if resource.key is not None:
        return resource.name, resource.id, getattr(each, resource.key.location).get(resource.key.name)
    if resource.parent is not None:
        parent = resource.parent
        return parent.name, parent.id, getattr(each, parent.key.location).get(parent.key.name)
    return resource.name, None, None


def _path(known: Any, each: Documented) -> dict[str, Any]:
    """Return the values of a path, with those of the documented request where they have the same names."""
    return {**known, **{name: value for name, value in each.path.items() if name in known}}


def _preferences(contract: Contract, operation: Operation, done: set[str]) -> Iterator[tuple[str, str, Example | None]]:
    """Yield the preference for every documented response, with its status, except the examples named in `done`."""
    for response in operation.responses.values():
        status = str(contract.status_of(operation, response))
        if response is operation.success and not response.media and not done:
            yield f"code={status}", status, None
        for example in (example for media in response.media if media.is_json for example in media.examples):
            if response is operation.success:
                if example.name not in done:
                    yield f'example="{example.name}"', status, example
            elif example.name == DEFAULT:
                yield f"code={status}", status, example
            else:
                yield f'code={status}, example="{example.name}"', status, example
