"""The one place through which every answer of a contract goes: it is found, timed, written into the journal, sent."""

from __future__ import annotations

from time import perf_counter, time
from typing import TYPE_CHECKING
from urllib.parse import quote

from adcontract import ContractError
from adcontract_mock._connexion import SpecMiddleware
from adcontract_mock.answer import EXTENSION, Answer, own
from adcontract_mock.exchange import Exchange
from adcontract_mock.prefer import preferences
from adcontract_mock.routing import Lost, Routing
from adcontract_mock.sessions import session_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from adcontract_mock.document import Document
    from adcontract_mock.server import Mock


class Delivery(SpecMiddleware):  # type: ignore[misc]
    """Answers the requests for the operations of every document, in place of Connexion's own middlewares."""

    def __init__(self, app: ASGIApp, mock: Mock) -> None:
        self.app = app
        self.mock = mock
        self.routing = Routing()

    def add_api(self, _specification: object, base_path: str, document: Document, **_: object) -> None:
        """Add the operations of a document, as Connexion asks of each middleware that routes."""
        self.routing.add(document, base_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; tell where the contract does not hold what the answer needs."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        path = scope.get("raw_path") or quote(scope["path"]).encode()
        exchange = Exchange(time(), scope["method"], path, scope["query_string"], scope["headers"])
        scope.setdefault("extensions", {})[EXTENSION] = exchange
        try:
            answer = await self.answer(exchange, receive)
        except ContractError as error:
            answer = own(500, "broken contract", message=" ".join(error.lines()))
        exchange.answer = answer
        exchange.seconds = perf_counter() - begun
        self.mock.journal.record(exchange)
        await answer(scope, receive, send)

    async def answer(self, exchange: Exchange, receive: Receive) -> Answer:
        """Return the answer to a request, and note in `exchange` how it came about.

        Raises:
            ContractError: if the contract does not hold what is needed to make it.
        """
        headers = dict(exchange.headers)
        exchange.session = session_of(headers)
        asked = preferences(exchange.headers) if b"prefer" in headers else {}
        snapshot = headers[b"mock-snapshot"].decode("latin-1").strip() if b"mock-snapshot" in headers else None
        found = self.routing.find(exchange.method, exchange.path, snapshot or asked.get("snapshot"))
        if isinstance(found, Lost):
            exchange.document = found.document.id if found.document else None
            return found.answer
        responder = found.responder
        exchange.document, exchange.operation = responder.document, responder.operation.id
        if responder.credentials.find(headers, exchange.query) is None:
            return responder.unauthenticated
        if responder.operation.body:
            exchange.body = await _body(receive)
        return responder.answer(found.path, exchange, headers, asked)


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    chunks = [body]
    while message.get("more_body"):
        message = await receive()
        chunks.append(message.get("body", b""))
    return b"".join(chunks)
