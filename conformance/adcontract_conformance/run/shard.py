"""A part of a run: the operations of all contracts, divided so that each is checked in one part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.errors import UsageError
from adcontract_conformance.groups.shares import divided, together
from adcontract_conformance.model.checked_contract import CheckedContract

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True)
class Shard:
    """The part of a run with a `number`, from 1, of `count` parts."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the shard that a text such as 2/5 names.

        Raises:
            UsageError: if it names none.
        """
        number, slash, count = text.partition("/")
        are_numbers = all(each.isascii() and each.isdecimal() for each in (number, count))
        if not (slash and are_numbers and 1 <= int(number) <= int(count)):
            raise UsageError(f"{text} is not a part of a run. Write it as 2/5, the second of five.")
        return cls(int(number), int(count))

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, contracts: list[CheckedContract]) -> list[CheckedContract]:
        """Return the contracts, each with the operations that this part checks, if it checks any.

        The division depends on nothing but the contracts, and on which of their operations are checked.
        """
        units = [
            [(place, operation.id) for operation in unit]
            for place, each in enumerate(contracts)
            for unit in together(each.contract.document, each.operations)
        ]
        own = divided(units, self.count)[self.number - 1]
        focus = [tuple(id_ for place, id_ in own if place == number) for number in range(len(contracts))]
        return [
            CheckedContract(
                each.contract,
                tuple(operation.id for operation in each.scope),
                names,
                divided=True,
                at_other_servers=each.at_other_servers,
            )
            for each, names in zip(contracts, focus, strict=True)
        ]
