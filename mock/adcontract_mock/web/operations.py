"""The operations on the control page: all of them as a list, one with its request, and the names to find them by."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response
from starlette.routing import Route

from adcontract_mock.http.response import JSON
from adcontract_mock.journal.operation_names import operations_named
from adcontract_mock.web.endpoint import page, render, usable
from adcontract_mock.web.forms import listed, opened, searchable

if TYPE_CHECKING:
    from starlette.requests import Request

    from adcontract_mock.application.runtime import Runtime


class Operations:
    """Shows the operations of every document, at `routes`, and as the `listing` that is part of the page."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.routes = [Route("/_mock/operation", usable(self.one)), Route("/_mock/names", self.names)]

    @cached_property
    def listing(self) -> str:
        """The part of the page that is the same for all sessions, as rendering it takes a while."""
        ordered = sorted(self._runtime.documents, key=lambda document: not document.name.newest)
        return render("operations.html", documents=[listed(document) for document in ordered])

    async def one(self, request: Request) -> Response:
        """Return what the page shows of the operation `key` when it is opened: most are not, and a page stays small."""
        document, operation = operations_named(request.query_params.get("key", ""), self._runtime.documents)[0]
        return page("operation.html", operation=opened(document, operation))

    async def names(self, _: Request) -> Response:
        """Return the names of parameters and properties of each operation, by where they are."""
        return Response(self._names, media_type=JSON)

    @cached_property
    def _names(self) -> bytes:
        return orjson.dumps(
            {
                document.key(operation): searchable(document, operation)
                for document in self._runtime.documents
                for operation in document.contract.operations
            }
        )
