"""Valid requests with values on which servers fail, in every place where an operation takes any text, or any number.

A server may refuse such a value, so that nothing but an answer is demanded of a refusal. All places get a value at
once; where that is refused, or the server fails, fewer get it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.references import follow
from adcontract_conformance.checks.coverage import NOT_ABOUT_THE_REQUEST
from adcontract_conformance.model.exchange import Exchange, HttpResponse, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adcontract import MediaType, Operation, Values
    from adcontract_conformance.client.documented import Documented
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Request

Path: TypeAlias = "tuple[str | int, ...]"
Hard: TypeAlias = "str | int"

_QUOTES, _MARKUP, _LETTERS = "'\"`\\", "%;--<b>&{{7*7}}", "\u05d0\u0628\u00e9\U0001f642"
_ALL = f" {_QUOTES}{_LETTERS}{_MARKUP} "
"""Blanks at both ends, quotes, letters of either direction and outside the first plane, and what markup consists of."""

BIG = 2**31
"""The first whole number that has no place in 32 bits."""

VALUES: dict[Hard, tuple[Hard, ...]] = {
    _ALL: (_QUOTES, _LETTERS, _MARKUP, " x "),
    "x\0y": (),
    "x" * 1000: (),
    "": (),
    BIG: (),
}
"""Each value with the parts of a text, which are sent alone where all of it is refused, or the server fails."""

_LONGEST_URL = 4000
"""How long a URL may become, in bytes. Servers take as much beside their other headers."""

_DEPTH = 4
"""How deep in a body a text may be."""

_MORE = 16
"""How many more requests an operation gets where they are refused."""

_NO_TEXT = frozenset(("enum", "format", "pattern"))
_NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class _Place:
    """Where an operation takes any text or number: in the query or the body, below its names.

    `most` is the most characters that a text may have.
    """

    location: str
    path: Path
    is_number: bool
    most: int | None

    def fitted(self, value: Hard) -> Hard:
        """Return a value as it fits here."""
        return value[: self.most] if isinstance(value, str) else value


def hard_values(sender: Sender, operation: Operation, path: Mapping[str, Any]) -> Iterator[Exchange]:
    """Send hard texts and numbers to the item that `path` leads to, and yield each request with its response.

    A request that is carried out is one that was valid; any other is not judged by its refusal.
    """
    yield from _HardValues(sender, operation, path).exchanges()


class _HardValues:
    def __init__(self, sender: Sender, operation: Operation, path: Mapping[str, Any]) -> None:
        self._sender, self._operation = sender, operation
        self._document = sender.checked.contract.document
        self._media: MediaType | None = next((each for each in operation.body if each.is_json), None)
        first = sender.first_documented(operation, path)
        self._first: Documented = first
        self._body = first.body if first.media is self._media else None
        self._left = _MORE
        self._has_failed = False

    def exchanges(self) -> Iterator[Exchange]:
        places = list(dict.fromkeys(self._places()))
        for value in VALUES:
            alike = (each for each in places if each.is_number is isinstance(value, int))
            takes = [each for each in alike if self._valid([each], value)]
            if takes:
                yield from self._sent(takes, value)

    def _sent(self, places: Sequence[_Place], value: Hard) -> Iterator[Exchange]:
        """Send a value in all of some places, or in parts of them where that is not possible or refused."""
        valid = self._valid(places, value)
        if valid is None or (len(places) > 1 and len(valid[0].url) > _LONGEST_URL):
            yield from self._halves(places, value)
            return
        exchange = self._exchange(*valid)
        yield exchange
        if _fails(exchange):
            yield from self._narrowed(places, value)
        elif _refuses(exchange) and self._left > 0:
            self._left -= 1
            if len(places) > 1:
                yield from self._halves(places, value)
            else:
                yield from self._parts(places[0], value)

    def _halves(self, places: Sequence[_Place], value: Hard) -> Iterator[Exchange]:
        half = len(places) // 2
        for some in (places[:half], places[half:]) if half else ():
            yield from self._sent(some, value)

    def _parts(self, place: _Place, value: Hard) -> Iterator[Exchange]:
        for part in VALUES.get(value, ()):
            if valid := self._valid([place], part):
                exchange = self._exchange(*valid)
                yield exchange
                if _fails(exchange):
                    return

    def _narrowed(self, places: Sequence[_Place], value: Hard) -> Iterator[Exchange]:
        """Look for one place that makes the server fail, and for the part of a text that does; once is enough."""
        if self._has_failed:
            return
        self._has_failed = True
        for place in places if len(places) > 1 else ():
            if valid := self._valid([place], value):
                exchange = self._exchange(*valid)
                yield exchange
                if _fails(exchange):
                    yield from self._parts(place, value)
                    return
        if len(places) == 1:
            yield from self._parts(places[0], value)

    def _exchange(self, request: Request, reading: Values) -> Exchange:
        exchange = self._sender.exchange(Purpose.UNSURE, self._operation, request, reading=reading)
        response = exchange.response
        done = isinstance(response, HttpResponse) and 200 <= response.status < 300
        return replace(exchange, purpose=Purpose.VALID) if done else exchange

    def _valid(self, places: Sequence[_Place], value: Hard) -> tuple[Request, Values] | None:
        """Return the request with a value in some places, and how the contract's reader reads it; None if invalid."""
        query: Any = self._first.query
        body, media = self._first.body, self._first.media
        for place in places:
            if place.location == "query":
                query = _with(query, place.path, place.fitted(value))
            else:
                body = _with(self._body if media is not self._media else body, place.path, place.fitted(value))
                media = self._media
        request = self._sender.request(replace(self._first, query=query, body=body, media=media))
        reading = self._sender.checked.read(self._operation, request, self._sender.target.url)
        return None if reading is None or reading.faults else (request, reading)

    def _places(self) -> Iterator[_Place]:
        for parameter in self._operation.parameters:
            if parameter.location == "query":
                given = self._first.query.get(parameter.name)
                yield from self._inside(parameter.data.get("schema", {}), given, (parameter.name,), "query")
        if self._media is not None:
            yield from self._inside(self._media.data.get("schema", {}), self._body, (), "body")

    def _inside(self, schema: Any, value: Any, path: Path, location: str) -> Iterator[_Place]:
        """Yield where a value of a schema may have any text or number; `value` is a valid one."""
        schema = follow(self._document, schema)
        if len(path) > _DEPTH or schema.get("readOnly"):
            return
        is_number = schema.get("type") in _NUMBERS and schema.get("format") != "int32"
        if is_number or (schema.get("type") == "string" and not schema.keys() & _NO_TEXT):
            yield _Place(location, path, is_number, schema.get("maxLength"))
        for keyword in COMPOSITIONS:
            for each in schema.get(keyword, ()):
                yield from self._inside(each, value, path, location)
        known = value if isinstance(value, dict) else {}
        properties = schema.get("properties", {})
        for name, each in properties.items():
            yield from self._inside(each, known.get(name), (*path, name), location)
        if isinstance(others := schema.get("additionalProperties"), dict):
            name = next((name for name in known if name not in properties), "adcontract")
            yield from self._inside(others, known.get(name), (*path, name), location)
        if "items" in schema:
            first = value[0] if isinstance(value, list) and value else None
            yield from self._inside(schema["items"], first, (*path, 0), location)


def _with(value: Any, path: Path, hard: Hard) -> Any:
    """Return a copy of `value` with a hard one at a path, and with what is missing on the way to it."""
    if not path:
        return hard
    name, *rest = path
    if isinstance(name, int):
        items = value if isinstance(value, list) and value else [None]
        return [_with(items[0], tuple(rest), hard), *items[1:]]
    known = value if isinstance(value, dict) else {}
    return {**known, name: _with(known.get(name), tuple(rest), hard)}


def _fails(exchange: Exchange) -> bool:
    return not isinstance(exchange.response, HttpResponse) or exchange.response.status >= 500


def _refuses(exchange: Exchange) -> bool:
    """Return whether a request was refused for what it says."""
    status = exchange.response.status if isinstance(exchange.response, HttpResponse) else 0
    return status >= 400 and status not in NOT_ABOUT_THE_REQUEST
