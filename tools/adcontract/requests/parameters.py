"""Reading one parameter of a request: its texts as the typed value that the contract declares."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from adcontract.contract.secret_forms import without_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract.contract.operations import Parameter
    from adcontract.contract.schemas import SchemaError, Schemas

_MOST_DIGITS = 1000  # JSON's integers are unlimited; int() refuses more than 4,300 digits
_is_number = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?").fullmatch
_BOOLEANS = {"true": True, "false": False}
REPEATED = "is given more than once"
"""The message of a fault that no contract forbids: most servers take the last value, or the first one."""

_KEY = re.compile(r"\[((?:(?!\]\[).)*)\]", re.DOTALL)  # a key may hold brackets, but `[a][b]` is an object in an object


@dataclass(frozen=True)
class RequestError:
    """One fault of a request: its location (`path`, `query`, `header`, `body`), the field, and a message.

    `malformed` is true where the body cannot be read at all. `pointer` is the part of the contract that the request
    breaks, and `inferred` the sentence of its `x-inferred`, if it is not documented.

    `rule` is the keyword of the schema that the request breaks, `required` for what is missing, `unreadable` or
    `media-type` for a body that cannot be read, and empty for the rest. `expected` is what the keyword asks for,
    `value` what does not fit, and `needed` whether it may not be left out.
    """

    location: str
    field: str
    message: str
    pointer: str
    inferred: str | None = None
    malformed: bool = False
    rule: str = dataclasses.field(default="", compare=False)
    expected: Any = dataclasses.field(default=None, compare=False)
    value: Any = dataclasses.field(default=None, compare=False)
    needed: bool = dataclasses.field(default=False, compare=False)

    @property
    def bodiless(self) -> bool:
        """Whether there is no body, or none that can be read."""
        return self.malformed or (self.location == "body" and self.pointer.endswith("/requestBody"))


class Plain(NamedTuple):
    """How to read a parameter that is given once: its name, the conversion of a text, and the check of the value."""

    name: str
    typed: Callable[[str], Any]
    fits: Callable[[Any], bool]


class ParameterReader:
    """Reads one parameter with a single value. Its schema is looked up once."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        self.location = parameter.location
        self.name = parameter.name
        self.required = parameter.required
        self._parameter = parameter
        self._schemas = schemas
        self._pointer = f"{parameter.pointer}/schema"
        self._schema = schemas.schema(self._pointer)
        self._fits = schemas.validator(self._pointer).is_valid
        self._typed: Callable[[str], Any] = typed_as(self._schema)
        self._empty = "" if parameter.data.get("allowEmptyValue") else None

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
        """Put the value of `texts` into a dict by the parameter's name, and return its faults.

        They are one text, or a list of them where the parameter was given more than once.
        """
        if texts == self._empty:
            return ()
        if isinstance(texts, list):
            into[self.name] = texts[-1]
            return [self.fault(REPEATED)]
        value = into[self.name] = self._typed(texts)
        return () if self._fits(value) else self._faults(value)

    def plain(self) -> Iterator[tuple[str, Plain]]:
        """Yield how one text is read, with each way in which clients write the name: its brackets may be encoded."""
        if self._empty is None:
            encoded = quote(self.name, safe="")
            for name in (self.name, encoded, re.sub("%..", lambda match: match[0].lower(), encoded)):
                yield name, Plain(self.name, self._typed, self._fits)

    @property
    def _title(self) -> str:
        return self.name.removesuffix("[]")

    def fault(self, message: str, rule: str = "") -> RequestError:
        """Return a fault of this parameter."""
        where, inferred = self._parameter.pointer, self._parameter.inferred
        return RequestError(self.location, self._title, message, where, inferred, rule=rule, needed=self.required)

    def _faults(self, value: Any) -> Iterable[RequestError]:
        return [self._inside(fault) for fault in self._schemas.faults(self._pointer, value)]

    def _inside(self, error: SchemaError) -> RequestError:
        """Return the fault that an error in the value is."""
        field = f"{self._title}.{error.field}" if error.path else self._title
        fault = schema_fault(self.location, field, error)
        return dataclasses.replace(
            fault,
            inferred=self._parameter.inferred or error.inferred,
            needed=error.needed if error.path else self.required,
        )


