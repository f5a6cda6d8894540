"""Which faults of its operations a contract hides by what it does not declare, and what to declare to see them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.errors import shown
from adcontract.wording import plural, printable
from adcontract_mock.faults.registry import CLASSES
from adcontract_proof.blind.batches import batch_lacks
from adcontract_proof.blind.bodies import example_lacks, invariant_lacks, required_lacks
from adcontract_proof.blind.gains import gains
from adcontract_proof.blind.limits import size_lacks
from adcontract_proof.blind.lists import List
from adcontract_proof.blind.protocol import default_lacks, error_lacks, security_lacks, success_lacks
from adcontract_proof.blind.removals import removal_lacks
from adcontract_proof.blind.resources import Resources
from adcontract_proof.blind.selections import filter_lacks
from adcontract_proof.blind.sums import sum_lacks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Contract, Location
    from adcontract_proof.blind.gains import Gain
    from adcontract_proof.blind.lack import Lack

_SPECIAL = re.compile(r"([\\*_\[\]<>|#~])")


@dataclass(frozen=True)
class BlindSpot:
    """What a contract does not declare of some operations, and the faults that nobody can see for that.

    `operations` are their ids, the one to name first; a blind spot of the whole document `is_of_document`. `declare`
    is a piece of YAML for the object at `where`, which `is_example` where the contract does not suggest its values, or
    else (not `is_yaml`) an advice. `classes` and `kinds` are those of the faults that it makes plantable, `faults` is
    their number at all of the operations, and `edits` the number of declarations that it takes.
    """

    topic: str
    operations: tuple[str, ...]
    where: Location
    lacks: str
    unseen: str
    sign: str
    declare: str
    is_yaml: bool
    is_example: bool
    is_of_document: bool
    classes: tuple[str, ...]
    kinds: tuple[str, ...]
    faults: int
    edits: int

    @property
    def rank(self) -> float:
        """How many faults one declaration makes plantable."""
        return self.faults / self.edits


def blind_spots(contract: Contract) -> list[BlindSpot]:
    """Return the blind spots of a contract by operation: those that hide the most faults first.

    What an operation does not declare is one only where it looks as if it had it, and only if some fault of the
    registry becomes plantable by the declaration.

    Raises:
        ContractError: if an operation names a security scheme that the contract lacks.
    """
    measured = gains(contract, list(_lacks(contract)))
    spots = [_spot(contract, lack, gain) for lack, gain in measured if any(gain.values())]
    totals: dict[str, float] = defaultdict(float)
    for each in spots:
        totals[_about(each)] += each.rank
    return sorted(spots, key=lambda each: (-totals[_about(each)], _about(each), -each.rank))


def as_lines(spots: Sequence[BlindSpot]) -> list[str]:
    """Return a line for each blind spot, for a terminal."""
    return [printable(_line(each, f"{_about(each)} ({_place(each)})", each.declare)) for each in spots]


def as_markdown(spots: Sequence[BlindSpot]) -> list[str]:
    """Return an entry of a list in Markdown for each blind spot."""
    return [
        "- " + _line(each, f"**{_escaped(_about(each))}** (`{_place(each)}`)", _code(each), escape=True)
        for each in spots
    ]


def _line(spot: BlindSpot, about: str, declare: str, *, escape: bool = False) -> str:
    show = _escaped if escape else str
    others = list(spot.operations[1:]) if not spot.is_of_document else []
    sentences = [
        f"{about} has {show(spot.lacks)}: {show(spot.unseen)} ({plural(spot.faults, 'fault')}).",
        *([show(f"It is the same with {_names(others)}.")] if others else []),
        *([show(spot.sign)] if spot.sign else []),
        f"{'Declare, for example:' if spot.is_example else 'Declare:'} {declare}" if spot.is_yaml else declare,
    ]
    return " ".join(sentences)


def _about(spot: BlindSpot) -> str:
    return "The document" if spot.is_of_document else spot.operations[0]


def _place(spot: BlindSpot) -> str:
    return f"{shown(spot.where.file)}:{spot.where.line}"


def _code(spot: BlindSpot) -> str:
    return f"`{spot.declare}`" if spot.is_yaml else _escaped(spot.declare)


def _escaped(words: str) -> str:
    """Return a text for Markdown; what stands between backticks is code."""
    parts = enumerate(words.split("`"))
    return "`".join(part if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in parts)


def _names(ids: list[str]) -> str:
    if len(ids) > 4:
        return f"{', '.join(ids[:3])} and {len(ids) - 3} others"
    return " and ".join([", ".join(ids[:-1])] * (len(ids) > 1) + ids[-1:])


def _spot(contract: Contract, lack: Lack, gain: Gain) -> BlindSpot:
    kinds = {kind.name: kind for found in gain.values() for kind in found}
    groups = {kind.group for kind in kinds.values()}
    concerned = [each.id for each in lack.operations if gain[each.id]]
    return BlindSpot(
        topic=lack.topic,
        operations=tuple(concerned),
        where=contract.where(lack.pointer),
        lacks=lack.lacks,
        unseen=lack.unseen,
        sign=lack.sign,
        declare=lack.declare,
        is_yaml=not lack.advice,
        is_example=lack.is_example,
        is_of_document=not lack.pointer,
        classes=tuple(each for each in CLASSES if each in groups),
        kinds=tuple(kinds),
        faults=sum(map(len, gain.values())),
        edits=len(lack.edits),
    )


def _lacks(contract: Contract) -> Iterator[Lack]:
    resources = Resources(contract)
    yield from error_lacks(contract)
    yield from default_lacks(contract)
    yield from security_lacks(contract)
    yield from success_lacks(contract)
    yield from resources.lacks()
    yield from removal_lacks(resources)
    yield from batch_lacks(resources)
    for operation in contract.operations:
        if resources.is_list(operation):
            found = List(contract, operation, resources.shapes[operation.pointer])
            yield from found.lacks()
            yield from filter_lacks(found)
    yield from sum_lacks(resources)
    yield from required_lacks(resources)
    yield from invariant_lacks(resources)
    yield from example_lacks(resources)
    yield from size_lacks(resources)
