"""The mock as one ASGI application: each contract under its own path, the newest of each API at the vendor's too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect

from adcontract_mock.application.delivery import Delivery
from adcontract_mock.application.runtime import Runtime
from adcontract_mock.http._connexion import AsyncApp
from adcontract_mock.http.access import OWN, PAGE_TOKEN, Access
from adcontract_mock.http.bounds import MAX_BODY, BodyTooLong, counted, refusal, too_long
from adcontract_mock.http.request_head import request_head
from adcontract_mock.responses.served_contract import ServedContract, newest
from adcontract_mock.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from adcontract import Contract, DocumentName
    from adcontract_mock.faults.plant import Plant
    from adcontract_mock.http.request_head import RequestHead
    from adcontract_mock.http.response import HttpResponse
    from adcontract_mock.upstream.forwarding import Forwarding

_EXPOSED = ("Allow", "Mock-Breaches", "Mock-Explain", "Preference-Applied", "Retry-After")
"""The headers that a response may have besides those of its contract."""

_WITH_TOKEN = (OWN, f"{OWN}/")
"""The paths of the control page: no other page may read it, and the token in it."""

_PAGE_TOKEN = PAGE_TOKEN.lower().encode()


class Application:
    """The mock as an ASGI application: the contracts that it serves, and its `runtime`, which outlives them."""

    def __init__(
        self,
        contracts: Sequence[Contract],
        runtime: Runtime | None = None,
        plant: Plant | None = None,
        forwarding: Forwarding | None = None,
        access: Access | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        """Serve `contracts`, as `serve` does; without a `runtime` a new one is created. One has the fault `plant`.

        Requests for which nothing is chosen go to the real server of `forwarding`, if there is one. `access` is who may
        speak to the mock; without it those of this machine, by any name. `max_body` is how many bytes a body may have.
        """
        self.runtime = runtime or Runtime()
        self._access = access or Access()
        self._max_body = max_body
        self.runtime.page_token = self._access.page_token
        self._plant = plant
        self._forwarding = forwarding
        self.serve(contracts)

    def serve(self, contracts: Sequence[Contract]) -> None:
        """Serve `contracts` from now on in place of the previous ones; journal, sessions and state stay.

        Each is served under `/<api>/<snapshot>`, and the newest of each API at the vendor's own paths too; where two of
        those have the same path and method, the first one is served.

        Raises:
            ContractError: if a contract lacks what every request may need; the previous contracts stay in service.
            UsageError: if the fault to plant does not apply to them.
        """
        runtime = self.runtime
        limited = runtime.rate_limiter is not None
        documents = tuple(ServedContract(each, runtime.token, runtime.state, limited=limited) for each in contracts)
        if self._plant:
            planted = self._plant.planted(contracts, runtime.token, runtime.state, limited=limited)
            documents = tuple(planted if each.name == planted.name else each for each in documents)
        at_root = [contract.name for contract in newest(contracts)]
        app = _connexion(runtime, documents, at_root, self._forwarding)
        runtime.journal.keep_values()
        runtime.documents, self._app = documents, app
        self._cors, self._cors_of_any = _cors(app, documents, cookies=True), _cors(app, documents, cookies=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request that may come in; the rest of any other one is not read."""
        head = request_head(tuple(scope["headers"]))
        refused = self._refusal(scope, head)
        if refused:
            await refused(scope, receive, send)
            return
        if head.length is None:
            receive = counted(receive, self._max_body)
        try:
            await self._app_for(scope["path"], head)(scope, receive, send)
        except BodyTooLong:
            await too_long(self._max_body)(scope, receive, send)
        except ClientDisconnect:
            # nobody waits for a response
            return

    def _refusal(self, scope: Scope, head: RequestHead) -> HttpResponse | None:
        origin, page_token = head.named.get(b"origin", b""), head.named.get(_PAGE_TOKEN, b"")
        refused = self._access.refusal(scope["method"], scope["path"], head.host, origin, page_token)
        if refused:
            self.runtime.note_refusal(refused)
            return refused
        if head.length and head.length > self._max_body:
            return too_long(self._max_body)
        return refusal(scope)

    def _app_for(self, path: str, head: RequestHead) -> ASGIApp:
        """Return what responds; to a page so that it may read the response, unless that has the token."""
        origin = head.named.get(b"origin")
        if origin is None or path in _WITH_TOKEN:
            return self._app
        return self._cors if self._access.takes_cookies(head.host, origin) else self._cors_of_any


def _connexion(
    runtime: Runtime,
    documents: Sequence[ServedContract],
    at_root: Sequence[DocumentName],
    forwarding: Forwarding | None,
) -> ASGIApp:
    app = AsyncApp(
        __name__,
        middlewares=[
            partial(Pages, runtime=runtime, documents=documents),
            partial(Delivery, runtime=runtime, forwarding=forwarding),
        ],
    )
    for document in documents:
        app.add_api(document.skeleton(), base_path=document.prefix, document=document)
    for document in documents:
        if document.name in at_root:
            for base in ("", *document.base_paths):
                app.add_api(document.skeleton(), base_path=base, document=document)
    served: ASGIApp = app.middleware
    return served


def _cors(app: ASGIApp, documents: Sequence[ServedContract], *, cookies: bool) -> ASGIApp:
    """Return `app` for pages whose origin is allowed (Fetch, CORS protocol), with their `cookies` or without.

    With cookies nothing may be `*`: the origin is repeated, and every header that a response may have is named.
    """
    exposed = sorted({*_EXPOSED, *(name for document in documents for name in document.headers)}, key=str.lower)
    return CORSMiddleware(
        app,
        allow_origins=() if cookies else ("*",),
        allow_origin_regex=".*" if cookies else None,
        allow_methods=["*"],
        allow_headers=["*"],
        allow_credentials=cookies,
        allow_private_network=True,
        expose_headers=exposed,
    )
