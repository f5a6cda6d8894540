"""Reading a request as its operation declares it: the typed values, and every fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join
from adcontract.requests.multipart import MULTIPART, Unreadable, parts
from adcontract.requests.parameters import (
    ObjectReader,
    ParameterReader,
    RequestError,
    decoded,
    parameter_reader,
    schema_fault,
    typed_as,
)
from adcontract.requests.serialize import URLENCODED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adcontract.contract.operations import MediaType, Operation
    from adcontract.contract.schemas import Schemas


_MOST = 128
_SHORT = 100
_FORGOTTEN = 1024
"""The limits of the pairs that are remembered for an operation: their number, their length, and a number of queries."""


@dataclass(slots=True)
class Values:
    """The typed values of a request, by location and name, and its faults. They are not to be changed."""

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    faults: tuple[RequestError, ...] = ()


class RequestReader:
    """Reads the requests of one operation. The schemas of its parameters are looked up once."""

    def __init__(self, operation: Operation, schemas: Schemas) -> None:
        self.operation = operation
        self._schemas = schemas
        readers = [parameter_reader(parameter, schemas) for parameter in operation.parameters]
        self._path = [reader for reader in readers if reader.location == "path"]
        self._query = [reader for reader in readers if reader.location == "query"]
        self._header = [(reader.name.lower(), reader) for reader in readers if reader.location == "header"]
        self._required = {reader.name for reader in self._query if reader.required}
        self._objects = {reader.name: reader for reader in self._query if isinstance(reader, ObjectReader)}
        self._named = {reader.name: reader for reader in self._query if reader.name not in self._objects}
        self._plain = {name: plain for reader in self._named.values() for name, plain in reader.plain()}
        self._known: dict[str, tuple[str, Any]] = {}
        self._queries = 0
        self._where = f"{operation.pointer}/requestBody"
        bodies = [(media.type.lower(), _BodyReader(media, schemas)) for media in operation.body]
        # a client that names no media type is taken to send the first one
        self._bodies = dict([*bodies[::-1], ("", bodies[0][1])]) if bodies else {}
        self.headers = (*(name for name, _ in self._header), *(["content-type"] if operation.body else []))
        """The names of the headers that `read` looks at, in lower case."""

    def read(self, path: Mapping[str, str], query: bytes | str, headers: Mapping[str, str], body: bytes) -> Values:
        """Return the values of a request. A parameter in a cookie is not looked at.

        Args:
            path: the decoded segments by the names of the path's parameters.
            query: the query string as sent, without `?`.
            headers: by lower-case name.
            body: as sent; empty for none.
        """
        typed: dict[str, Any] = {}
        faults = [fault for reader in self._path for fault in _read(reader, path.get(reader.name), typed)]
        values = self.read_rest(typed, query, headers, body)
        if faults:
            values.faults = (*faults, *values.faults)
        return values

    def read_path(self, path: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the typed values of a path; None where they do not fit, since a server has no such path then."""
        typed: dict[str, Any] = {}
        return None if any(reader.read(path[reader.name], typed) for reader in self._path) else typed

    def read_rest(self, path: dict[str, Any], query: bytes | str, headers: Mapping[str, str], body: bytes) -> Values:
        """Return the values of a request whose path has been read: `path` are its typed values."""
        values = Values(path, {}, {})
        faults: list[RequestError] = []
        if self._query:
            text = query if isinstance(query, str) else query.decode("utf-8", "replace")
            if not text or not self._read_pairs(text, values.query):
                values.query.clear()
                faults += self._read_query(text, values.query)
        for name, reader in self._header:
            faults += _read(reader, headers.get(name), values.header)
        if self.operation.body:
            values.body, own = self._body(headers.get("content-type", ""), body)
            faults += own
        if faults:
            values.faults = tuple(faults)
        return values

    def faults_of_body(self, value: Any) -> list[RequestError]:
        """Return the faults that a request with `value` as its body would have, by the first media type of bodies."""
        return self._bodies[""].faults(value) if self._bodies else []

    def _read_query(self, query: str, into: dict[str, Any]) -> Iterable[RequestError]:
        """Read the query as WHATWG URL has it, application/x-www-form-urlencoded parsing."""
        texts = self._texts(query) if query else {}
        return [fault for reader in self._query for fault in _read(reader, texts.get(reader), into)]

    def _read_pairs(self, query: str, into: dict[str, Any]) -> bool:
        """Read a query pair by pair, and return whether that was possible; `_read_query` reads any other.

        Most queries are valid, and give each parameter once and under its usual name. The value of a pair is remembered
        for a while, as a client sends the same pairs again and again. The memory is limited, since to remember a pair
        that is new each time takes as long as to read it.
        """
        known, plain = self._known, self._plain
        self._queries += 1
        if not self._queries % _FORGOTTEN:
            known.clear()
        pairs = query.split("&")
        for pair in pairs:
            read = known.get(pair)
            if read is None:
                written, _, text = pair.partition("=")
                parameter = plain.get(written)
                if parameter is None:
                    return False
                name, typed, fits = parameter
                value = typed(decoded(text) if "%" in text or "+" in text else text)
                if not fits(value):
                    return False
                if len(known) < _MOST and len(pair) < _SHORT:
                    known[pair] = name, value
            else:
                name, value = read
            into[name] = value
        given_once = len(into) == len(pairs)
        return given_once and (not self._required or self._required <= into.keys())

    def _texts(self, query: str) -> dict[ParameterReader, Any]:
        """Return the texts of each declared parameter in a query: one, or a list of them."""
        texts: dict[ParameterReader, Any] = {}
        given: str | tuple[str, str]
        for pair in query.split("&"):
            name, text = map(decoded, pair.partition("=")[::2])
            reader, given = self._named.get(name), text
            if reader is None:
                owner, bracket, rest = name.partition("[")
                reader, given = self._objects.get(owner), (bracket + rest, text)
            if reader is None:
                continue
            if reader not in texts:
                texts[reader] = given
            elif isinstance(texts[reader], list):
                texts[reader].append(given)
            else:
                texts[reader] = [texts[reader], given]
        return texts

    def _body(self, content_type: str, body: bytes) -> tuple[Any, Iterable[RequestError]]:
        if not body:
            return None, [self._bodiless("is missing", "required")] if self.operation.body_required else []
        reader = self._bodies.get(content_type) or self._bodies.get(content_type.partition(";")[0].strip().lower())
        if reader is None:
            known = ", ".join(media.type for media in self.operation.body)
            message = f"has a media type that is none of {known}"
            reason = "The contract names the media types that are read, and not that any other is refused."
            return None, [self._bodiless(message, "media-type", reason)]
        try:
            return reader.read(content_type, body)
        except orjson.JSONDecodeError as error:
            return None, [self._bodiless(f"is not valid JSON: {error.msg}", "unreadable")]
        except Unreadable as error:
            return None, [self._bodiless(f"is not valid {MULTIPART}: {error}", "unreadable")]

    def _bodiless(self, message: str, rule: str, inferred: str | None = None) -> RequestError:
        """Return the fault of a request without a body, or with one that cannot be read."""
        malformed = rule != "required"
        return RequestError("body", "body", message, self._where, inferred, malformed, rule, needed=True)


