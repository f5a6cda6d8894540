"""The one place through which all responses of the contracts go: they are found, timed, recorded and sent."""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter, time
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import ClientDisconnect

from adcontract import ContractError
from adcontract_mock.application.routing import Match, NoMatch, Routing
from adcontract_mock.http._connexion import SpecMiddleware
from adcontract_mock.http._uvicorn import received_at_once, sent_at_once
from adcontract_mock.http.exchange import Exchange
from adcontract_mock.http.request_head import request_head
from adcontract_mock.http.response import HttpResponse, mock_response
from adcontract_mock.preferences.preferences import (
    MARK,
    Preference,
    Preferences,
    applied_header,
    changes_response,
    combined,
    preferences_in,
)
from adcontract_mock.preferences.registry import PREFERENCES, InvalidPreference
from adcontract_mock.preferences.sessions import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from adcontract_mock.application.runtime import Runtime
    from adcontract_mock.http.request_head import RequestHead
    from adcontract_mock.preferences.scenarios import Turn
    from adcontract_mock.responses.served_contract import ServedContract
    from adcontract_mock.upstream.forwarding import Forwarding

_MARK = MARK.encode()

_UNFORWARDED = frozenset(("OPTIONS", "TRACE", "CONNECT"))
"""Methods that are about the connection to the mock, unless a contract has them."""


