"""Running the declared behavior of operations on the state of a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import ContractError, Finding
from adcontract.openapi.pointer import get, put
from adcontract_mock.state import batches as _batches  # noqa: F401 - registers their effects
from adcontract_mock.state.action_context import ActionContext, UnfitItem
from adcontract_mock.state.actions import EFFECTS
from adcontract_mock.state.collections import Collections
from adcontract_mock.state.initial_items import InitialItems
from adcontract_mock.state.item_factory import ItemFactory
from adcontract_mock.state.payload_pointers import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adcontract import Contract, Operation, ResourceOperation, Schemas, Values
    from adcontract_mock.state.actions import Effect
    from adcontract_mock.state.store import Store

_READING = frozenset(("list", "read"))
"""The actions that change nothing, apart from letting a collection begin, and an item that changes by itself go on."""


@dataclass(frozen=True)
class Outcome:
    """The result of a request: the body of the response, None where it has none, and in one line the reason.

    `headers` are those of the response which the action decides, and so is its `status`, where that is not None.
    """

    body: Any
    reason: str
    headers: dict[str, str] = field(default_factory=dict)
    status: str | None = None


class Engine:
    """Runs the operations of one contract. The `store` is shared with the engines of other contracts."""

    def __init__(
        self,
        contract: Contract,
        schemas: Schemas,
        store: Store,
        effect_of: Callable[[ResourceOperation], Effect],
        seed_items: int = 0,
    ) -> None:
        """Take a contract, the store of its items, and how many items collections have besides the documented ones.

        `effect_of` returns the effect of an operation.
        """
        self._contract = contract
        self._schemas = schemas
        self._store = store
        self._effect_of = effect_of
        self._seed_items = seed_items
        self._factory = ItemFactory(contract, schemas)
        self._initial = InitialItems(self._factory)
        self._templates: dict[str, bytes] = {}
        self._operations: Mapping[str, ResourceOperation] = {
            each.operation.id: each for resource in self._factory.resources.values() for each in resource.operations
        }

    def run(self, session: str, operation: Operation, values: Values, path: str, query: str) -> Outcome:
        """Apply `operation` to the state of `session`, and return the result.

        `path` and `query` are those of the request, as they were sent.

        Raises:
            UnknownItem: if the request names an item that does not exist.
            ConditionNotMet: if it names a condition that the item does not meet.
            KeyReused: if its key came with another request before, and the contract says how that is answered.
            UnknownCursor: if it names a cursor that no page has given, and the contract says that it is refused.
            RefusedBody: if its body is a patch that cannot be applied to the item, or cannot be kept.
            ContractError: if the response cannot fit the contract; then the state is unchanged.
        """
        resource_operation = self._operations[operation.id]
        action, name = resource_operation.action, resource_operation.declared.name
        effect = self._effect_of(resource_operation)
        writes = action not in _READING or effect is not EFFECTS[action] or operation.behavior.states is not None
        with self._store.session_state(session, str(self._contract.name), writes=writes) as session_state:
            seed_items = self._seed_items if session_state.seed_items is None else session_state.seed_items
            collections = Collections(session_state, self._initial, seed_items)
            context = ActionContext(resource_operation, collections, values, path, query)
            try:
                body = effect(context, self._template(resource_operation))
                self._check(resource_operation, effect, body)
            except UnfitItem as unfit:
                raise self._error(operation, unfit) from None
        return Outcome(body, f"{action} {name} in the session state", context.headers, context.status)

    def _template(self, operation: ResourceOperation) -> Any:
        """Return a body of the response, in which the items are yet to be put in place."""
        if operation.media is None:
            return None
        pointer = operation.media.pointer
        if pointer not in self._templates:
            # parsing it again is faster than copying it
            self._templates[pointer] = orjson.dumps(self._new_template(operation, pointer))
        return orjson.loads(self._templates[pointer])

    def _new_template(self, operation: ResourceOperation, pointer: str) -> Any:
        if operation.payloads:
            template = copied(operation.payloads[0])
        elif operation.media is not None and "schema" in operation.media.data:
            template = self._factory.generator.value(f"{pointer}/schema", operation.operation.id)
        else:
            return {}
        return put(template, operation.declared.items or "", []) if operation.action == "list" else template

    def _check(self, operation: ResourceOperation, effect: Effect, body: Any) -> None:
        if operation.media is None or "schema" not in operation.media.data:
            return
        schema = f"{operation.media.pointer}/schema"
        if effect is EFFECTS["list"] and operation.item_schema and self._fits_with_one(operation, schema, body):
            return
        for error in self._schemas.faults(schema, body):
            raise UnfitItem(operation, error)

    def _fits_with_one(self, operation: ResourceOperation, schema: str, body: Any) -> bool:
        """Return whether a list fits with its first item alone: each item was compared with its schema once."""
        pointer = operation.declared.items or ""
        items = get(body, pointer)
        fits = self._schemas.valid(schema, put(body, pointer, items[:1]))
        put(body, pointer, items)
        return fits

    def _error(self, operation: Operation, unfit: UnfitItem) -> ContractError:
        effect = f"The item that {operation.id} writes would not fit the response of {unfit.operation.operation.id}"
        message = f"{effect}: {unfit.error.field or 'body'}: {unfit.error.message}."
        where = self._contract.where(f"{operation.pointer}/x-resource")
        schema = self._contract.where(unfit.error.pointer)
        fix = f"Correct x-resource, or the schema at {schema}; if the state is older than the contract, reset it."
        return ContractError([Finding(where, "state", message, fix)])
