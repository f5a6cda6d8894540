"""Whether, how often and with which values an operation was called; and if it was not, which requests come close."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import UsageError
from adcontract_mock.http.session_name import known_as
from adcontract_mock.journal.journal import is_of, status
from adcontract_mock.journal.operation_names import operations_named
from adcontract_mock.responses.request_match import contains

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Operation
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.journal.journal import AnyJournal
    from adcontract_mock.journal.redaction import Redaction
    from adcontract_mock.responses.served_contract import ServedContract

_PLACES = ("path", "query", "header", "body")
_NEAR = 3
_MOST = 100
"""The differences that are listed of a request."""

_ALIKE = 0.6
_SHORT = 80


@dataclass(frozen=True)
class Expectation:
    """The calls of `operation` that a test expects: their least and greatest number, and the `parts` that they have.

    `parts` are values by location, as in an `x-request`. If a `session` is given, only its requests count.
    """

    name: str
    operation: Operation
    parts: dict[str, Any]
    session: str | None
    least: int
    most: int | None

    def verify(self, journal: AnyJournal, redaction: Redaction) -> dict[str, Any]:
        """Return whether the journal is as expected: `verified`, `matched`, a sentence, the numbers of the requests.

        The differences of the closest requests come without credentials.
        """
        matched: list[tuple[int, Exchange]] = []
        others: list[tuple[int, Exchange]] = []
        for number, exchange in journal.newest():
            fits = is_of(exchange, self.name) and not any(self._differences(exchange))
            (matched if fits else others).append((number, exchange))
        count = len(matched)
        verified = self.least <= count and (self.most is None or count <= self.most)
        result: dict[str, Any] = {"verified": verified, "matched": count, "message": self._sentence(count)}
        result["requests"] = [number for number, _ in matched]
        if count < self.least:
            result["near"] = [
                {"request": number, "line": _line(exchange), "differs": [_shown(each, redaction) for each in differs]}
                for number, exchange, differs in self._near(others)
            ]
        return result

    def _sentence(self, count: int) -> str:
        most = f"at most {self.most}" if self.most is not None else ""
        least = f"at least {self.least}" if self.least or not most else ""
        expected = f"{self.least}" if self.least == self.most else " and ".join(filter(None, (least, most)))
        such = " with these values" if self.parts or self.session else ""
        return f"{self.name} was called {count} {'time' if count == 1 else 'times'}{such}; expected {expected}."

    def _differences(self, exchange: Exchange) -> Iterator[str]:
        """Yield each difference between a request to the operation and the expected one."""
        if self.session is not None and exchange.session != self.session:
            yield f"the session is {_json(exchange.session)}, not {_json(self.session)}"
        values = exchange.values if self.parts else None  # each access reads the request again
        if self.parts and values is None:
            yield f"it got a {status(exchange)} before it was read"
        for place, part in self.parts.items() if values else ():
            yield from _differences(part, getattr(values, place), place)

    def _near(self, others: Sequence[tuple[int, Exchange]]) -> list[tuple[int, Exchange, list[str]]]:
        """Return the closest calls of the operation; if it was not called, the requests with similar addresses."""
        calls = [
            (number, exchange, list(islice(self._differences(exchange), _MOST)))
            for number, exchange in others
            if is_of(exchange, self.name)
        ]
        if calls:
            return sorted(calls, key=lambda each: len(each[2]))[:_NEAR]
        address = f"{self.operation.method} {self.operation.path}"
        alike = sorted(((_likeness(exchange, address), number, exchange) for number, exchange in others), reverse=True)
        return [
            (number, exchange, [f"it is {exchange.operation or 'no operation'}; {self.operation.id} is {address}"])
            for likeness, number, exchange in alike[:_NEAR]
            if likeness >= _ALIKE
        ]


def read_expectation(expected: Any, documents: Sequence[ServedContract]) -> Expectation:
    """Return the expectation in the body of a request to verify.

    Raises:
        UsageError: if it is not a valid one, or names anything that the contract does not have.
    """
    if not isinstance(expected, dict):
        raise UsageError('Send an object, such as {"operation": "listOffers", "count": 1}.')
    for name in expected:
        if name not in ("operation", "count", "with", "session"):
            raise UsageError(f"There is no {name!r} to verify. There are operation, count, with and session.")
    name = expected.get("operation")
    if not isinstance(name, str):
        raise UsageError('Name an operation: {"operation": "listOffers"}.')
    operations = [operation for _, operation in operations_named(name, documents)]
    parts = expected.get("with", {})
    if not isinstance(parts, dict):
        raise UsageError(f"with is an object of {', '.join(_PLACES)}, not {_json(parts)}.")
    for place, part in parts.items():
        _check_part(operations, place, part)
    session = expected.get("session")
    if session is not None and not isinstance(session, str):
        raise UsageError(f"session is text, not {_json(session)}.")
    session = None if session is None else known_as(session)
    return Expectation(name, operations[0], parts, session, *_bounds(expected.get("count")))


def _check_part(operations: Sequence[Operation], place: str, part: Any) -> None:
    if place not in _PLACES:
        raise UsageError(f"A request has no {place!r}. with takes {', '.join(_PLACES)}.")
    if place == "body":
        return
    if not isinstance(part, dict):
        raise UsageError(f"with.{place} is an object of values by name, not {_json(part)}.")
    parameters = (parameter for operation in operations for parameter in operation.parameters)
    known = sorted({parameter.name for parameter in parameters if parameter.location == place})
    for name in part:
        if name not in known:
            there_are = f"It has {', '.join(known)}." if known else f"It has none in the {place}."
            raise UsageError(f"{operations[0].id} has no parameter {name!r} in the {place}. {there_are}")


def _bounds(count: Any) -> tuple[int, int | None]:
    if count is None:
        return 1, None
    if _is_count(count):
        return count, count
    if isinstance(count, dict) and count and count.keys() <= {"min", "max"} and all(map(_is_count, count.values())):
        return count.get("min", 0), count.get("max")
    raise UsageError(f'count is a number, or an object such as {{"min": 1, "max": 2}}, not {_json(count)}.')


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _differences(part: Any, whole: Any, where: str) -> Iterator[str]:
    """Yield each place in `whole` that differs from `part`, as `contains` compares them."""
    if contains(whole, part):
        return
    if isinstance(part, dict) and isinstance(whole, dict):
        for name, value in part.items():
            if name in whole:
                yield from _differences(value, whole[name], f"{where}.{name}")
            elif not contains(whole, {name: value}):
                yield f"{where}.{name} is missing"
    elif isinstance(part, list) and isinstance(whole, list) and len(part) == len(whole):
        for index, (value, other) in enumerate(zip(part, whole, strict=True)):
            yield from _differences(value, other, f"{where}.{index}")
    else:
        yield f"{where} is {_json(whole)}, not {_json(part)}"


def _shown(difference: str, redaction: Redaction) -> str:
    where, _, found = difference.partition(" is ")
    if found != "missing" and any(map(redaction.is_secret, where.split("."))):
        return f"{where} is another value"
    return redaction.message(difference)


def _json(value: Any) -> str:
    text = orjson.dumps(value, default=str).decode()
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _likeness(exchange: Exchange, address: str) -> float:
    return SequenceMatcher(None, f"{exchange.method} {exchange.path.decode('latin-1')}", address).ratio()


def _line(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.path.decode('latin-1')} {status(exchange)}"
