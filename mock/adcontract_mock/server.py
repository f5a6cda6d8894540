"""The mock as one ASGI application: each contract under its own path, the newest of each API at the vendor's too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

from adcontract_mock._connexion import AsyncApp, Resolver, SecurityMiddleware
from adcontract_mock.answer import EXTENSION
from adcontract_mock.document import Document, newest
from adcontract_mock.pages import Pages
from adcontract_mock.prefer import preferences
from adcontract_mock.routing import Routing
from adcontract_mock.security import security_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from adcontract import Contract


def build(contracts: Sequence[Contract], token: str | None = None) -> ASGIApp:
    """Return the application that serves `contracts`.

    Args:
        contracts: each is served under `/<api>/<snapshot>`, and the newest of each API at the vendor's own paths too;
            where two of those have the same path and method, the first one has it.
        token: the only credential that is good; without it any is that is not empty.

    Raises:
        ContractError: if a contract lacks what every request may need.
    """
    documents = [Document(contract) for contract in contracts]
    at_root = newest(contracts)
    cors = partial(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=["*"])
    app = AsyncApp(
        __name__,
        middlewares=[cors, partial(Pages, documents=documents), Routing, SecurityMiddleware, Answers],
        security_map=security_map(token),
        resolver=Resolver(lambda _: _never_called),
    )
    for document in documents:
        app.add_api(document.skeleton(), base_path=document.prefix, document=document)
    for document in documents:
        if document.contract in at_root:
            app.add_api(document.skeleton(), base_path="", document=document)
    served: ASGIApp = app
    return served


class Answers:
    """The last middleware: it reads a request with good credentials and answers it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = scope["extensions"][EXTENSION]
        responder = known["responder"]
        body = await _body(receive) if responder.operation.body else b""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        asked = preferences(scope["headers"])
        answer = responder.answer(known["path"], scope["query_string"], headers, body, asked)
        await answer(scope, receive, send)


async def _body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _never_called() -> None:
    """What Connexion takes for the function of every operation; `Answers` comes before it."""
