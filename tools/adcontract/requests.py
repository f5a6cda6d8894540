"""Holding a request to an operation: what it says is read as the contract declares it, and every fault is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import orjson

from adcontract.multipart import MULTIPART, Unreadable, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adcontract.operations import Media, Operation, Parameter
    from adcontract.schemas import Schemas

_INTEGER = re.compile(r"-?[0-9]{1,1000}")  # JSON's are unlimited; Python's int() refuses more than 4,300 digits
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_KEY = re.compile(r"\[((?:(?!\]\[).)*)\]", re.DOTALL)  # a key may hold brackets, but `[a][b]` is an object in an object
_REMEMBERED = 512
_SHORT = 100
"""What is longer is not remembered."""


@dataclass(frozen=True)
class RequestFault:
    """One fault of a request: where (`path`, `query`, `header`, `body`), the field, and what is wrong with it.

    `malformed` is true where the body cannot be read at all. `pointer` is the part of the contract that is broken,
    and `inferred` the sentence of its `x-inferred`, if it is not documented.
    """

    place: str
    field: str
    message: str
    pointer: str
    inferred: str | None = None
    malformed: bool = False


@dataclass(slots=True)
class Values:
    """What a request says, by place and name, as typed values, with its faults."""

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    faults: tuple[RequestFault, ...] = ()


class RequestReader:
    """Reads the requests of one operation. What there is to know of its parameters is looked up once."""

    def __init__(self, operation: Operation, schemas: Schemas) -> None:
        self.operation = operation
        self._schemas = schemas
        readers = [_ParameterReader(parameter, schemas) for parameter in operation.parameters]
        self._path = [reader for reader in readers if reader.place == "path"]
        self._query = [reader for reader in readers if reader.place == "query"]
        self._header = [reader for reader in readers if reader.place == "header"]
        self._names = {reader.name for reader in self._query}
        self._objects = {reader.name for reader in self._query if reader.is_object}
        self.headers = (*(reader.name for reader in self._header), *(["content-type"] if operation.body else []))
        """The names of the headers that `read` looks at, in lower case."""

    def read(self, path: Mapping[str, str], query: bytes | str, headers: Mapping[str, str], body: bytes) -> Values:
        """Return what a request says. A parameter in a cookie is not looked at.

        Args:
            path: the decoded segments by the names of the path's parameters.
            query: the query string as sent, without `?`.
            headers: by lower-case name.
            body: as sent; empty for none.
        """
        values = Values()
        faults: list[RequestFault] = []
        for reader in self._path:
            faults += reader.read(path.get(reader.name), values.path)
        if self._query:
            texts = self._texts(query if isinstance(query, str) else query.decode("latin-1")) if query else {}
            for reader in self._query:
                faults += reader.read(texts.get(reader.name), values.query)
        for reader in self._header:
            faults += reader.read(headers.get(reader.name), values.header)
        if self.operation.body:
            values.body, own = self._body(headers, body)
            faults += own
        if faults:
            values.faults = tuple(faults)
        return values

    def path_fits(self, path: Mapping[str, str]) -> bool:
        """Return whether the values in a path fit its parameters; where they do not, a server knows no such path."""
        return not any(reader.read(path[reader.name], {}) for reader in self._path)

    def _texts(self, query: str) -> dict[str, Any]:
        """Return the texts of each declared parameter: one, or a list of them; for an object its keys with texts."""
        texts: dict[str, Any] = {}
        for pair in query.split("&"):
            name, text = _pair(pair) if len(pair) < _SHORT else _read_pair(pair)
            if name not in self._names or name in self._objects:
                owner, bracket, rest = name.partition("[")
                if owner in self._objects:
                    texts.setdefault(owner, []).append((bracket + rest, text))
            elif name not in texts:
                texts[name] = text
            elif isinstance(texts[name], list):
                texts[name].append(text)
            else:
                texts[name] = [texts[name], text]
        return texts

    def _body(self, headers: Mapping[str, str], body: bytes) -> tuple[Any, Iterable[RequestFault]]:
        where = f"{self.operation.pointer}/requestBody"
        if not body:
            missing = RequestFault("body", "body", "is missing", where)
            return None, [missing] if self.operation.body_required else []
        content_type = headers.get("content-type", "")
        media = self.media(content_type)
        if media is None:
            known = ", ".join(media.type for media in self.operation.body)
            return None, [
                RequestFault("body", "body", f"has a media type that is none of {known}", where, malformed=True)
            ]
        try:
            if media.is_json:
                value = orjson.loads(body)
            elif media.type == MULTIPART:
                value = self._form(parts(content_type, body), f"{media.pointer}/schema")
            else:
                return None, []
        except orjson.JSONDecodeError as error:
            return None, [RequestFault("body", "body", f"is no JSON: {error.msg}", where, malformed=True)]
        except Unreadable as error:
            return None, [RequestFault("body", "body", f"is no {MULTIPART}: {error}", where, malformed=True)]
        schema = f"{media.pointer}/schema"
        if "schema" not in media.data or self._schemas.valid(schema, value):
            return value, ()
        return value, [
            RequestFault("body", fault.field or "body", fault.message, fault.pointer, fault.inferred)
            for fault in self._schemas.faults(schema, value)
        ]

    def _form(self, found: list[tuple[str, Any]], schema: str) -> dict[str, Any]:
        """Return the parts of a form by name, each typed as its property is; one that may come often is a list."""
        properties = self._schemas.schema(schema).get("properties", {})
        form: dict[str, Any] = {}
        for name, value in found:
            where = f"{schema}/properties/{name.replace('~', '~0').replace('/', '~1')}"
            declared = self._schemas.schema(where) if name in properties else {}
            if declared.get("type") == "array":
                form.setdefault(name, []).append(_typed(value, declared.get("items")))
            else:
                form[name] = _typed(value, declared)
        return form

    def media(self, content_type: str) -> Media | None:
        """Return the media type of the request body that `content_type` names; the first one where it names none."""
        wanted = content_type.partition(";")[0].strip().lower()
        if not wanted:
            return self.operation.body[0]
        return next((media for media in self.operation.body if media.type.lower() == wanted), None)


class _ParameterReader:
    """Reads the values of one parameter. Short texts are remembered, with the value that each stands for."""

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        self.place = parameter.place
        self.name = parameter.name.lower() if parameter.place == "header" else parameter.name
        self.is_object = parameter.style == "deepObject"
        self._parameter = parameter
        self._schemas = schemas
        self._pointer = f"{parameter.pointer}/schema"
        self._required = parameter.required
        self._may_be_empty = bool(parameter.data.get("allowEmptyValue"))
        self._schema = schemas.schema(self._pointer)
        self._is_array = self._schema.get("type") == "array"
        self._items = schemas.schema(f"{self._pointer}/items") if "items" in self._schema else None
        exploded = parameter.data.get("explode", parameter.style == "form")
        self._by_commas = exploded is False or parameter.style == "simple"
        self._remembered = lru_cache(_REMEMBERED)(self._single)

    def read(self, texts: Any, into: dict[str, Any]) -> Iterable[RequestFault]:
        """Put the value that `texts` stand for into a dict by the parameter's name, and return what is wrong with it.

        They are one text, a list of them, or None for none; for an object a list of its keys with their texts.
        """
        if texts is None:
            return [self._fault("is missing")] if self._required else ()
        if self._may_be_empty and texts == "":
            return ()
        if self.is_object:
            value, faults = self._object(texts)
        elif self._is_array:
            value, faults = self._array(texts if isinstance(texts, list) else [texts])
        elif isinstance(texts, list):
            value, faults = texts[-1], [self._fault("is given more than once")]
        else:
            value, faults = self._remembered(texts) if len(texts) < _SHORT else self._single(texts)
        into[self._parameter.name] = value
        return faults

    def _single(self, text: str) -> tuple[Any, Iterable[RequestFault]]:
        value = _typed(text, self._schema)
        return value, self._faults(value)

    def _array(self, texts: list[str]) -> tuple[Any, Iterable[RequestFault]]:
        if self._by_commas:
            texts = [part for text in texts for part in text.split(",")]
        value = [_typed(text, self._items) for text in texts]
        return value, self._faults(value)

    def _object(self, texts: list[tuple[str, str]]) -> tuple[Any, Iterable[RequestFault]]:
        keys = [_KEY.fullmatch(key) for key, _ in texts]
        if not all(keys):
            return None, [self._fault(f"is not written {self.name}[key]=value")]
        extra = self._schema.get("additionalProperties")
        value = {key[1]: _typed(text, extra) for key, (_, text) in zip(keys, texts, strict=True) if key}
        return value, self._faults(value)

    def _faults(self, value: Any) -> Iterable[RequestFault]:
        if self._schemas.valid(self._pointer, value):
            return ()
        return [
            self._fault(fault.message, fault.field, fault.pointer, fault.inferred)
            for fault in self._schemas.faults(self._pointer, value)
        ]

    def _fault(
        self, message: str, inside: str = "", pointer: str | None = None, inferred: str | None = None
    ) -> RequestFault:
        parameter = self._parameter
        name = parameter.name.removesuffix("[]")
        return RequestFault(
            parameter.place,
            f"{name}.{inside}" if inside else name,
            message,
            pointer or parameter.pointer,
            parameter.inferred or inferred,
        )


def _read_pair(pair: str) -> tuple[str, str]:
    """Return a name and a text of a query string, decoded (WHATWG URL, application/x-www-form-urlencoded parsing)."""
    name, _, text = pair.partition("=")
    return unquote_plus(name), unquote_plus(text)


_pair = lru_cache(4096)(_read_pair)


def _typed(text: Any, schema: Any) -> Any:
    """Return the value that `text` stands for under `schema`, or the text itself where it is no such value."""
    kinds = schema.get("type") if isinstance(schema, dict) else None
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind == "integer" and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "number" and _NUMBER.fullmatch(text):
            return float(text)
        if kind == "boolean" and text in _BOOLEANS:
            return _BOOLEANS[text]
    return text
