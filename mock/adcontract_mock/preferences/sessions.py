"""The preferences of sessions, which hold until they are changed, for one operation or for all."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING

from adcontract_mock.preferences.preferences import Preference
from adcontract_mock.state.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract_mock.state.state import State

ALL = "*"
"""The key of the preferences for all operations."""

_ORIGIN = "session"
_NOTE = "preferences"


class Sessions:
    """The preferences of each session, by operation. Beyond `most` sessions the longest unused are forgotten.

    Where a state is kept, so are they, with it: other processes and the next start have them too.
    """

    def __init__(self, most: int = 1000, state: State | None = None) -> None:
        self._most = most
        self._state = state if state and state.is_kept else None
        self._sessions: OrderedDict[str, dict[str, dict[str, str]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def preferences(self, session: str | None, key: str) -> dict[str, Preference]:
        """Return the preferences of `session` for the operation `key`, as `get` has just found them.

        They go before those for all operations.
        """
        known = self._sessions.get(session) if session is not None else None
        if session is None or not known:
            return {}
        self._sessions.move_to_end(session)
        of_all = {name: Preference(value, _ORIGIN, for_all=True) for name, value in known.get(ALL, {}).items()}
        if key == ALL:
            return of_all
        return of_all | {name: Preference(value, _ORIGIN) for name, value in known.get(key, {}).items()}

    def get(self, session: str) -> Mapping[str, Mapping[str, str]]:
        """Return all preferences of `session`, by operation; the last known ones where the state cannot be read."""
        if self._state:
            with contextlib.suppress(StateError), self._state.store.session_state(session, writes=False) as kept:
                self._take(session, kept.note(_NOTE) or {})
        return self._sessions.get(session, {})

    def put(self, session: str, choices: Mapping[str, Mapping[str, str]], *, anew: bool = False) -> None:
        """Replace the preferences of `session` for the operations in `choices`, with `anew` for all; {} removes them.

        Raises:
            StateError: if they cannot be kept; then nothing has changed.
        """

        def changed(before: Mapping[str, dict[str, str]]) -> dict[str, dict[str, str]]:
            after = {**({} if anew else before), **{key: dict(each) for key, each in choices.items()}}
            return {key: each for key, each in after.items() if each}

        if self._state:
            with self._state.store.session_state(session) as kept:
                after = changed(kept.note(_NOTE) or {})
                kept.put_note(_NOTE, after)
        else:
            after = changed(self._sessions.get(session, {}))
        self._take(session, after)

    def clear(self) -> None:
        """Forget the preferences of all sessions; of those that are kept, what is known of them here."""
        self._sessions.clear()

    def _take(self, session: str, choices: dict[str, dict[str, str]]) -> None:
        """Have the preferences of a session as those that were used last."""
        self._sessions.pop(session, None)
        if choices:
            self._sessions[session] = choices
        if len(self._sessions) > self._most:
            self._sessions.popitem(last=False)
