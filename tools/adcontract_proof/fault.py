"""The faults that can be planted in contracts, one for each place, and samples of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from adcontract import UsageError
from adcontract.errors import did_you_mean
from adcontract_mock.faults.plant import places
from adcontract_mock.faults.registry import CLASSES, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adcontract import Contract

TOKEN = "The-User:and-Password-of-the-Proof"
"""The only credential that the mock takes and the suite sends, so that another one that is taken shows."""


class Fault(Struct, frozen=True, order=True):
    """A fault to plant: the document, the kind with its class, and the operation; a `part` of it, where it has several.

    One that is `of_document` shows at requests for no operation.
    """

    api: str
    snapshot: str
    kind: str
    group: str
    operation: str
    part: str = ""
    of_document: bool = False

    @property
    def document(self) -> str:
        """The name of the document."""
        return f"{self.api}@{self.snapshot}"

    @property
    def name(self) -> str:
        """The fault as `adcontract mock --plant` takes it."""
        return f"{self.kind}@{self.operation}" + (f":{self.part}" if self.part else "")

    @property
    def names(self) -> tuple[str, ...]:
        """All that names the fault, perhaps with others: its kind, FAULT@OPERATION, and that with the part."""
        return self.kind, f"{self.kind}@{self.operation}", self.name

    def __str__(self) -> str:
        return f"{self.name} of {self.document}"


def faults_of(contracts: Iterable[Contract]) -> list[Fault]:
    """Return every fault at every place of contracts; one of a whole document has a single place."""
    found: list[Fault] = []
    for contract in contracts:
        for kind in KINDS.values():
            known = places(kind, contract, TOKEN)
            found += (
                Fault(
                    contract.name.api,
                    contract.name.snapshot,
                    kind.name,
                    kind.group,
                    each.operation.id,
                    each.part or "",
                    kind.of_document,
                )
                for each in (known[:1] if kind.of_document else known)
            )
    return found


def chosen(faults: Sequence[Fault], groups: Sequence[str], names: Sequence[str]) -> list[Fault]:
    """Return the faults of some classes, all for none, and with some names, such as FAULT@OPERATION, all for none.

    Raises:
        UsageError: if there is no such class, or no fault with such a name.
    """
    for group in groups:
        if group not in CLASSES:
            raise UsageError(f"There is no class {group}.{did_you_mean(group, CLASSES)} Known: {', '.join(CLASSES)}.")
    for name in names:
        if name.partition("@")[0] not in KINDS:
            raise UsageError(
                f"There is no fault {name}.{did_you_mean(name, KINDS)} `adcontract mock --plant list` lists them."
            )
        if not any(name in each.names for each in faults):
            raise UsageError(f"{name} can be planted nowhere in the contracts that are chosen.")
    return [
        each for each in faults if (not groups or each.group in groups) and (not names or set(each.names) & set(names))
    ]


def sample(faults: Sequence[Fault], number: int, seed: int) -> list[Fault]:
    """Return so many places of each kind, or all that it has, chosen by a seed.

    Other faults beside them do not change which are chosen, so a sample stays much the same when a contract grows.
    """
    tried = Counter[str]()
    found: list[Fault] = []
    for each in drawn(faults, seed):
        tried[each.kind] += 1
        if tried[each.kind] <= number:
            found.append(each)
    return sorted(found)


def drawn(faults: Iterable[Fault], seed: int) -> list[Fault]:
    """Return faults in an order that a seed gives; a fault more does not change the order of the others."""
    return sorted(faults, key=lambda each: hashlib.sha256(f"{seed} {each.document} {each.name}".encode()).digest())
