"""The headers that a response declares (OpenAPI 3.0.3, Header Object), read as parameters of style `simple` are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.operation_parts import Parameter
from adcontract.contract.schemas import SchemaError
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref
from adcontract.requests.serialize import header_text
from adcontract.requests.structured import parameter_reader

if TYPE_CHECKING:
    from adcontract.contract.contract import Contract
    from adcontract.contract.operation_parts import Response
    from adcontract.contract.schemas import Schemas
    from adcontract.requests.parameters import ParameterReader

_NEVER_DECLARED = "content-type"


@dataclass(frozen=True)
class DeclaredHeader:
    """A header of a response: its name, its Header Object and the pointer of that."""

    name: str
    data: dict[str, Any]
    pointer: str
    _parameter: Parameter
    _reader: ParameterReader
    _schemas: Schemas
    _is_plain: bool

    @property
    def is_expected(self) -> bool:
        """Whether each such response has it: it is required, or a vendor's page shows a response that has it.

        OpenAPI has `required: false` where nothing is said, so the document of a user's own has to say it.
        """
        return bool(self.data.get("required", bool(self.shown) and not self._is_plain))

    @property
    def schema_pointer(self) -> str:
        """The pointer of the schema of its value; empty where it has none."""
        return self._parameter.schema_pointer

    @property
    def shown(self) -> list[Any]:
        """The values of it that the contract shows."""
        named = [each["value"] for each in self.data.get("examples", {}).values() if "value" in each]
        return [self.data["example"], *named] if "example" in self.data else named

    def written(self, value: Any) -> str:
        """Return a value as the text of the header."""
        return header_text(self._parameter, value)

    def faults(self, text: str) -> list[SchemaError]:
        """Return the ways in which the text of the header does not fit its schema."""
        values: dict[str, Any] = {}
        found = list(self._reader.read(text, values))
        if not found:
            return []
        value = values[self.name]
        errors = self._schemas.faults(self.schema_pointer, value) if self.schema_pointer and value is not None else []
        return errors or [SchemaError((), each.message, "style", each.pointer, each.inferred) for each in found]


class ResponseHeaders:
    """The declared headers of the responses of one contract."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._document = contract.document
        self._is_plain = contract.is_plain
        self._schemas = schemas
        self._known: dict[str, tuple[DeclaredHeader, ...]] = {}

    def of(self, response: Response) -> tuple[DeclaredHeader, ...]:
        """Return the headers that a response declares; `Content-Type` is declared by its media types alone."""
        if response.pointer not in self._known:
            self._known[response.pointer] = tuple(
                self._header(name, *deref(self._document, node, join(response.pointer, "headers", name)))
                for name, node in response.data.get("headers", {}).items()
                if name.lower() != _NEVER_DECLARED
            )
        return self._known[response.pointer]

    def _header(self, name: str, data: dict[str, Any], pointer: str) -> DeclaredHeader:
        parameter = Parameter(name, "header", data, pointer)
        reader = parameter_reader(parameter, self._schemas)
        return DeclaredHeader(name, data, pointer, parameter, reader, self._schemas, self._is_plain)