class _Array(ParameterReader):
    """Reads a parameter whose value is a list: given several times, or separated by commas."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        super().__init__(parameter, schemas)
        item = typed_as(schemas.schema(f"{self._pointer}/items") if "items" in self._schema else None)
        if not parameter.explode or parameter.style == "simple":
            self._typed = lambda text: [item(part) for part in text.split(",")]
        else:
            self._typed = lambda text: [item(text)]

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
        """See `ParameterReader.read`."""
        if texts == self._empty:
            return ()
        given = texts if isinstance(texts, list) else [texts]
        value = into[self.name] = [item for text in given for item in self._typed(text)]
        return () if self._fits(value) else self._faults(value)


class ObjectReader(ParameterReader):
    """Reads a parameter of style `deepObject`. Its texts are pairs: the `[key]` after the name, and the text."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        super().__init__(parameter, schemas)
        self._member = typed_as(self._schema.get("additionalProperties"))

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
        """See `ParameterReader.read`."""
        given: list[tuple[str, str]] = texts if isinstance(texts, list) else [texts]
        pairs = [(key, text) for key, text in given if key or text]  # `name=` gives no pair
        if not pairs:
            return ()
        keys = [_KEY.fullmatch(key) for key, _ in pairs]
        if not all(keys):
            into[self.name] = None
            return [self.fault(f"is not written as {self.name}[key]=value")]
        value = {key[1]: self._member(text) for key, (_, text) in zip(keys, pairs, strict=True) if key}
        into[self.name] = value
        return () if self._fits(value) else self._faults(value)


def parameter_reader(parameter: Parameter, schemas: Schemas) -> ParameterReader:
    """Return the reader of `parameter`, by its style and the type of its schema (OpenAPI 3.0.3, Parameter Object)."""
    if parameter.style == "deepObject":
        return ObjectReader(parameter, schemas)
    is_array = schemas.schema(f"{parameter.pointer}/schema").get("type") == "array"
    return (_Array if is_array else ParameterReader)(parameter, schemas)


def schema_fault(location: str, field: str, error: SchemaError) -> RequestError:
    """Return the fault of a request that an error in one of its values is."""
    name = next((part for part in reversed(field.split(".")) if not part.isdecimal()), "")
    return RequestError(
        location,
        field,
        without_secret(error.message, error.value, name),
        error.pointer,
        error.inferred,
        rule=error.keyword,
        expected=error.expected,
        value=error.value,
        needed=error.needed,
    )


def decoded(text: str) -> str:
    """Return a name or a text of a query, decoded (WHATWG URL, application/x-www-form-urlencoded parsing)."""
    text = text.replace("+", " ")
    return unquote_to_bytes(text).decode("utf-8", "replace") if "%" in text else text


def typed_as(schema: Any) -> Callable[[str], Any]:
    """Return the conversion of a text to the type of `schema`; it returns a text that cannot be converted unchanged."""
    declared = schema.get("type") if isinstance(schema, dict) else None
    types = declared if isinstance(declared, list) else [declared]
    return next((_CONVERSIONS[each] for each in types if each in _CONVERSIONS), str)


def _integer(text: str) -> int | str:
    digits = text.removeprefix("-")  # a pattern takes twice as long
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS else text


def _number(text: str) -> float | str:
    return float(text) if _is_number(text) else text


def _boolean(text: str) -> bool | str:
    return _BOOLEANS.get(text, text)


_CONVERSIONS: dict[str, Callable[[str], Any]] = {"integer": _integer, "number": _number, "boolean": _boolean}
