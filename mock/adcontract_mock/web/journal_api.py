"""The API of the journal: requests, as HAR too, the verification of tests, and a report on the use of the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response
from starlette.routing import Route

from adcontract import UsageError
from adcontract_mock.http.response import JSON, mock_response
from adcontract_mock.journal.entry import entry, summary
from adcontract_mock.journal.finding import find
from adcontract_mock.journal.usage import report
from adcontract_mock.journal.verification import read_expectation
from adcontract_mock.web.endpoint import json_body, page, usable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from adcontract_mock.application.runtime import Runtime
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.http.response import HttpResponse

_LIMIT = 100


class JournalApi:
    """Responds to questions about the requests so far, at `routes`."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.routes = [
            Route("/_mock/requests", usable(self.requests), methods=["GET"]),
            Route("/_mock/requests", usable(self.clear), methods=["DELETE"]),
            Route("/_mock/requests/{number:int}", usable(self.one)),
            Route("/_mock/requests.har", usable(self.archive)),
            Route("/_mock/verify", usable(self.verify), methods=["POST"]),
            Route("/_mock/report", usable(self.report)),
            Route("/_mock/report.html", usable(self.report_page)),
        ]

    async def requests(self, request: Request) -> Response:
        """Return the last requests that match the filters in the query, the newest first.

        With `details=false` they come without headers and bodies, and with the numbers of violations and breaches.
        """
        journal, redaction = self._runtime.shown_journal, self._runtime.redaction
        asked = {"limit": str(_LIMIT), **request.query_params}
        details = asked.pop("details", "true")
        if details not in ("true", "false"):
            raise UsageError(f"details is true or false, not {details!r}.")
        found = find(journal, asked, redaction)
        if details == "true":
            entries = [self._whole(number, exchange) for number, exchange in found]
        else:
            entries = [summary(number, exchange, redaction) for number, exchange in found]
        listed = {"journal": journal.id, "kept": len(journal), "last": journal.recorded, "requests": entries}
        return _json(listed)

    async def one(self, request: Request) -> Response | HttpResponse:
        """Return the request with the number in the path."""
        number = request.path_params["number"]
        found = next((each for each in self._runtime.shown_journal.newest() if each[0] == number), None)
        if found is None:
            message = f"The journal has no request {number}, or no longer: it keeps the last ones."
            return mock_response(404, "unknown request", message=message)
        return _json(self._whole(*found))

    def _whole(self, number: int, exchange: Exchange) -> dict[str, Any]:
        documents = (document for document in self._runtime.documents if document.id == exchange.document)
        return entry(number, exchange, self._runtime.redaction, next(documents, None))

    async def clear(self, _: Request) -> Response:
        """Forget the requests so far."""
        self._runtime.shown_journal.clear()
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
        redaction = self._runtime.redaction
        result = redaction.everywhere(expectation.verify(self._runtime.shown_journal, redaction))
        return _json(result, 200 if result["verified"] else 409)

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
        runtime = self._runtime
        return (exchange for _, exchange in find(runtime.shown_journal, request.query_params, runtime.redaction))


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type=JSON)
