"""Whether a mock is stateful, and what it then keeps."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from adcontract_mock.state.actions import UnknownItem
from adcontract_mock.state.engine import Engine
from adcontract_mock.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract import Contract, Operation, Schemas, Values
    from adcontract_mock.state.engine import Outcome

EVERYBODY = ""
"""The session of requests that name none."""


class State:
    """What a mock keeps: a world for each session.

    `on` is whether requests meet it that do not ask for it; `seeds` how many items there are in each collection besides
    the documented ones.
    """

    def __init__(self, *, on: bool = False, seeds: int = 0, file: Path | None = None) -> None:
        """Keep it in `file`, or in memory if None.

        Raises:
            UsageError: if the file cannot be used.
        """
        self.on = on
        self.seeds = seeds
        self._file = file
        if file:
            _ = self.store

    @cached_property
    def store(self) -> Store:
        """Where it is kept."""
        return Store(self._file)

    def clear(self) -> None:
        """Let the worlds of all sessions begin anew; their snapshots are gone."""
        if "store" in self.__dict__:
            self.store.clear()

    def close(self) -> None:
        """Let go of the file."""
        if "store" in self.__dict__:
            self.store.close()


class Stateful:
    """Answers the requests of one contract from the state."""

    def __init__(self, state: State, contract: Contract, schemas: Schemas) -> None:
        self._state = state
        self._contract = contract
        self._schemas = schemas

    def knows(self, operation: Operation) -> bool:
        """Return whether the contract says what `operation` does."""
        return "x-resource" in operation.data

    def wanted(self, operation: Operation, asked: bool | None) -> bool:
        """Return whether a request is answered from the state: if it asks for that, or asks for nothing and that is on.

        It is never where the contract does not say what the operation does.
        """
        return (self._state.on if asked is None else asked) and self.knows(operation)

    def answer(
        self, session: str | None, operation: Operation, values: Values, address: tuple[str, str]
    ) -> Outcome | None:
        """Do what a request asks for, and return what came of it; None if there is no such thing.

        `address` is its path and its query, as they were sent.

        Raises:
            ContractError: if the answer cannot be made to fit the contract; then nothing was done.
        """
        try:
            return self._engine.run(session or EVERYBODY, operation, values, address)
        except UnknownItem:
            return None

    @cached_property
    def _engine(self) -> Engine:
        return Engine(self._contract, self._schemas, self._state.store, self._state.seeds)
