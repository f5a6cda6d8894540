"""`/_mock/state`: the state of a session, to look at, and to reset, seed, keep or restore as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from adcontract import UsageError
from adcontract_mock.http.response import mock_response
from adcontract_mock.http.session_name import session_of
from adcontract_mock.state.state import SHARED_SESSION
from adcontract_mock.web.endpoint import json_body, usable

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from adcontract_mock.http.response import HttpResponse
    from adcontract_mock.state.session_state import SessionState
    from adcontract_mock.state.state import State

PATH = "/_mock/state"
_MOST = 10_000


class StateApi:
    """Shows and changes the state of the session that a request names, at `routes`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.routes = [
            Route(PATH, usable(self.dump), methods=["GET"]),
            Route(PATH, usable(self.change), methods=["POST"]),
        ]

    async def dump(self, request: Request) -> HttpResponse:
        """Return every item, by document and resource, and the names of the snapshots."""
        with self._state.store.session_state(_session(request), writes=False) as session_state:
            described = {
                "session": session_state.session,
                "snapshots": session_state.snapshots(),
                "items": session_state.dump(),
            }
        return mock_response(200, "state", **described)

    async def change(self, request: Request) -> HttpResponse:
        """Apply the command in the body: `{"do": "reset"}`, or another of `COMMANDS` with its arguments."""
        body = await json_body(request)
        command = body.get("do") if isinstance(body, dict) else None
        if not isinstance(command, str) or command not in COMMANDS:
            raise UsageError(f'Send a command, {{"do": …}} with one of {", ".join(COMMANDS)}.')
        with self._state.store.session_state(_session(request)) as session_state:
            COMMANDS[command](session_state, body)
            described = {"session": session_state.session, "done": command, "snapshots": session_state.snapshots()}
        return mock_response(200, "state", **described)


def _reset(session_state: SessionState, _: dict[str, Any]) -> None:
    session_state.reset()


def _seed(session_state: SessionState, body: dict[str, Any]) -> None:
    items = body.get("items")
    if not isinstance(items, int) or isinstance(items, bool) or not 0 <= items <= _MOST:
        raise UsageError(f"seed takes items, a whole number up to {_MOST}.")
    session_state.reset(items)


def _snapshot(session_state: SessionState, body: dict[str, Any]) -> None:
    session_state.snapshot(_name(body))


def _restore(session_state: SessionState, body: dict[str, Any]) -> None:
    session_state.restore(_known_name(session_state, body))


def _forget(session_state: SessionState, body: dict[str, Any]) -> None:
    session_state.forget(_known_name(session_state, body))


def _known_name(session_state: SessionState, body: dict[str, Any]) -> str:
    name, known = _name(body), session_state.snapshots()
    if name not in known:
        raise UsageError(f"There is no snapshot {name!r} in this session. There are: {', '.join(known) or 'none'}.")
    return name


def _name(body: dict[str, Any]) -> str:
    name = body.get("name", "default")
    if not isinstance(name, str) or not name:
        raise UsageError("The name of a snapshot is a non-empty string.")
    return name


COMMANDS: dict[str, Callable[[SessionState, dict[str, Any]], None]] = {
    "reset": _reset,
    "seed": _seed,
    "snapshot": _snapshot,
    "restore": _restore,
    "forget": _forget,
}
"""Begin anew; begin anew with so many `items`; keep a copy of the state, restore or remove it, by `name`."""


def _session(request: Request) -> str:
    return session_of(dict(request.scope["headers"])) or SHARED_SESSION
