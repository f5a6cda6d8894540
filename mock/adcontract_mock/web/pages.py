"""The pages of the mock itself: the documents that it serves, and a page to try them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles

from adcontract import UsageError
from adcontract_mock.http.response import JSON, mock_response
from adcontract_mock.web.control import Control
from adcontract_mock.web.documented_states import with_states
from adcontract_mock.web.endpoint import FILES, render, usable
from adcontract_mock.web.health import Health
from adcontract_mock.web.journal_api import JournalApi
from adcontract_mock.web.state_api import StateApi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from adcontract_mock.application.runtime import Runtime
    from adcontract_mock.responses.served_contract import ServedContract

_SWAGGER_UI = Path(__file__).parent / "swagger_ui"
"""Swagger UI as npm has it: `make swagger-ui` renews it."""


class Pages:
    """Responds below `/_mock/`, and at the `openapi.json` of each document; passes on everything else."""

    def __init__(self, app: ASGIApp, runtime: Runtime, documents: Sequence[ServedContract]) -> None:
        self.app = app
        self._runtime = runtime
        self.documents = {document.prefix: document for document in documents}
        self._files = {f"{prefix}/openapi.json": document for prefix, document in self.documents.items()}
        routes = [
            *Control(runtime).routes,
            *JournalApi(runtime).routes,
            *Health(runtime).routes,
            Route("/_mock/docs", self.docs),
            *StateApi(runtime.state).routes,
            Mount("/_mock/static", StaticFiles(directory=_SWAGGER_UI)),
            Mount("/_mock/files", StaticFiles(directory=FILES)),
            *(Route(path, usable(self.openapi)) for path in self._files),
        ]
        self._router = ExceptionMiddleware(Router(routes, default=_nothing))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to the request, or pass it on."""
        path = scope.get("path", "")
        mine = path.startswith("/_mock/") or path == "/_mock" or path in self._files
        await (self._router if mine else self.app)(scope, receive, send)

    async def docs(self, _: Request) -> Response:
        """Show every document in Swagger UI, from files on this machine."""
        listed = [
            {"name": str(document.name), "url": f"{prefix}/openapi.json?examples=states"}
            for prefix, document in self.documents.items()
        ]
        return HTMLResponse(render("docs.html", documents=listed))

    async def openapi(self, request: Request) -> Response:
        """Return an assembled document; with `examples=states` the named states are examples too."""
        examples = request.query_params.get("examples")
        if examples not in (None, "states"):
            raise UsageError(f"examples is states, or is left out, not {examples!r}.")
        document = self._files[request.url.path]
        return Response(with_states(document) if examples else document.openapi, media_type=JSON)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    message = "The mock has no such page. It has /_mock/, /_mock/docs and /_mock/health."
    await mock_response(404, "unknown page", message=message)(scope, receive, send)
