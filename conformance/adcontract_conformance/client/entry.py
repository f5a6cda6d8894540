"""An item that a run has created, and how it is removed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.openapi.text import as_text
from adcontract_conformance.client.items import address, id_for
from adcontract_conformance.client.replies import NotTestable

if TYPE_CHECKING:
    from adcontract import Operation, Values
    from adcontract.contract.behavior import Resource
    from adcontract.contract.resources import ResourceType
    from adcontract_conformance.client.items import Address, ParentIds
    from adcontract_conformance.model.checked_contract import CheckedContract

GONE_ALREADY = "it was gone already"
"""The reason of an item that somebody else had removed."""


@dataclass(eq=False)
class Entry:
    """An item that was created and can be removed: by the operation `remover`, at the address `removal`.

    `shown` is the item as its creation showed it. `owner` is who removes it. `reason` says why it was not removed when
    that was tried; such an item is tried again at the end of the run.
    """

    checked: CheckedContract
    resource: str
    id: Any
    parent_ids: ParentIds
    shown: Any = field(repr=False)
    owner: object = field(repr=False)
    reason: str = ""

    @property
    def type(self) -> ResourceType:
        """Its resource."""
        return self.checked.contract.resources[self.resource]

    @property
    def remover(self) -> Operation:
        """The operation that removes it."""
        return self.type.of("delete")[0].operation

    @property
    def removal(self) -> Address:
        """The values by which it is removed.

        Raises:
            NotTestable: if they are not known.
        """
        return self.address(self.type.of("delete")[0].declared)

    def address(self, declared: Resource) -> Address:
        """Return the values by which an operation with this declaration names it. See `removal`."""
        return address(declared, id_for(self.type, declared, self.id, self.shown), self.parent_ids)

    @property
    def stays(self) -> bool:
        """Whether it is only marked as deleted when it is removed, as the contract declares."""
        return self.type.of("delete")[0].declared.gone == "status"

    def is_same(self, other: Entry) -> bool:
        """Return whether it is the same item as that of another entry."""
        known = (self.resource, self.parent_ids) == (other.resource, other.parent_ids)
        return known and self.checked is other.checked and as_text(self.id) == as_text(other.id)

    def is_named(self, reading: Values, resource: Resource) -> bool:
        """Return whether a request of an operation with this declaration names it."""
        try:
            places = self.address(resource)
        except NotTestable:
            return False
        return all(
            as_text(getattr(reading, location).get(name)) == as_text(value)
            for location, values in places.items()
            for name, value in values.items()
        )
