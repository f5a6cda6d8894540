"""Composing HTTP responses from those of a contract: documented, generated from the schema, or with a message."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import ContractError, Finding
from adcontract.contract.error_responses import error_messages
from adcontract.contract.expressions import CEL_ERRORS, Expression
from adcontract.files.payload_files import DEFAULT
from adcontract.openapi.pointer import get, join
from adcontract.requests.response_headers import ResponseHeaders
from adcontract_mock.generation.values import Generator
from adcontract_mock.http.rate_limits import rate_limit_header
from adcontract_mock.http.response import HttpResponse, response_of
from adcontract_mock.responses.messages import Messages, sentence
from adcontract_mock.responses.tables import WRITERS, table
from adcontract_mock.responses.xml import is_xml, xml
from adcontract_mock.screens.screens import Screens
from adcontract_mock.state.cursors import BodySchema
from adcontract_mock.state.pagination import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract import Contract, Example, MediaType, RequestError, RequestReader, Response, Schemas
    from adcontract.requests.response_headers import DeclaredHeader

_ZIP = "application/zip"
_PROBLEMS = ("application/problem+json", "application/problem+xml")
_member = re.compile(r'"([^"]+)"\s*:')


class Composer:
    """Composes the responses of one contract. `operation_id` is that of the operation that responds, empty for none."""

    def __init__(self, contract: Contract, schemas: Schemas, programs: dict[str, Expression], *, live: bool) -> None:
        """Take a contract, its schemas and its `programs`; `live` is whether the headers of a rate limit are sent."""
        self.contract = contract
        self.schemas = schemas
        self.generator = Generator(contract, schemas)
        self._programs = programs
        self._declared_headers = ResponseHeaders(contract, schemas)
        self._messages = Messages(error_messages(contract.document))
        self._live = live
        self._paginations = {
            media.pointer: pagination
            for operation in contract.operations
            if (pagination := operation.behavior.pagination) and operation.success
            for media in operation.success.media
            if media.is_json
        }

    @cached_property
    def screens(self) -> Screens:
        """The named states of the responses."""
        return Screens(self.contract, self.schemas)

    def documented(
        self,
        response: Response,
        operation_id: str,
        example: Example | None = None,
        media: MediaType | None = None,
        reason: str = "",
    ) -> HttpResponse:
        """Return `response` as it is documented.

        Args:
            response: a response of the contract.
            operation_id: the operation that responds.
            example: the body; None for the default example, else the first; without any it is generated.
            media: the media type of the body; None for the first one.
            reason: the explanation; empty for the name of the example.

        Raises:
            ContractError: if there is no example and no body can be generated.
        """
        if not response.media:
            return response_of(
                _status(response), self._headers(response), None, b"", reason or "documented", operation_id
            )
        media = media or response.media[0]
        source = _source(response, media)
        example = example or default_example(response)
        if example not in source.examples:
            return self.generated(response, operation_id, operation_id, media, reason or "generated from the schema")
        body = self._written(media, source, example.value)
        return response_of(
            _status(response),
            self._headers(response),
            media.written,
            body,
            reason or f"example {example.name}",
            operation_id,
        )

    def with_value(
        self, response: Response, operation_id: str, value: Any, media: MediaType | None, reason: str
    ) -> HttpResponse:
        """Return `response` with `value` as its body, in the media type `media`, the first one if None."""
        if not response.media:
            return self.documented(response, operation_id, reason=reason)
        media = media or response.media[0]
        source = _source(response, media)
        if "schema" in source.data:
            value = self.schemas.visible(f"{source.pointer}/schema", value)
        body = self._written(media, source, value)
        return response_of(_status(response), self._headers(response), media.written, body, reason, operation_id)

    def generated(
        self, response: Response, operation_id: str, seed: str, media: MediaType | None, reason: str
    ) -> HttpResponse:
        """Return `response` with a body generated from its schema, the same for the same seed.

        Raises:
            ContractError: if none can be generated.
        """
        if not response.media:
            return self.documented(response, operation_id, reason=reason)
        media = media or response.media[0]
        source, headers = _source(response, media), self._headers(response)
        if media.essence == _ZIP:
            body = _empty_zip()
        elif "schema" in source.data:
            value = self._generated_value(source, seed, _status(response))
            if pagination := self._paginations.get(source.pointer):
                # what it says about its rows has to be true
                rows, schema = get(value, pagination.items) or [], BodySchema.of(self.contract.document, source)
                page = Page(pagination, {}, rows, schema=schema)
                value, headers = page.written(value), headers | page.headers()
            body = self._written(media, source, value)
        else:
            body = b"null" if media.is_json else b""
        return response_of(_status(response), headers, media.written, body, reason, operation_id)

    def _generated_value(self, source: MediaType, seed: str, status: int) -> Any:
        """Return a value for the schema of a media type, with the `status` in problem details (RFC 9457, 3.1.2)."""
        pointer = f"{source.pointer}/schema"
        value = self.generator.value(pointer, seed)
        if source.essence in _PROBLEMS and isinstance(value, dict) and "status" in value:
            true = {**value, "status": status}
            return true if self.schemas.valid(pointer, true) else value
        return value

    def refusal(self, response: Response, reader: RequestReader, faults: tuple[RequestError, ...]) -> HttpResponse:
        """Return `response` with the body that its `x-body` gives for `faults`; its example without an `x-body`.

        `reader` has read the request. The messages are the contract's own, the reason is technical.

        Raises:
            ContractError: if `x-body` cannot be evaluated.
        """
        listed = self._messages.of(faults, reader.faults_of_body)
        reason = "; ".join(f"{sentence(fault)} ({self._position(fault.pointer)})" for fault in faults)
        return self.with_message(response, reader.operation.id, reason, self._messages.summary(listed), listed)

    def with_message(
        self,
        response: Response,
        operation_id: str,
        reason: str,
        message: str,
        faults: list[dict[str, str]] | None = None,
    ) -> HttpResponse:
        """Return `response` with the body that its `x-body` gives for `message`; its example without an `x-body`.

        Raises:
            ContractError: if `x-body` cannot be evaluated.
        """
        expression = response.data.get("x-body")
        if expression is None or not response.media:
            return self.documented(response, operation_id, reason=reason)
        faults = faults or [{"in": "request", "field": "request", "message": message}]
        fields: dict[str, list[str]] = {}
        for fault in faults:
            fields.setdefault(fault["field"], []).append(fault["message"])
        body = self._evaluate(response, expression, {"faults": faults, "fields": fields, "message": message})
        # CEL returns the members of an object in any order
        order = dict.fromkeys((*_member.findall(expression), *fields))
        payload = orjson.dumps(_ordered(body, {name: rank for rank, name in enumerate(order)}))
        return response_of(
            _status(response), self._headers(response), response.media[0].written, payload, reason, operation_id
        )

    def _position(self, pointer: str) -> str:
        """Return the position of `pointer` in the folder of contracts: `spec/shop/paths/v1_orders.yaml:9:3`."""
        where, root = self.contract.where(pointer), self.contract.folder.absolute()
        root = root if self.contract.is_plain else root.parent.parent
        return f"{where.file.absolute().relative_to(root)}:{where.line}:{where.column}"

    def _evaluate(self, response: Response, expression: str, variables: dict[str, Any]) -> Any:
        try:
            return self._programs[expression].value(variables)
        except CEL_ERRORS as error:
            raise _unusable(self.contract, response, error) from None

    def _headers(self, response: Response) -> dict[str, str]:
        """Return the headers that such a response has, and those of a rate limit if they are live."""
        headers = {}
        for each in self._declared_headers.of(response):
            if each.is_expected or each.shown:
                headers[each.name] = each.written(self._header_value(each))
            elif self._live and rate_limit_header(each.name):
                headers[each.name] = ""
        return headers

    def _header_value(self, header: DeclaredHeader) -> Any:
        """Return the value of a header that the contract shows, else one that its schema allows."""
        return header.shown[0] if header.shown else self.generator.value(header.schema_pointer, header.name)

    def _written(self, media: MediaType, source: MediaType, value: Any) -> bytes:
        """Return a value of the media type `source` as bytes of the media type `media`."""
        if media is not source:
            return WRITERS[media.essence](table(self.contract.document, source.data.get("schema", {}), value))
        if is_xml(media.essence) and not isinstance(value, str):
            return xml(self.contract.document, source.data.get("schema", {}), value)
        return value.encode() if isinstance(value, str) and not media.is_json else orjson.dumps(value)


def _source(response: Response, media: MediaType) -> MediaType:
    """Return the media type of `response` whose payloads `media` shows: a table shows the JSON ones."""
    return response.json if response.json and media.essence in WRITERS else media


def examples(response: Response) -> dict[str, Example]:
    """Return the payloads of a response by name."""
    return {example.name: example for media in response.media for example in media.examples}


def default_example(response: Response) -> Example | None:
    """Return the payload that is sent unless the request asks for another: `default`, else the first."""
    known = examples(response)
    return known.get(DEFAULT) or next(iter(known.values()), None)


def programs(contract: Contract, responses: Iterable[Response]) -> dict[str, Expression]:
    """Return every `x-body` of `responses`, compiled.

    Raises:
        ContractError: if one is no CEL expression.
    """
    compiled: dict[str, Expression] = {}
    for response in responses:
        expression = response.data.get("x-body")
        if expression is not None and expression not in compiled:
            try:
                compiled[expression] = Expression(expression)
            except CEL_ERRORS as error:
                raise _unusable(contract, response, error) from None
    return compiled


def _unusable(contract: Contract, response: Response, error: Exception) -> ContractError:
    cause = str(error).partition("\n")[0]
    message = f"This CEL expression cannot be evaluated: {cause}."
    return ContractError(
        [Finding(contract.where(join(response.pointer, "x-body")), "x-body", message, "Correct it here.")]
    )


def _ordered(value: Any, ranks: dict[str, int]) -> Any:
    """Return a value with the members of each object in the order of `ranks`, and others behind them by name."""
    if isinstance(value, list):
        return [_ordered(item, ranks) for item in value]
    if not isinstance(value, dict):
        return value
    names = sorted(value, key=lambda name: (ranks.get(name, len(ranks)), name))
    return {name: _ordered(value[name], ranks) for name in names}


def _status(response: Response) -> int:
    """Return the status to send: `4XX` stands for 400, `default` for 200 where no other response is declared."""
    return 200 if response.status == "default" else int(response.status.upper().replace("X", "0"))


def _empty_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w"):
        pass
    return file.getvalue()
