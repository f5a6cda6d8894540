"""Answering the requests of one operation."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract import RequestReader, UsageError
from adcontract_mock.answer import Answer, own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation, RequestFault, Response, Values
    from adcontract_mock.compose import Composer
    from adcontract_mock.exchange import Exchange
    from adcontract_mock.security import Credentials
    from adcontract_mock.state.state import Stateful


class Responder:
    """Answers the requests of one operation, with what the contract says and what `Prefer` asks for."""

    def __init__(
        self,
        operation: Operation,
        composer: Composer,
        errors: Mapping[str, Response],
        credentials: Credentials,
        stateful: Stateful,
    ) -> None:
        self.operation = operation
        self.document = str(composer.contract.name)
        self.credentials = credentials
        self._composer = composer
        self._errors = errors
        self._stateful = stateful
        self._reader = RequestReader(operation, composer.schemas)
        self._preferred: dict[str, Answer] = {}

    def has_path(self, path: Mapping[str, str]) -> bool:
        """Return whether the values in a path are such as the contract has there; else there is no such path."""
        return self._reader.path_fits(path)

    @cached_property
    def unauthenticated(self) -> Answer:
        """The answer to a request without good credentials."""
        return self._composer.documented(self._error("unauthenticated"), self.operation.id, "no good credentials")

    def answer(
        self,
        path: Mapping[str, str],
        exchange: Exchange,
        headers: Mapping[bytes, bytes],
        preferences: Mapping[str, str],
    ) -> Answer:
        """Return the answer to a request with good credentials, and note in `exchange` what it says.

        Raises:
            ContractError: if the contract does not hold what is needed to make it.
        """
        texts = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
        values = exchange.values = self._reader.read(path, exchange.query, texts, exchange.body)
        if values.faults:
            exchange.faults = values.faults
            return self._refusal(values.faults)
        if "code" in preferences:
            exchange.applied = {"code": preferences["code"]}
            return self._by_code(preferences["code"])
        try:
            if self._stateful.wanted(self.operation, preferences.get("state")):
                exchange.applied = {"state": preferences["state"]} if "state" in preferences else {}
                answer = self._by_state(exchange.session, values)
                return answer.with_header("Preference-Applied", "state=on") if exchange.applied else answer
        except UsageError as error:
            return own(400, "Prefer names no such state", message=str(error))
        return next((answer for request, answer in self._by_request if matches(request, values)), self._usual)

    def _error(self, kind: str) -> Response:
        error = self._errors[kind]
        return self.operation.responses.get(error.status, error)

    def _refusal(self, faults: tuple[RequestFault, ...]) -> Answer:
        kind = "malformed" if any(fault.malformed for fault in faults) else "invalid"
        return self._composer.refusal(self._error(kind), self.operation.id, faults)

    def _by_code(self, code: str) -> Answer:
        if code not in self.operation.responses:
            declared = list(self.operation.responses)
            message = f"{self.operation.id} declares no answer {code!r}. Prefer one of {', '.join(declared)}."
            return own(400, "Prefer names no declared status", message=message, declared=declared)
        if code not in self._preferred:
            documented = self._composer.documented(self.operation.responses[code], self.operation.id, "Prefer")
            self._preferred[code] = documented.with_header("Preference-Applied", f"code={code}")
        return self._preferred[code]

    def _by_state(self, session: str | None, values: Values) -> Answer:
        example = self._stateful.answer(session, self.operation, values)
        if example is None:
            return self._composer.documented(
                self._error("unknown-path"), self.operation.id, "the state has no such thing"
            )
        return self._composer.documented(self._success, self.operation.id, example.name, example)

    @cached_property
    def _success(self) -> Response:
        return self.operation.success or next(iter(self.operation.responses.values()))

    @cached_property
    def _usual(self) -> Answer:
        return self._composer.documented(self._success, self.operation.id, "")

    @cached_property
    def _by_request(self) -> list[tuple[dict[str, Any], Answer]]:
        """The examples that answer particular requests."""
        return [
            (example.request, self._composer.documented(self._success, self.operation.id, "", example))
            for media in self._success.media[:1]
            for example in media.examples
            if example.request is not None
        ]


def matches(request: dict[str, Any], values: Values) -> bool:
    """Return whether a request says at least what `request`, an `x-request`, says: values by place and name, a body."""
    return all(within(part, getattr(values, place)) for place, part in request.items())


def within(part: Any, whole: Any) -> bool:
    """Return whether `whole` says at least what `part` says: of objects the named members, of lists every item."""
    if isinstance(part, dict):
        # an empty value that the contract allows is read as none
        return isinstance(whole, dict) and all(
            within(value, whole[name]) if name in whole else value == "" for name, value in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) == len(whole) and all(map(within, part, whole))
    return bool(part == whole) and isinstance(part, bool) == isinstance(whole, bool)
