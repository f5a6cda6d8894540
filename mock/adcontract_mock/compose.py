"""Making answers from the responses of a contract: documented, made from the schema, or telling what is wrong."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import cel
import orjson

from adcontract import ContractError, Finding, behaviour_of
from adcontract.operations import deref
from adcontract.pointer import join
from adcontract_mock.answer import Answer, make
from adcontract_mock.generate import Generator
from adcontract_mock.state.paging import Page
from adcontract_mock.state.places import get

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract import Contract, Example, Media, RequestFault, Response, Schemas

_LONGEST = 200


class Composer:
    """Makes the answers of one contract."""

    def __init__(self, contract: Contract, schemas: Schemas, programs: dict[str, cel.Program]) -> None:
        self.contract = contract
        self.schemas = schemas
        self._generator = Generator(contract, schemas)
        self._programs = programs
        self._paginations = {
            media.pointer: pagination
            for operation in contract.operations
            if (pagination := behaviour_of(operation).pagination) and operation.success
            for media in operation.success.media
            if media.is_json
        }

    def documented(self, response: Response, seed: str, why: str, example: Example | None = None) -> Answer:
        """Return `response` with `example` as its body: its first one if None, or a body made from the schema.

        Raises:
            ContractError: if there is no example and none can be made.
        """
        if not response.media:
            return make(_status(response), self._headers(response), None, b"", why)
        media = response.media[0]
        shown = example or next((each for each in media.examples if each.name == "default"), None)
        shown = shown or next(iter(media.examples), None)
        how = f"example {shown.name}" if shown else "made from the schema"
        body = _payload(media, shown.value) if shown else self._made(media, seed)
        return make(_status(response), self._headers(response), media.type, body, why or how)

    def refusal(self, response: Response, seed: str, faults: tuple[RequestFault, ...]) -> Answer:
        """Return `response` with the body that its `x-body` makes of `faults`; its example where it has none.

        Raises:
            ContractError: if `x-body` cannot be evaluated.
        """
        told = [{"in": fault.place, "field": fault.field, "message": sentence(fault)} for fault in faults]
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        message = told[0]["message"] + more
        expression = response.data.get("x-body")
        if expression is None or not response.media:
            return self.documented(response, seed, message)
        fields: dict[str, list[str]] = {}
        for fault in told:
            fields.setdefault(fault["field"], []).append(fault["message"])
        body = self._evaluate(response, expression, {"faults": told, "fields": fields, "message": message})
        # CEL gives the members of an object in no order
        payload = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        return make(_status(response), self._headers(response), response.media[0].type, payload, message)

    def _evaluate(self, response: Response, expression: str, variables: dict[str, Any]) -> Any:
        try:
            return self._programs[expression].execute(variables)
        except (ValueError, LookupError, TypeError, RuntimeError) as error:
            raise _unusable(self.contract, response, error) from None

    def _headers(self, response: Response) -> dict[str, str]:
        """Return the headers that the contract shows a value of."""
        shown = {}
        for name, node in response.data.get("headers", {}).items():
            header, _ = deref(self.contract.document, node, "")
            if "example" in header:
                value = header["example"]
                shown[name] = value if isinstance(value, str) else orjson.dumps(value).decode()
        return shown

    def _made(self, media: Media, seed: str) -> bytes:
        if media.type == "application/zip":
            return _empty_zip()
        if "schema" not in media.data:
            return b"null" if media.is_json else b""
        value = self._generator.value(f"{media.pointer}/schema", seed)
        if pagination := self._paginations.get(media.pointer):
            rows = get(value, pagination.items)
            value = Page(pagination, {}, rows).written(value)  # what it says of its rows has to be so
        return _payload(media, value)


def programs(contract: Contract, responses: Iterable[Response]) -> dict[str, cel.Program]:
    """Return every `x-body` of `responses`, compiled.

    Raises:
        ContractError: if one is no CEL expression.
    """
    compiled: dict[str, cel.Program] = {}
    for response in responses:
        expression = response.data.get("x-body")
        if expression is not None and expression not in compiled:
            try:
                compiled[expression] = cel.compile(expression)
            except ValueError as error:
                raise _unusable(contract, response, error) from None
    return compiled


def _unusable(contract: Contract, response: Response, error: Exception) -> ContractError:
    cause = str(error).partition("\n")[0]
    message = f"This CEL expression cannot be evaluated: {cause}."
    return ContractError(
        [Finding(contract.where(join(response.pointer, "x-body")), "x-body", message, "Correct it here.")]
    )


def sentence(fault: RequestFault) -> str:
    """Return what is wrong, with the name of the field: `size: 500 is greater than the maximum of 100`."""
    message = fault.message if len(fault.message) <= _LONGEST else f"{fault.message[:_LONGEST]}…"
    return f"{fault.field} {message}" if message.startswith(("is ", "has ")) else f"{fault.field}: {message}"


def _payload(media: Media, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) and not media.is_json else orjson.dumps(value)


def _status(response: Response) -> int:
    """Return a status to send: `4XX` stands for its first."""
    return int(response.status.upper().replace("X", "0"))


def _empty_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w"):
        pass
    return file.getvalue()
