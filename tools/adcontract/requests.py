"""Holding a request to an operation: what it says is read as the contract declares it, and every fault is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract.operations import Media, Operation, Parameter
    from adcontract.schemas import Schemas

_INTEGER = re.compile(r"-?[0-9]{1,1000}")  # JSON's are unlimited; Python's int() refuses more than 4,300 digits
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_KEY = re.compile(r"\[((?:(?!\]\[).)*)\]", re.DOTALL)  # a key may hold brackets, but `[a][b]` is an object in an object


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


@dataclass(frozen=True)
class Values:
    """What a request says, by place and name, as typed values, with its faults."""

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    faults: tuple[RequestFault, ...] = ()


class RequestReader:
    """Reads the requests of one operation."""

    def __init__(self, operation: Operation, schemas: Schemas) -> None:
        self.operation = operation
        self._schemas = schemas

    def read(self, path: Mapping[str, str], query: bytes | str, headers: Mapping[str, str], body: bytes) -> Values:
        """Return what a request says.

        Args:
            path: the decoded segments by the names of the path's parameters.
            query: the query string as sent, without `?`.
            headers: by lower-case name.
            body: as sent; empty for none.
        """
        faults: list[RequestFault] = []
        pairs = parse_qsl(query if isinstance(query, str) else query.decode("latin-1"), keep_blank_values=True)
        found: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for parameter in self.operation.parameters:
            texts = self._texts(parameter, path, pairs, headers)
            if texts is None:
                if parameter.required:
                    faults.append(self._fault(parameter, "is missing"))
            elif texts != [""] or not parameter.data.get("allowEmptyValue"):
                value, own = self._value(parameter, texts)
                found.setdefault(parameter.place, {})[parameter.name] = value
                faults += own
        payload, own = self._body(headers, body)
        return Values(found["path"], found["query"], found["header"], payload, (*faults, *own))

    def path_fits(self, path: Mapping[str, str]) -> bool:
        """Return whether the values in a path fit its parameters; where they do not, a server knows no such path."""
        return not any(
            self._value(parameter, [path[parameter.name]])[1]
            for parameter in self.operation.parameters
            if parameter.place == "path"
        )

    def _texts(
        self, parameter: Parameter, path: Mapping[str, str], pairs: list[tuple[str, str]], headers: Mapping[str, str]
    ) -> list[Any] | None:
        """Return the texts of a parameter, for a deepObject each with the match of its key; None if it is not there."""
        if parameter.place == "query":
            if parameter.style == "deepObject":
                own = ((name, text) for name, text in pairs if name.partition("[")[0] == parameter.name)
                return [(_KEY.fullmatch(name.removeprefix(parameter.name)), text) for name, text in own] or None
            return [text for name, text in pairs if name == parameter.name] or None
        source = path if parameter.place == "path" else headers
        name = parameter.name if parameter.place == "path" else parameter.name.lower()
        return [source[name]] if name in source else None

    def _value(self, parameter: Parameter, texts: list[Any]) -> tuple[Any, list[RequestFault]]:
        schema = self._schemas.schema(f"{parameter.pointer}/schema")
        value: Any
        if parameter.style == "deepObject":
            if not all(key for key, _ in texts):
                return None, [self._fault(parameter, f"is not written {parameter.name}[key]=value")]
            value = {key[1]: _typed(text, schema.get("additionalProperties")) for key, text in texts}
        elif schema.get("type") == "array":
            if parameter.data.get("explode", parameter.style == "form") is False or parameter.style == "simple":
                texts = [part for text in texts for part in text.split(",")]
            items = self._schemas.schema(f"{parameter.pointer}/schema/items")
            value = [_typed(text, items) for text in texts]
        elif len(texts) > 1:
            return texts[-1], [self._fault(parameter, "is given more than once")]
        else:
            value = _typed(texts[0], schema)
        return value, [
            self._fault(parameter, fault.message, fault.field, fault.pointer, fault.inferred)
            for fault in self._schemas.faults(f"{parameter.pointer}/schema", value)
        ]

    def _fault(
        self,
        parameter: Parameter,
        message: str,
        inside: str = "",
        pointer: str | None = None,
        inferred: str | None = None,
    ) -> RequestFault:
        name = parameter.name.removesuffix("[]")
        return RequestFault(
            parameter.place,
            f"{name}.{inside}" if inside else name,
            message,
            pointer or parameter.pointer,
            parameter.inferred or inferred,
        )

    def _body(self, headers: Mapping[str, str], body: bytes) -> tuple[Any, list[RequestFault]]:
        where = f"{self.operation.pointer}/requestBody"
        if not self.operation.body:
            return None, []
        if not body:
            missing = RequestFault("body", "body", "is missing", where)
            return None, [missing] if self.operation.body_required else []
        media = self.media(headers.get("content-type", ""))
        if media is None:
            known = ", ".join(media.type for media in self.operation.body)
            return None, [
                RequestFault("body", "body", f"has a media type that is none of {known}", where, malformed=True)
            ]
        if not media.is_json:
            return None, []
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return None, [RequestFault("body", "body", f"is no JSON: {error.msg}", where, malformed=True)]
        return value, [
            RequestFault("body", fault.field or "body", fault.message, fault.pointer, fault.inferred)
            for fault in self._schemas.faults(f"{media.pointer}/schema", value)
        ]

    def media(self, content_type: str) -> Media | None:
        """Return the media type of the request body that `content_type` names; the first one where it names none."""
        wanted = content_type.partition(";")[0].strip().lower()
        if not wanted:
            return self.operation.body[0]
        return next((media for media in self.operation.body if media.type.lower() == wanted), None)


def _typed(text: str, schema: Any) -> Any:
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
