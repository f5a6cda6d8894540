"""One contract as the suite uses it: its operations, its responses to faulty requests, its readers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from adcontract import Operation, RequestReader, Response, Schemas, UsageError, Values
from adcontract.contract.error_responses import FAULTS
from adcontract.contract.invariants import Invariants
from adcontract.contract.security import BASIC
from adcontract.openapi.paths import parameter_names, pattern
from adcontract.requests.response_headers import ResponseHeaders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract
    from adcontract.contract.invariants import InvariantViolation
    from adcontract.contract.security import SecurityScheme
    from adcontract_conformance.model.exchange import Request


class CheckedContract:
    """A contract, and those of its operations that are checked: all, or `only` some, or only those in `focus`.

    Those that are left out by `focus` alone are in `scope`, too, and may be written through, if another needs that.
    Of a contract that is `divided`, other runs check them: `named` are those that all of these runs check.
    `at_other_servers` has operations that are not checked, for the target need not have them: each with a server's URL.

    Raises:
        UsageError: if the contract does not name the responses to faulty requests.
    """

    def __init__(
        self,
        contract: Contract,
        only: tuple[str, ...] = (),
        focus: tuple[str, ...] = (),
        *,
        divided: bool = False,
        at_other_servers: Mapping[str, str] | None = None,
    ) -> None:
        self.contract = contract = contract.with_default_errors()
        self.scope = tuple(each for each in contract.operations if not only or each.id in only)
        self.operations = tuple(each for each in self.scope if each.id in focus or not (focus or divided))
        self.named = self.scope if divided else self.operations
        self.at_other_servers = dict(at_other_servers or {})
        self.schemas = Schemas(contract.document)
        if missing := [fault for fault in FAULTS if fault not in self.errors]:
            raise UsageError(
                f"{contract.where('/x-errors')}: x-errors names no response to these faults: {', '.join(missing)}. "
                "Name a status and a response for each."
            )
        self._invariants = Invariants(contract.document, self.schemas)
        self.headers = ResponseHeaders(contract, self.schemas)
        self._violations: dict[tuple[str, bytes], list[InvariantViolation]] = {}
        self._readers = {each.id: RequestReader(each, self.schemas) for each in contract.operations}
        self._routes = sorted(
            ((path, pattern(path)) for path in contract.document["paths"]), key=lambda route: route[0].count("{")
        )

    def may_write(self, operation: Operation) -> bool:
        """Return whether requests of an operation may change something: those of a named one, and removals, may."""
        return operation in self.scope

    @property
    def is_first(self) -> bool:
        """Whether what is about the whole document, and no operation, is checked with these operations."""
        return self.operations[:1] == self.named[:1]

    def is_elsewhere(self, operation: Operation) -> bool:
        """Return whether another run checks an operation, where the contract is divided."""
        return operation in self.named and operation not in self.operations

    @property
    def api(self) -> str:
        """The name of the API."""
        return self.contract.name.api

    @property
    def title(self) -> str:
        """The API and the snapshot."""
        return f"{self.contract.name.api} {self.contract.name.snapshot}"

    def name_of(self, operation: Operation) -> str:
        """Return the name of an operation among those of several contracts."""
        return f"{self.title} {operation.id}"

    def error(self, operation: Operation, fault: str) -> Response:
        """Return the response of an operation to a fault (a key of `x-errors`): its own, or the shared one."""
        return self.contract.error_response(operation, fault)

    @property
    def errors(self) -> dict[str, Response]:
        """The responses to faulty requests that `x-errors` names, by fault."""
        return self.contract.error_responses

    def declared_response(self, operation: Operation, status: int) -> Response | None:
        """Return the declared response with a status: see `Contract.declared_response`."""
        return self.contract.declared_response(operation, status)

    @property
    def takes_basic(self) -> bool:
        """Whether an operation takes a user name and a password (HTTP Basic)."""
        return any(scheme.word == BASIC for each in self.operations for scheme in self.schemes(each))

    def schemes(self, operation: Operation) -> tuple[SecurityScheme, ...]:
        """Return the security schemes whose credentials a request to an operation carries, none for an open one."""
        alternatives = self.contract.credentials(operation)
        return alternatives[0] if alternatives else ()

    def read(self, operation: Operation, request: Request, base: str) -> Values | None:
        """Return a request below `base` as the contract's reader reads it; None if it goes to another path."""
        url = urlsplit(request.url)
        path = url.path.removeprefix(urlsplit(base).path.rstrip("/"))
        hit = next(((route, match) for route, template in self._routes if (match := template.fullmatch(path))), None)
        if hit is None or hit[0] != operation.path:
            return None
        names = parameter_names(operation.path)
        values = dict(zip(names, hit[1].groups(), strict=True))
        headers = {name.lower(): value for name, value in request.headers.items()}
        return self._readers[operation.id].read(values, url.query, headers, request.body)

    def violations(self, pointer: str, body: bytes) -> list[InvariantViolation]:
        """Return the invariants that a JSON body breaks, by the pointer of its schema; none if it is not JSON.

        The laws read the same pages again and again, so each body is looked at once.
        """
        key = pointer, hashlib.sha256(body).digest()
        if key not in self._violations:
            try:
                self._violations[key] = self._invariants.violations(pointer, orjson.loads(body))
            except orjson.JSONDecodeError:
                self._violations[key] = []
        return self._violations[key]

    def knows(self, path: str) -> bool:
        """Return whether `path` is one of the contract's paths."""
        return any(template.fullmatch(path) for _, template in self._routes)

    def methods_of(self, path: str) -> list[str]:
        """Return the methods that one of the contract's paths has, as it is written there."""
        return [each.method for each in self.contract.operations if each.path == path]

    def operations_at(self, path: str) -> list[Operation]:
        """Return the operations at `path`, none if it is not one of the contract's paths."""
        route = next((route for route, template in self._routes if template.fullmatch(path)), None)
        return [each for each in self.contract.operations if each.path == route]
