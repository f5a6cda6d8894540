"""The items of a double: those of each resource, as the contract's payloads show them, and what actions do to them."""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import get, put
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Values
    from adcontract.contract.behavior import Key, Resource
    from adcontract.contract.resources import ResourceType
    from adcontract_conformance.model.checked_contract import CheckedContract

ITEMS = 250
"""How many items each list of a double has, beside the documented ones."""

_WORDS = ("amber", "birch", "coral", "delta", "ember", "fjord", "grove")
_FEW = len(_WORDS)
"""How many different values a field has that lists are filtered or sorted by."""


class NoSuchItem(Exception):  # noqa: N818 - it is answered
    """A request names an item that is not there."""


@dataclass(eq=False)
class Row:
    """An item, and the text of the id of its parent, empty for none."""

    item: dict[str, Any]
    parent: str


class Shelf:
    """The items of one resource. `shelves` are those of all resources, by name, this one included."""

    def __init__(self, checked: CheckedContract, type_: ResourceType, shelves: dict[str, Shelf]) -> None:
        self.type = type_
        self._checked = checked
        self._shelves = shelves
        self._rows: list[Row] = []
        self._begun: set[str] = set()
        self._number = 0
        self._documented = self._whole_items()
        # a number that no documented item has, whichever a new one is like
        greatest = {pointer: self._greatest_of(pointer) for pointer in type_.ids}
        self._greatest = {pointer: number for pointer, number in greatest.items() if number}
        self._varied = self._varied_fields()

    # items

    def _whole_items(self) -> list[dict[str, Any]]:
        """Return the documented items, each with the fields that only other operations show."""
        shown = [item for each in (*self.type.showing, *self.type.operations) for item in each.items()]
        every: dict[str, Any] = {}
        for item in reversed(shown):
            every |= item
        found = {as_text(get(item, self.type.id)): {**every, **item} for item in reversed(shown)}
        return list(found.values())[::-1] or [{}]

    def _greatest_of(self, pointer: str) -> int:
        held = [get(item, pointer) for item in self._documented]
        return max((each for each in held if isinstance(each, int)), default=0)

    def _varied_fields(self) -> dict[str, dict[str, Any]]:
        """Return the schemas of the fields that lists are filtered or sorted by, by pointer."""
        fields: dict[str, None] = {}
        for each in self.type.of("list"):
            behavior = each.operation.behavior
            fields |= dict.fromkeys(one.field for filter_ in behavior.filters for one in filter_.conditions)
            fields |= dict.fromkeys(one.field for sort in behavior.sorts for one in sort.orders.values())
        schema = next((each.item_schema for each in self.type.showing if each.item_schema), None)
        held: dict[str, dict[str, Any]] = {}
        for pointer in fields if schema else ():
            if pointer not in (*self.type.ids, *self.type.parent_fields):
                for place in reach(self._checked.contract.document, str(schema), pointer)[:1]:
                    held[pointer] = self._checked.schemas.schema(place)
        return held

    def new(self, like: int = 0) -> dict[str, Any]:
        """Return a new item, like one of the documented ones, with ids of its own."""
        self._number += 1
        item = copy.deepcopy(self._documented[like % len(self._documented)])
        for pointer in self.type.ids:
            put(item, pointer, _other(self._greatest.get(pointer, get(item, pointer)), self._number))
        if self.type.members and self.type.count:
            put(item, self.type.count, len(get(item, self.type.members) or []))
        return item

    def _one_of_many(self, number: int) -> dict[str, Any]:
        item = self.new(number)
        for pointer, schema in self._varied.items():
            value = _variant(schema, get(item, pointer), number)
            if value is not None:
                put(item, pointer, value)
        return item

    def begin(self, parent: str) -> None:
        """Have the items of a parent, or of none, that are there before a run."""
        parent = parent if self.type.is_nested else ""
        if parent in self._begun:
            return
        self._begun.add(parent)
        if self.type.is_single:
            self.add(self.new(), parent)
            return
        for item in self._documented:
            self.add(copy.deepcopy(item), parent)
        for pointer, value in self._named_in_requests():
            if all(as_text(get(row.item, pointer)) != as_text(value) for row in self._rows if row.parent == parent):
                self.add(put(self.new(), pointer, value), parent)
        for number in range(ITEMS):
            self.add(self._one_of_many(number), parent)

    def _named_in_requests(self) -> Iterator[tuple[str, Any]]:
        """Yield the ids that documented requests have, also as those of parents, each with its pointer in an item."""
        children = (each for name in self.type.children for each in self._shelves[name].type.operations)
        keys = [(each.operation, each.declared.key, each.declared.id) for each in self.type.operations]
        named = ((each.operation, each.declared.parent) for each in children)
        keys += [(operation, one.key, one.id) for operation, one in named if one and one.name == self.type.name]
        for operation, key, pointer in keys:
            if key is not None and (value := _documented_value(operation, key)) is not None:
                yield pointer or self.type.id, value

    def begin_empty(self, parent: str) -> None:
        """Have no items of a new parent."""
        if not self.type.is_single:
            self._begun.add(parent)

    def add(self, item: dict[str, Any], parent: str) -> Row:
        """Add an item."""
        for pointer in self.type.parent_fields if parent else ():
            held = get(item, pointer)
            put(item, pointer, int(parent) if isinstance(held, int) and parent.isdecimal() else parent)
        row = Row(item, parent)
        self._rows.append(row)
        return row

    def remove(self, row: Row) -> None:
        """Remove an item, and what belongs to it."""
        self._rows.remove(row)
        for name in self.type.children:
            child = self._shelves[name]
            child._rows = [each for each in child._rows if each.parent != self.id_of(row)]

    def id_of(self, row: Row) -> str:
        """Return the id of an item as text."""
        return as_text(get(row.item, self.type.id))

    def beside(self, name: str) -> Shelf:
        """Return the shelf of another resource."""
        return self._shelves[name]

    # what a request names

    def parent(self, declared: Resource, values: Values) -> str:
        """Return the id of the parent that a request names, as text, empty for none."""
        if declared.parent is None:
            return ""
        text = as_text(_value(values, declared.parent.key))
        above, pointer = self._shelves.get(declared.parent.name), declared.parent.id
        if above is None or pointer in (None, above.type.id) or above.type.is_nested:
            return text
        above.begin("")
        return next((above.id_of(row) for row in above._rows if as_text(get(row.item, str(pointer))) == text), text)

    def rows(self, declared: Resource, values: Values) -> list[Row]:
        """Return the items of the list that a request names."""
        parent = self.parent(declared, values)
        self.begin(parent)
        return [row for row in self._rows if self._belongs(row, declared, parent)]

    def row(self, declared: Resource, values: Values) -> Row:
        """Return the item that a request names.

        Raises:
            NoSuchItem: if it is not there.
        """
        parent = self.parent(declared, values)
        self.begin(parent)
        key, pointer = declared.key, declared.id or self.type.id
        wanted = None if key is None else as_text(_value(values, key))
        for row in self._rows:
            is_it = wanted is None or as_text(get(row.item, pointer)) == wanted
            if is_it and self._belongs(row, declared, parent):
                return row
        raise NoSuchItem

    def _belongs(self, row: Row, declared: Resource, parent: str) -> bool:
        if declared.parent is None or row.parent == parent:
            return True
        return bool(declared.parent.field) and as_text(get(row.item, str(declared.parent.field))) == parent


