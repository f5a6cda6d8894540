"""Reading a request as its operation declares it: the typed values, and every fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.security import security_schemes
from adcontract.openapi.patches import MERGE_PATCH
from adcontract.requests.bodies import BodyReader
from adcontract.requests.multipart import MULTIPART, Unreadable
from adcontract.requests.parameters import ParameterReader, RequestError, decoded
from adcontract.requests.structured import EitherReader, PairsReader, is_unread, parameter_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adcontract.contract.operation_parts import MediaType
    from adcontract.contract.operations import Operation
    from adcontract.contract.schemas import Schemas


_MOST = 128
_SHORT = 100
_FORGOTTEN = 1024
"""The limits of the pairs that are remembered for an operation: their number, their length, and a number of queries."""


@dataclass(slots=True)
class Values:
    """The typed values of a request, by location and name, and its faults. They are not to be changed.

    `media` is the media type of the body, None without one.
    """

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    cookie: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    media: MediaType | None = None
    faults: tuple[RequestError, ...] = ()

    @property
    def only_removes(self) -> bool:
        """Whether its faults are nulls in a JSON Merge Patch, which take a value away whatever its schema says."""
        is_merge = self.media is not None and self.media.essence == MERGE_PATCH
        return is_merge and all(each.rule in ("type", "enum") and each.value is None for each in self.faults)


class RequestReader:
    """Reads the requests of one operation. The schemas of its parameters are looked up once."""

    def __init__(self, operation: Operation, schemas: Schemas) -> None:
        self.operation = operation
        self._schemas = schemas
        readers = [parameter_reader(parameter, schemas) for parameter in operation.parameters]
        self._path = [reader for reader in readers if reader.location == "path"]
        self._query = [reader for reader in readers if reader.location == "query"]
        self._header = [(reader.name.lower(), reader) for reader in readers if reader.location == "header"]
        self._cookie = [reader for reader in readers if reader.location == "cookie" and not is_unread(reader)]
        self._required = {reader.name for reader in self._query if reader.required}
        pairs = [reader for reader in self._query if isinstance(reader, PairsReader)]
        self._deep = {reader.name: reader for reader in pairs if reader.is_deep}
        self._named = {reader.name: reader for reader in self._query if not isinstance(reader, PairsReader)}
        spread = [reader for reader in pairs if not reader.is_deep]
        either = [reader for reader in spread if isinstance(reader, EitherReader)]
        self._members: dict[str, PairsReader] = {reader.name: reader for reader in either}
        self._members |= {name: reader for reader in spread[::-1] for name in reader.texts.properties}
        self._others = next((reader for reader in spread if reader.texts.is_open and reader not in either), None)
        schemes = security_schemes(schemas.document).values() if self._others else ()
        self._credentials = {scheme.key for scheme in schemes if scheme.location == "query"}
        self._plain = {name: plain for reader in self._named.values() for name, plain in reader.plain()}
        self._known: dict[str, tuple[str, Any]] = {}
        self._queries = 0
        self._where = f"{operation.pointer}/requestBody"
        self._bodies = [(media, BodyReader(media, schemas)) for media in operation.body]
        self._body_readers: dict[str, BodyReader | None] = {}
        self.headers = (
            *(name for name, _ in self._header),
            *(["cookie"] if self._cookie else []),
            *(["content-type"] if operation.body else []),
        )
        """The names of the headers that `read` looks at, in lower case."""

    def read(self, path: Mapping[str, str], query: bytes | str, headers: Mapping[str, str], body: bytes) -> Values:
        """Return the values of a request.

        Args:
            path: the texts of the path's parameters by their names, percent-encoded as in a URL.
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
        if self._cookie:
            cookies = _cookies(headers.get("cookie", ""))
            for reader in self._cookie:
                faults += _read(reader, cookies.get(reader.name), values.cookie)
        if self.operation.body:
            faults += self._body(headers.get("content-type", ""), body, values)
        if faults:
            values.faults = tuple(faults)
        return values

    def faults_of_body(self, value: Any) -> list[RequestError]:
        """Return the faults that a request with `value` as its body would have, by the first media type of bodies."""
        return self._bodies[0][1].faults(value) if self._bodies else []

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
                name, typed, fits, is_raw = parameter
                value = typed(decoded(text) if not is_raw and ("%" in text or "+" in text) else text)
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
        given: Any
        for pair in query.split("&"):
            written, _, text = pair.partition("=")
            reader, given = self._given(decoded(written), text)
            if reader is None:
                continue
            if reader not in texts:
                texts[reader] = given
            elif isinstance(texts[reader], list):
                texts[reader].append(given)
            else:
                texts[reader] = [texts[reader], given]
        return texts

    def _given(self, name: str, text: str) -> tuple[ParameterReader | None, Any]:
        """Return the parameter that a pair of a query is for, if any, and what it is given."""
        if named := self._named.get(name):
            return named, text if named.is_raw else decoded(text)
        owner, bracket, rest = name.partition("[")
        if deep := self._deep.get(owner):
            return deep, (bracket + rest, decoded(text))
        others = None if name in self._credentials else self._others
        return self._members.get(name, others), (name, decoded(text))

    def _body(self, content_type: str, body: bytes, values: Values) -> Iterable[RequestError]:
        """Read a body into the values of its request, and return its faults."""
        if not body:
            return [self._bodiless("is missing", "required")] if self.operation.body_required else []
        reader = self._body_reader(content_type)
        if reader is None:
            known = ", ".join(media.type for media in self.operation.body)
            message = f"has a media type that is none of {known}"
            reason = "The contract names the media types that are read, and not that any other is refused."
            return [self._bodiless(message, "media-type", reason)]
        values.media = reader.media
        try:
            values.body, faults = reader.read(content_type, body)
        except orjson.JSONDecodeError as error:
            return [self._bodiless(f"is not valid JSON: {error.msg}", "unreadable")]
        except Unreadable as error:
            return [self._bodiless(f"is not valid {MULTIPART}: {error}", "unreadable")]
        return faults

    def _body_reader(self, content_type: str) -> BodyReader | None:
        """Return the reader of a body of a media type; the first one where a client names none."""
        if content_type not in self._body_readers:
            if len(self._body_readers) > _MOST:
                self._body_readers.clear()
            declared = self.operation.body_for(content_type) if content_type.strip() else self.operation.body[0]
            known = next((each for media, each in self._bodies if media is declared), None)
            self._body_readers[content_type] = known or (BodyReader(declared, self._schemas) if declared else None)
        return self._body_readers[content_type]

    def _bodiless(self, message: str, rule: str, inferred: str | None = None) -> RequestError:
        """Return the fault of a request without a body, or with one that cannot be read."""
        malformed = rule != "required"
        return RequestError("body", "body", message, self._where, inferred, malformed, rule, needed=True)


def _read(reader: ParameterReader, texts: Any, into: dict[str, Any]) -> Iterable[RequestError]:
    """Return the faults of a parameter; `texts` is None if it is missing."""
    if texts is None:
        return [reader.fault("is missing", "required")] if reader.required else ()
    return reader.read(texts, into)


def _cookies(text: str) -> dict[str, Any]:
    """Return the cookies of a request by name (RFC 6265, section 4.2): a text, or several."""
    cookies: dict[str, Any] = {}
    for part in text.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals and name in cookies:
            known = cookies[name]
            cookies[name] = [*(known if isinstance(known, list) else [known]), value.strip('"')]
        elif equals:
            cookies[name] = value.strip('"')
    return cookies
