"""The state that a mock keeps for its sessions, and the responses of a contract from it."""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING

from adcontract_mock.state.action_context import UnknownItem
from adcontract_mock.state.engine import Engine
from adcontract_mock.state.errors import StateError
from adcontract_mock.state.idempotency import effect_once
from adcontract_mock.state.place import is_database, keeper_at
from adcontract_mock.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Contract, Operation, ResourceOperation, Schemas, Values
    from adcontract_mock.state.actions import Effect
    from adcontract_mock.state.engine import Outcome

SHARED_SESSION = ""
"""The session of requests that name none."""


class State:
    """The state of all sessions.

    `on` is whether it answers requests that do not ask for it; `seed_items` is how many items each collection begins
    with, besides the documented ones.
    """

    def __init__(
        self, *, on: bool = False, seed_items: int = 0, place: str | None = None, in_service: bool = False
    ) -> None:
        """Keep it at `place`, a file or the URL of a database, or in memory if None.

        `in_service` is whether a mock has started with it before: then a database need not be there yet, and other
        processes have it too.

        Raises:
            UsageError: if that cannot be used.
        """
        self.on = on
        self.seed_items = seed_items
        self._place = place
        self._in_service = in_service
        if place:
            _ = self.store

    @property
    def is_kept(self) -> bool:
        """Whether other processes, and the next start, have it too."""
        return self._place is not None

    @property
    def is_shared(self) -> bool:
        """Whether other processes may use it now."""
        return self._place is not None and (self._in_service or is_database(self._place))

    @cached_property
    def store(self) -> Store:
        """The store of all items, opened when it is first needed."""
        return Store(keeper_at(self._place, may_be_gone=self._in_service) if self._place else None)

    def page_token(self) -> str | None:
        """Return the token of the control pages of all mocks that share the state, None if there is none."""
        with contextlib.suppress(StateError):
            if self.is_shared:
                with self.store.keeping() as keeper:
                    return keeper.page_token()
        return None

    def clear(self) -> None:
        """Forget the state of all sessions, and the snapshots of it."""
        if "store" in self.__dict__:
            self.store.clear()

    def check(self) -> None:
        """Check that it can be used.

        Raises:
            StateError: if it cannot.
        """
        if "store" in self.__dict__:
            self.store.check()

    def sizes(self) -> dict[str, tuple[str, float]]:
        """Return how much it has, by the name of each measure, with a description; nothing of what cannot be read."""
        is_open = "store" in self.__dict__
        sessions, items = self.store.sizes() if is_open else (0, 0)
        found: dict[str, tuple[str, float]] = {
            "state_sessions": ("Sessions with a state, in this process.", sessions),
            "state_items": ("Their items, with removed ones.", items),
        }
        with contextlib.suppress(StateError):
            size = self.store.size() if is_open else 0
            described = "Bytes that the state of all sessions takes, apart from items with which all begin."
            found["state_bytes"] = (described, size)
        return found

    def close(self) -> None:
        """Close what keeps it."""
        if "store" in self.__dict__:
            self.store.close()


class Stateful:
    """Answers the requests of one contract from the state."""

    def __init__(
        self,
        state: State,
        contract: Contract,
        schemas: Schemas,
        effect_of: Callable[[ResourceOperation], Effect] = effect_once,
    ) -> None:
        """Take a state and a contract; `effect_of` returns the effect of an operation."""
        self._effect_of = effect_of
        self._state = state
        self._contract = contract
        self._schemas = schemas

    def knows(self, operation: Operation) -> bool:
        """Return whether the contract declares the effect of `operation`."""
        return "x-resource" in operation.data

    def answers(self, operation: Operation, preferred: bool | None) -> bool:
        """Return whether a request is answered from the state.

        It is if the request prefers that, or has no preference and the state is on; never without a declared effect.
        """
        return (self._state.on if preferred is None else preferred) and self.knows(operation)

    def run(self, session: str | None, operation: Operation, values: Values, path: str, query: str) -> Outcome | None:
        """Apply a request to the state of its session, and return the result; None if the item does not exist.

        `path` and `query` are those of the request, as they were sent.

        Raises:
            UnknownCursor, ConditionNotMet, KeyReused, RefusedBody: see `Engine.run`.
            ContractError: if the response cannot fit the contract; then the state is unchanged.
        """
        try:
            return self._engine.run(session or SHARED_SESSION, operation, values, path, query)
        except UnknownItem:
            return None

    @cached_property
    def _engine(self) -> Engine:
        return Engine(self._contract, self._schemas, self._state.store, self._effect_of, self._state.seed_items)
