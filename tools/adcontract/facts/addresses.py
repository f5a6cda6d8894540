"""The addresses of facts: short names, such as `query.page` or `response.data.*.name`, of the nodes of a document.

| address | node |
|---|---|
| `operation` | the operation |
| `path.NAME`, `query.NAME`, `header.NAME`, `cookie.NAME` | a parameter, and the schema of its value |
| `body` | the request body, and the schema of its value |
| `response`, `response-404` | the success, or the response with this status, and the schema of its value |
| `response-headers.NAME`, `response-404-headers.NAME` | a header of that response, and the schema of its value |
| `schema.NAME` | a component, for facts about the document |
| `/x-filter/query` | a JSON Pointer below the operation, or in the document |

A value's address continues into it: members by name, `*` for each item of an array or each further member.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.contract.provenance import inferred
from adcontract.openapi.grammar import COMPOSITIONS, EACH
from adcontract.openapi.pointer import join, split
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operation_parts import Example, MediaType, Parameter, Response
    from adcontract.contract.operations import Operation

_RESPONSE = re.compile(r"response(?:-([0-9]{3}))?(-headers)?")


class Node(NamedTuple):
    """An object of a document: itself, its pointer, and why it is inferred, if it is, or something around it."""

    data: dict[str, Any]
    pointer: str
    mark: str | None


@dataclass
class Target:
    """What stands at an address.

    `nodes` are the objects whose keywords describe it, several where a parameter has a schema, or a schema is composed.
    `holders` are the schemas that have the node as their member `name`, `items` those of its own items. `examples` are
    documented values.
    """

    nodes: list[Node]
    items: list[Node] = field(default_factory=list)
    holders: list[Node] = field(default_factory=list)
    name: str = ""
    examples: list[Any] = field(default_factory=list)
    media: tuple[MediaType, ...] = ()
    response: Response | None = None
    operation: Operation | None = None


class Addresses:
    """The nodes of one document, by their addresses."""

    def __init__(self, document: dict[str, Any], operations: tuple[Operation, ...]) -> None:
        self.document = document
        self.operations = {operation.id: operation for operation in operations}

    def find(self, operation_id: str, address: str) -> Target | None:
        """Return what stands at an address of an operation, or of the document if `operation_id` is empty; or None."""
        operation = self.operations.get(operation_id)
        if operation is None and operation_id:
            return None
        if address.startswith("/"):
            return self._at_pointer(operation, address)
        head, _, rest = address.partition(".")
        if operation is None:
            name, _, inside = rest.partition(".")
            node = self.document.get("components", {}).get("schemas", {}).get(name)
            pointer = join("/components/schemas", name)
            return self._within(Node(node, pointer, None), inside) if head == "schema" and node is not None else None
        if head == "operation":
            node = Node(operation.data, operation.pointer, operation.inferred)
            return Target([node], operation=operation) if not rest else None
        if head in ("path", "query", "header", "cookie"):
            return self._parameter(operation, head, rest)
        if head == "body" and operation.body:
            holder = _member(Node(operation.data, operation.pointer, operation.inferred), "requestBody")
            return self._content(holder, operation.body, rest)
        if match := _RESPONSE.fullmatch(head):
            response = operation.responses.get(match[1]) if match[1] else operation.success
            if response is not None:
                return self._header(response, rest) if match[2] else self._response(operation, response, rest)
        return None

    def _at_pointer(self, operation: Operation | None, address: str) -> Target | None:
        """Follow a pointer; the keywords of a value that is not an object cannot be asked for."""
        start = operation.pointer if operation else ""
        node = Node(operation.data if operation else self.document, start, operation.inferred if operation else None)
        value, pointer, mark = node
        for part in split(address):
            value, pointer = deref(self.document, value, pointer)
            mark = mark or inferred(value, part)
            if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, dict) and part in value:
                value = value[part]
            else:
                return None
            pointer = join(pointer, part)
        value, pointer = deref(self.document, value, pointer)
        data = value if isinstance(value, dict) else {}
        return Target([Node(data, pointer, mark or inferred(data))], examples=[value])

    def _parameter(self, operation: Operation, location: str, rest: str) -> Target | None:
        for parameter in operation.parameters:
            name = parameter.name
            if parameter.location == location and (rest == name or rest.startswith(f"{name}.")):
                return self._valued(parameter, operation.inferred, rest.removeprefix(name).removeprefix("."))
        return None

    def _valued(self, holder: Parameter, mark: str | None, inside: str) -> Target | None:
        """Return a parameter and its value, or what is inside of its value."""
        node = Node(holder.data, holder.pointer, mark or holder.inferred)
        found = self._within(_member(node, "schema"), inside) if "schema" in holder.data else Target([])
        if found is None:
            return None
        found.examples = _values(holder.examples, inside)
        if not inside:
            found.nodes.insert(0, node)
        return found

    def _response(self, operation: Operation, response: Response, inside: str) -> Target | None:
        mark = operation.inferred or response.inferred
        found = self._content(Node(response.data, response.pointer, mark), response.media, inside)
        if found is not None and not inside:
            found.response = response
        return found

    def _header(self, response: Response, name: str) -> Target | None:
        headers = {known.lower(): known for known in response.data.get("headers", {})}
        if name.lower() not in headers:
            return None
        known = headers[name.lower()]
        outer = Node(response.data, response.pointer, response.inferred)
        node = Node(*deref(self.document, outer.data["headers"][known], join(outer.pointer, "headers", known)), None)
        node = node._replace(mark=outer.mark or inferred(node.data))
        inner = list(self._in_place(_member(node, "schema"))) if "schema" in node.data else []
        examples = [each["value"] for each in node.data.get("examples", {}).values() if "value" in each]
        return Target(
            [node, *inner], examples=[*examples, *(node.data[key] for key in ("example",) if key in node.data)]
        )

    def _content(self, holder: Node, media: tuple[MediaType, ...], inside: str) -> Target | None:
        """Return a request body or a response and its value, or what is inside of its value."""
        data, pointer = deref(self.document, holder.data, holder.pointer)
        holder = Node(data, pointer, holder.mark or inferred(data))
        first = next((each for each in media if each.is_json), media[0] if media else None)
        if first is None or "schema" not in first.data:
            return None if inside else Target([holder], media=media)
        content = Node(first.data, first.pointer, holder.mark or inferred(first.data))
        found = self._within(_member(content, "schema"), inside)
        if found is None:
            return None
        found.examples = _values(first.examples, inside)
        if not inside:
            found.nodes.insert(0, holder)
            found.media = media
        return found

    def _within(self, start: Node, inside: str) -> Target | None:
        """Return the schemas for the part at `inside` of a value of the schema `start`, or None."""
        found, holders, name = list(self._in_place(start)), [], ""
        rest = inside
        while rest:
            holders = found
            name, rest = self._next(holders, rest)
            found = [node for holder in holders for node in self._step(holder, name)]
            if not found:
                return None
        items = [item for node in found if "items" in node.data for item in self._step(node, EACH)]
        return Target(found, items, holders, name)

    def _next(self, holders: list[Node], rest: str) -> tuple[str, str]:
        """Split off the first part of an address: a member that has this name, dots and all, or up to the next dot."""
        for known in (name for holder in holders for name in holder.data.get("properties", {})):
            if "." in known and (rest == known or rest.startswith(f"{known}.")):
                return known, rest.removeprefix(known).removeprefix(".")
        name, _, rest = rest.partition(".")
        return name, rest

    def _step(self, holder: Node, name: str) -> Iterator[Node]:
        data, pointer, mark = holder
        if name in data.get("properties", {}):
            member = Node(
                data["properties"][name], join(pointer, "properties", name), mark or inferred(data, "properties")
            )
            yield from self._in_place(member)
        elif name == EACH:
            for key in ("items", "additionalProperties"):
                if isinstance(data.get(key), dict):
                    yield from self._in_place(_member(holder, key))

    def _in_place(self, node: Node) -> Iterator[Node]:
        """Yield the schema of a node, its references followed, and those that it is composed of."""
        data, pointer = deref(self.document, node.data, node.pointer)
        found = Node(data, pointer, node.mark or inferred(data))
        yield found
        for keyword in COMPOSITIONS:
            for index, branch in enumerate(data.get(keyword, [])):
                mark = found.mark or inferred(data, keyword)
                yield from self._in_place(Node(branch, join(pointer, keyword, str(index)), mark))


def _member(node: Node, key: str) -> Node:
    return Node(node.data[key], join(node.pointer, key), node.mark or inferred(node.data, key))


def _values(examples: tuple[Example, ...], inside: str) -> list[Any]:
    """Return what the documented examples have at an address inside of them."""
    values = [example.value for example in examples if not example.inferred]
    if not inside:
        return values
    for part in inside.split("."):
        values = [found for value in values for found in _parts(value, part)]
    return values


def _parts(value: Any, name: str) -> list[Any]:
    if isinstance(value, list):
        return value if name == EACH else []
    if isinstance(value, dict):
        return list(value.values()) if name == EACH else [value[name]] if name in value else []
    return []
