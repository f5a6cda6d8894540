"""Reading parameters whose values have parts: arrays and objects by their styles, and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from adcontract.requests.parameters import ParameterReader, decoded
from adcontract.requests.styles import SEPARATORS, Unstyled, inside, paired, parts
from adcontract.requests.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract.contract.operation_parts import Parameter
    from adcontract.contract.schemas import Schemas
    from adcontract.requests.parameters import Plain, RequestError


class _JsonReader(ParameterReader):
    """Reads a parameter with `content`, whose text is JSON."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        super().__init__(parameter, schemas)
        decode = self._decode
        self._typed = lambda text: orjson.loads(decode(text))

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
        """See `ParameterReader.read`."""
        try:
            return super().read(texts, into)
        except orjson.JSONDecodeError as error:
            into[self.name] = None
            return [self.fault(f"is not valid JSON: {error.msg}")]

    def plain(self) -> Iterator[tuple[str, Plain]]:
        """Yield nothing: such a text may not be readable."""
        yield from ()


class _PartsReader(ParameterReader):
    """Reads a parameter whose value has parts, or may have some, as its style writes them."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        super().__init__(parameter, schemas)
        self._repeats = parameter.explode and parameter.location in ("query", "cookie")
        self.is_raw = not self._repeats and parameter.location == "query" and SEPARATORS.get(parameter.style) == ","
        if self.is_raw:
            self._decode = decoded
        self._is_array = self.texts.types == ("array",)
        if self._is_array and self._repeats and parameter.location == "query":
            item = self.texts.items.single
            self._typed = lambda text: [item(text)]
        else:
            self._typed = lambda text: self._value([text])

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
        """See `ParameterReader.read`."""
        if texts == self._empty:
            return ()
        given = texts if isinstance(texts, list) else [texts]
        try:
            value = into[self.name] = self._value(given)
        except Unstyled as error:
            into[self.name] = None
            return [self.fault(str(error))]
        return () if self._fits(value) else self._faults(value)

    def plain(self) -> Iterator[tuple[str, Plain]]:
        """See `ParameterReader.plain`; one that may be no array may not be written in its style."""
        yield from super().plain() if self._is_array else ()

    def _value(self, given: list[str]) -> Any:
        """Return the first value of the texts that fits, of those by each type; else the first one.

        Raises:
            Unstyled: if there is none, because they are not written in the style of the parameter.
        """
        values, misread = list[Any](), list[Unstyled]()
        bare = [inside(self.parameter, text) for text in given]
        for read in (self._arrays, self._object, self._one):
            try:
                values += read(bare)
            except Unstyled as error:
                misread.append(error)
        if not values and misread:
            raise misread[0]
        return next((value for value in values if self._fits(value)), values[0] if values else given[-1])

    def _arrays(self, given: list[str]) -> Iterator[Any]:
        if "array" not in self.texts.types:
            return
        if self._repeats:
            yield self.texts.many(map(self._decode, given))
        if not self._repeats or self.location == "cookie":
            for ways in zip(*(parts(self.parameter, text) for text in given), strict=True):
                yield self.texts.many(self._decode(part) for way in ways for part in way)
            # many clients encode what stands between the parts, too
            whole = [self._decode(text) for text in given]
            yield self.texts.many(part for text in whole for part in parts(self.parameter, text)[0])

    def _object(self, given: list[str]) -> Iterator[Any]:
        if "object" not in self.texts.types:
            return
        ways = parts(self.parameter, given[-1])
        # another way is meant where it divides the text at all; many clients encode what stands between the parts, too
        meant = [way for way in (*ways[1:], parts(self.parameter, self._decode(given[-1]))[0]) if len(way) > 1]
        for way in [*ways[:1], *meant] if len(ways[0]) > 1 else meant or ways[:1]:
            pairs = paired(self.parameter, way)
            yield self.texts.named((self._decode(name), self._decode(text)) for name, text in pairs)

    def _one(self, given: list[str]) -> Iterator[Any]:
        if self.texts.takes_one and len(given) == 1:
            own = f"{self.name}=" if self.parameter.style == "matrix" else ""
            yield self.texts.single(self._decode(given[0].removeprefix(own)))


class PairsReader(ParameterReader):
    """Reads an object whose members are pairs of the query: `[key]` after its name (`deepObject`), or their names."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        super().__init__(parameter, schemas)
        self.is_deep = parameter.style == "deepObject"

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
        """See `ParameterReader.read`; the texts are pairs: the name, or the `[key]` after that of the parameter."""
        given: list[tuple[str, str]] = texts if isinstance(texts, list) else [texts]
        pairs = [(key, text) for key, text in given if key or text]  # `name=` gives no pair
        if not pairs:
            return ()
        try:
            value = deep(self.texts, pairs) if self.is_deep else self.texts.named(pairs)
        except Unstyled:
            into[self.name] = None
            return [self.fault(f"is not written as {self.name}[key]=value")]
        into[self.name] = value
        return () if self._fits(value) else self._faults(value)

    def plain(self) -> Iterator[tuple[str, Plain]]:
        """Yield nothing: it has no text of its own."""
        yield from ()


