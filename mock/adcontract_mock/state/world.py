"""How a world begins: with the documented payloads, and as many more like them as are wanted."""

from __future__ import annotations

import copy
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adcontract.pointer import lookup
from adcontract_mock.generate import Generator
from adcontract_mock.state.kinds import Kind, kinds
from adcontract_mock.state.places import get, has, put
from adcontract_mock.state.rules import Rules
from adcontract_mock.state.shape import ITEMS, required
from adcontract_mock.state.spelling import spellings
from adcontract_mock.state.store import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Fault, Schemas
    from adcontract_mock.state.kinds import Deed
    from adcontract_mock.state.store import World

_MANY = 100
"""How many members are made for an item at most."""

_FEW = 7
"""How many values there are of a field that lists are filtered by: a filter shall find several items."""


class Beginning:
    """Makes the items that the worlds of one contract begin with. All of them fit it, and keep its rules."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self.kinds = kinds(contract)
        self.generator = Generator(contract, schemas)
        self._document = contract.document
        self._schemas = schemas
        self._rules = Rules(contract)
        self._documented = cache(self._make_documented)
        self._varied = cache(self._make_varied)

    def begin(self, world: World, kind: Kind, parent: str, seeds: int) -> None:
        """Put what a collection begins with into `world`, the first time that it is asked for.

        `parent` is whose collection it is, empty for that of all; `seeds` is how many there are besides the documented
        ones.
        """
        parent = parent if kind.nested else ""
        if not world.begin(kind.name, parent):
            return
        for item, home in self._documented(kind.name):
            if not kind.nested or home in ("", parent):
                self.add(world, kind, copy.deepcopy(item), parent or home)
        for number in range(seeds):
            self.add(world, kind, copy.deepcopy(self._varied(kind.name, number)), parent, new=True)

    def add(self, world: World, kind: Kind, item: dict[str, Any], parent: str, *, new: bool = False) -> Row:
        """Put an item into its collection, with an id of its own if it is new, or has none, or one that is taken."""
        name = get(item, kind.id)
        if new or name is None or world.taken(kind.name, str(name)):
            for pointer in kind.names:
                name = self._new_name(world, kind, pointer)
                put(item, pointer, name)
            name = get(item, kind.id)
        self._belong(kind, item, parent)
        row = Row(str(name), item, parent)
        world.add(kind.name, row)
        return row

    def complete(self, kind: Kind, item: dict[str, Any]) -> dict[str, Any]:
        """Return an item with all that the answers which show it require, and as many members as it counts."""
        bare = kind.members is not None and not has(item, kind.members)
        for deed in kind.showing:
            for name in sorted(required(self._document, deed.schema or "") - item.keys()):
                item[name] = self._missing(kind, deed, name)
        if kind.members is not None and bare and kind.count and isinstance(count := get(item, kind.count), int):
            put(item, kind.members, self._members(kind, min(count, _MANY)))
            put(item, kind.count, min(count, _MANY))
        return item

    def member(self, kind: Kind, name: Any) -> Any:
        """Return the member of that id as it is documented, else one like those that are."""
        where, shown = kind.member_id or "", kind.shown_members
        known = next((member for member in shown if str(get(member, where)) == str(name)), None)
        if known is not None:
            return copy.deepcopy(known)
        return put(copy.deepcopy(shown[0]) if shown else {}, where, name)

    def fits(self, kind: Kind, item: dict[str, Any]) -> bool:
        """Return whether an item fits every answer that shows it, and keeps the rules of the contract."""
        for deed in kind.showing:
            seen = visible(deed, item)
            if not (self._schemas.valid(deed.schema or "", seen) and self._rules.keeps(deed.schema or "", seen)):
                return False
        return True

    def misfit(self, kind: Kind, item: dict[str, Any]) -> tuple[Deed, Fault] | None:
        """Return an operation that cannot answer with an item, and why, None if all can."""
        for deed in kind.showing:
            for fault in self._schemas.faults(deed.schema or "", visible(deed, item)):
                return deed, fault
        return None

    def typed(self, kind: Kind, pointer: str, value: Any) -> Any:
        """Return `value` as items have it at `pointer`, itself if they cannot have it there."""
        schema = kind.schema_of(pointer)
        fit = (each for each in spellings(value) if schema is None or self._schemas.valid(schema, each))
        return next(fit, value)

    def _members(self, kind: Kind, count: int) -> list[Any]:
        """Return so many members: those that are documented, and more like them."""
        schema = kind.schema_of(f"{kind.members}/{ITEMS}{kind.member_id or ''}")
        numbers = range(len(kind.shown_members), count)
        more = [self.generator.value(schema, f"{kind.name} member {n}") if schema else str(n) for n in numbers]
        return copy.deepcopy(kind.shown_members[:count]) + [self.member(kind, name) for name in more]

    def _missing(self, kind: Kind, deed: Deed, name: str) -> Any:
        for each in kind.showing:
            for shown in each.shown():
                if name in shown:
                    return copy.deepcopy(shown[name])
        return self.generator.value(deed.members[name], kind.name) if name in deed.members else None

    def _new_name(self, world: World, kind: Kind, pointer: str) -> Any:
        """Return a name that no item of a kind has, or ever had: the next number, else a UUID, else what fits."""
        schema = kind.schema_of(pointer)
        if pointer == kind.id and (schema is None or self._schemas.valid(schema, 1)):
            return world.highest(kind.name) + 1
        seed = f"{kind.name} {pointer} {world.count(kind.name)}"
        name = str(UUID(int=Random(seed).getrandbits(128), version=4))
        if schema is None or self._schemas.valid(schema, name):
            return name
        return self.generator.value(schema, seed)

    def _belong(self, kind: Kind, item: dict[str, Any], parent: str) -> None:
        """Let an item say what it belongs to, where it shows that."""
        fields = {deed.resource.parent.field for deed in kind.deeds if deed.resource.parent}
        for field in fields if parent else ():
            if field:
                put(item, field, self.typed(kind, field, parent))

    def _make_documented(self, name: str) -> list[tuple[dict[str, Any], str]]:
        """Return the documented items of a kind, each with the id of the one that it belongs to, empty for none.

        There is one for every id in the documented payloads, and for every one in the documented requests.
        """
        kind = self.kinds[name]
        found: dict[Any, tuple[dict[str, Any], str]] = {}
        for deed in kind.showing:
            if deed.resource.action != "create":
                for item in deed.shown():
                    known = get(item, kind.id)
                    found.setdefault(len(found) if known is None else str(known), (item, _home(deed, kind)))
        items = [(self.complete(kind, copy.deepcopy(item)), home) for item, home in found.values()]
        for pointer, value, home in self._asked(kind):
            named = self.typed(kind, pointer, value)
            if not any(get(item, pointer) == named for item, _ in items):
                items.append((put(self.like(kind, len(items)), pointer, named), home))
        return [(item, home) for item, home in items if self.fits(kind, item)]

    def _asked(self, kind: Kind) -> Iterator[tuple[str, Any, str]]:
        """Yield what documented requests call a kind of thing: where an item has it, the value, what it belongs to."""
        for deed in kind.deeds:
            key = deed.resource.key
            for value in deed.asked(key) if key else ():
                yield deed.resource.id or kind.id, value, _home(deed, kind)
        if kind.has_collection:
            parents = (deed for each in self.kinds.values() for deed in each.deeds if deed.resource.parent)
            for deed in parents:
                parent = deed.resource.parent
                if parent and parent.name == kind.name:
                    yield from ((kind.id, value, "") for value in deed.asked(parent.key))

    def like(self, kind: Kind, number: int) -> dict[str, Any]:
        """Return an item like a documented one, else one that is made from the schema; `number` says which."""
        shown = [item for deed in kind.showing if deed.resource.action != "create" for item in deed.shown()]
        if shown:
            return self.complete(kind, copy.deepcopy(shown[number % len(shown)]))
        made = (self.generator.value(deed.schema, f"{kind.name} {number}") for deed in kind.showing if deed.schema)
        return self.complete(kind, next(made, {}))

    def _make_varied(self, name: str, number: int) -> dict[str, Any]:
        """Return an item of which the fields that lists are filtered and sorted by differ from those of others."""
        kind = self.kinds[name]
        item = self.like(kind, number)
        others = dict(self._other_values(kind, number))
        varied = copy.deepcopy(item)
        for pointer, value in others.items():
            put(varied, pointer, value)
        if self.fits(kind, varied):
            return varied
        for pointer, value in others.items():
            varied = put(copy.deepcopy(item), pointer, value)
            if self.fits(kind, varied):
                item = varied
        return item

    def _other_values(self, kind: Kind, number: int) -> Iterator[tuple[str, Any]]:
        random = Random(f"{kind.name} {number}")
        for pointer, how in kind.fields.items():
            schema = kind.schema_of(pointer)
            if schema is not None and lookup(self._document, schema).get("type") != "array":
                which = number if how == "own" else random.randrange(_FEW)
                yield pointer, self.generator.value(schema, f"{kind.name} {pointer} {which}")


def visible(deed: Deed, item: dict[str, Any]) -> dict[str, Any]:
    """Return what the answer of an operation shows of an item."""
    return {name: value for name, value in item.items() if name in deed.members} if deed.members else item


def _home(deed: Deed, kind: Kind) -> str:
    """Return the id of what the items in a documented answer belong to; those of a list to whatever it is asked for."""
    parent = deed.resource.parent
    if parent is None or (kind.nested and deed.resource.action == "list"):
        return ""
    return str(next(iter(deed.asked(parent.key)), ""))
