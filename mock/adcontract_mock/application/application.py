"""The mock as one ASGI application: each contract under its own path, the newest of each API at the vendor's too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

from adcontract_mock.application.delivery import Delivery
from adcontract_mock.http._connexion import AsyncApp
from adcontract_mock.http.rate_limits import RateLimiter
from adcontract_mock.journal.journal import Journal
from adcontract_mock.preferences.sessions import Sessions
from adcontract_mock.responses.served_contract import ServedContract, newest
from adcontract_mock.state.state import State
from adcontract_mock.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from adcontract import Contract
    from adcontract_mock.http.rate_limits import RateLimit

_EXPOSED = ("Allow", "Mock-Explain", "Preference-Applied", "Retry-After")
"""The headers that an answer may have besides those of its contract."""


class Mock:
    """What runs, as an ASGI application: the documents in service, and what is kept while they change.

    `documents`, `journal`, `sessions` and `state` are there for the mock's own pages; `token` is the only credential
    that is good, or None where any is that is not empty; `budgets` are there if the requests of each credential are
    limited. `broken` is what is wrong with the contracts in their files, a line each, where those of before are still
    served.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        token: str | None = None,
        rate_limit: RateLimit | None = None,
        state: State | None = None,
    ) -> None:
        """Serve `contracts`, as `serve` does."""
        self.token = token
        self.budgets = RateLimiter(rate_limit) if rate_limit else None
        self.state = state or State()
        self.journal = Journal()
        self.sessions = Sessions()
        self.documents: tuple[ServedContract, ...] = ()
        self.broken: tuple[str, ...] = ()
        self.serve(contracts)

    def serve(self, contracts: Sequence[Contract]) -> None:
        """Serve `contracts` from now on in place of those before; journal and sessions stay.

        Each is served under `/<api>/<snapshot>`, and the newest of each API at the vendor's own paths too; where two of
        those have the same path and method, the first one has it.

        Raises:
            ContractError: if a contract lacks what every request may need; then what was served before still is.
        """
        limited = self.budgets is not None
        documents = tuple(ServedContract(contract, self.token, self.state, limited=limited) for contract in contracts)
        app = _connexion(self, documents, newest(contracts))
        self.documents, self._app, self._cors = documents, app, _cors(app, documents)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one of a browser, which sends `Origin`, so that its page may read the answer."""
        app = self._app
        for name, _ in scope.get("headers", ()):
            if name == b"origin":
                app = self._cors
                break
        await app(scope, receive, send)


def build(
    contracts: Sequence[Contract],
    token: str | None = None,
    *,
    rate_limit: RateLimit | None = None,
    state: State | None = None,
) -> Mock:
    """Return the application that serves `contracts`; the arguments and errors are those of `Mock`."""
    return Mock(contracts, token, rate_limit, state)


def _connexion(mock: Mock, documents: Sequence[ServedContract], at_root: Sequence[Contract]) -> ASGIApp:
    app = AsyncApp(
        __name__,
        middlewares=[partial(Pages, mock=mock, documents=documents), partial(Delivery, mock=mock)],
    )
    for document in documents:
        app.add_api(document.skeleton(), base_path=document.prefix, document=document)
    for document in documents:
        if document.contract in at_root:
            app.add_api(document.skeleton(), base_path="", document=document)
    served: ASGIApp = app.middleware
    return served


def _cors(app: ASGIApp, documents: Sequence[ServedContract]) -> ASGIApp:
    """Return `app` for the pages of any origin (Fetch, CORS protocol), with their cookies.

    With cookies nothing may be `*`: the origin is repeated, and every header that an answer may have is named.
    """
    exposed = sorted({*_EXPOSED, *(name for document in documents for name in document.headers)}, key=str.lower)
    return CORSMiddleware(
        app,
        allow_origin_regex=".*",
        allow_methods=["*"],
        allow_headers=["*"],
        allow_credentials=True,
        allow_private_network=True,
        expose_headers=exposed,
    )