class EitherReader(PairsReader):
    """Reads an object whose members are pairs of the query, or a value of another type under the parameter's name."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        super().__init__(parameter, schemas)
        self._other = _PartsReader(parameter, schemas)

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
        """See `PairsReader.read`; where there are members, the value is an object."""
        given: list[tuple[str, str]] = texts if isinstance(texts, list) else [texts]
        own = [] if self.name in self.texts.properties else [text for key, text in given if key == self.name]
        if len(own) < len(given):
            return super().read([(key, text) for key, text in given if key != self.name or not own], into)
        return self._other.read(own if len(own) > 1 else own[0], into)


def deep(texts: Texts, pairs: list[tuple[str, str]]) -> Any:
    """Return the value of pairs in the style `deepObject`: what stands after the name, such as `[a]`, and the text.

    Raises:
        Unstyled: if they are not written so.
    """
    ways = []
    for key, text in pairs:
        if key and not (key.startswith("[") and key.endswith("]")):
            raise Unstyled
        ways.append((key[1:-1].split("][") if key else [], text))
    return _nested(texts, ways)


def _nested(texts: Texts, ways: list[tuple[list[str], str]]) -> Any:
    """Return a value of texts, each with the keys that lead to it: none, `a`, or `a` and `b` for a member of a member.

    Raises:
        Unstyled: if there are keys inside of a value that is neither an object nor an array.
    """
    if all(not keys for keys, _ in ways):
        if texts.types and not texts.takes_one and "array" not in texts.types:
            raise Unstyled
        return texts.of([text for _, text in ways])
    if not all(keys for keys, _ in ways):
        raise Unstyled
    if "array" in texts.types and all(not keys[0].strip("0123456789") for keys, _ in ways):
        if all(len(keys) == 1 for keys, _ in ways):
            return texts.many(text for _, text in ways)
        return [_nested(texts.items, inner) for inner in _grouped(ways).values()]
    if texts.types and "object" not in texts.types:
        raise Unstyled
    return {name: _nested(texts.member(name), inner) for name, inner in _grouped(ways).items()}


def _grouped(ways: list[tuple[list[str], str]]) -> dict[str, list[tuple[list[str], str]]]:
    """Return what remains of the ways by their first keys."""
    groups: dict[str, list[tuple[list[str], str]]] = {}
    for (first, *rest), text in ways:
        groups.setdefault(first, []).append((rest, text))
    return groups


def is_unread(reader: ParameterReader) -> bool:
    """Return whether nothing says how the value of a parameter is written: an object that is spread over cookies."""
    return reader.location == "cookie" and reader.parameter.explode and reader.texts.types == ("object",)


def parameter_reader(parameter: Parameter, schemas: Schemas) -> ParameterReader:
    """Return the reader of `parameter`, by its style and the types of its schema (OpenAPI 3.0.3, Parameter Object)."""
    if parameter.content:
        return (_JsonReader if parameter.content.is_json else ParameterReader)(parameter, schemas)
    types = Texts(schemas, [parameter.schema_pointer]).types if parameter.schema_pointer else ()
    is_object = types == ("object",) or ("object" in types and parameter.style == "deepObject")
    if parameter.location == "query" and (
        parameter.style == "deepObject" or (is_object and parameter.style == "form" and parameter.explode)
    ):
        return PairsReader(parameter, schemas)
    if parameter.location == "query" and "object" in types and parameter.style == "form" and parameter.explode:
        return EitherReader(parameter, schemas)
    if {"array", "object"} & {*types} or parameter.style in ("label", "matrix"):
        return _PartsReader(parameter, schemas)
    return ParameterReader(parameter, schemas)