class _BodyReader:
    """Reads bodies of one media type."""

    def __init__(self, media: MediaType, schemas: Schemas) -> None:
        self._media = media
        self._schemas = schemas
        self._pointer = f"{media.pointer}/schema"
        self._is_json = media.is_json
        self._fits = schemas.validator(self._pointer).is_valid if "schema" in media.data else None

    def read(self, content_type: str, body: bytes) -> tuple[Any, Iterable[RequestError]]:
        """Return the value of a body, None where its media type is neither JSON nor a form, and its faults.

        Raises:
            orjson.JSONDecodeError, Unreadable: if it is not of its media type.
        """
        if self._is_json:
            value = orjson.loads(body)
        elif self._media.type == MULTIPART:
            value = self._form(parts(content_type, body))
        elif self._media.type == URLENCODED:
            pairs = (pair.partition("=") for pair in body.decode("utf-8", "replace").split("&") if pair)
            value = self._form([(decoded(name), decoded(text)) for name, _, text in pairs])
        else:
            return None, ()
        if self._fits is None or self._fits(value):
            return value, ()
        return value, self.faults(value)

    def faults(self, value: Any) -> list[RequestError]:
        """Return the faults of a value."""
        found = self._schemas.faults(self._pointer, value) if self._fits else ()
        return [schema_fault("body", error.field or "body", error) for error in found]

    def _form(self, found: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return the fields of a form by name, each typed as its property is; one that may be repeated is a list."""
        form: dict[str, Any] = {}
        for name, value in found:
            field = join("", name)
            declared = self._schemas.part(self._pointer, field) if self._fits else {}
            if declared.get("type") == "array":
                form.setdefault(name, []).append(_typed(value, self._schemas.part(self._pointer, join(field, EACH))))
            else:
                form[name] = _typed(value, declared)
        return form


def _read(reader: ParameterReader, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
    """Return the faults of a parameter; `texts` is None if it is missing."""
    if texts is None:
        return [reader.fault("is missing", "required")] if reader.required else ()
    return reader.read(texts, into)


def _typed(value: Any, schema: Any) -> Any:
    """Return the value of a part of a form: a text as the type of the schema, any other value unchanged."""
    return typed_as(schema)(value) if isinstance(value, str) else value