class Delivery(SpecMiddleware):  # type: ignore[misc]
    """Responds to requests for the operations of every document, in place of Connexion's own middlewares."""

    def __init__(self, app: ASGIApp, runtime: Runtime, forwarding: Forwarding | None = None) -> None:
        self.app = app
        self.routing = Routing()
        self._forwarding = forwarding
        self._record = runtime.record
        runtime.source_of = self._source_of
        self._metrics = runtime.metrics
        self._sessions = runtime.sessions
        self._scenarios = runtime.scenarios
        self._rate_limiter = runtime.rate_limiter

    def add_api(self, _specification: object, base_path: str, document: ServedContract, **_: object) -> None:
        """Add the operations of a document, as Connexion asks of each middleware that routes."""
        self.routing.add(document, base_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request; with a 500 that names file and line if the contract lacks what the response needs."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        path = scope.get("raw_path") or quote(scope["path"]).encode()
        head = request_head(tuple(scope["headers"]))
        exchange = Exchange(time(), scope["method"], path, scope["query_string"], head.headers)
        headers = head.named
        try:
            if self._prefers(exchange, head):
                response = await self._as_preferred(exchange, headers, receive)
            else:
                found = self.routing.find(exchange.method, exchange.path)
                response = await self._response(found, exchange, headers, None, receive)
        except ContractError as error:
            response = mock_response(500, "broken contract", message=" ".join(error.lines()))
        exchange.response = response
        exchange.seconds = perf_counter() - started
        self._metrics.count(exchange)
        self._record(exchange)
        if not sent_at_once(response, scope, send):
            await response(scope, receive, send)

    def _source_of(self, exchange: Exchange) -> Match | None:
        """Return the match of a request that was kept, if there is still the same."""
        for document in self.routing.documents.values():
            if document.id == exchange.document:
                found = self.routing.find(exchange.method, exchange.path, document.name.snapshot)
                is_same = isinstance(found, Match) and found.responder.operation.id == exchange.operation
                return found if isinstance(found, Match) and is_same else None
        return None

    def _prefers(self, exchange: Exchange, head: RequestHead) -> bool:
        """Return whether a request, or its session, may have a preference, and note the session."""
        if head.session:
            exchange.session = head.session
            if self._sessions.get(head.session):
                return True
        return head.prefers or _MARK in exchange.query

    async def _response(
        self,
        found: Match | NoMatch,
        exchange: Exchange,
        headers: Mapping[bytes, bytes],
        preferred: Preferences | None,
        receive: Receive,
    ) -> HttpResponse:
        """Return the response of the mock, or of the real server where nothing is chosen."""
        forwarding = self._forwarding
        if forwarding and _is_forwarded(forwarding, found, exchange.method, preferred):
            exchange.body = await _body(receive, forwarding.server.most)
            return await self._forwarded(forwarding, found, exchange)
        if _takes_body(found):
            exchange.body = await _body(receive)
        return self._found(found, exchange, headers, preferred)

    async def _forwarded(self, forwarding: Forwarding, found: Match | NoMatch, exchange: Exchange) -> HttpResponse:
        documents = self.routing.documents.values()
        if isinstance(found, NoMatch):
            served = found.document or max(documents, key=lambda each: (each.name.newest, each.name.snapshot))
            exchange.document = found.document.id if found.document else None
            return await forwarding.respond(served, None, None, exchange)
        responder = found.responder
        exchange.document, exchange.operation, exchange.source = responder.document, responder.operation.id, found
        served = next(each for each in documents if each.id == responder.document)
        return await forwarding.respond(served, responder.operation, found.values(exchange), exchange)

    def _found(
        self, found: Match | NoMatch, exchange: Exchange, headers: Mapping[bytes, bytes], preferred: Preferences | None
    ) -> HttpResponse:
        if isinstance(found, NoMatch):
            exchange.document = found.document.id if found.document else None
            return found.response
        responder = found.responder
        exchange.document, exchange.operation = responder.document, responder.operation.id
        credential = responder.credentials.find(headers, exchange.query)
        quota = self._rate_limiter.take(credential or b"") if self._rate_limiter else None
        if quota and quota.exceeded:
            response = responder.rate_limited(quota)
        elif credential is None:
            response = responder.unauthenticated
        else:
            exchange.source = found
            response = responder.respond(found.path, exchange, headers, preferred)
        return quota.applied_to(response) if quota else response

    async def _as_preferred(self, exchange: Exchange, headers: Mapping[bytes, bytes], receive: Receive) -> HttpResponse:
        """Return the response to a request that prefers something, or whose session does."""
        asked, invalid = {}, None
        try:
            asked = preferences_in(exchange.headers, exchange.query)
        except InvalidPreference as error:
            invalid = error
        found = self._at_snapshot(exchange, headers, asked)
        key = found.responder.key if isinstance(found, Match) else ALL
        defaults = self._sessions.preferences(exchange.session, key)
        scenario = asked.get("scenario") or defaults.get("scenario")
        turn = None
        if scenario:
            try:
                turn = self._scenarios.turn(exchange.session, scenario.value, key) if key != ALL else None
            except InvalidPreference as error:
                invalid = invalid or error
        preferred = combined(asked, turn.over(defaults) if turn else defaults)
        preferred.invalid = invalid or preferred.invalid
        try:
            response = await self._response(found, exchange, headers, preferred, receive)
        except InvalidPreference as error:
            if turn:
                self._scenarios.take_back(turn)
            return error.response
        if turn:
            response = self._in_scenario(turn, preferred, exchange, response)
        if isinstance(found, Match) and found.responder.snapshot == preferred.text("snapshot"):
            exchange.applied = {**exchange.applied, "snapshot": found.responder.snapshot}
        if not preferred.invalid:
            response = await _changed(response, found, preferred, exchange)
        applied = exchange.applied
        return response.with_header("Preference-Applied", applied_header(applied)) if applied else response

    def _in_scenario(
        self, turn: Turn, preferred: Preferences, exchange: Exchange, response: HttpResponse
    ) -> HttpResponse:
        """Return the response to a request of a scenario, which does not count it where it got no step."""
        if _is_refused(exchange) and not changes_response(turn.preferences):
            self._scenarios.take_back(turn)
            return response
        exchange.applied = {"scenario": turn.scenario, **exchange.applied}
        if turn.preferences or preferred.selects_body:
            return response
        return response.with_reason(f"{turn.origin} as documented; {response.reason}", exchange.operation or "")

    def _at_snapshot(
        self, exchange: Exchange, headers: Mapping[bytes, bytes], asked: Mapping[str, Preference]
    ) -> Match | NoMatch:
        """Return the match at the snapshot that the request prefers, else its session, else at the newest."""
        snapshot = headers.get(b"mock-snapshot", b"").decode("latin-1").strip()
        if not snapshot and "snapshot" in asked:
            snapshot = asked["snapshot"].value
        if snapshot:
            return self.routing.find(exchange.method, exchange.path, snapshot)
        preferred = self._sessions.preferences(exchange.session, ALL).get("snapshot")
        if preferred:
            found = self.routing.find(exchange.method, exchange.path, preferred.value)
            # the session prefers it for all APIs, and this one may lack it
            if isinstance(found, Match) or found.document:
                return found
        return self.routing.find(exchange.method, exchange.path)


async def _changed(
    response: HttpResponse, found: Match | NoMatch, preferred: Preferences, exchange: Exchange
) -> HttpResponse:
    """Return `response` as changed by the preferences that apply to a finished one, and note them in `exchange`."""
    declared = found.responder.declared if isinstance(found, Match) else _none
    for each in PREFERENCES.values():
        if each.change is None or each.name not in preferred.values:
            continue
        asked = preferred.asked[each.name]
        exchange.applied = {**exchange.applied, each.name: asked.value}
        changed = await each.change(response, preferred.values[each.name], declared)
        if changed is not response:
            response = changed.with_reason(f"{asked.origin} {each.name}={asked.value}", exchange.operation or "")
    return response


def _is_refused(exchange: Exchange) -> bool:
    """Return whether a request was refused, for its credentials, its number or a mistake, before it got a response."""
    return exchange.source is None or (bool(exchange.faults) and exchange.forwarded is None)


def _none(_: str) -> None:
    """Return no response, as no contract declares one for an unknown path."""


def _takes_body(found: Match | NoMatch) -> bool:
    """Return whether the operation takes a body; it is read even if the request is refused, for the journal."""
    return isinstance(found, Match) and bool(found.responder.operation.body)


def _is_forwarded(forwarding: Forwarding, found: Match | NoMatch, method: str, preferred: Preferences | None) -> bool:
    """Return whether a request goes to the real server: not if it asks the mock for a response, methods or snapshot."""
    if isinstance(found, Match):
        return forwarding.takes(preferred, keeps_state=found.responder.keeps_state)
    is_unknown = found.document is not None or found.response.status == HTTPStatus.NOT_FOUND
    return is_unknown and method not in _UNFORWARDED and forwarding.takes(preferred, keeps_state=False)


async def _body(receive: Receive, most: int | None = None) -> bytes:
    """Return the body of a request; of one that is longer than `most` bytes a part that is longer, too."""
    whole = received_at_once(receive)
    if whole is not None:
        return whole
    message = await _part(receive)
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    chunks, length = [body], len(body)
    while message.get("more_body") and (most is None or length <= most):
        message = await _part(receive)
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
    return b"".join(chunks)


async def _part(receive: Receive) -> Message:
    """Return the next part of a body.

    Raises:
        ClientDisconnect: if the client is gone: what has arrived is not what it wanted to send.
    """
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message
