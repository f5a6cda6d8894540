"""Responding to the requests of one operation."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from adcontract import RequestError, RequestReader
from adcontract_mock.http.response import HttpResponse, mock_response
from adcontract_mock.preferences.preferences import query_without_preferences
from adcontract_mock.responses.composer import default_example, examples
from adcontract_mock.responses.media_choice import MediaChoice
from adcontract_mock.responses.preferred import PreferredResponses
from adcontract_mock.responses.request_match import matches
from adcontract_mock.state.conditions import ConditionNotMet
from adcontract_mock.state.cursors import UnknownCursor
from adcontract_mock.state.errors import StateError
from adcontract_mock.state.idempotency import KeyReused
from adcontract_mock.state.patching import RefusedBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation, Response, Values
    from adcontract_mock.http.credentials import Credentials
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.http.rate_limits import Quota
    from adcontract_mock.preferences.preferences import Preferences
    from adcontract_mock.responses.composer import Composer
    from adcontract_mock.state.state import Stateful

_REMEMBERED = 256
_SHORT = 200
"""The response to a longer `Accept` is not remembered."""


class Responder:
    """Responds to the requests of one operation, as the contract documents it and as the client prefers.

    A response that depends on the example and the media type alone is composed once, when it is first needed.
    """

    def __init__(self, operation: Operation, composer: Composer, credentials: Credentials, stateful: Stateful) -> None:
        self.operation = operation
        self.document, self.snapshot = str(composer.contract.name), composer.contract.name.snapshot
        self.key = f"{self.document} {operation.id}"
        self.credentials = credentials
        self._composer = composer
        self._stateful = stateful
        self._reader = RequestReader(operation, composer.schemas)
        self._headers = [(name.encode("latin-1"), name) for name in self._reader.headers]
        self._success = operation.success or next(iter(operation.responses.values()))
        self._examples = examples(self._success)
        self._by_request = [
            (example.request, name) for name, example in self._examples.items() if example.request is not None
        ]
        default = default_example(self._success)
        self._default = default.name if default else None
        self._media = MediaChoice(operation, composer)
        self._has_formats = bool(self._media.formats)
        self._preferred = PreferredResponses(operation, composer, self._media, self._success)
        self._remembered = lru_cache(_REMEMBERED)(self._usual)

    def read_path(self, path: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the typed values of a path, None where the contract does not allow them there."""
        return self._reader.read_path(path)

    def read(self, path: dict[str, Any], query: bytes, headers: Mapping[bytes, bytes], body: bytes) -> Values:
        """Return the typed values of a request, of which the path has been read."""
        texts: dict[str, str] = {}
        for raw, name in self._headers:
            if raw in headers:
                texts[name] = headers[raw].decode("latin-1")
        return self._reader.read_rest(path, query_without_preferences(query), texts, body)

    @cached_property
    def unauthenticated(self) -> HttpResponse:
        """The response to a request without valid credentials."""
        declared = self._composer.contract.error_response(self.operation, "unauthenticated")
        return self._composer.documented(declared, self.operation.id, reason="no valid credentials")

    def rate_limited(self, quota: Quota) -> HttpResponse:
        """Return the response to a request beyond the rate limit of its credential (RFC 6585, 4)."""
        reason = f"the rate limit of {quota.limit.text} is exceeded"
        errors = self._composer.contract.error_responses
        declared = self.operation.responses.get("429") or errors.get("too-many-requests")
        if declared:
            response = self._composer.with_message(declared, self.operation.id, reason, "Too many requests.")
        else:
            response = mock_response(429, reason, message="Too many requests.").with_reason(reason, self.operation.id)
        return response.with_header("Retry-After", str(quota.reset))

    @cached_property
    def unknown_item(self) -> HttpResponse:
        """The response to a request whose path has a value that the contract does not allow."""
        contract = self._composer.contract
        fault = "unknown-path"
        is_open = contract.leaves_open(fault)
        declared = contract.error_response(self.operation, fault) if is_open else contract.error_responses[fault]
        return self._composer.documented(declared, "", reason=f"{self.document} has no such path")

    @property
    def keeps_state(self) -> bool:
        """Whether the state of a session can answer."""
        return self._stateful.knows(self.operation)

    def declared(self, status: str) -> HttpResponse | None:
        """Return the response that the contract declares for `status`, None where it declares none."""
        response = self.operation.responses.get(status)
        return self._composer.documented(response, self.operation.id) if response else None

    def check(self, preferred: Preferences) -> None:
        """Check that the preferred response exists.

        Raises:
            InvalidPreference: if it does not.
        """
        self._preferred.check(preferred)

    def respond(
        self, path: dict[str, Any], exchange: Exchange, headers: Mapping[bytes, bytes], preferred: Preferences | None
    ) -> HttpResponse:
        """Return the response to a request with valid credentials, and note in `exchange` what is invalid in it.

        Raises:
            ContractError: if the contract lacks what the response needs.
            InvalidPreference: if the preferred response does not exist.
        """
        values = self.read(path, exchange.query, headers, exchange.body)
        if values.faults:
            exchange.faults = values.faults
            return self._refusal(values)
        try:
            return self._valid(values, exchange, headers.get(b"accept"), preferred)
        except UnknownCursor as cursor:
            return self._without_page(str(cursor), exchange)
        except KeyReused as reused:
            key, declared = reused.idempotency.key, reused.idempotency.reused
            return self._refused(exchange, RequestError("header", key.name, str(reused), key.pointer), declared)
        except RefusedBody as patch:
            own = (self.operation.responses.get(status) for status in patch.statuses)
            fault = RequestError("body", "body", str(patch), self.operation.body[0].pointer)
            return self._refused(exchange, fault, next(filter(None, own), None))
        except ConditionNotMet as condition:
            declared = self.operation.responses[condition.status]
            response = self._composer.documented(declared, self.operation.id, reason=f"{declared.status} {condition}")
            return response.with_header("ETag", condition.etag)

    def _valid(
        self, values: Values, exchange: Exchange, accept: bytes | None, preferred: Preferences | None
    ) -> HttpResponse:
        """Return the response to a valid request. See `respond`."""
        if preferred is not None:
            if preferred.invalid:
                raise preferred.invalid
            if preferred.selects_body:
                return self._preferred.respond(preferred, exchange, values, accept)
            if "state" in preferred.values and self._stateful.knows(self.operation):
                exchange.applied = {"state": preferred.asked["state"].value}
        if self._stateful.answers(self.operation, preferred.values.get("state") if preferred else None):
            return self._from_state(exchange, values, accept)
        usual = self._remembered if accept is None or len(accept) < _SHORT else self._usual
        name = self._example_for(values) if self._by_request else self._default
        return usual(name, accept, self._media.format_of(values) if self._has_formats else None)

    def _refusal(self, values: Values) -> HttpResponse:
        """Return the response to an invalid request: the payload documented with it, or what its faults give."""
        fault = "malformed" if any(each.malformed for each in values.faults) else "invalid"
        contract = self._composer.contract
        unsupported = any(each.rule == "media-type" for each in values.faults)
        own = contract.unsupported_media_type(self.operation) if unsupported else None
        declared = own or contract.error_response(self.operation, fault)
        for example in examples(declared).values():
            if example.request is not None and matches(example.request, values):
                reason = f"example {example.name}, which matches the request"
                return self._composer.documented(declared, self.operation.id, example, reason=reason)
        return self._composer.refusal(declared, self._reader, values.faults)

    def _example_for(self, values: Values) -> str | None:
        """Return the name of the example whose `x-request` the request matches, else that of the default one."""
        for request, name in self._by_request:
            if matches(request, values):
                return name
        return self._default

    def _from_state(self, exchange: Exchange, values: Values, accept: bytes | None) -> HttpResponse:
        media = self._media.choose(self._success, accept, self._media.format_of(values))
        if isinstance(media, HttpResponse):
            return media
        path, query = exchange.path.decode("latin-1"), exchange.query.decode("latin-1")
        try:
            outcome = self._stateful.run(exchange.session, self.operation, values, path, query)
        except StateError as error:
            return error.response()
        if outcome is not None:
            success = self.operation.responses.get(outcome.status or "", self._success)
            media = media if success is self._success else None
            response = self._composer.with_value(success, self.operation.id, outcome.body, media, outcome.reason)
            return response.with_headers(outcome.headers)
        declared = self._composer.contract.error_response(self.operation, "unknown-path")
        reason = f"{declared.status} the session state has no such item"
        return self._composer.documented(declared, self.operation.id, reason=reason)

    def _without_page(self, cursor: str, exchange: Exchange) -> HttpResponse:
        """Return the response to a request with a cursor that no page has given."""
        pagination = self.operation.behavior.pagination
        assert pagination is not None
        parameter = next(each for each in self.operation.parameters if each.name == pagination.start)
        fault = RequestError("query", parameter.name, f"{cursor!r} is not a cursor of this list", parameter.pointer)
        return self._refused(exchange, fault, self.operation.responses.get(pagination.refused or ""))

    def _refused(self, exchange: Exchange, fault: RequestError, declared: Response | None) -> HttpResponse:
        """Return the response to a request with a fault that only the state shows, and note the fault."""
        exchange.faults = (fault,)
        declared = declared or self._composer.contract.error_response(self.operation, "invalid")
        return self._composer.refusal(declared, self._reader, (fault,))

    def _usual(self, name: str | None, accept: bytes | None, media_type: str | None) -> HttpResponse:
        """Return the response with the example of that name, None for a generated one."""
        media = self._media.choose(self._success, accept, media_type)
        if isinstance(media, HttpResponse):
            return media
        example = self._examples[name] if name is not None else None
        reason = f"example {name}, which matches the request" if example and example.request is not None else ""
        return self._composer.documented(self._success, self.operation.id, example, media, reason)
