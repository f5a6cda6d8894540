"""The preferences of sessions, which hold until they are changed, for one operation or for all."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from adcontract_mock.preferences.preferences import Preference

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL = "*"
"""The key of the preferences for all operations."""

_ORIGIN = "session"


class Sessions:
    """The preferences of each session, by operation. Beyond `most` sessions the longest unused are forgotten."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._sessions: OrderedDict[str, dict[str, dict[str, str]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def preferences(self, session: str | None, key: str) -> dict[str, Preference]:
        """Return the preferences of `session` for the operation `key`; they go before those for all operations."""
        known = self._sessions.get(session) if session is not None else None
        if session is None or not known:
            return {}
        self._sessions.move_to_end(session)
        of_all = {name: Preference(value, _ORIGIN, for_all=True) for name, value in known.get(ALL, {}).items()}
        if key == ALL:
            return of_all
        return of_all | {name: Preference(value, _ORIGIN) for name, value in known.get(key, {}).items()}

    def get(self, session: str) -> Mapping[str, Mapping[str, str]]:
        """Return all preferences of `session`, by operation."""
        return self._sessions.get(session, {})

    def put(self, session: str, key: str, preferences: Mapping[str, str]) -> None:
        """Replace the preferences of `session` for the operation `key`; empty ones remove them."""
        known = self._sessions.setdefault(session, {})
        known.pop(key, None)
        if preferences:
            known[key] = dict(preferences)
        self._sessions.move_to_end(session)
        if not known:
            del self._sessions[session]
        elif len(self._sessions) > self._most:
            self._sessions.popitem(last=False)

    def clear(self, session: str | None = None) -> None:
        """Forget the preferences of `session`; None: those of all sessions."""
        if session is None:
            self._sessions.clear()
        else:
            self._sessions.pop(session, None)
