"""Running what operations are declared to do, on the world of a session."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract import ContractError, Finding
from adcontract_mock.state.actions import ACTIONS, Misfit, Turn
from adcontract_mock.state.collections import Collections
from adcontract_mock.state.items import Items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract, Operation, Schemas, Values
    from adcontract_mock.state.resources import Deed
    from adcontract_mock.state.store import Store


@dataclass(frozen=True)
class Outcome:
    """What came of a request: the body of the answer, None where it has none, and in one line what was done."""

    body: Any
    says: str


class Engine:
    """Runs the operations of one contract. What `store` keeps is shared with the engines of other contracts."""

    def __init__(self, contract: Contract, schemas: Schemas, store: Store, seeds: int = 0) -> None:
        """Take a contract and where its worlds are kept; `seeds` is how many items are there besides the documented."""
        self._contract = contract
        self._schemas = schemas
        self._store = store
        self._seeds = seeds
        self._items = Items(contract, schemas)
        self._deeds: Mapping[str, Deed] = {
            deed.operation.id: deed for kind in self._items.kinds.values() for deed in kind.deeds
        }

    def run(self, session: str, operation: Operation, values: Values, address: tuple[str, str]) -> Outcome:
        """Do what `operation` does to the world of `session`, and return what came of it.

        `address` is the path and the query of the request, as they were sent.

        Raises:
            Unknown: if there is no such thing as the request names.
            ContractError: if the answer cannot be made to fit the contract; then nothing was done.
        """
        deed = self._deeds[operation.id]
        with self._store.world(session, str(self._contract.name)) as world:
            seeds = self._seeds if world.seeds is None else world.seeds
            turn = Turn(deed, Collections(world, self._items, seeds), values, address)
            try:
                body = ACTIONS[deed.resource.action](turn, self._template(deed))
                self._check(deed, body)
            except Misfit as misfit:
                raise self._finding(operation, misfit) from None
        return Outcome(body, f"{deed.resource.action} {deed.resource.name}, as the state is")

    def _template(self, deed: Deed) -> Any:
        """Return an answer of an operation, in which what is asked for is not yet in its place."""
        if deed.media is None:
            return None
        if deed.payloads:
            return copy.deepcopy(deed.payloads[0])
        if "schema" not in deed.media.data:
            return {}
        return self._items.generator.value(f"{deed.media.pointer}/schema", deed.operation.id)

    def _check(self, deed: Deed, body: Any) -> None:
        if deed.media is None or "schema" not in deed.media.data:
            return
        for fault in self._schemas.faults(f"{deed.media.pointer}/schema", body):
            raise Misfit(deed, fault)

    def _finding(self, operation: Operation, misfit: Misfit) -> ContractError:
        what = f"What {operation.id} does would not fit the answer of {misfit.deed.operation.id}"
        message = f"{what}: {misfit.fault.field or 'body'}: {misfit.fault.message}."
        where = self._contract.where(f"{operation.pointer}/x-resource")
        schema = self._contract.where(misfit.fault.pointer)
        fix = f"Correct x-resource, or the schema at {schema}; where the state is of before they changed, reset it."
        return ContractError([Finding(where, "state", message, fix)])
