"""Documented requests through Prism's validating proxy to one server: the statuses, and what Prism objects to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from adcontract_conformance.client.sender import Sender
from adcontract_conformance.client.target import Target
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import NoResponse
from adcontract_conformance.settings.access import Access, Secret
from adcontract_proof.fault import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Contract, Operation
    from adcontract_conformance.model.exchange import HttpResponse

VIOLATIONS = "sl-violations"
_ACCESS = Access(Secret("ADCONTRACT_TOKEN", TOKEN))


class Documented:
    """The documented requests of a contract, as they are sent through the proxy at `url`."""

    def __init__(self, contract: Contract, url: str) -> None:
        checked = CheckedContract(contract)
        self._target = Target(url, _ACCESS)
        self._sender = Sender(checked, self._target, Generated(checked, self._target, 0).sample)

    def close(self) -> None:
        """Close its connections."""
        self._target.close()

    def seen(self, operations: Sequence[Operation]) -> set[str]:
        """Send the documented requests of some operations, and return each with its status and with each violation.

        Those that delete come last, inner ones before outer ones, and then those that read once more, so that changes
        show.
        """
        deletes = sorted((each for each in operations if each.method == "DELETE"), key=lambda each: -len(each.path))
        first = [*(each for each in operations if each not in deletes), *deletes]
        again = [each for each in operations if each.method == "GET"]
        rounds = ((each, when) for when, some in (("", first), (" again", again)) for each in some)
        return {line for operation, when in rounds for line in self._lines(operation, when)}

    def _lines(self, operation: Operation, when: str) -> Iterator[str]:
        for each in self._sender.documented(operation):
            response = self._target.send(self._sender.request(each))
            yield from (f"{operation.id} ({each.name}){when}: {what}" for what in _what(response))


def _what(response: HttpResponse | NoResponse) -> Iterator[str]:
    if isinstance(response, NoResponse):
        yield "no response"
        return
    yield f"status {response.status}"
    for each in json.loads(response.headers.get(VIOLATIONS, "[]")):
        yield f"{each['severity']}: {'.'.join(map(str, each.get('location', [])))}: {each['message']}"
