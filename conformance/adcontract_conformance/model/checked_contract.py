"""One contract as the suite uses it: its operations, its answers to faulty requests, its readers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from adcontract import Operation, RequestReader, Response, Schemas, UsageError, Values
from adcontract.contract.invariants import Invariants
from adcontract.openapi.paths import parameter_names, pattern
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract
    from adcontract_conformance.model.exchange import Request

_FAULTS = ("unknown-path", "unknown-method", "unauthenticated", "malformed", "invalid")


class CheckedContract:
    """A contract, the operations of it that are checked, and the credentials that they want.

    Raises:
        UsageError: if the contract does not say how faulty requests are answered.
    """

    def __init__(self, contract: Contract, only: tuple[str, ...] = ()) -> None:
        self.contract = contract
        self.operations = tuple(each for each in contract.operations if not only or each.id in only)
        self.schemas = Schemas(contract.document)
        if missing := [kind for kind in _FAULTS if kind not in self.errors]:
            raise UsageError(
                f"{contract.where('/x-errors')}: x-errors does not say how faults are answered: {', '.join(missing)}. "
                "Name a status and a response for each."
            )
        self.invariants = Invariants(contract.document, self.schemas)
        self._readers = {each.id: RequestReader(each, self.schemas) for each in contract.operations}
        self._routes = sorted(
            ((path, pattern(path)) for path in contract.document["paths"]), key=lambda route: route[0].count("{")
        )

    @property
    def api(self) -> str:
        """The name of the API."""
        return self.contract.name.api

    @property
    def title(self) -> str:
        """The API and the snapshot."""
        return f"{self.contract.name.api} {self.contract.name.snapshot}"

    def error(self, operation: Operation, kind: str) -> Response:
        """Return the answer to a fault of `kind` (a key of `x-errors`): the operation's own, or the shared one."""
        shared = self.errors[kind]
        return operation.responses.get(shared.status, shared)

    @cached_property
    def errors(self) -> dict[str, Response]:
        """The answers to faulty requests that `x-errors` names, by kind."""
        document = self.contract.document
        return {
            kind: Response(str(data["status"]), *deref(document, data["response"], join("/x-errors", kind, "response")))
            for kind, data in document.get("x-errors", {}).items()
        }

    def response(self, operation: Operation, status: int) -> Response | None:
        """Return what the contract says of an answer: the operation's own, or that of `x-errors` with the status."""
        shared = (each for each in self.errors.values() if each.status == str(status))
        return operation.responses.get(str(status)) or next(shared, None)

    def schemes(self, operation: Operation) -> list[tuple[str, str]]:
        """Return the headers that carry the credentials of a secured operation: name, and what stands before the token.

        Raises:
            UsageError: if the contract wants credentials anywhere but in a header.
        """
        known = self.contract.document.get("components", {}).get("securitySchemes", {})
        wanted = operation.security[0] if operation.security else {}
        return [self._scheme(name, known.get(name, {})) for name in wanted]

    def _scheme(self, name: str, scheme: Mapping[str, str]) -> tuple[str, str]:
        if scheme.get("type") == "http":
            return "Authorization", f"{scheme['scheme'].capitalize()} "
        if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            return scheme["name"], ""
        place = self.contract.where(join("/components/securitySchemes", name))
        raise UsageError(
            f"{place}: the suite sends credentials in a header only. Declare an apiKey in a header, or an http scheme."
        )

    def read(self, operation: Operation, request: Request, base: str) -> Values | None:
        """Return what the contract's reader makes of a request below `base`; None if it goes to another path."""
        url = urlsplit(request.url)
        path = url.path.removeprefix(urlsplit(base).path.rstrip("/"))
        hit = next(((route, match) for route, template in self._routes if (match := template.fullmatch(path))), None)
        if hit is None or hit[0] != operation.path:
            return None
        names = parameter_names(operation.path)
        values = {name: unquote(text) for name, text in zip(names, hit[1].groups(), strict=True)}
        headers = {name.lower(): value for name, value in request.headers.items()}
        return self._readers[operation.id].read(values, url.query, headers, request.body)

    def knows(self, path: str) -> bool:
        """Return whether a path of the contract takes `path`."""
        return any(template.fullmatch(path) for _, template in self._routes)
