"""The items that the requests of a run create on the target: where requests write to, and what is removed afterwards.

A target may hold the data of its users. So a request that changes or deletes is sent to an item that was created for
it, wherever the contract declares how one is created and removed, and nothing is deleted that the suite has not
created. The book of the run has what was created, by these requests and all others.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from adcontract.contract.actions import ACTIONS, batched
from adcontract.openapi.text import as_text
from adcontract_conformance.client.batches import entries_of, names_items, with_entries, with_ids
from adcontract_conformance.client.book import is_carried_out
from adcontract_conformance.client.client import Client
from adcontract_conformance.client.factory import ResourceFactory, under
from adcontract_conformance.client.named_ids import id_to_name
from adcontract_conformance.client.replies import MISSING, NotTestable, Reply, at, json_of
from adcontract_conformance.client.unknown_ids import unknown_id
from adcontract_conformance.model.exchange import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.documented import Documented
    from adcontract_conformance.client.factory import Item, ParentIds
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Exchange

Address: TypeAlias = "dict[str, dict[str, Any]]"
"""Values that lead to an item, by location and name."""

WRITES = tuple(name for name, action in ACTIONS.items() if action.on_item and name != "read")
"""Actions that change an item."""


IDEMPOTENT = ("PUT", "DELETE")
"""Methods whose requests have the same effect however often they are sent (RFC 9110, section 9.2.2)."""


class Created:
    """The items that were created on one target for the requests of one contract."""

    def __init__(self, sender: Sender) -> None:
        self.client = Client(sender)
        self._items: dict[str, list[Item]] = defaultdict(list)
        self._parent_ids: dict[str, ParentIds] = {}

    def look_first(self) -> None:
        """Look at the lists of what can be created and removed, once, to know before requests what is somebody's."""
        for name, type_ in self.client.sender.checked.contract.resources.items():
            factory = ResourceFactory(self.client, name)
            for create in factory.creates if type_.of("delete") else ():
                if self.client.sender.checked.may_write(create):
                    with suppress(NotTestable):
                        factory.look_first(create, factory.parent_ids_of(create)[0])
            for each in type_.operations:
                if self.client.sender.checked.may_write(each.operation):
                    self.client.sender.singles.look(each.operation, self.client.sender.ask)
        self.client.sender.book.seen.settle()

    def removable(self, name: str) -> bool:
        """Whether the contract has operations that create and delete an item of a resource."""
        factory = ResourceFactory(self.client, name)
        return bool(factory.creates and factory.every("delete"))

    def leaves_nothing(self, operation: Operation) -> bool:
        """Return whether a write may be sent many times: it is the same each time, or what it creates is removed."""
        resource = operation.behavior.resource
        if resource is None or resource.action not in ("create", "add", "upsert", batched("create")):
            return operation.method in IDEMPOTENT or resource is not None
        return self.removable(resource.name)

    def address(self, operation: Operation) -> Address | None:
        """Create the item that an operation writes to, and return its address; None where the documented one is used.

        Raises:
            NotTestable: if it deletes an item that cannot be created, or if creating it fails.
        """
        resource = operation.behavior.resource
        if resource is None or resource.action not in WRITES:
            return None
        if ACTIONS[resource.action].may_create:
            return self._new_place(operation, resource) if self.removable(resource.name) else None
        self._look_before(operation, resource)
        name = resource.name if resource.key or resource.parent is None else resource.parent.name
        if not self.removable(name):
            if resource.action == "delete":
                raise NotTestable(
                    f"the contract has no operation that creates a {name}, and the suite deletes only its own items"
                )
            return None
        item = self._create(name)
        factory = ResourceFactory(self.client, resource.name)
        if resource.key is not None:
            return factory.address(operation, factory.id_for(operation, item), item.parent_ids)
        if resource.parent is None:
            return None
        pointer = resource.parent.id
        own = at(item.shown, pointer) if pointer else item.id
        return factory.address(operation, MISSING, {under(resource.parent): own})

    def directed(self, each: Documented) -> Documented:
        """Return a documented request of a batch with the ids of items that are created for it; any other as it is.

        Raises:
            NotTestable: if they cannot be created, or if creating one fails.
        """
        operation, resource = each.operation, each.operation.behavior.resource
        if resource is None or not names_items(operation):
            return each
        if not self.removable(resource.name):
            reason = (
                f"the contract has no operation that creates a {resource.name}, and the suite names only its own items"
            )
            raise NotTestable(reason)
        entries = entries_of(resource, each.body)
        items = [self._create(resource.name) for _ in entries]
        factory, parent_ids = ResourceFactory(self.client, resource.name), self._parent_ids.get(resource.name, {})
        there = factory.address(operation, MISSING, parent_ids)
        ids = [factory.id_for(operation, item) for item in items]
        return replace(
            each,
            path={**each.path, **there["path"]},
            query={**each.query, **there["query"]},
            body=with_entries(resource, each.body, with_ids(resource, entries, ids)),
        )

    def _new_place(self, operation: Operation, resource: Resource) -> Address:
        """Return where an operation creates an item, of a parent in which the target creates some."""
        factory = ResourceFactory(self.client, resource.name)
        parent_ids = self._create(resource.name).parent_ids if resource.parent else {}
        return factory.address(operation, id_to_name(factory, operation, parent_ids), parent_ids)

    def _look_before(self, operation: Operation, resource: Resource) -> None:
        """Look at the list that an operation adds items to, so that those can be told from the others and removed."""
        factory = ResourceFactory(self.client, resource.name)
        if resource.makes and factory.every("delete"):
            try:
                factory.look_before(operation, factory.parent_ids_of(operation)[0])
            except NotTestable:
                return  # what is added cannot be found again, and is counted

    def _create(self, name: str) -> Item:
        item = ResourceFactory(self.client, name).create(parent_ids=self._parent_ids.get(name))
        self._parent_ids[name] = item.parent_ids
        self._items[name].append(item)
        return item

    def answered(self, exchange: Exchange) -> None:
        """Note what a request has created that another sender sent."""
        self.client.sender.note(exchange)
        self.note(exchange)

    def note(self, exchange: Exchange) -> None:
        """Note that an item was created to which other requests may be directed, if the contract can remove it."""
        resource, response = exchange.operation.behavior.resource, exchange.response
        if resource is None or resource.action != "create" or not self.removable(resource.name):
            return
        if not isinstance(response, HttpResponse) or not is_carried_out(response):
            return
        reading = self.client.sender.checked.read(exchange.operation, exchange.request, self.client.sender.target.url)
        parent_ids: ParentIds = {}
        if resource.parent and reading:
            parent_ids = {
                under(resource.parent): getattr(reading, resource.parent.key.location).get(resource.parent.key.name)
            }
        try:
            reply = Reply(exchange, response.status, json_of(response.body))
            factory = ResourceFactory(self.client, resource.name)
            item = factory.item(exchange.operation, reply, parent_ids)
            if not factory.was_there(item):
                self._items[resource.name].append(item)
        except NotTestable:
            return  # the response does not show its id, which the checks of the schema report

    def instead(self, operation: Operation, id: Any) -> Address | None:  # noqa: A002
        """Return the address of a created item for an operation that writes; None if `id` is one, or there is none.

        It leads to nothing if there is none, and `id` is of an item that was there before.
        """
        resource = operation.behavior.resource
        if resource is None or resource.action not in WRITES:
            return None
        if ACTIONS[resource.action].may_create and self.removable(resource.name):
            is_own = as_text(id) in self.client.sender.book.own(self.client.sender.checked, resource.name)
            return None if is_own else self._new_place(operation, resource)
        factory, items = ResourceFactory(self.client, resource.name), self._items[resource.name]
        known = {str(factory.id_for(operation, each)): each for each in items}
        if str(id) in known:
            return None
        if not known:
            answered = {key[-1] for key in self.client.sender.book.seen.answered if key[1] == resource.name}
            # the target has answered a create with an item of somebody else
            return {"path": self._nowhere(operation, {})} if as_text(id) in answered else None
        own, item = list(known.items())[-1]
        return factory.address(operation, own, item.parent_ids)

    def paths(self, operations: Iterable[Operation]) -> dict[str, dict[str, Any]]:
        """Return values of the path, by operation, for requests that try something else than the path.

        They lead to a created item where an operation writes, and to the documented one otherwise. Where none can be
        created, they have an unknown id.
        """
        found: dict[str, dict[str, Any]] = {}
        for operation in operations:
            if not self.client.sender.has_request(operation):
                continue
            documented = dict(self.client.documented(operation).path)
            try:
                own = self.address(operation)
            except NotTestable:
                own = {"path": self._nowhere(operation, documented)}
            if own or operation.body or any(parameter.location == "query" for parameter in operation.parameters):
                found[operation.id] = {**documented, **(own or {}).get("path", {})}
        return found

    def _nowhere(self, operation: Operation, documented: Mapping[str, Any]) -> dict[str, Any]:
        resource = operation.behavior.resource
        key = resource and (resource.key or (resource.parent and resource.parent.key))
        return {key.name: unknown_id(documented.get(key.name))} if key and key.location == "path" else {}

    def clear(self) -> KeyboardInterrupt | None:
        """Remove all items, the latest first. See `Cleanup.clear`."""
        self._items.clear()
        return self.client.clear()

    def finish(self) -> KeyboardInterrupt | None:
        """Remove what is left of everything that was created, at the end of a run. See `Cleanup.finish`."""
        return self.client.cleanup.finish()

    def taken(self) -> Iterator[Exchange]:
        """Yield the exchanges by which items were created and removed since the last call."""
        yield from self.client.sent
        self.client.sent.clear()
