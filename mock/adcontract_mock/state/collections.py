"""How the collections of a world begin, and how their items are found and named."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adcontract_mock.state.payload_pointers import get, put

if TYPE_CHECKING:
    from adcontract_mock.state.items import Home, Items
    from adcontract_mock.state.resources import ResourceType
    from adcontract_mock.state.store import Row, SessionState

_ONLY = "only"
"""What the one thing of its kind that a parent has is called."""


class Collections:
    """The collections in the world of a session. Each begins when it is first asked for."""

    def __init__(self, session_state: SessionState, items: Items, seeds: int) -> None:
        """Take a world, what makes items, and how many each collection begins with besides the documented ones."""
        self.session_state = session_state
        self.items = items
        self._seeds = seeds

    def begin(self, kind: ResourceType, parent: str) -> None:
        """Put what a collection begins with into the world. `parent` is whose it is, empty for that of all."""
        parent = parent if kind.nested else ""
        if not self.session_state.begin(kind.name, parent):
            return
        if kind.single:
            self.add(kind, self.items.like(kind, 0), parent)
            return
        for first in self.items.documented(kind.name):
            home = self._id_of(first.home)
            if not kind.nested or home in ("", parent):
                self.add(kind, copy.deepcopy(first.item), parent or home, name=first.name)
        for number in range(self._seeds):
            self.add(kind, copy.deepcopy(self.items.varied(kind.name, number)), parent, new=True)

    def begin_empty(self, kind: ResourceType, parent: str) -> None:
        """Let what belongs to a new item of a kind begin with nothing: nobody has put anything there."""
        for each in self.items.kinds.values():
            if each.nested and not each.single and any(declared.name == kind.name for declared in each.parents):
                self.session_state.begin(each.name, parent)

    def add(
        self, kind: ResourceType, item: dict[str, Any], parent: str, *, new: bool = False, name: str | None = None
    ) -> Row:
        """Put an item into its collection, with an id of its own if it is new, or has none, or one that is taken."""
        name = _ONLY if kind.single else name
        if name is None:
            known = get(item, kind.id)
            if new or known is None or self.session_state.taken(kind.name, str(known), parent if kind.nested else None):
                known = self._new_id(kind)
                put(item, kind.id, known)
            name = str(known)
        for field in kind.parent_fields if parent else ():
            put(item, field, self.items.typed(kind, field, parent))
        return self.session_state.add(kind.name, name, parent, item)

    def find(self, kind: ResourceType, pointer: str, name: Any, parent: str) -> Row | None:
        """Return the item that has `name` at `pointer`; `parent` is whose it is, empty where that is not said."""
        if pointer == kind.id:
            rows = self.session_state.called(kind.name, str(name))
        else:
            rows = [row for row in self.session_state.rows(kind.name) if str(get(row.item, pointer)) == str(name)]
        own = [row for row in rows if not kind.nested or not parent or row.parent == parent]
        return next(iter(own), None)

    def _id_of(self, home: Home | None) -> str:
        """Return the id of what a documented request says that an item belongs to."""
        if home is None:
            return ""
        kind = self.items.kinds.get(home.parent.name)
        if kind is None or home.parent.id in (None, kind.id):
            return str(home.value)
        if kind.has_collection:
            self.begin(kind, "")
        row = self.find(kind, home.parent.id or kind.id, home.value, "")
        return row.id if row else str(home.value)

    def _new_id(self, kind: ResourceType) -> Any:
        """Return an id that no item of a kind has, or ever had: the next number, else a UUID, else what fits."""
        if self.items.may_be(kind, kind.id, 1):
            return max(self.session_state.highest(kind.name), self._highest_documented(kind)) + 1
        seed = f"{kind.name} {self.session_state.count(kind.name)}"
        name = str(UUID(int=Random(seed).getrandbits(128), version=4))
        schema = kind.schema_of(kind.id)
        return (
            name
            if schema is None or self.items.may_be(kind, kind.id, name)
            else self.items.generator.value(schema, seed)
        )

    def _highest_documented(self, kind: ResourceType) -> int:
        known = (get(first.item, kind.id) for first in self.items.documented(kind.name))
        return max((name for name in known if isinstance(name, int)), default=0)
