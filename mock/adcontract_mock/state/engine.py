"""Running what operations are declared to do, on the world of a session."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract import ContractError, Finding
from adcontract_mock.state.actions import EFFECTS, ActionContext, UnfitItem
from adcontract_mock.state.collections import Collections
from adcontract_mock.state.items import Items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract, Operation, Schemas, Values
    from adcontract_mock.state.resources import ResourceOperation
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
        self._deeds: Mapping[str, ResourceOperation] = {
            resource_operation.operation.id: resource_operation
            for kind in self._items.kinds.values()
            for resource_operation in kind.resource_operations
        }

    def run(self, session: str, operation: Operation, values: Values, address: tuple[str, str]) -> Outcome:
        """Do what `operation` does to the world of `session`, and return what came of it.

        `address` is the path and the query of the request, as they were sent.

        Raises:
            Unknown: if there is no such thing as the request names.
            ContractError: if the answer cannot be made to fit the contract; then nothing was done.
        """
        resource_operation = self._deeds[operation.id]
        with self._store.session_state(session, str(self._contract.name)) as session_state:
            seeds = self._seeds if session_state.seeds is None else session_state.seeds
            turn = ActionContext(resource_operation, Collections(session_state, self._items, seeds), values, address)
            try:
                body = EFFECTS[resource_operation.resource.action](turn, self._template(resource_operation))
                self._check(resource_operation, body)
            except UnfitItem as misfit:
                raise self._finding(operation, misfit) from None
        return Outcome(
            body, f"{resource_operation.resource.action} {resource_operation.resource.name}, as the state is"
        )

    def _template(self, resource_operation: ResourceOperation) -> Any:
        """Return an answer of an operation, in which what is asked for is not yet in its place."""
        if resource_operation.media is None:
            return None
        if resource_operation.payloads:
            return copy.deepcopy(resource_operation.payloads[0])
        if "schema" not in resource_operation.media.data:
            return {}
        return self._items.generator.value(
            f"{resource_operation.media.pointer}/schema", resource_operation.operation.id
        )

    def _check(self, resource_operation: ResourceOperation, body: Any) -> None:
        if resource_operation.media is None or "schema" not in resource_operation.media.data:
            return
        for fault in self._schemas.faults(f"{resource_operation.media.pointer}/schema", body):
            raise UnfitItem(resource_operation, fault)

    def _finding(self, operation: Operation, misfit: UnfitItem) -> ContractError:
        what = f"What {operation.id} does would not fit the answer of {misfit.resource_operation.operation.id}"
        message = f"{what}: {misfit.fault.field or 'body'}: {misfit.fault.message}."
        where = self._contract.where(f"{operation.pointer}/x-resource")
        schema = self._contract.where(misfit.fault.pointer)
        fix = f"Correct x-resource, or the schema at {schema}; where the state is of before they changed, reset it."
        return ContractError([Finding(where, "state", message, fix)])
