"""The one place through which every answer of a contract goes: it is found, timed, written into the journal, sent."""

from __future__ import annotations

from time import perf_counter, time
from typing import TYPE_CHECKING
from urllib.parse import quote

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
    combined,
    preferences_in,
)
from adcontract_mock.preferences.registry import PREFERENCES, InvalidPreference
from adcontract_mock.preferences.sessions import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from adcontract_mock.application.runtime import Runtime
    from adcontract_mock.http.request_head import RequestHead
    from adcontract_mock.responses.served_contract import ServedContract

_MARK = MARK.encode()


class Delivery(SpecMiddleware):  # type: ignore[misc]
    """Answers the requests for the operations of every document, in place of Connexion's own middlewares."""

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self.app = app
        self.routing = Routing()
        self._journal = runtime.journal
        self._sessions = runtime.sessions
        self._rate_limiter = runtime.rate_limiter

    def add_api(self, _specification: object, base_path: str, document: ServedContract, **_: object) -> None:
        """Add the operations of a document, as Connexion asks of each middleware that routes."""
        self.routing.add(document, base_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; tell where the contract does not hold what the answer needs."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        path = scope.get("raw_path") or quote(scope["path"]).encode()
        of_client = request_head(tuple(scope["headers"]))
        exchange = Exchange(time(), scope["method"], path, scope["query_string"], of_client.headers)
        headers = of_client.named
        try:
            if self._prefers(exchange, of_client):
                answer = await self._as_preferred(exchange, headers, receive)
            else:
                found = self.routing.find(exchange.method, exchange.path)
                if _takes_body(found):
                    exchange.body = await _body(receive)
                answer = self._found(found, exchange, headers, None)
        except ContractError as error:
            answer = mock_response(500, "broken contract", message=" ".join(error.lines()))
        exchange.answer = answer
        exchange.seconds = perf_counter() - begun
        self._journal.record(exchange)
        if not sent_at_once(answer, scope, send):
            await answer(scope, receive, send)

    def _prefers(self, exchange: Exchange, of_client: RequestHead) -> bool:
        """Return whether a request, or the session that it belongs to, may have a preference."""
        if of_client.session:
            exchange.session = of_client.session
            if self._sessions.get(of_client.session):
                return True
        return of_client.prefers or _MARK in exchange.query

    def _found(
        self, found: Match | NoMatch, exchange: Exchange, headers: Mapping[bytes, bytes], preferred: Preferences | None
    ) -> HttpResponse:
        if isinstance(found, NoMatch):
            exchange.document = found.document.id if found.document else None
            return found.answer
        responder = found.responder
        exchange.document, exchange.operation = responder.document, responder.operation.id
        credential = responder.credentials.find(headers, exchange.query)
        standing = self._rate_limiter.take(credential or b"") if self._rate_limiter else None
        if standing and standing.exceeded:
            answer = responder.rate_limited(standing)
        elif credential is None:
            answer = responder.unauthenticated
        else:
            exchange.source = found
            answer = responder.respond(found.path, exchange, headers, preferred)
        return standing.shown(answer) if standing else answer

    async def _as_preferred(self, exchange: Exchange, headers: Mapping[bytes, bytes], receive: Receive) -> HttpResponse:
        """Return the response to a request that prefers something, or whose session does."""
        asked, invalid = {}, None
        try:
            asked = preferences_in(exchange.headers, exchange.query)
        except InvalidPreference as error:
            invalid = error
        found = self._at_snapshot(exchange, headers, asked)
        key = found.responder.key if isinstance(found, Match) else ALL
        preferred = combined(asked, self._sessions.preferences(exchange.session, key))
        preferred.invalid = invalid or preferred.invalid
        try:
            if _takes_body(found):
                exchange.body = await _body(receive)
            response = self._found(found, exchange, headers, preferred)
        except InvalidPreference as error:
            return error.response
        if isinstance(found, Match) and found.responder.snapshot == preferred.text("snapshot"):
            exchange.applied = {**exchange.applied, "snapshot": found.responder.snapshot}
        response = await _changed(response, found, preferred, exchange)
        applied = exchange.applied
        return response.with_header("Preference-Applied", applied_header(applied)) if applied else response

    def _at_snapshot(
        self, exchange: Exchange, headers: Mapping[bytes, bytes], asked: Mapping[str, Preference]
    ) -> Match | NoMatch:
        """Return what answers a request, at the snapshot that it, or else its session, asks for."""
        snapshot = headers.get(b"mock-snapshot", b"").decode("latin-1").strip()
        if not snapshot and "snapshot" in asked:
            snapshot = asked["snapshot"].value
        if snapshot:
            return self.routing.find(exchange.method, exchange.path, snapshot)
        of_session = self._sessions.preferences(exchange.session, ALL).get("snapshot")
        if of_session:
            found = self.routing.find(exchange.method, exchange.path, of_session.value)
            # a session is about every API, and this one may have no such snapshot
            if isinstance(found, Match) or found.document:
                return found
        return self.routing.find(exchange.method, exchange.path)


async def _changed(
    response: HttpResponse, found: Match | NoMatch, preferred: Preferences, exchange: Exchange
) -> HttpResponse:
    """Return `response` after the preferences that change a finished one, and note them in `exchange`."""
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


def _none(_: str) -> None:
    """What a path that is not in the contract declares."""


def _takes_body(found: Match | NoMatch) -> bool:
    """Return whether a request has a body to read: that of a refused one is for the journal."""
    return isinstance(found, Match) and bool(found.responder.operation.body)


async def _body(receive: Receive) -> bytes:
    whole = received_at_once(receive)
    if whole is not None:
        return whole
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    chunks = [body]
    while message.get("more_body"):
        message = await receive()
        chunks.append(message.get("body", b""))
    return b"".join(chunks)
