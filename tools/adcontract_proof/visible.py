"""Whether a fault changes any answer: the same requests are sent to a mock without it and to one that has it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_proof.probes.exchanges import Mock, Request
from adcontract_proof.probes.tour import tour
from adcontract_proof.probes.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import Contract, Operation
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.journal.journal import Journal
    from adcontract_proof.probes.exchanges import Response


def noted(journal: Journal) -> list[Request]:
    """Return a list to which the journal of a mock adds each request from now on, but those with a very long body."""
    requests = list[Request]()

    def note(exchange: Exchange) -> None:
        if not exchange.left_out:
            requests.append(Request.received(exchange))

    journal.on_record = note
    return requests


@dataclass(frozen=True)
class Difference:
    """A request that the two mocks answer otherwise, with both responses; it is the one of that `number`, from 1."""

    number: int
    request: Request
    clean: Response
    planted: Response


@dataclass(frozen=True)
class Comparison:
    """What a comparison has shown: the first difference, None for none, and the number of exchanges compared."""

    difference: Difference | None
    compared: int


class Visibility:
    """Shows whether faults of one contract change any answer.

    Both mocks are stateful, begin with `seed_items` items in each collection, and take only `token`, if there is one.
    The requests of a tour and the clean responses are kept for the next fault of the same operation.
    """

    def __init__(self, contract: Contract, token: str | None = None, seed_items: int = 30) -> None:
        self._contract, self._token, self._seed_items = contract, token, seed_items
        self._writer = Writer(contract, token)
        self._operations = {each.id: each for each in contract.operations}
        self._tours: dict[str, _Tour] = {}

    def compared(self, fault: str, requests: Iterable[Request] = ()) -> Comparison:
        """Compare the answers with a fault (`missing-field@getBook`, or with a part) with those without it.

        They are asked for everything that the contract lets a client ask of the operation, and on new mocks then for
        `requests`, such as those that a suite has sent. It ends with the first difference.

        Raises:
            UsageError: if the fault cannot be planted.
        """
        first = self._difference(fault, self._tour(fault.partition("@")[2].partition(":")[0]))
        if first.difference:
            return first
        with closing(self._mock()) as clean:
            second = self._difference(fault, ((each, clean.answer(each)) for each in requests))
        return Comparison(second.difference, first.compared + second.compared)

    def control(self, operation: str) -> Comparison:
        """Compare two mocks without a fault: if they differ, a comparison of this operation says nothing."""
        return self._difference(None, self._tour(operation))

    def _difference(self, fault: str | None, exchanges: Iterable[tuple[Request, Response]]) -> Comparison:
        number = 0
        with closing(self._mock(fault)) as mock:
            for number, (request, clean) in enumerate(exchanges, 1):
                planted = mock.answer(request)
                if planted != clean:
                    return Comparison(Difference(number, request, clean, planted), number)
        return Comparison(None, number)

    def _mock(self, fault: str | None = None) -> Mock:
        return Mock(self._contract, fault, token=self._token, seed_items=self._seed_items)

    def _tour(self, operation: str) -> _Tour:
        if operation not in self._tours:
            self._tours[operation] = _Tour(self._writer, self._operations[operation], self._mock())
        return self._tours[operation]


class _Tour:
    """The exchanges of a tour with a clean mock, made when they are first needed."""

    def __init__(self, writer: Writer, operation: Operation, mock: Mock) -> None:
        self._made: list[tuple[Request, Response]] = []
        self._others = self._sent(writer, operation, mock)

    def __iter__(self) -> Iterator[tuple[Request, Response]]:
        yield from self._made
        for each in self._others:
            self._made.append(each)
            yield each

    @staticmethod
    def _sent(writer: Writer, operation: Operation, mock: Mock) -> Iterator[tuple[Request, Response]]:
        requests = tour(writer, operation)
        with closing(mock):
            request = next(requests, None)
            while request is not None:
                response = mock.answer(request)
                yield request, response
                try:
                    request = requests.send(response)
                except StopIteration:
                    return
