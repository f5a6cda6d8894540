"""Choosing a fault by its name, and the operation, or the part of one, that gets it."""

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
    """A kind of fault, the id of the operation that is to have it, and the part; None for the first that may."""

    kind: FaultKind
    operation: str | None
    part: str | None

    @classmethod
    def parse(cls, text: str) -> Plant:
        """Return the fault that `FAULT`, `FAULT@OPERATION` or `FAULT@OPERATION:PART` names.

        Raises:
            UsageError: if there is no such fault.
        """
        name, _, where = text.partition("@")
        operation, _, part = where.partition(":")
        if name not in KINDS:
            raise UsageError(f"there is no fault {name!r}.{did_you_mean(name, KINDS)} {_HINT}")
        return cls(KINDS[name], operation or None, part or None)

    def planted(
        self, contracts: Sequence[Contract], token: str | None, state: State, *, limited: bool
    ) -> PlantedContract:
        """Return the first of `contracts` to which the fault applies, with the fault; the newest of each API go first.

        Raises:
            UsageError: if it applies to none of them, or not to what is named, or needs a stateful mock.
            ContractError: if a contract lacks what every request may need.
        """
        if self.kind.stateful and not state.on:
            raise UsageError(f"the fault {self.kind.name} shows in a stateful mock only: add --stateful.")
        first = newest(contracts)
        for contract in (*first, *(each for each in contracts if each not in first)):
            for operation in self._candidates(contract):
                for place in self.kind.places(Place(ServedContract(contract, token, state), operation, token)):
                    if self.part in (None, place.part):
                        return PlantedContract(
                            contract, self.kind, operation, place.part, token, state, limited=limited
                        )
        raise UsageError(self._refusal(contracts, token))

    def _candidates(self, contract: Contract) -> Iterator[Operation]:
        return (each for each in contract.operations if self.operation in (None, each.id))

    def _refusal(self, contracts: Sequence[Contract], token: str | None) -> str:
        kind = self.kind.name
        ids = {each.id for contract in contracts for each in contract.operations}
        if self.operation is not None and self.operation not in ids:
            return f"there is no operation {self.operation!r}.{did_you_mean(self.operation, ids)}"
        if self.operation is None:
            return f"the fault {kind} applies to no operation of the contracts that are served. {_HINT}"
        where = [each for contract in contracts for each in places(self.kind, contract, token)]
        parts = [each.part for each in where if each.operation.id == self.operation and each.part]
        if parts:
            guess = did_you_mean(self.part or "", parts)
            return f"the fault {kind} does not apply to {self.operation}:{self.part}.{guess} {_known(parts)}"
        if any(each.operation.id == self.operation for each in where):
            return f"the fault {kind} is of {self.operation} as a whole: leave :{self.part} out."
        return f"the fault {kind} does not apply to {self.operation}. {_known([each.operation.id for each in where])}"


def _known(names: list[str]) -> str:
    return f"It applies to {', '.join(dict.fromkeys(names))}." if names else "It applies to none."


def places(kind: FaultKind, contract: Contract, token: str | None = None) -> list[Place]:
    """Return the operations of a contract to which a kind of fault applies, or their parts."""
    served = ServedContract(contract, token, State(on=True))
    return [place for each in contract.operations for place in kind.places(Place(served, each, token))]


def listed(contracts: Sequence[Contract], token: str | None = None) -> list[dict[str, Any]]:
    """Return every kind in the order of the classes, with the operations to which it applies by contract.

    `parts` has the parts of these operations that may have it, where it may be planted at each of them.
    """
    served = [ServedContract(contract, token, State(on=True)) for contract in contracts]
    everywhere = [Place(each, operation, token) for each in served for operation in each.contract.operations]
    found = []
    for kind in sorted(KINDS.values(), key=lambda each: CLASSES.index(each.group)):
        operations: dict[str, list[str]] = {}
        parts: dict[str, dict[str, list[str]]] = {}
        for each in everywhere:
            where, document, operation = kind.places(each), each.served.id, each.operation.id
            if where:
                operations.setdefault(document, []).append(operation)
            if where and kind.parts:
                parts.setdefault(document, {})[operation] = [place.part for place in where if place.part]
        found.append(
            {
                "fault": kind.name,
                "class": kind.group,
                "description": kind.description,
                "stateful": kind.stateful,
                "document": kind.of_document,
                "everywhere": kind.everywhere,
                "operations": operations,
                "parts": parts,
            }
        )
    return found
