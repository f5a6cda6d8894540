"""Faulty requests: changes of the documented request that the contract's own reader refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.references import follow
from adcontract_conformance.laws.limits import NO_SUCH, outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Values
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.documented import Documented
    from adcontract_conformance.model.exchange import Request

DEPTH = 2
"""How deep in a body limits are tried."""

MANY = 200
"""From how many items on a list is too long to be sent."""


@dataclass(frozen=True)
class InvalidRequest:
    """A request with a fault, how the reader reads it, the fault in a few words, and its name in fingerprints."""

    request: Request
    reading: Values
    fault: str
    part: str


class InvalidRequests:
    """The faulty requests to one operation, at one address."""

    def __init__(self, client: Client, operation: Operation, address: dict[str, Any]) -> None:
        self.client, self.operation = client, operation
        self.documented: Documented = client.documented(operation, **address)
        self.checked, self.base = client.sender.checked, client.sender.target.url
        self.document = self.checked.contract.document

    def bodies(self) -> Iterator[InvalidRequest]:
        """Yield requests whose body is empty, is not JSON, or has another type or media type."""
        if not self.operation.body:
            return
        good = self._with_body({})
        yield from self._checked(replace(good, body=b""), "an empty request")
        text = {**good.headers, "Content-Type": "text/plain"}
        other = replace(good, headers=text, body=self.documented.content or b"{}")
        yield from self._checked(other, "a body of another media type")
        if self.operation.body[0].is_json:
            broken = replace(good, body=b'{"a": ')
            yield from self._checked(broken, "a body that is not JSON", part="a body that is no JSON")
            for body, fault in self._mistyped():
                yield from self._checked(self._with_body(body), fault)

    def _mistyped(self) -> Iterator[tuple[Any, str]]:
        yield [], "a body that is a list"
        yield None, "a body that is null"
        for name, value in self._members():
            other = next(each for each in ({"adcontract": [1]}, -1) if not isinstance(each, type(value)))
            yield {**self.documented.body, name: other}, f"{name} of another type"
            yield {**self.documented.body, name: None}, f"{name} that is null"
        if isinstance(self.documented.body, dict):
            yield {**self.documented.body, NO_SUCH: 1}, "an unknown field"

    def missing(self) -> Iterator[InvalidRequest]:
        """Yield requests without a member of the body or a parameter that is required."""
        if self.operation.body and self.operation.body[0].is_json:
            yield from self._checked(self._with_body({}), "a body without a member")
            for name, _ in self._members():
                rest = {each: value for each, value in self._members() if each != name}
                yield from self._checked(self._with_body(rest), f"no {name}")
        for name in self.documented.query:
            rest = {each: value for each, value in self.documented.query.items() if each != name}
            yield from self._checked(self._with_query(rest), f"no {name}")

    def outside(self) -> Iterator[InvalidRequest]:
        """Yield requests with a value outside its limits, except the size of a page, which has laws of its own."""
        for parameter in self.operation.parameters:
            if parameter.location == "query":
                schema, given = parameter.data.get("schema", {}), self.documented.query.get(parameter.name)
                for value, limit in self._outside(schema, given):
                    if not self._is_size(parameter.name, limit):
                        query = {**self.documented.query, parameter.name: value}
                        yield from self._checked(self._with_query(query), f"{parameter.name} beyond its {limit}")
        if self.operation.body and self.operation.body[0].is_json:
            properties = dict(self._properties(self.operation.body[0].data.get("schema", {})))
            documented = self.documented.body if isinstance(self.documented.body, dict) else {}
            for name in {**documented, **properties}:
                for value, limit in self._outside(properties.get(name, {}), documented.get(name)):
                    yield from self._checked(self._with_body({**documented, name: value}), f"{name} beyond its {limit}")

    def _properties(self, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        schema = follow(self.document, schema)
        yield from schema.get("properties", {}).items()
        for each in schema.get("allOf", ()):
            yield from self._properties(each)

    def _outside(self, schema: dict[str, Any], value: Any, depth: int = DEPTH) -> Iterator[tuple[Any, str]]:
        """Yield values outside a limit of a schema, or of a part of it, each with the limit; `value` is a valid one."""
        schema = follow(self.document, schema)
        yield from outside(schema, value)
        for each in schema.get("allOf", ()):
            yield from self._outside(each, value, depth)
        if not depth:
            return
        if "items" in schema:
            yield from self._outside_list(schema, value if isinstance(value, list) else [], depth)
        if isinstance(value, dict):
            for name, each in schema.get("properties", {}).items():
                for part, limit in self._outside(each, value.get(name), depth - 1):
                    yield {**value, name: part}, f"{name}: {limit}"

    def _outside_list(self, schema: dict[str, Any], values: list[Any], depth: int) -> Iterator[tuple[list[Any], str]]:
        count, most = schema.get("minItems", 0), schema.get("maxItems", MANY)
        if count:
            yield values[: count - 1], "minItems"
        if most < MANY and (more := _more(values, most + 1)):
            yield more, "maxItems"
        if schema.get("uniqueItems") and values:
            yield [*values[:1], *values], "uniqueItems"
        for part, limit in self._outside(schema["items"], next(iter(values), None), depth - 1):
            yield [part, *values[1:]], limit

    def _is_size(self, name: str, limit: str) -> bool:
        pagination = self.operation.behavior.pagination
        return limit == "maximum" and pagination is not None and pagination.size == name

    def _members(self) -> list[tuple[str, Any]]:
        body = self.documented.body
        return list(body.items()) if isinstance(body, dict) else []

    def _with_body(self, body: Any) -> Request:
        return self.client.sender.request(replace(self.documented, media=self.operation.body[0], body=body))

    def _with_query(self, query: dict[str, Any]) -> Request:
        return self.client.sender.request(replace(self.documented, query=query))

    def _checked(self, request: Request, fault: str, part: str = "") -> Iterator[InvalidRequest]:
        reading = self.checked.read(self.operation, request, self.base)
        if reading is not None and reading.faults and not reading.only_removes:
            yield InvalidRequest(request, reading, fault, part or fault)


def _more(values: list[Any], count: int) -> list[Any]:
    """Return so many different values like some; none where they are neither numbers nor texts."""
    if not values or isinstance(values[0], bool) or not isinstance(values[0], int | float | str):
        return []
    first, numbers = values[0], range(1, count)
    return [first, *(first + each if isinstance(first, int | float) else f"{first}{each}" for each in numbers)]
