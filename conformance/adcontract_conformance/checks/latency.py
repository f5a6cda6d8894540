"""How long the target takes to respond, where the user has declared a bound with `--max-latency`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adcontract_conformance.model.exchange import HttpResponse, Purpose
from adcontract_conformance.model.promises import Breach, Found, LawResult, register_law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.model.exchange import Exchange

LATENCY = register_law("examples.latency", "no response takes longer than --max-latency, where that is given")

FEW = 2
"""Of so many responses one that is slow fails. Of more, one alone comes and goes: anything may have delayed it."""

CERTAIN = 2
"""So many slow responses fail, however many there are."""


@dataclass
class _Operation:
    slowest: Exchange
    seconds: float
    slow: int = 0
    responses: Counter[bool] = field(default_factory=Counter)
    """How many there were that carried a request out, and that refused it: a refusal is often quicker."""


class Latency:
    """Measures the responses of each operation, in whichever group they were asked for, against a bound in seconds."""

    def __init__(self, bound: float) -> None:
        self._bound = bound
        self._operations: dict[str, _Operation] = {}

    def add(self, exchange: Exchange) -> LawResult | None:
        """Measure the response of an exchange; that there is none is reported by another check.

        A result is returned at the response with which an operation fails, whatever its others will be.
        """
        response = exchange.response
        if not isinstance(response, HttpResponse) or exchange.purpose is Purpose.UNKNOWN_PATH:
            return None
        known = self._operations.setdefault(exchange.operation.id, _Operation(exchange, response.seconds))
        known.responses[response.status < 400] += 1
        is_slow = response.seconds > self._bound
        known.slow += is_slow
        if response.seconds > known.seconds:
            known.slowest, known.seconds = exchange, response.seconds
        return self._result(known) if is_slow and known.slow == CERTAIN else None

    def alone(self) -> list[tuple[Exchange, int]]:
        """Return the only slow response of each operation that has one, and the number of its responses."""
        return [(each.slowest, each.responses.total()) for each in self._operations.values() if each.slow == 1]

    def results(self) -> Iterator[LawResult]:
        """Yield a result for each operation that responded, with a breach where it took longer than the bound."""
        yield from map(self._result, self._operations.values())

    def _result(self, known: _Operation) -> LawResult:
        found = self._found(known) if known.slow else ()
        return LawResult(LATENCY.id, known.slowest.operation, known.responses.total(), found)

    def _found(self, known: _Operation) -> tuple[Found, ...]:
        bound = f"the {self._bound:g} s of --max-latency"
        slowest = known.slowest.response
        alike = known.responses[isinstance(slowest, HttpResponse) and slowest.status < 400]
        alone = known.slow == 1 and alike > FEW
        many = "" if known.slow == 1 else f", as {known.slow} of {known.responses.total()} responses did"
        sentence = f"A response took {known.seconds:.3g} s, longer than {bound}{many}."
        breach = Breach(
            sentence, known.slowest.operation.pointer, part="latency", way=(f"Responses take longer than {bound}.",)
        )
        return (Found(breach, known.slowest, *((1, alike) if alone else ())),)
