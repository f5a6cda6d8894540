"""A contract: one self-contained OpenAPI document, the same for every tool."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.default_errors import (
    UNDECLARED,
    add_default_errors,
    add_unsupported_media_type,
    declared_error,
    unsupported_media_type,
)
from adcontract.contract.error_responses import error_responses
from adcontract.contract.operations import Operation, operations_of
from adcontract.contract.resources import ResourceType, resource_types
from adcontract.contract.security import SecurityScheme, security_schemes
from adcontract.errors import ContractError, Finding, Location
from adcontract.openapi.pointer import nearest

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.contract.catalog import DocumentName
    from adcontract.contract.operation_parts import Response


@dataclass(frozen=True)
class Change:
    """One action of an overlay: a change that `snapshot` brought, in a sentence, and the nodes that it touches.

    `touched` has the pointer and the location of each node that the action removes or adds, and both locations of one
    that it replaces.
    """

    snapshot: str
    sentence: str
    where: Location
    touched: tuple[tuple[str, Location], ...]


@dataclass(frozen=True)
class Contract:
    """An assembled contract. Its references are `#/components/…` only; its examples are in it."""

    name: DocumentName
    folder: Path
    _document: bytes = field(repr=False)
    _origin_json: bytes = field(repr=False)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document, which is shared: do not change it. A library that changes its input gets a `copy()`."""
        return self.copy()

    def copy(self) -> dict[str, Any]:
        """Return a new copy of the document."""
        document: dict[str, Any] = orjson.loads(self._document)
        return document

    def with_document(self, document: dict[str, Any]) -> Contract:
        """Return a contract with another document: what this one would be if its files said more or less."""
        return replace(self, _document=orjson.dumps(document))

    def with_default_errors(self) -> Contract:
        """Return the contract, with responses to faulty requests if it is a user's own document that names none."""
        if self.error_responses or not self.is_plain:
            return self
        document = self.copy()
        add_default_errors(document)
        add_unsupported_media_type(document)
        return self.with_document(document)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return operations_of(self.document)

    @cached_property
    def resources(self) -> dict[str, ResourceType]:
        """Every resource that an operation declares, by its name."""
        return resource_types(self.document, self.operations)

    @cached_property
    def security_schemes(self) -> dict[str, SecurityScheme]:
        """Every security scheme, by its name."""
        return security_schemes(self.document)

    def credentials(self, operation: Operation) -> tuple[tuple[SecurityScheme, ...], ...]:
        """Return the security schemes of which a request to an operation satisfies one alternative; empty for none.

        Raises:
            ContractError: if the operation names a security scheme that the contract lacks.
        """
        for name in (name for alternative in operation.security for name in alternative):
            if name not in self.security_schemes:
                message = f"{operation.id} asks for the security scheme {name}, which components.securitySchemes lacks."
                where = self.where(f"{operation.pointer}/security" if "security" in operation.data else "/security")
                raise ContractError([Finding(where, "security-scheme", message, "Add it, or correct the name.")])
        return tuple(tuple(self.security_schemes[name] for name in each) for each in operation.security)

    @cached_property
    def error_responses(self) -> dict[str, Response]:
        """The responses to faulty requests that `x-errors` names, by fault."""
        return error_responses(self.document)

    def error_response(self, operation: Operation, fault: str) -> Response:
        """Return the response of an operation to a fault: its own with the status of the shared one, or that one.

        Where `x-errors` leaves it open, the operation may say with another status what the fault is.

        Raises:
            KeyError: if `x-errors` does not name the fault.
        """
        shared = self.error_responses[fault]
        own = operation.responses.get(shared.status)
        return own or (declared_error(operation, fault) if self.leaves_open(fault) else None) or shared

    def unsupported_media_type(self, operation: Operation) -> Response | None:
        """Return the response to a body of another media type; None where it is that of a body that cannot be read."""
        if self.leaves_open("malformed"):
            return unsupported_media_type(self.document, operation)
        return operation.responses.get("415")

    def leaves_open(self, fault: str) -> bool:
        """Return whether the response of `x-errors` to a fault is a stand-in: the document of a user's own has none."""
        return self.error_responses[fault].inferred == UNDECLARED

    def declares_error(self, operation: Operation | None, fault: str) -> bool:
        """Return whether the contract says how an operation, or an unknown path for None, answers a fault."""
        shared = self.error_responses[fault]
        response = shared if operation is None else self.error_response(operation, fault)
        return response.inferred != UNDECLARED

    def shared_responses(self, operation: Operation) -> dict[str, Response]:
        """Return the responses to faulty requests whose status `operation` does not declare itself, by status."""
        return {
            response.status: response
            for response in self.error_responses.values()
            if response.status not in operation.responses
        }

    def declared_response(self, operation: Operation, status: int) -> Response | None:
        """Return the declared response of an operation with a status.

        It is the operation's own, or that of `x-errors`, or else the operation's own for all statuses of its kind
        (`4XX`), or for any other status (`default`).
        """
        code = str(status)
        shared = (each for each in self.error_responses.values() if each.status == code and each.inferred != UNDECLARED)
        return operation.responses.get(code) or next(shared, None) or operation.response_for(status)

    def status_of(self, operation: Operation, response: Response) -> int:
        """Return the status of a response of an operation; of several the first that has no response of its own.

        `default` is for a failure of the server, or for a success where the operation declares nothing else.
        """
        if response.status.isdecimal():
            return int(response.status)
        if response.status == "default":
            first = 200 if operation.success is None else 500
            tried = [*range(first, first + 100), *range(400, 500)]
        else:
            first = int(response.status[0]) * 100
            tried = list(range(first, first + 100))
        return next((each for each in tried if self.declared_response(operation, each) is response), first)

    @cached_property
    def _origin(self) -> dict[str, Any]:
        origin: dict[str, Any] = orjson.loads(self._origin_json)
        return origin

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes of later snapshots, the newest first: the actions that were undone to get this document."""

        def location(origin: list[Any]) -> Location:
            file, line, column = origin
            return Location(self.folder / file, line, column)

        return tuple(
            Change(snapshot, sentence, location(where), tuple((pointer, location(each)) for pointer, each in touched))
            for snapshot, sentence, where, touched in self._origin["changes"]
        )

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What a document of a user's own says and no tool heeds, or not all of them do."""
        return tuple(
            Finding(Location(self.folder / file, line, column), rule, message, fix)
            for (file, line, column), rule, message, fix in self._origin.get("notes", ())
        )

    @property
    def is_plain(self) -> bool:
        """Whether it is a document of a user's own, without the layout of `spec/`."""
        # the origin of a large contract takes long to read, and every mock asks
        return not self._origin_json.startswith(b'{"locations"')

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of a document of a user's own."""
        return tuple(self.folder / name for name in self._origin.get("files", ()))

    def where(self, pointer: str) -> Location:
        """Return the location in `spec/` of the node at `pointer` in the document, or of the nearest one around it."""
        locations = self._origin["locations"]
        file, line, column = locations.get(nearest(pointer, locations), ["openapi.yaml", 1, 1])
        return Location(self.folder / file, line, column)
