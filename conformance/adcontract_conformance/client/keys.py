"""The `Idempotency-Key` of each request: one of its own, so that none is answered as another was."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Parameter, Schemas
    from adcontract_conformance.model.exchange import Request


class Keys:
    """Creates keys that fit their schemas, and writes them into requests, apart from keys that are to stay."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._stay = set[str]()

    def create(self, operation: Operation) -> str | None:
        """Return a new key for several requests of an operation; None where it takes none, or none that is known."""
        key = self._new(operation.idempotency.key) if operation.idempotency else None
        if key is not None:
            self.keep(key)
        return key

    def keep(self, key: str) -> None:
        """Let requests have a key, however often they are sent."""
        self._stay.add(key)

    def renewed(self, operation: Operation, request: Request) -> Request:
        """Return a request with a new key, if it has one; one that does not fit its schema is left as it is."""
        if operation.idempotency is None:
            return request
        parameter = operation.idempotency.key
        name = next((each for each in request.headers if each.lower() == parameter.name.lower()), None)
        if name is None or request.headers[name] in self._stay or not self._fits(parameter, request.headers[name]):
            return request
        key = self._new(parameter)
        return request if key is None else replace(request, headers={**request.headers, name: key})

    def _new(self, parameter: Parameter) -> str | None:
        known = (each for each in _keys(parameter) if self._fits(parameter, each))
        return next((as_text(each) for each in known), None)

    def _fits(self, parameter: Parameter, key: Any) -> bool:
        pointer = parameter.schema_pointer
        numbers = [int(key)] if isinstance(key, str) and key.isdecimal() else []
        return not pointer or any(self._schemas.valid(pointer, each) for each in (key, *numbers))


def _keys(parameter: Parameter) -> Iterator[Any]:
    """Yield new keys of several forms: first in quotes, as a structured field, if the documented one is so."""
    new = str(uuid.uuid4())
    if any(str(each.value).startswith('"') for each in parameter.examples):
        yield f'"{new}"'
    yield new
    yield new.replace("-", "")
    yield new.replace("-", "").upper()
    longest = parameter.data.get("schema", {}).get("maxLength")
    if isinstance(longest, int):
        yield secrets.token_hex(longest)[:longest]
    yield secrets.randbelow(2**31)
