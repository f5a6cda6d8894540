"""Reading one parameter of a request: its text as the typed value that the contract declares."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

from adcontract.contract.secret_forms import without_secret
from adcontract.requests.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract.contract.operation_parts import Parameter
    from adcontract.contract.schemas import SchemaError, Schemas

REPEATED = "is given more than once"
"""The message of a fault that no contract forbids: most servers take the last value, or the first one."""


@dataclass(frozen=True)
class RequestError:
    """One fault of a request: its location (`path`, `query`, `header`, `cookie`, `body`), the field, and a message.

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
    """How to read a parameter that is given once: its name, the conversion of a text, and the check of the value.

    `is_raw` is whether the text is converted as it was sent.
    """

    name: str
    typed: Callable[[str], Any]
    fits: Callable[[Any], bool]
    is_raw: bool


class ParameterReader:
    """Reads one parameter with a single value. Its schema is looked up once.

    `is_raw` is whether it reads texts as they were sent: those of a path are, and those with parts between commas.
    """

    is_raw = False

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        self.location = parameter.location
        self.name = parameter.name
        self.required = parameter.required
        self.parameter = parameter
        self._schemas = schemas
        self._pointer = parameter.schema_pointer
        self.texts = Texts(schemas, [self._pointer] if self._pointer else [])
        self._fits = schemas.validator(self._pointer).is_valid if self._pointer else fits_any
        self._decode: Callable[[str], str] = unquote if parameter.location in ("path", "cookie") else str
        self._typed: Callable[[str], Any] = self.texts.single
        if self._decode is unquote:
            self._typed = lambda text: self.texts.single(unquote(text))
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
                yield name, Plain(self.name, self._typed, self._fits, self.is_raw)

    @property
    def _title(self) -> str:
        return self.name.removesuffix("[]")

    def fault(self, message: str, rule: str = "") -> RequestError:
        """Return a fault of this parameter."""
        where, inferred = self.parameter.pointer, self.parameter.inferred
        return RequestError(self.location, self._title, message, where, inferred, rule=rule, needed=self.required)

    def _faults(self, value: Any) -> Iterable[RequestError]:
        return [self._inside(fault) for fault in self._schemas.faults(self._pointer, value)]

    def _inside(self, error: SchemaError) -> RequestError:
        """Return the fault that an error in the value is."""
        field = f"{self._title}.{error.field}" if error.path else self._title
        fault = schema_fault(self.location, field, error)
        return dataclasses.replace(
            fault,
            inferred=self.parameter.inferred or error.inferred,
            needed=error.needed if error.path else self.required,
        )


def fits_any(_value: Any) -> bool:
    """Return that a value fits: there is no schema."""
    return True


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
