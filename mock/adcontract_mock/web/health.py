"""Whether the mock is alive, whether it can do its work, and how much it has done: for what operates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response
from starlette.routing import Route

from adcontract_mock.http.response import JSON, mock_response
from adcontract_mock.state.errors import StateError

if TYPE_CHECKING:
    from starlette.requests import Request

    from adcontract_mock.application.runtime import Runtime
    from adcontract_mock.http.response import HttpResponse


class Health:
    """Responds to probes and to Prometheus, at `routes`."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.routes = [
            Route("/_mock/health", self.alive),
            Route("/_mock/health/ready", self.ready),
            Route("/_mock/metrics", self.metrics),
        ]

    async def alive(self, _: Request) -> Response:
        """Return that the server is up, the documents that it serves, and the errors in their files, if any."""
        documents = [
            {
                "api": document.name.api,
                "snapshot": document.name.snapshot,
                "path": document.prefix,
                "openapi": f"{document.prefix}/openapi.json",
                "operations": len(document.contract.operations),
            }
            for document in self._runtime.documents
        ]
        health = {"status": "up", "broken": self._runtime.contract_errors, "documents": documents}
        return Response(orjson.dumps(health), media_type=JSON)

    async def ready(self, _: Request) -> HttpResponse:
        """Return 200 if requests can be served, 503 with the reason if the state cannot be used."""
        try:
            self._runtime.state.check()
        except StateError as error:
            refused = mock_response(503, str(error), ready=False, message=str(error))
            return refused.with_header("Retry-After", "1")
        return mock_response(200, "ready", ready=True)

    async def metrics(self, request: Request) -> Response:
        """Return the metrics of this process."""
        from adcontract_mock.web.prometheus import exposition  # its library takes long to import

        runtime = self._runtime
        sizes = {
            "journal_requests": ("Requests that the journal keeps.", len(runtime.journal)),
            "journal_bytes": ("Bytes of their bodies.", runtime.journal.bytes),
            "sessions": ("Sessions with preferences.", len(runtime.sessions)),
            **runtime.state.sizes(),
        }
        text, media_type = exposition(runtime.metrics, sizes, request.headers.get("accept", ""))
        return Response(text, headers={"Content-Type": media_type})
