"""The API of the journal: requests, as HAR too, the verification of tests, and a report on the use of the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response
from starlette.routing import Route

from adcontract_mock.http.response import JSON
from adcontract_mock.journal.entry import entry
from adcontract_mock.journal.journal import find
from adcontract_mock.journal.usage import report
from adcontract_mock.journal.verification import read_expectation
from adcontract_mock.web.endpoint import json_body, page, usable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from adcontract_mock.application.runtime import Runtime
    from adcontract_mock.http.exchange import Exchange

_LIMIT = 100


class JournalApi:
    """Responds to questions about the requests so far, at `routes`."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.routes = [
            Route("/_mock/requests", usable(self.requests), methods=["GET"]),
            Route("/_mock/requests", self.clear, methods=["DELETE"]),
            Route("/_mock/requests.har", usable(self.archive)),
            Route("/_mock/verify", usable(self.verify), methods=["POST"]),
            Route("/_mock/report", usable(self.report)),
            Route("/_mock/report.html", usable(self.report_page)),
        ]

    async def requests(self, request: Request) -> Response:
        """Return the last requests that match the filters in the query, the newest first."""
        journal, redaction = self._runtime.journal, self._runtime.redaction
        documents = {document.id: document for document in self._runtime.documents}
        entries = [
            entry(number, exchange, redaction, documents.get(exchange.document or ""))
            for number, exchange in find(journal, {"limit": str(_LIMIT), **request.query_params})
        ]
        listed = {"journal": journal.id, "kept": len(journal), "last": journal.recorded, "requests": entries}
        return _json(listed)

    async def clear(self, _: Request) -> Response:
        """Forget the requests so far."""
        self._runtime.journal.clear()
        return Response(status_code=204)

    async def archive(self, request: Request) -> Response:
        """Return the requests that match the filters as a HAR file, the oldest first."""
        from adcontract_mock.journal.har import har  # its library is imported by those who use it, not at each start

        exchanges = list(self._found(request))[::-1]
        text = har(exchanges, self._runtime.redaction, str(request.base_url).rstrip("/"))
        return Response(text, media_type=JSON, headers={"Content-Disposition": 'attachment; filename="mock.har"'})

    async def verify(self, request: Request) -> Response:
        """Report whether an operation was called as a test expects: 200 if so, else 409.

        As with MockServer, and unlike with WireMock, the status alone is the result, so that `curl --fail` or
        `expect(response).toBeOK()` is the test. MockServer's 406 is about `Accept` (RFC 9110, 15.5.7).
        """
        expectation = read_expectation(await json_body(request), self._runtime.documents)
        result = expectation.verify(self._runtime.journal)
        return _json(self._runtime.redaction.everywhere(result), 200 if result["verified"] else 409)

    async def report(self, request: Request) -> Response:
        """Return the parts of the contracts that the client uses, as JSON."""
        return _json(self._report(request))

    async def report_page(self, request: Request) -> Response:
        """Show the parts of the contracts that the client uses."""
        return page(
            "report.html", report=self._report(request), query=request.url.query, filters=dict(request.query_params)
        )

    def _report(self, request: Request) -> Any:
        return self._runtime.redaction.everywhere(report(self._found(request), self._runtime.documents))

    def _found(self, request: Request) -> Iterator[Exchange]:
        return (exchange for _, exchange in find(self._runtime.journal, request.query_params))


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type=JSON)
