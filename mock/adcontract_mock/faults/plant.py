"""Choosing a fault by its name, and the operation that gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.errors import UsageError, did_you_mean
from adcontract_mock.faults import kinds as _kinds  # noqa: F401 - registers them
from adcontract_mock.faults.place import Place
from adcontract_mock.faults.planted import PlantedContract
from adcontract_mock.faults.registry import CLASSES, KINDS, FaultKind
from adcontract_mock.responses.served_contract import ServedContract, newest
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Contract, Operation

_HINT = "`adcontract mock --plant list` lists the faults, with the operations to which each applies."


@dataclass(frozen=True)
class Plant:
    """A kind of fault, and the id of the operation that is to have it; None for the first to which it applies."""

    kind: FaultKind
    operation: str | None

    @classmethod
    def parse(cls, text: str) -> Plant:
        """Return the fault that `FAULT` or `FAULT@OPERATION` names.

        Raises:
            UsageError: if there is no such fault.
        """
        name, _, operation = text.partition("@")
        if name not in KINDS:
            raise UsageError(f"there is no fault {name!r}.{did_you_mean(name, KINDS)} {_HINT}")
        return cls(KINDS[name], operation or None)

    def planted(
        self, contracts: Sequence[Contract], token: str | None, state: State, *, limited: bool
    ) -> PlantedContract:
        """Return the first of `contracts` to which the fault applies, with the fault; the newest of each API go first.

        Raises:
            UsageError: if it applies to none of them, or not to the operation that is named, or needs a stateful mock.
            ContractError: if a contract lacks what every request may need.
        """
        if self.kind.stateful and not state.on:
            raise UsageError(f"the fault {self.kind.name} shows in a stateful mock only: add --stateful.")
        first = newest(contracts)
        for contract in (*first, *(each for each in contracts if each not in first)):
            for operation in self._candidates(contract):
                if self.kind.applies(Place(ServedContract(contract, token, state), operation, token)):
                    return PlantedContract(contract, self.kind, operation, token, state, limited=limited)
        raise UsageError(self._refusal(contracts, token))

    def _candidates(self, contract: Contract) -> Iterator[Operation]:
        return (each for each in contract.operations if self.operation in (None, each.id))

    def _refusal(self, contracts: Sequence[Contract], token: str | None) -> str:
        kind = self.kind.name
        ids = {each.id for contract in contracts for each in contract.operations}
        if self.operation is not None and self.operation not in ids:
            return f"there is no operation {self.operation!r}.{did_you_mean(self.operation, ids)}"
        where = [each for contract in contracts for each in applying(self.kind, contract, token)]
        known = f"It applies to {', '.join(dict.fromkeys(where))}." if where else "It applies to none."
        if self.operation is None:
            return f"the fault {kind} applies to no operation of the contracts that are served. {_HINT}"
        return f"the fault {kind} does not apply to {self.operation}. {known}"


def applying(kind: FaultKind, contract: Contract, token: str | None = None) -> list[str]:
    """Return the ids of the operations of a contract to which a kind of fault applies."""
    served = ServedContract(contract, token, State(on=True))
    return [each.id for each in contract.operations if kind.applies(Place(served, each, token))]


def listed(contracts: Sequence[Contract], token: str | None = None) -> list[dict[str, Any]]:
    """Return every kind in the order of the classes, with the operations to which it applies by contract."""
    served = [ServedContract(contract, token, State(on=True)) for contract in contracts]
    found = []
    for kind in sorted(KINDS.values(), key=lambda each: CLASSES.index(each.group)):
        operations = {
            each.id: [
                operation.id for operation in each.contract.operations if kind.applies(Place(each, operation, token))
            ]
            for each in served
        }
        found.append(
            {
                "fault": kind.name,
                "class": kind.group,
                "description": kind.description,
                "stateful": kind.stateful,
                "document": kind.of_document,
                "operations": {name: ids for name, ids in operations.items() if ids},
            }
        )
    return found
