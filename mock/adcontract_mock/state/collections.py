"""How the collections of a session begin, and how their items are found and get their ids."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adcontract.openapi.pointer import get, put
from adcontract_mock.state.items import Seeded
from adcontract_mock.state.payload_pointers import copied

if TYPE_CHECKING:
    from adcontract_mock.state.initial_items import InitialItems, Owner
    from adcontract_mock.state.item_factory import ItemFactory
    from adcontract_mock.state.rows import Row
    from adcontract_mock.state.session_state import SessionState
    from adcontract_mock.state.stateful_resource import StatefulResource

_ONLY = "only"
"""The id of an item of which each parent has exactly one."""


class Collections:
    """The collections of a session. Each begins when a request first needs it."""

    def __init__(self, session_state: SessionState, initial: InitialItems, seed_items: int) -> None:
        """Take the state, the initial items, and how many items a collection has besides the documented ones."""
        self.session_state = session_state
        self.factory: ItemFactory = initial.factory
        self._initial = initial
        self._seed_items = seed_items

    def of_session(self, session: str) -> Collections:
        """Return the collections of another session, as they are within the same transaction."""
        return Collections(self.session_state.of_session(session), self._initial, self._seed_items)

    def begin(self, resource: StatefulResource, parent_id: str) -> None:
        """Put the initial items of a collection into the state, unless it has begun.

        `parent_id` is that of the parent, empty for the collection of all.
        """
        parent_id = parent_id if resource.is_nested else ""
        # with several collections the ids in one depend on which of them began first
        begins_alike = not resource.is_nested and not resource.is_single
        if not self.session_state.begin(resource.name, parent_id, alike=begins_alike):
            return
        if resource.is_single:
            self.add(resource, self.factory.like_documented(resource, 0), parent_id)
            return
        owners = tuple(self._id_of(initial.owner) for initial in self._initial.documented(resource.name))
        if self.session_state.count(resource.name):
            self._add_initial(resource, parent_id, owners)
        else:
            self.session_state.seed(resource.name, parent_id, self._seeded(resource, parent_id, owners))

    def _seeded(self, resource: StatefulResource, parent_id: str, owners: tuple[str, ...]) -> Seeded:
        """Return the initial items of a collection that is the first one of its resource, created once for all."""
        key = (resource.name, parent_id, self._seed_items, owners)
        if key not in self._initial.seeded:
            alone = Collections(self.session_state.of_nobody(), self._initial, self._seed_items)
            alone._add_initial(resource, parent_id, owners)
            self._initial.remember(key, Seeded(parent_id, alone.session_state.rows(resource.name)))
        return self._initial.seeded[key]

    def _add_initial(self, resource: StatefulResource, parent_id: str, owners: tuple[str, ...]) -> None:
        """Add the initial items of a collection; `owners` are the ids of those of the documented ones."""
        for initial, owner_id in zip(self._initial.documented(resource.name), owners, strict=True):
            if not resource.is_nested or owner_id in ("", parent_id):
                self.add(resource, copied(initial.item), parent_id or owner_id, item_id=initial.id)
        for number in range(self._seed_items):
            self.add(resource, copied(self._initial.varied(resource.name, number)), parent_id, new=True)

    def begin_empty(self, resource: StatefulResource, item_id: str) -> None:
        """Let the collections of a new item begin without items, as nobody has put any there."""
        for name in resource.children:
            child = self.factory.resources[name]
            if child.is_nested and not child.is_single:
                self.session_state.begin(name, item_id)

    def add(
        self,
        resource: StatefulResource,
        item: dict[str, Any],
        parent_id: str,
        *,
        new: bool = False,
        item_id: str | None = None,
    ) -> Row:
        """Put an item into its collection, with an id of its own if it is new, has none, or has one that is taken."""
        item_id = _ONLY if resource.is_single else item_id
        if item_id is None:
            known = get(item, resource.id)
            within = parent_id if resource.is_nested else None
            if new or known is None or self.session_state.taken(resource.name, str(known), within):
                known = self._new_id(resource)
                put(item, resource.id, known)
            item_id = str(known)
        for field in resource.parent_fields if parent_id else ():
            put(item, field, self.factory.typed(resource, field, parent_id))
        return self.session_state.add(resource.name, item_id, parent_id, item)

    def find(self, resource: StatefulResource, pointer: str, value: Any, parent_id: str) -> Row | None:
        """Return the item that has `value` at `pointer`, of any parent if `parent_id` is empty; None if none has."""
        if pointer == resource.id:
            rows = self.session_state.with_id(resource.name, str(value))
        else:
            rows = [row for row in self.session_state.rows(resource.name) if str(get(row.item, pointer)) == str(value)]
        own = (row for row in rows if not resource.is_nested or not parent_id or row.parent == parent_id)
        return next(own, None)

    def _id_of(self, owner: Owner | None) -> str:
        """Return the id of the owner of a documented item, empty for none."""
        if owner is None:
            return ""
        resource = self.factory.resources.get(owner.parent.name)
        if resource is None or owner.parent.id in (None, resource.id):
            return str(owner.value)
        if resource.has_one_collection:
            self.begin(resource, "")
        row = self.find(resource, owner.parent.id or resource.id, owner.value, "")
        return row.id if row else str(owner.value)

    def _new_id(self, resource: StatefulResource) -> Any:
        """Return an id that no item has, or ever had: the next number, else a UUID, else one that fits the schema."""
        if self.factory.may_be(resource, resource.id, 1):
            return max(self.session_state.highest(resource.name), self._initial.highest(resource.name)) + 1
        seed = f"{resource.name} {self.session_state.count(resource.name)}"
        new_id = str(UUID(int=Random(seed).getrandbits(128), version=4))
        schema = resource.schema_at(resource.id)
        if schema is None or self.factory.may_be(resource, resource.id, new_id):
            return new_id
        return self.factory.generator.value(schema, seed)