def _value(values: Values, key: Key) -> Any:
    held: dict[str, Any] = getattr(values, key.location)
    if key.name not in held:
        raise NoSuchItem
    return held[key.name]


def _documented_value(operation: Operation, key: Key) -> Any:
    found: Iterator[Any] = (
        example.value
        for each in operation.parameters
        if (each.location, each.name) == (key.location, key.name)
        for example in each.examples
    )
    return next(found, None)


def _other(value: Any, number: int) -> Any:
    """Return another id of the same form."""
    if isinstance(value, int):
        return value + 1000 + number
    text = as_text(value) if value is not None else ""
    if text.isdecimal():
        return str(int(text) + 1000 + number).zfill(len(text))
    try:
        uuid.UUID(text)
    except ValueError:
        return f"{text}-{number}"
    return str(uuid.UUID(int=number, version=4))


def _variant(schema: dict[str, Any], value: Any, number: int) -> Any:
    """Return one of a few values that a schema allows; None where it has none like that."""
    known = schema.get("enum") or schema.get("x-extensible-enum")
    few = number * 5 % _FEW
    if known:
        return known[number % len(known)]
    if schema.get("type") == "boolean":
        return bool(number % 2)
    if schema.get("type") in ("integer", "number"):
        return few + 1
    if schema.get("type") == "string" and "pattern" not in schema:
        if schema.get("format") == "date-time":
            return f"2025-0{few + 1}-11T10:00:00Z"
        if schema.get("format") == "date" or (isinstance(value, str) and value[:4].isdecimal() and "-" in value):
            return f"2025-0{few + 1}-11" + (value[10:] if isinstance(value, str) else "")
        return None if "format" in schema else f"{_WORDS[few]} one"
    return None
