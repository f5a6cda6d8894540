"""A contract in service with one fault: everything else is served as without it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract import ContractError
from adcontract_mock.faults.acting import Acting
from adcontract_mock.faults.answer import Answer
from adcontract_mock.faults.place import Place
from adcontract_mock.http.credentials import Credentials
from adcontract_mock.responses.responder import Responder
from adcontract_mock.responses.served_contract import ServedContract
from adcontract_mock.state.actions import effect_of
from adcontract_mock.state.idempotency import once
from adcontract_mock.state.state import Stateful

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract import Contract, Operation, RequestError, ResourceOperation, SecurityScheme, Values
    from adcontract_mock.faults.registry import FaultKind
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.http.response import HttpResponse
    from adcontract_mock.preferences.preferences import Preferences
    from adcontract_mock.state.action_context import ActionContext
    from adcontract_mock.state.actions import Effect
    from adcontract_mock.state.state import State


_CONDITIONAL = (304, 412)
"""The statuses of the responses to a request with a condition that is not met."""


class PlantedContract(ServedContract):
    """A contract in service in which `operation`, or a part of it, has the fault `kind`."""

    def __init__(
        self,
        contract: Contract,
        kind: FaultKind,
        operation: Operation,
        part: str | None,
        token: str | None,
        state: State,
        *,
        limited: bool,
    ) -> None:
        """Take the arguments of `ServedContract`, the kind of the fault, and what has it; see `Place`."""
        super().__init__(contract, token, state, limited=limited)
        self.kind = kind
        where = "all operations" if kind.of_document else f"{operation.id}:{part}" if part else operation.id
        self.fault = f"{kind.name} at {where} of {self.id}: {kind.description}"
        self.memory: dict[str, Any] = {}
        self.place = Place(self, operation, token, part)
        self._planted: dict[str, Responder] = {}

    def changed(self, response: HttpResponse, cause: str, exchange: Exchange | None = None) -> HttpResponse:
        """Return a finished response as the fault has it."""
        if self.kind.change is None:
            return response
        faulty = self.kind.change(Answer(self.place, response, cause, exchange, self.memory))
        return response if faulty is None else faulty

    def responder(self, operation: Operation) -> Responder:
        """Return the responder of `operation`: the faulty one, or that of the contract."""
        is_place = operation.pointer == self.place.operation.pointer and not self.kind.of_document
        if not (is_place or self.kind.everywhere):
            return super().responder(operation)
        if operation.pointer not in self._planted:
            credentials = super().responder(operation).credentials
            if self.kind.find is not None:
                alternatives = self.contract.credentials(operation)
                credentials = _PlantedCredentials(alternatives, self.place, self.kind)
            self._planted[operation.pointer] = _PlantedResponder(self, operation, credentials)
        return self._planted[operation.pointer]

    @cached_property
    def stateful(self) -> Stateful:
        """Responds from the state."""
        return Stateful(self._state, self.contract, self.composer.schemas, self.effect)

    @cached_property
    def unknown_path(self) -> HttpResponse:
        """The response to an unknown path."""
        return self.changed(super().unknown_path, "unknown-path")

    def other_method(self, allowed: str) -> HttpResponse:
        """Return the response to a method that a path does not have."""
        return self.changed(super().other_method(allowed), "unknown-method")

    def effect(self, operation: ResourceOperation) -> Effect:
        """Return the effect of an operation, which is the faulty one where it is planted."""
        act, clean = self.kind.act, effect_of(operation)
        if act is None or operation.operation.pointer != self.place.operation.pointer:
            return once(operation, clean)

        def faulty(context: ActionContext, template: Any) -> Any:
            return act(Acting(self.place, context, template, clean, self.memory))

        return faulty if self.kind.repeated else once(operation, faulty)


class _PlantedResponder(Responder):
    def __init__(self, planted: PlantedContract, operation: Operation, credentials: Credentials) -> None:
        super().__init__(operation, planted.composer, credentials, planted.stateful)
        self._contract = planted

    @cached_property
    def unauthenticated(self) -> HttpResponse:
        return self._contract.changed(super().unauthenticated, "unauthenticated")

    def read(self, path: dict[str, Any], query: bytes, headers: Mapping[bytes, bytes], body: bytes) -> Values:
        values = super().read(path, query, headers, body)
        ignore = self._contract.kind.ignore
        if ignore is not None and values.faults:
            overlooked = [each for each in values.faults if ignore(self._contract.place, each)]
            values.faults = tuple(each for each in values.faults if each not in overlooked)
            _forget(values, overlooked)
        return values

    def respond(
        self, path: dict[str, Any], exchange: Exchange, headers: Mapping[bytes, bytes], preferred: Preferences | None
    ) -> HttpResponse:
        try:
            response = super().respond(path, exchange, headers, preferred)
        except (ContractError, TypeError, ValueError, AttributeError):
            if self._contract.kind.ignore is None:
                raise
            # the state takes nothing that is invalid; a server that overlooked it would answer as usual
            response = self._composer.documented(self._success, self.operation.id)
        cause = "refused" if exchange.faults else "success" if response.status < 300 else "unknown-item"
        if response.status in _CONDITIONAL:
            cause = "condition"
        return self._contract.changed(response, cause, exchange)


def _forget(values: Values, overlooked: Sequence[RequestError]) -> None:
    """Read a faulty parameter as one that was not sent: the state could not work with its value.

    A faulty patch is a body as any other, for as a patch it would be refused all the same.
    """
    for error in overlooked:
        if error.location == "body":
            values.media = None
        name = error.field.partition(".")[0]
        for each in (name, f"{name}[]"):
            if error.location in ("query", "header"):
                getattr(values, error.location).pop(each, None)


class _PlantedCredentials(Credentials):
    def __init__(self, alternatives: Sequence[Sequence[SecurityScheme]], place: Place, kind: FaultKind) -> None:
        super().__init__(alternatives, place.token)
        self._clean = Credentials(alternatives, place.token)
        self._place, self._kind = place, kind

    def find(self, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
        assert self._kind.find is not None
        return self._kind.find(self._clean, self._place, headers, query)
