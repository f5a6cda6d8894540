"""The named states of the responses of one contract: which ones an operation has, and the body of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract import ContractError
from adcontract.files.payload_files import DEFAULT
from adcontract.openapi.pointer import get
from adcontract_mock.screens.listed import listed
from adcontract_mock.screens.places import Places
from adcontract_mock.screens.rows import Rows
from adcontract_mock.screens.shown import DESCRIPTIONS, Shown
from adcontract_mock.state.cursors import BodySchema
from adcontract_mock.state.initial_items import InitialItems
from adcontract_mock.state.item_factory import ItemFactory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Contract, Operation, Schemas, Values
    from adcontract_mock.screens.fitting import Holds
    from adcontract_mock.screens.shown import Screen

_REMEMBERED = 64
_SHORT = 500
"""The screen of a longer request is not remembered."""


class Screens:
    """The named states of one contract. They are made from its payloads and schemas, and always the same."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._document = contract.document
        self._schemas = schemas
        self._factory = ItemFactory(contract, schemas)
        self._initial = InitialItems(self._factory)
        self._places = Places(contract.document)
        self._shown: dict[str, Shown | None] = {}
        self._screens: dict[tuple[str, ...], Screen] = {}
        self._names: dict[str, dict[str, str]] = {}

    def names(self, operation: Operation) -> Mapping[str, str]:
        """Return the names of the states that the response of `operation` has, each with what it shows."""
        if operation.pointer not in self._names:
            shown = self._of(operation)
            self._names[operation.pointer] = {
                name: description for name, description in DESCRIPTIONS.items() if shown and shown.has(name)
            }
        return self._names[operation.pointer]

    def screen(self, operation: Operation, name: str, values: Values, path: str, query: str) -> Screen:
        """Return the response of `operation` in the state `name`, which is one of its names.

        `values` are those of the request; `path` and `query` are as they were sent, for links.
        """
        shown = self._of(operation)
        if shown is None:
            raise LookupError(name)
        key = (operation.pointer, name, path, query)
        if key in self._screens:
            return self._screens[key]
        screen = shown.screen(name, values, path, query)
        if len(path) + len(query) < _SHORT:
            if len(self._screens) >= _REMEMBERED:
                self._screens.pop(next(iter(self._screens)))
            self._screens[key] = screen
        return screen

    def _of(self, operation: Operation) -> Shown | None:
        """Return what the success of an operation shows, None if that is no JSON, or none can be generated."""
        if operation.pointer not in self._shown:
            self._shown[operation.pointer] = self._new(operation)
        return self._shown[operation.pointer]

    def _new(self, operation: Operation) -> Shown | None:
        media = operation.success.json if operation.success else None
        if media is None or "schema" not in media.data:
            return None
        schema = f"{media.pointer}/schema"
        payloads = {each.name: each.value for each in media.examples}
        try:
            usual = (
                payloads.get(DEFAULT, next(iter(payloads.values())))
                if payloads
                else self._factory.generator.value(schema, operation.id)
            )
        except ContractError:
            return None
        found = listed(self._document, operation, schema, usual, self._factory.resources)
        rows = None
        if found:
            documented = get(usual, found.rows) if payloads else []
            rows = Rows(operation.id, found, documented, self._initial, self._places, self._holds(found.schema))
        consistency = self._factory.generator.consistency
        body = BodySchema(self._document, schema)
        return Shown(operation, usual, rows, self._holds(schema), self._places, body, consistency)

    def _holds(self, schema: str | None) -> Holds:
        """Return whether a value fits the schema at `schema` and keeps the invariants of the contract."""
        if schema is None:
            return lambda _: True
        violations = self._factory.invariants.violations
        return lambda value: self._schemas.valid(schema, value) and not violations(schema, value)
