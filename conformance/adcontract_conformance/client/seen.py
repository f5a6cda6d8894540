"""The items that a target has shown and the run has not created: they are somebody's data, and are never removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from adcontract.openapi.text import as_text
from adcontract_conformance.client.items import under
from adcontract_conformance.client.replies import MISSING, at, json_of
from adcontract_conformance.model.exchange import HttpResponse, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.items import ParentIds
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

GENERATED = (Purpose.VALID, Purpose.INVALID, Purpose.UNSURE, Purpose.LINKED)
"""Requests that several processes send, so that it is not known in which order."""

ItemKey: TypeAlias = tuple[str, str, str, str]
"""An item: its API, its resource, the parent under which it is removed, empty where it needs none, and its id."""


class Seen:
    """The items that reads and lists have shown before anything with their ids was created.

    `settled` has those that were there before requests began whose order is not known.
    `answered` has those with which the target has answered a create, and
    `looked_at` the parents whose lists were read before.
    """

    def __init__(self) -> None:
        self.settled = frozenset[ItemKey]()
        self.answered = set[ItemKey]()
        self.looked_at = set[tuple[str, str, bytes]]()
        self._now = set[ItemKey]()

    def settle(self) -> None:
        """Note that requests begin whose order is not known."""
        self.settled = frozenset(self._now)

    def note(self, checked: CheckedContract, exchange: Exchange, base: str, own: Set[str]) -> None:
        """Note the items that a response to a GET shows, without those that the run has created: `own` ids."""
        resource, response = exchange.operation.behavior.resource, exchange.response
        if resource is None or exchange.purpose in GENERATED or not isinstance(response, HttpResponse):
            return
        if not 200 <= response.status < 300:
            return
        if not checked.contract.resources[resource.name].of("delete"):
            return
        parent_ids: ParentIds = {}
        if resource.parent and (reading := checked.read(exchange.operation, exchange.request, base)):
            parent_ids[under(resource.parent)] = getattr(reading, resource.parent.key.location).get(
                resource.parent.key.name
            )
        for item in _items(exchange, resource, json_of(response.body)):
            key = key_of(checked, resource.name, at(item, resource.id or "/id"), parent_ids, item)
            if key is not None and key[-1] not in own:
                self._now.add(key)

    def has(self, key: ItemKey | None) -> bool:
        """Return whether an item was shown that the run has not created."""
        return key in self._now

    def was_there(self, key: ItemKey | None, create: Exchange) -> bool:
        """Return whether an item was there before a create that is answered with it, and note the answer."""
        if key is None or key not in (self.settled if create.purpose in GENERATED else self._now):
            return False
        self.answered.add(key)
        return True

    def is_ours(self, key: ItemKey | None) -> None:
        """Note that an item was created, so that its id is not somebody else's where it is used again."""
        if key is not None:
            self._now.discard(key)
            self.answered.discard(key)


def key_of(checked: CheckedContract, resource: str, id_: Any, parent_ids: ParentIds, shown: Any) -> ItemKey | None:
    """Return the key of an item; None where nothing removes it, or its id or its parent is not known."""
    removers = checked.contract.resources[resource].of("delete")
    if not removers or id_ in (MISSING, None, "") or isinstance(id_, dict | list):
        return None
    parent, text = removers[0].declared.parent, ""
    if parent:
        value = parent_ids.get(under(parent), MISSING)
        if value is MISSING and parent.field:
            value = at(shown, parent.field)
        if value in (MISSING, None):
            return None
        text = as_text(value)
    return checked.title, resource, text, as_text(id_)


def _items(exchange: Exchange, resource: Resource, value: Any) -> Iterator[Any]:
    pagination = exchange.operation.behavior.pagination
    if resource.action == "read" and resource.item is not None:
        yield at(value, resource.item)
    elif resource.action == "list":
        rows = at(value, pagination.items if pagination else resource.items or "")
        yield from rows if isinstance(rows, list) else ()
