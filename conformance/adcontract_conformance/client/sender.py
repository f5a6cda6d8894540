"""Sends the requests of one contract to one target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.documented import Documented, documented
from adcontract_conformance.model.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation
    from adcontract_conformance.client.documented import Sample
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Purpose, Request


class Sender:
    """Knows the documented requests of a contract, and sends requests to the target."""

    def __init__(self, checked: CheckedContract, target: Target, sample: Sample) -> None:
        self.checked = checked
        self.target = target
        self._sample = sample
        self._documented: dict[str, list[Documented]] = {}

    def documented(self, operation: Operation) -> list[Documented]:
        """Return the documented requests of an operation, which are put together once. They are not to be changed."""
        if operation.id not in self._documented:
            self._documented[operation.id] = documented(operation, self._sample)
        return self._documented[operation.id]

    def first_documented(self, operation: Operation, path: Mapping[str, Any]) -> Documented:
        """Return the first documented request of an operation with other values of the path."""
        first = self.documented(operation)[0]
        return replace(first, path={**first.path, **path})

    def request(self, documented: Documented) -> Request:
        """Return a documented request as it is sent to the target."""
        return documented.request(self.checked, self.target.url)

    def exchange(self, purpose: Purpose, operation: Operation, request: Request, **more: Any) -> Exchange:
        """Send a request and return it with its response; `more` are other fields of the exchange."""
        return Exchange(purpose, operation, request, self.target.send(request), **more)
