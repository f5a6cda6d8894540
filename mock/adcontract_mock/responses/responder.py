"""Answering the requests of one operation."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from adcontract import RequestReader
from adcontract_mock.http.negotiation import choose
from adcontract_mock.http.response import HttpResponse, mock_response
from adcontract_mock.preferences.preferences import query_without_preferences
from adcontract_mock.preferences.registry import InvalidPreference
from adcontract_mock.responses.composer import default_example, examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Example, MediaType, Operation, RequestError, Response, Values
    from adcontract_mock.http.credentials import Credentials
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.http.rate_limits import Quota
    from adcontract_mock.preferences.preferences import Preferences
    from adcontract_mock.responses.composer import Composer
    from adcontract_mock.state.state import Stateful

_REMEMBERED = 256
_SHORT = 200
"""What is chosen for a longer `Accept` is not remembered."""


class Responder:
    """Answers the requests of one operation, with what the contract says and what the client preferred.

    Each answer is made once, when it is first needed, apart from those that tell of a request or are made for it.
    """

    def __init__(
        self,
        operation: Operation,
        composer: Composer,
        errors: Mapping[str, Response],
        credentials: Credentials,
        stateful: Stateful,
    ) -> None:
        self.operation = operation
        self.document, self.snapshot = str(composer.contract.name), composer.contract.name.snapshot
        self.key = f"{self.document} {operation.id}"
        self.credentials = credentials
        self._composer = composer
        self._errors = errors
        self._stateful = stateful
        self._reader = RequestReader(operation, composer.schemas)
        self._headers = [(name.encode("latin-1"), name) for name in self._reader.headers]
        self._formats = {each.name: each.formats for each in operation.parameters if each.formats}
        self._success = operation.success or next(iter(operation.responses.values()))
        self._examples = examples(self._success)
        self._by_request = [
            (example.request, name) for name, example in self._examples.items() if example.request is not None
        ]
        default = default_example(self._success)
        self._default = default.name if default else None
        self._usual = lru_cache(_REMEMBERED)(self._make_usual)

    def read_path(self, path: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the typed values of a path, None where they are none that the contract has there."""
        return self._reader.read_path(path)

    def read(self, path: dict[str, Any], query: bytes, headers: Mapping[bytes, bytes], body: bytes) -> Values:
        """Return what a request says at a path that has been read."""
        texts: dict[str, str] = {}
        for raw, name in self._headers:
            if raw in headers:
                texts[name] = headers[raw].decode("latin-1")
        return self._reader.read_rest(path, query_without_preferences(query), texts, body)

    @cached_property
    def unauthenticated(self) -> HttpResponse:
        """The answer to a request without good credentials."""
        return self._composer.documented(
            self._error("unauthenticated"), self.operation.id, reason="no good credentials"
        )

    def exceeded(self, standing: Quota) -> HttpResponse:
        """Return the answer to a request for which the budget of its credential has nothing left (RFC 6585, 4)."""
        reason = f"the budget of {standing.limit.text} is used up"
        response = self.operation.responses.get("429") or self._errors.get("too-many-requests")
        if response:
            answer = self._composer.telling(response, self.operation.id, reason, "Too many requests.")
        else:
            answer = mock_response(429, reason, message="Too many requests.").with_reason(reason, self.operation.id)
        return answer.with_header("Retry-After", str(standing.reset))

    def declared(self, status: str) -> HttpResponse | None:
        """Return the answer that the contract declares for `status`, None where it declares none."""
        response = self.operation.responses.get(status)
        return self._composer.documented(response, self.operation.id) if response else None

    def check(self, preferred: Preferences) -> None:
        """Check that the preferred response exists.

        Raises:
            InvalidPreference: if it does not.
        """
        if preferred.invalid:
            raise preferred.invalid
        self._preferred_example(preferred, self._preferred_response(preferred, {}), {})

    def answer(
        self, path: dict[str, Any], exchange: Exchange, headers: Mapping[bytes, bytes], preferred: Preferences | None
    ) -> HttpResponse:
        """Return the answer to a request with good credentials, and note in `exchange` what is wrong with it.

        Raises:
            ContractError: if the contract does not hold what is needed to make it.
            InvalidPreference: if something is asked for that there is not.
        """
        values = self.read(path, exchange.query, headers, exchange.body)
        if values.faults:
            exchange.faults = values.faults
            return self._refusal(values.faults)
        if preferred is not None:
            if preferred.invalid:
                raise preferred.invalid
            if preferred.selects_body:
                return self._as_preferred(preferred, exchange, values, headers.get(b"accept"))
            if "state" in preferred.values and self._stateful.knows(self.operation):
                exchange.applied = {"state": preferred.asked["state"].value}
        accept = headers.get(b"accept")
        if self._stateful.answers(self.operation, preferred.values.get("state") if preferred else None):
            return self._by_state(exchange, values, accept)
        usual = self._usual if accept is None or len(accept) < _SHORT else self._make_usual
        name = self._chosen(values) if self._by_request else self._default
        return usual(name, accept, self._format(values) if self._formats else None)

    def _error(self, kind: str) -> Response:
        error = self._errors[kind]
        return self.operation.responses.get(error.status, error)

    def _refusal(self, faults: tuple[RequestError, ...]) -> HttpResponse:
        kind = "malformed" if any(fault.malformed for fault in faults) else "invalid"
        return self._composer.refusal(self._error(kind), self.operation.id, faults)

    def _chosen(self, values: Values) -> str | None:
        """Return the name of the example that answers a request: that of the request, else the default one."""
        for request, name in self._by_request:
            if matches(request, values):
                return name
        return self._default

    def _format(self, values: Values) -> str | None:
        """Return the media type that a request asks for with a parameter."""
        for name, media_types in self._formats.items():
            if name in values.query:
                found: str | None = media_types.get(values.query[name])
                return found
        return None

    def _by_state(self, exchange: Exchange, values: Values, accept: bytes | None) -> HttpResponse:
        media = self._media(self._success, accept, self._format(values))
        if isinstance(media, HttpResponse):
            return media
        path, query = exchange.path.decode("latin-1"), exchange.query.decode("latin-1")
        outcome = self._stateful.run(exchange.session, self.operation, values, path, query)
        if outcome is None:
            reason = f"{self._errors['unknown-path'].status} the session state has no such item"
            return self._composer.documented(self._error("unknown-path"), self.operation.id, reason=reason)
        return self._composer.telling_of(self._success, self.operation.id, outcome.body, media, outcome.reason)

    def _make_usual(self, name: str | None, accept: bytes | None, form: str | None) -> HttpResponse:
        media = self._media(self._success, accept, form)
        if isinstance(media, HttpResponse):
            return media
        example = self._examples[name] if name is not None else None
        reason = f"example {name}, which answers this request" if example and example.request is not None else ""
        return self._composer.documented(self._success, self.operation.id, example, media, reason)

    def _media(self, response: Response, accept: bytes | None, form: str | None) -> MediaType | HttpResponse | None:
        """Return the media type of `response` to answer in, None where it has no body, or the answer that says no."""
        if not response.media or not response.status.startswith("2"):
            return None
        named = next((media for media in response.media if media.type == form), None)
        media = named or choose(response.media, accept.decode("latin-1") if accept is not None else None)
        if media:
            return media
        available = [media.type for media in response.media]
        message = f"Accept names none of {', '.join(available)}."
        if "not-acceptable" in self._errors:
            return self._composer.telling(self._errors["not-acceptable"], self.operation.id, message, message)
        return mock_response(406, message, message=message, available=available).with_reason(message, self.operation.id)

    def _as_preferred(
        self, preferred: Preferences, exchange: Exchange, values: Values, accept: bytes | None
    ) -> HttpResponse:
        """Return the response that a client prefers, and note in `exchange` which preferences were obeyed."""
        applied: dict[str, str] = {}
        response = self._preferred_response(preferred, applied)
        example = self._preferred_example(preferred, response, applied)
        media = self._media(response, accept, self._format(values))
        if isinstance(media, HttpResponse):
            return media
        dynamic = bool(preferred.values.get("dynamic"))
        if response.media and dynamic:
            applied["dynamic"] = "true"
        seed = preferred.text("seed")
        if response.media and example is None and seed is not None:
            applied["seed"] = seed
        exchange.applied = applied
        reason = self._reason(preferred, applied, response, example)
        if response.media and example is None:
            seed = f"{seed} {self._request(values)}" if dynamic or seed is not None else self.operation.id
            return self._composer.made(response, self.operation.id, seed, media, reason)
        return self._composer.documented(response, self.operation.id, example, media, reason)

    def _preferred_response(self, preferred: Preferences, applied: dict[str, str]) -> Response:
        code, declared = preferred.text("code"), self.operation.responses
        if code is None:
            return self._success
        if code in declared:
            applied["code"] = code
            return declared[code]
        if preferred.asked["code"].for_all:
            return self._success
        message = f"{self.operation.id} declares no answer {code!r}. Prefer one of {', '.join(declared)}."
        raise InvalidPreference(message, declared=list(declared))

    def _preferred_example(self, preferred: Preferences, response: Response, applied: dict[str, str]) -> Example | None:
        """Return the preferred payload; None where one is to be generated from the schema."""
        if preferred.values.get("dynamic"):
            return None
        name, known = preferred.text("example"), examples(response)
        if name in known:
            applied["example"] = name
            return known[name]
        if name is None or preferred.asked["example"].for_all:
            return default_example(response)
        there = f"Prefer one of {', '.join(known)}." if known else "It has none."
        message = f"The answer {response.status} of {self.operation.id} has no example {name!r}. {there}"
        raise InvalidPreference(message, examples=list(known))

    def _reason(
        self, preferred: Preferences, applied: Mapping[str, str], response: Response, example: Example | None
    ) -> str:
        origins: dict[str, list[str]] = {}
        for name, value in applied.items():
            origins.setdefault(preferred.asked[name].origin, []).append(f"{name}={value}")
        reasons = [f"{origin} {', '.join(said)}" for origin, said in origins.items()]
        if example and "example" not in applied:
            reasons.append(f"example {example.name}")
        elif not example and response.media:
            reasons.append("made from the schema")
        return "; ".join(reasons) or "documented"

    def _request(self, values: Values) -> str:
        """Return what tells a request from others of this operation, in whatever order its parameters are."""
        return repr((self.operation.id, sorted(values.path.items()), sorted(values.query.items()), values.body))


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
