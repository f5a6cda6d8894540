"""Scenarios: choices for several operations under one name, of which each may change from request to request."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from random import Random
from typing import TYPE_CHECKING

from adcontract.errors import did_you_mean
from adcontract_mock.preferences.preferences import Preference, selects_body
from adcontract_mock.preferences.registry import PREFERENCES, InvalidPreference
from adcontract_mock.preferences.sessions import ALL
from adcontract_mock.state.errors import StateError
from adcontract_mock.state.state import SHARED_SESSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract_mock.state.state import State

_NOTE = "scenarios"
_MOST = 1000
"""The number of sessions of which the requests are counted; beyond it the longest unused begins anew."""


@dataclass(frozen=True)
class Step:
    """What an operation prefers for some requests: preferences by name, none for the documented response.

    It holds for `times` requests, the last step of an operation for all further ones; with a `chance` below 1 only for
    some of these.
    """

    preferences: Mapping[str, str]
    times: int = 1
    chance: float = 1.0


@dataclass(frozen=True)
class Scenario:
    """The steps of each operation by its key, or by `ALL` for every other one. Chance depends on the seed alone."""

    name: str
    seed: str
    operations: Mapping[str, tuple[Step, ...]]
    says: str = ""

    @cached_property
    def _digest(self) -> str:
        return blake2b(repr(self).encode(), digest_size=8).hexdigest()

    def request(self, key: str) -> str:
        """Return the name by which the requests for the operation `key` are counted: another scenario has another."""
        return f"{self.name} {self._digest} {key}"

    def preferences(self, key: str, number: int) -> Mapping[str, str] | None:
        """Return what the operation `key` prefers for its request `number`, from 1; None if it has no step."""
        steps = self.operations.get(key, self.operations.get(ALL, ()))
        if not steps:
            return None
        left = number
        for step in steps[:-1]:
            if left <= step.times:
                break
            left -= step.times
        else:
            step = steps[-1]
        chosen = step.chance >= 1 or Random(f"{self.seed} {key} {number}").random() < step.chance
        return step.preferences if chosen else {}


@dataclass(frozen=True)
class Turn:
    """What a `scenario` prefers for one request of a session for the operation `key`, and where that comes from."""

    session: str | None
    scenario: str
    key: str
    origin: str
    preferences: dict[str, Preference] = field(default_factory=dict)

    def over(self, others: Mapping[str, Preference]) -> dict[str, Preference]:
        """Return these preferences with those of the session, which go after them."""
        if selects_body(self.preferences):
            others = {name: each for name, each in others.items() if not PREFERENCES[name].selects_body}
        return {**others, **self.preferences}


class Scenarios:
    """The scenarios of a mock, `named`, and how many requests each session has sent in each of them."""

    def __init__(self, state: State | None = None) -> None:
        self.named: Mapping[str, Scenario] = {}
        self._state = state if state and state.is_kept else None
        self._counts: OrderedDict[str | None, dict[str, int]] = OrderedDict()

    def take(self, named: Mapping[str, Scenario]) -> None:
        """Have these scenarios from now on; each session begins those anew that are other ones."""
        self.named = named
        if not self._state:
            self.restart()

    def check(self, name: str) -> None:
        """Check that there is a scenario of that name.

        Raises:
            InvalidPreference: if there is none; it lists those that there are.
        """
        if name not in self.named:
            hint = f"There are {', '.join(self.named)}." if self.named else "Name their file with --scenarios."
            message = f"There is no scenario {name!r}.{did_you_mean(name, self.named)} {hint}"
            raise InvalidPreference(message, scenarios=list(self.named))

    def turn(self, session: str | None, name: str, key: str) -> Turn | None:
        """Count a request of a session for the operation `key`, and return what the scenario prefers for it.

        None if the scenario says nothing of the operation.

        Raises:
            InvalidPreference: if there is no scenario of that name.
        """
        self.check(name)
        number = self._count(session, self.named[name].request(key), 1)
        preferred = self.named[name].preferences(key, number)
        if preferred is None:
            return None
        origin = f"scenario {name}, request {number}:"
        return Turn(
            session,
            name,
            key,
            origin,
            {each: Preference(value, origin, for_all=True) for each, value in preferred.items()},
        )

    def take_back(self, turn: Turn) -> None:
        """Do not count a request, as it was refused and did not get its step."""
        if turn.scenario in self.named:
            self._count(turn.session, self.named[turn.scenario].request(turn.key), -1)

    def restart(self, session: str | None = None) -> None:
        """Begin all scenarios of a session anew; None: those of all sessions, which a kept state forgets itself."""
        if session is None:
            self._counts.clear()
        else:
            self._counts.pop(session, None)
            if self._state:
                with self._state.store.session_state(session) as kept:
                    kept.put_note(_NOTE, {})

    def _count(self, session: str | None, request: str, more: int) -> int:
        """Count so many more requests of a session, and return how many there are: here, if that cannot be kept."""

        def counted(before: Mapping[str, int]) -> dict[str, int]:
            return {**before, request: max(before.get(request, 0) + more, 0)}

        counts = None
        if self._state:
            with contextlib.suppress(StateError), self._state.store.session_state(session or SHARED_SESSION) as kept:
                counts = counted(kept.note(_NOTE) or {})
                kept.put_note(_NOTE, counts)
        self._counts[session] = counts or counted(self._counts.get(session, {}))
        self._counts.move_to_end(session)
        if len(self._counts) > _MOST:
            self._counts.popitem(last=False)
        return self._counts[session][request]
