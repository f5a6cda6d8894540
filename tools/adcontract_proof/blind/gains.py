"""Which faults become plantable by a declaration: the contract is read again as if it were there."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from adcontract import ContractError
from adcontract.openapi.pointer import lookup
from adcontract_mock.faults import kinds as _kinds  # noqa: F401 - registers them
from adcontract_mock.faults.place import Place
from adcontract_mock.faults.registry import KINDS
from adcontract_mock.responses.served_contract import ServedContract
from adcontract_mock.state.state import State
from adcontract_proof.blind.lack import TOPICS, add
from adcontract_proof.blind.shapes import json_of
from adcontract_proof.fault import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Contract, Operation
    from adcontract_mock.faults.registry import FaultKind
    from adcontract_proof.blind.lack import Lack

Gain = dict[str, list["FaultKind"]]
"""The kinds of faults that become plantable, by the id of the operation; one for each part that may have it."""

_Places = dict[str, set[tuple[str, str | None]]]
"""The kinds of faults that can be planted, each with its part of the operation, by the pointer of the operation."""


def gains(contract: Contract, lacks: Sequence[Lack]) -> Iterator[tuple[Lack, Gain]]:
    """Yield each lack with what its declarations make plantable, after those of the topics before it are there."""
    document = contract.copy()
    for topic in TOPICS:
        found = [each for each in lacks if each.topic == topic]
        if not found:
            continue
        before = _plantable(contract, document, found)
        for each in found:
            add(document, each.edits)
        after = _plantable(contract, document, found)
        for each in found:
            known = {} if each.hides_effects else before
            yield each, {one.id: _new(known, after, one, effects=each.hides_effects) for one in each.operations}


def _new(before: _Places, after: _Places, operation: Operation, *, effects: bool) -> list[FaultKind]:
    """Return the faults that an operation has more than before, those of `effects` on items alone if so."""
    new = after[operation.pointer] - before.get(operation.pointer, set())
    return [kind for name, kind in KINDS.items() for found, _ in new if found == name and (kind.act or not effects)]


def _plantable(contract: Contract, document: dict[str, Any], lacks: Sequence[Lack]) -> _Places:
    """Return what can be planted at the operations of some lacks."""
    seen = copy.deepcopy(document)
    for each in lacks:
        for operation in each.operations if each.lens else ():
            media = json_of(operation)
            if media and each.lens:
                lookup(seen, media.pointer).pop("examples", None)
                lookup(seen, media.pointer)["schema"] = copy.deepcopy(lookup(document, each.lens))
    changed = contract.with_document(seen)
    wanted = {operation.pointer for each in lacks for operation in each.operations}
    if not (changed.error_responses or changed.is_plain):
        return {pointer: set() for pointer in wanted}
    served = ServedContract(changed, TOKEN, State(on=True))
    operations = (each for each in changed.operations if each.pointer in wanted)
    # in a document of a user's own an answer to an invalid request is as it should be, unless it says otherwise
    unseen = () if changed.error_responses else ("input",)
    return {each.pointer: _kinds_at(Place(served, each, TOKEN), unseen) for each in operations}


def _kinds_at(place: Place, unseen: Sequence[str]) -> set[tuple[str, str | None]]:
    kinds = (each for each in KINDS.values() if not each.of_document and each.group not in unseen)
    try:
        return {(kind.name, at.part) for kind in kinds for at in kind.places(place)}
    except ContractError:
        return set()  # no response can be generated, so that none can be faulty
