"""The response of an operation that a client prefers: its status, and its body."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract_mock.http.response import HttpResponse
from adcontract_mock.preferences.registry import InvalidPreference
from adcontract_mock.responses.composer import default_example, examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Example, Operation, Response, Values
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.preferences.preferences import Preferences
    from adcontract_mock.responses.composer import Composer
    from adcontract_mock.responses.media_choice import MediaChoice


_FINAL = re.compile("[2-5][0-9][0-9]")
"""The statuses of a response that ends an exchange (RFC 9110, section 15)."""


class PreferredResponses:
    """Gives the responses of one operation that clients prefer; `usual` is the one without a preferred status."""

    def __init__(self, operation: Operation, composer: Composer, media: MediaChoice, usual: Response) -> None:
        self._operation = operation
        self._composer = composer
        self._media = media
        self._usual = usual

    def check(self, preferred: Preferences) -> None:
        """Check that the preferred response exists.

        Raises:
            InvalidPreference: if it does not.
        """
        if preferred.invalid:
            raise preferred.invalid
        response = self._response(preferred, {})
        if self._state(preferred, response) is None:
            self._example(preferred, response, {})

    def respond(self, preferred: Preferences, exchange: Exchange, values: Values, accept: bytes | None) -> HttpResponse:
        """Return the preferred response to a request, and note in `exchange` which preferences were obeyed.

        Raises:
            InvalidPreference: if it does not exist.
            ContractError: if a body is to be generated and cannot be.
        """
        applied: dict[str, str] = {}
        response = self._response(preferred, applied)
        state = self._state(preferred, response)
        example = self._example(preferred, response, applied) if state is None else None
        media = self._media.choose(response, accept, self._media.format_of(values))
        if isinstance(media, HttpResponse):
            return media
        if state is not None:
            exchange.applied = applied | {"example": state}
            path, query = exchange.path.decode("latin-1"), exchange.query.decode("latin-1")
            screen = self._composer.screens.screen(self._operation, state, values, path, query)
            reason = _reason(preferred, exchange.applied, response, None, screen.reason)
            shown = self._composer.with_value(response, self._operation.id, screen.body, media, reason)
            return shown.with_headers(screen.headers)
        dynamic = bool(preferred.values.get("dynamic"))
        if response.media and dynamic:
            applied["dynamic"] = "true"
        seed = preferred.text("seed")
        if response.media and example is None and seed is not None:
            applied["seed"] = seed
        exchange.applied = applied
        reason = _reason(preferred, applied, response, example)
        if response.media and example is None:
            seed = f"{seed} {self._identity(values)}" if dynamic or seed is not None else self._operation.id
            return self._composer.generated(response, self._operation.id, seed, media, reason)
        return self._composer.documented(response, self._operation.id, example, media, reason)

    def _response(self, preferred: Preferences, applied: dict[str, str]) -> Response:
        code, declared = preferred.text("code"), self._operation.responses
        if code is None:
            return self._usual
        if code in declared:
            applied["code"] = code
            return self._with_status(
                declared[code], str(self._composer.contract.status_of(self._operation, declared[code]))
            )
        shared = self._composer.contract.shared_responses(self._operation)
        if code in shared:
            applied["code"] = code
            return shared[code]
        wide = self._composer.contract.declared_response(self._operation, int(code)) if _FINAL.fullmatch(code) else None
        if wide is not None:
            applied["code"] = code
            return self._with_status(wide, code)
        if preferred.asked["code"].for_all:
            return self._usual
        more = f", or one that any faulty request gets: {', '.join(shared)}" if shared else ""
        message = f"{self._operation.id} declares no response {code!r}. Prefer one of {', '.join(declared)}{more}."
        raise InvalidPreference(message, declared=list(declared), shared=list(shared))

    def _with_status(self, response: Response, status: str) -> Response:
        """Return a response for a status, which that of the contract may be only one of several for (`4XX`)."""
        if response.status == status:
            return response
        data = response.data
        if int(status) in (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED):
            data = {key: value for key, value in data.items() if key != "content"}
        return replace(response, status=status, data=data)

    def _state(self, preferred: Preferences, response: Response) -> str | None:
        """Return the preferred state of a response, None without one; a payload of the same name goes before it."""
        name = preferred.text("example")
        if name is None or response is not self._usual or preferred.values.get("dynamic") or name in examples(response):
            return None
        return name if name in self._composer.screens.names(self._operation) else None

    def _example(self, preferred: Preferences, response: Response, applied: dict[str, str]) -> Example | None:
        """Return the preferred payload; None where one is to be generated from the schema."""
        if preferred.values.get("dynamic"):
            return None
        name, known = preferred.text("example"), examples(response)
        if name in known:
            applied["example"] = name
            return known[name]
        if name is None or preferred.asked["example"].for_all:
            return default_example(response)
        states = list(self._composer.screens.names(self._operation)) if response is self._usual else []
        hint = f"Prefer one of {', '.join(known)}." if known else "It has none."
        if states:
            hint = f"{hint.removesuffix('.')}{', or' if known else '. Prefer'} one of the states {', '.join(states)}."
        message = f"The response {response.status} of {self._operation.id} has no example {name!r}. {hint}"
        raise InvalidPreference(message, examples=list(known), states=states)

    def _identity(self, values: Values) -> str:
        """Return a text that only equal requests share, whatever the order of their parameters."""
        return repr((self._operation.id, sorted(values.path.items()), sorted(values.query.items()), values.body))


def _reason(
    preferred: Preferences, applied: Mapping[str, str], response: Response, example: Example | None, state: str = ""
) -> str:
    """Return why this is the response: which preferences were obeyed, and where the body comes from.

    `state` says what a named state shows.
    """
    origins: dict[str, list[str]] = {}
    for name, value in applied.items():
        origins.setdefault(preferred.asked[name].origin, []).append(f"{name}={value}")
    reasons = [f"{origin} {', '.join(obeyed)}" for origin, obeyed in origins.items()]
    if state:
        reasons.append(state)
    elif example and "example" not in applied:
        reasons.append(f"example {example.name}")
    elif not example and response.media:
        reasons.append("generated from the schema")
    return "; ".join(reasons) or "documented"
