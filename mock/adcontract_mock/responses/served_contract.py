"""A contract in service, and everything derived from it, once and when it is first needed."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import ContractError, Finding, Schemas
from adcontract.openapi.paths import base_path
from adcontract_mock.http.credentials import Credentials
from adcontract_mock.responses.composer import Composer, programs
from adcontract_mock.responses.responder import Responder
from adcontract_mock.state.state import State, Stateful

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract import Contract, Operation
    from adcontract_mock.http.response import HttpResponse


def newest(contracts: Iterable[Contract]) -> list[Contract]:
    """Return the newest of `contracts` for each API: they are served at the vendor's own paths too."""
    ordered = sorted(contracts, key=lambda contract: (contract.name.newest, contract.name.snapshot))
    return list({contract.name.api: contract for contract in ordered}.values())


class ServedContract:
    """One contract, with the responders of its operations.

    `fault` says in a line which fault was planted in it, empty for none.
    """

    fault = ""

    def __init__(
        self, contract: Contract, token: str | None = None, state: State | None = None, *, limited: bool = False
    ) -> None:
        """Check everything that requests may need before the first one arrives.

        `token` is the only valid credential, None for any; `state` is None for a state of its own; `limited` is whether
        requests are limited.

        Raises:
            ContractError: if `x-errors` or a security scheme is missing, or an `x-body` is not valid CEL.
        """
        self.contract = contract = contract.with_default_errors()
        self.name = contract.name
        self.id = str(contract.name)
        self._state = state or State()
        self._limited = limited
        self.prefix = f"/{contract.name.api}/{contract.name.snapshot}"
        servers = contract.document.get("servers", [])
        self.base_paths = list(dict.fromkeys(filter(None, map(base_path, servers))))
        self.errors = contract.error_responses
        if not self.errors:
            message, fix = "The document has no x-errors.", "Declare there the responses to faulty requests."
            raise ContractError([Finding(contract.where(""), "x-errors", message, fix)])
        self._credentials = {
            operation.pointer: Credentials(contract.credentials(operation), token) for operation in contract.operations
        }
        declared = (response for operation in contract.operations for response in operation.responses.values())
        unsupported = filter(None, map(contract.unsupported_media_type, contract.operations))
        self._programs = programs(contract, chain(self.errors.values(), declared, unsupported))
        self._responders: dict[str, Responder] = {}

    @cached_property
    def composer(self) -> Composer:
        """Composes responses from those of the contract."""
        return Composer(self.contract, Schemas(self.contract.document), self._programs, live=self._limited)

    @cached_property
    def stateful(self) -> Stateful:
        """Responds from the state."""
        return Stateful(self._state, self.contract, self.composer.schemas)

    @cached_property
    def unknown_path(self) -> HttpResponse:
        """The response to an unknown path."""
        return self.composer.documented(self.errors["unknown-path"], "", reason=f"{self.id} has no such path")

    @cached_property
    def unknown_method(self) -> HttpResponse:
        """The response to a method that the path does not have; without `Allow`, which depends on the path."""
        return self.composer.documented(self.errors["unknown-method"], "", reason="the path does not have this method")

    def other_method(self, allowed: str) -> HttpResponse:
        """Return the response to a method that a path does not have; `allowed` are those that it has."""
        return self.unknown_method.with_header("Allow", allowed)

    @property
    def headers(self) -> set[str]:
        """The names of the headers that its responses may have."""
        declared = (response for operation in self.contract.operations for response in operation.responses.values())
        return {name for response in (*self.errors.values(), *declared) for name in response.data.get("headers", {})}

    def responder(self, operation: Operation) -> Responder:
        """Return the responder of `operation`."""
        if operation.pointer not in self._responders:
            credentials = self._credentials[operation.pointer]
            self._responders[operation.pointer] = Responder(operation, self.composer, credentials, self.stateful)
        return self._responders[operation.pointer]

    @cached_property
    def openapi(self) -> bytes:
        """The assembled document as JSON, with this mock as its first server."""
        here = {"url": self.prefix, "description": "This mock."}
        document = self.contract.document
        return orjson.dumps({**document, "servers": [here, *document.get("servers", [])]})

    def key(self, operation: Operation) -> str:
        """Return a name of `operation` that is unique among all documents."""
        return f"{self.id} {operation.id}"

    def skeleton(self) -> dict[str, Any]:
        """Return a document without paths to register the API at Connexion, as `Delivery` finds the operations itself.

        Connexion validates the document in Python: 140 ms for one with 70 operations, 1 ms for this one.
        """
        info = {"title": self.id, "version": self.name.snapshot}
        return {"openapi": "3.0.3", "info": info, "paths": {}}
