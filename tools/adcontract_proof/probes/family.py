"""The operations of a contract that see what one of them does, and the addresses of the items that they act on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.pages import next_cursor
from adcontract.openapi.pointer import get, put
from adcontract.openapi.text import as_text
from adcontract_proof.probes.writer import placed

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from adcontract import Key, Operation, Parent, ResourceType
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_proof.probes.exchanges import Request, Response
    from adcontract_proof.probes.writer import Writer

    Item = dict[str, Any] | None
    Asking = Generator[Request, Response, list[Any]]

_PAGES = 12
_FRESH = 4
UNKNOWN = (2_000_000_011, "adcontract-unknown", "00000000-0000-4000-8000-000000000000")
"""Ids that nothing has."""


class Family:
    """An operation that declares an action, and those on the same resource, on its parent, and on its children."""

    def __init__(self, writer: Writer, operation: Operation) -> None:
        self.writer = writer
        self.operation = operation
        declared = operation.behavior.resource
        assert declared is not None
        self.type: ResourceType = writer.contract.resources[declared.name]
        self._made: list[Any] | None = None

    def of(self, *actions: str) -> list[Operation]:
        """Return the operations with these actions on the resource."""
        return [each.operation for each in self.type.of(*actions)]

    @property
    def lister(self) -> list[Operation]:
        """The list whose rows are looked at: the operation itself, or the first one; none without one."""
        lists = self.of("list")
        return [self.operation] if self.operation in lists else lists[:1]

    def named(self, rows: list[Any]) -> list[Any]:
        """Return the rows of a list that the operation can name."""
        declared = self.operation.behavior.resource
        pointer = (declared.id if declared else None) or self.type.id
        return [each for each in rows if get(each, pointer) is not None]

    @cached_property
    def _related(self) -> list[ResourceType]:
        names = [*(parent.name for parent in self.type.parents), *self.type.children]
        return [each for name in names if (each := self.writer.contract.resources.get(name))]

    def at(self, operation: Operation, item: Item = None, parent: Item = None) -> DocumentedRequest:
        """Return the request of an operation to an item and its parent, to the documented ones without them."""
        request, declared = self.writer.bare(operation), operation.behavior.resource
        if declared is None:
            return request
        item_id = get(item, declared.id or self.type.id)
        if declared.key and item_id is not None:
            request = placed(request, declared.key, item_id)
        if declared.parent:
            parent_id = get(parent, self._parent_pointer(declared.parent))
            if parent_id is None and declared.parent.field:
                parent_id = get(item, declared.parent.field)
            if parent_id is not None:
                request = placed(request, declared.parent.key, parent_id)
        return request

    def _parent_pointer(self, parent: Parent) -> str:
        resource = self.writer.contract.resources.get(parent.name)
        return f"/{parent.name}{parent.id or (resource.id if resource else '/id')}"

    def documented_item(self) -> Item:
        """Return the item that the operation is documented for, as far as its request names it."""
        declared, request = self.operation.behavior.resource, self.writer.default(self.operation)
        value = _value(request, declared.key) if declared and declared.key else None
        return put({}, (declared.id if declared else None) or self.type.id, value) if value is not None else None

    def rows(
        self, lister: Operation, parent: Item = None, size: int | None = None, asked: Mapping[str, Any] | None = None
    ) -> Asking:
        """Ask for a list, in pages of a size, as large as possible if None, and return its rows.

        `asked` are other values of the query.
        """
        declared, pagination = lister.behavior.resource, lister.behavior.pagination
        request, found, first = self.at(lister, parent=parent), list[Any](), 0
        cursor: str | None = None
        for number in range(_PAGES if pagination else 1):
            query = dict(asked or {})
            if pagination is not None:
                if pagination.size:
                    query[pagination.size] = size or pagination.max or 100
                if pagination.style != "cursor":
                    query[pagination.start] = number + 1 if pagination.style == "page" else len(found)
                elif cursor is not None:
                    query[pagination.start] = cursor
            response = yield self.writer.with_query(request, **query)
            rows = get(json_of(response), (declared.items if declared else "") or "")
            if not isinstance(rows, list) or not rows:
                break
            found += rows
            if pagination is not None and pagination.style == "cursor":
                headers = {name.lower(): value for name, value in response.headers}
                cursor = next_cursor(pagination, json_of(response), headers)
                if cursor is None:
                    break
                continue
            first = first or len(rows)
            if len(rows) < first:
                break
        return found

    def parents(self) -> Asking:
        """Ask for the parents, and return a few: each as an object that has it by the name of its resource."""
        parent = (self.operation.behavior.resource or self.type.operations[0].declared).parent
        parent = parent or next(iter(self.type.parents), None)
        if parent is None:
            return [None]
        pointer = self._parent_pointer(parent)
        request = self.writer.default(self.operation)
        known = _value(request, parent.key)
        found: list[Any] = [None] if known is None else [put({}, pointer, known)]
        resource = self.writer.contract.resources.get(parent.name)
        if resource is None and known is not None:
            others = [known + each if isinstance(known, int) else f"{known}{each}" for each in (1, 2, 3)]
            found += [put({}, pointer, each) for each in others]
        for each in resource.of("list")[:1] if resource else ():
            rows = yield from self.rows(each.operation)
            listed = [{parent.name: row} for row in rows[:4]]
            found += [each for each in listed if as_text(get(each, pointer)) != as_text(known)][:3]
        if resource and not resource.of("list"):
            found = [*(yield from self._new_parents(resource)), *found]
        return found

    def _new_parents(self, resource: ResourceType) -> Asking:
        """Create parents that no operation lists, once."""
        if self._made is None:
            self._made = []
            for create in resource.of("create")[:1]:
                for _ in range(2):
                    response = yield self.writer.written(self.writer.bare(create.operation))
                    item = self.created(create.operation, response)
                    self._made += [] if item is None else [{resource.name: item}]
        return self._made

    def fresh(self, upsert: Operation) -> list[Any]:
        """Return items with ids that an operation can create them under, and nothing has."""
        declared = upsert.behavior.resource
        key = declared.key if declared else None
        found = list[Any]()
        for each in upsert.parameters:
            if key and (each.location, each.name) == (key.location, key.name) and each.schema_pointer:
                ids = [self.writer.value(each.schema_pointer, f"new {number}") for number in range(_FRESH)]
                pointer = (declared.id if declared else None) or self.type.id
                found += [put({}, pointer, value) for value in dict.fromkeys(ids)]
        return found

    def children_creates(self) -> Iterator[tuple[ResourceType, Operation]]:
        """Yield each resource whose items belong to one of this resource, with an operation that creates them."""
        for name in self.type.children:
            child = self.writer.contract.resources[name]
            yield from ((child, each.operation) for each in child.of("create")[:1])

    def below(self, operation: Operation, item: Item) -> DocumentedRequest:
        """Return the request of an operation on a child resource to an item that it belongs to."""
        request, declared = self.writer.bare(operation), operation.behavior.resource
        parent = declared.parent if declared else None
        value = get(item, parent.id or self.type.id) if parent else None
        return placed(request, parent.key, value) if parent and value is not None else request

    def unknown(self, operation: Operation) -> Iterator[Request]:
        """Yield requests to items and parents that do not exist."""
        declared = operation.behavior.resource
        for key in (
            (declared.key if declared else None),
            declared.parent.key if declared and declared.parent else None,
        ):
            if key is not None:
                yield from (self.writer.written(placed(self.writer.default(operation), key, each)) for each in UNKNOWN)

    def observed(self, item: Item = None, parent: Item = None) -> Generator[Request, Response, None]:
        """Read an item, the lists that could have it, and what it belongs to."""
        yield from (self.writer.written(self.at(operation, item, parent)) for operation in self.of("read"))
        for operation in self.of("list"):
            yield from self.rows(operation, parent)
        for operation in [] if self.of("list", "read") else self.of("update"):
            # a change of nothing shows the item where no operation reads it
            yield self.writer.with_json(self.at(operation, item, parent), {})
        for related in self._related:
            owner = (parent or {}).get(related.name)
            for each in related.of("read", "list")[:2]:
                request = self.writer.bare(each.operation)
                key, value = each.declared.key, get(owner, each.declared.id or related.id)
                yield self.writer.written(placed(request, key, value) if key and value is not None else request)

    def created(self, operation: Operation, response: Response) -> Item:
        """Return the item that a response shows as created, None where it shows none."""
        declared, body = operation.behavior.resource, json_of(response)
        if declared is None or body is None:
            return None
        if declared.shows_id is not None:
            shown: dict[str, Any] = put({}, declared.id or self.type.id, get(body, declared.shows_id))
            return shown
        item = get(body, declared.item or "")
        return item if isinstance(item, dict) else None


def _value(request: DocumentedRequest, key: Key) -> Any:
    """Return the id that a request has where `key` holds it."""
    return (request.path if key.location == "path" else request.query).get(key.name)


def json_of(response: Response) -> Any:
    """Return the body of a success as JSON, None where it is none."""
    try:
        return orjson.loads(response.body) if response.is_success else None
    except orjson.JSONDecodeError:
        return None
