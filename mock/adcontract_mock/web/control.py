"""The control page, and the API to choose the responses of a session."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response
from starlette.routing import Route

from adcontract import UsageError
from adcontract_mock.http.response import JSON
from adcontract_mock.http.session_name import COOKIE, session_of
from adcontract_mock.journal.operation_names import operations_named
from adcontract_mock.preferences.preferences import Preference, combined
from adcontract_mock.preferences.registry import PREFERENCES, Available
from adcontract_mock.preferences.sessions import ALL
from adcontract_mock.responses.available import available, check_available
from adcontract_mock.web.endpoint import json_body, page, usable
from adcontract_mock.web.forms import form_fields
from adcontract_mock.web.operations import Operations

if TYPE_CHECKING:
    from starlette.requests import Request

    from adcontract_mock.application.runtime import Runtime

_ANY_CREDENTIAL = "any-token-is-good"


class Control:
    """Shows and changes the choices of a session, at `routes`."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._operations = Operations(runtime)
        self.routes = [
            Route("/_mock/", self.page),
            Route("/_mock/states", self.states),
            Route("/_mock/session", self.show, methods=["GET"]),
            Route("/_mock/session", usable(self.replace), methods=["PUT"]),
            Route("/_mock/session", usable(self.merge), methods=["PATCH"]),
            Route("/_mock/session", usable(self.clear), methods=["DELETE"]),
            *self._operations.routes,
        ]

    async def page(self, request: Request) -> Response:
        """Show the page with the choices of its session; a browser without a session gets one."""
        session = _session(request)
        shown = page(
            "control.html",
            session=session,
            page_token=self._runtime.page_token,
            choices=self._runtime.sessions.get(session),
            operations=self._operations.listing,
            fields=form_fields(self._available, of_all=True),
            suggestions={each["name"]: each["options"] for each in form_fields(self._available) if each["free_text"]},
            summaries=[(each.name, each.summary) for each in PREFERENCES.values()],
            credential="" if self._runtime.token else _ANY_CREDENTIAL,
            journal=self._runtime.shown_journal,
            broken=self._runtime.contract_errors,
            origin=str(request.base_url).rstrip("/"),
        )
        return _keeping(shown, request, session)

    async def states(self, _: Request) -> Response:
        """Return the named states of every operation, each with what it shows, by document and `operationId`."""
        listed = {
            document.id: {each.id: document.composer.screens.names(each) for each in document.contract.operations}
            for document in self._runtime.documents
        }
        return Response(orjson.dumps(listed), media_type=JSON)

    async def show(self, request: Request) -> Response:
        """Return the choices of the session."""
        return self._response(request, _session(request))

    async def replace(self, request: Request) -> Response:
        """Replace the choices of the session by those in the body, an object by operation."""
        session, choices = _session(request), self._checked(await json_body(request))
        return self._chosen(request, session, choices, anew=True)

    async def merge(self, request: Request) -> Response:
        """Add the choices in the body to those of the session; null for an operation resets it (RFC 7396)."""
        return self._chosen(request, _session(request), self._checked(await json_body(request)))

    async def clear(self, request: Request) -> Response:
        """Forget the choices of the session."""
        return self._chosen(request, _session(request), {}, anew=True)

    def _chosen(
        self, request: Request, session: str, choices: dict[str, dict[str, str]], *, anew: bool = False
    ) -> Response:
        self._runtime.sessions.put(session, choices, anew=anew)
        if anew or any("scenario" in choice for choice in choices.values()):
            self._runtime.scenarios.restart(session)
        return self._response(request, session)

    def _response(self, request: Request, session: str) -> Response:
        payload = {"session": session, "choices": self._runtime.sessions.get(session)}
        return _keeping(Response(orjson.dumps(payload), media_type=JSON), request, session)

    def _checked(self, choices: Any) -> dict[str, dict[str, str]]:
        """Return choices by the keys of their operations.

        Raises:
            UsageError: if they name an unknown operation or preference, or a value that it cannot have.
        """
        if not isinstance(choices, dict):
            raise UsageError('Send an object of choices by operation, such as {"listOffers": {"code": "422"}}.')
        return dict(self._choice(name, choice) for name, choice in choices.items())

    def _choice(self, name: str, choice: Any) -> tuple[str, dict[str, str]]:
        preferences = _texts(name, choice)
        if "scenario" in preferences:
            self._runtime.scenarios.check(preferences["scenario"])
        if name == ALL:
            self._check_for_all(preferences)
            return ALL, preferences
        found = operations_named(name, self._runtime.documents)
        newest = [(document, operation) for document, operation in found if document.name.newest]
        if len(newest) > 1:
            keys = " or ".join(document.key(operation) for document, operation in newest)
            raise UsageError(f"More than one API has {name}. Name one: {keys}.")
        document, operation = found[0]
        preferred = combined({each: Preference(value, "session") for each, value in preferences.items()}, {})
        document.responder(operation).check(preferred)
        return document.key(operation), preferences

    def _check_for_all(self, preferences: dict[str, str]) -> None:
        """Check that some operation can obey the preferences for all; the others ignore them."""
        session = {each: Preference(value, "session", for_all=True) for each, value in preferences.items()}
        preferred = combined(session, {})
        if preferred.invalid:
            raise preferred.invalid
        for name, value in preferences.items():
            check_available(name, value, self._available)

    @cached_property
    def _available(self) -> Available:
        scenarios = self._runtime.scenarios.named.items()
        return replace(
            available(self._runtime.documents),
            scenarios=[(name, f"{name}: {each.says}" if each.says else name) for name, each in scenarios],
            defaults={"state": "on" if self._runtime.state.on else "off"},
        )


def _texts(name: str, choice: Any) -> dict[str, str]:
    if choice is None:
        return {}
    if not isinstance(choice, dict):
        raise UsageError(f'The choice of {name} is an object such as {{"code": "422"}}, or null to reset it.')
    texts = {}
    for key, value in choice.items():
        if key not in PREFERENCES:
            raise UsageError(f"There is no preference {key} to choose for {name}. There are {', '.join(PREFERENCES)}.")
        if isinstance(value, dict | list) or value is None:
            raise UsageError(f"{key} of {name} is text, not {orjson.dumps(value).decode()}.")
        texts[key] = value if isinstance(value, str) else orjson.dumps(value).decode()
    return texts


def _session(request: Request) -> str:
    """Return the session of a request, a new one where it has none."""
    return session_of(dict(request.headers.raw)) or secrets.token_hex(4)


def _keeping(response: Response, request: Request, session: str) -> Response:
    """Return `response` with the cookie of a session that the request did not have."""
    if session_of(dict(request.headers.raw)) is None:
        response.set_cookie(COOKIE.decode(), session, samesite="lax")
    return response
