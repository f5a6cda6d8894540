"""The client of a team's own laws."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adcontract.errors import did_you_mean
from adcontract_conformance.client.items import under
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.own.response import Response, response_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client as LawClient
    from adcontract_conformance.client.factory import ResourceFactory
    from adcontract_conformance.client.items import Address
    from adcontract_conformance.client.items import Item as CreatedItem

DOCUMENTED: Any = MISSING
"""Stands for the documented request body."""


@dataclass(frozen=True)
class Item:
    """An item that a law has created: its id, and its `value`, as the response showed it, None if it did not."""

    id: Any
    value: Any
    resource: str
    _created: CreatedItem = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        """Return a field of its value."""
        return self.value[name]


class Client:
    """Sends the requests of a law to the target. What it creates is removed after the law.

    Each request is the documented one of an operation, with the parameters and the body that are given in their places,
    and with credentials. The optional parameters of the query are left out. An `item` gives the ids in the path and the
    query: its own, or its parents', or those of the items in it.

    Where the target does not respond, or with 5xx, the law ends, and the check `answered` of its group reports that.
    """

    def __init__(self, client: LawClient, operation: Operation) -> None:
        self._client = client
        self.operation = operation
        """The operation that the law is tried on."""

    def send(
        self,
        operation: str,
        item: Item | None = None,
        *,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = DOCUMENTED,
    ) -> Response:
        """Send a request to an operation, and return the response, whatever its status.

        Raises:
            LookupError: if the contract has no such operation or parameter.
        """
        found = self._operation(operation)
        values = self._values(found, item, path, query)
        documented = self._client.documented(found, **values)
        if body is not DOCUMENTED:
            if not found.body:
                raise LookupError(f"{operation} takes no request body.")
            documented = replace(documented, media=found.body[0], body=body)
        request = self._client.sender.request(documented)
        request = replace(request, headers={**request.headers, **(headers or {})})
        for name, value in (headers or {}).items():
            if found.idempotency and name.lower() == found.idempotency.key.name.lower():
                self._client.sender.keys.keep(value)
        return response_of(self._client.send(found, request).exchange)

    def create(self, operation: str, parent: Item | None = None, *, body: Any = DOCUMENTED) -> Item:
        """Create an item, and return it. It has the documented values unless a `body` is given.

        Raises:
            LookupError: if the contract has no such operation, or it creates nothing.
            NotTestable: if the target refuses, or no operation removes such an item again.
        """
        found = self._operation(operation, "create")
        factory, resource = self._factory(found), _resource(found)
        parent_ids = None
        if parent is not None and resource.parent is not None:
            parent_ids = {under(resource.parent): _id_in(parent, resource.parent.name, resource.parent.id)}
        item = factory.create(parent_ids, by=found, body=body)
        return Item(item.id, None if item.shown is MISSING else item.shown, resource.name, item)

    def get(self, operation: str, item: Item) -> Any:
        """Return the value of an item as an operation reads it; None if it refuses, as it does where the item is gone.

        Raises:
            LookupError: if the contract has no such operation, or it reads nothing.
            NotTestable: if the response shows no item.
        """
        found = self._operation(operation, "read")
        reply = self._client.ask(found, **self._values(found, item))
        if not reply.ok:
            return None
        value = reply.at(_resource(found).item)
        if value is MISSING:
            raise NotTestable(f"{operation} shows no item where the contract has one")
        return value

    def list(
        self,
        operation: str,
        item: Item | None = None,
        *,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Sequence[Any]:
        """Return the rows of all pages of a list.

        Raises:
            LookupError: if the contract has no such operation or parameter, or it lists nothing.
            NotTestable: if the target refuses, or the list is longer than the suite reads.
        """
        found = self._operation(operation, "list")
        values = self._values(found, item, path, query)
        return self._client.lists.whole(found, values["path"], values["query"]).rows

    def delete(self, operation: str, item: Item) -> Response:
        """Delete an item, and return the response.

        Raises:
            LookupError: if the contract has no such operation, or it deletes nothing.
        """
        self._operation(operation, "delete")
        return self.send(operation, item)

    def _operation(self, id: str, action: str | None = None) -> Operation:  # noqa: A002
        known = {each.id: each for each in self._client.operations}
        if id not in known:
            raise LookupError(f"There is no operation {id}.{did_you_mean(id, known)}")
        resource = known[id].behavior.resource
        if action is not None and (resource is None or resource.action != action):
            raise LookupError(f"The contract declares no action {action} of {id}. Use send.")
        return known[id]

    def _values(
        self,
        operation: Operation,
        item: Item | None = None,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Address:
        """Return the values of the path and the query: those that lead to an item, and those that are given."""
        there: Address = {"path": {}, "query": {}} if item is None else self._address(operation, item)
        for location, given in (("path", path), ("query", query)):
            _require(operation, location, given or ())
            there[location].update(given or {})
        return there

    def _address(self, operation: Operation, item: Item) -> Address:
        resource, factory = _resource(operation), self._factory(operation)
        if resource.name == item.resource:
            id_ = factory.id_for(operation, item._created) if resource.key else MISSING
            return factory.address(operation, id_, item._created.parent_ids)
        if resource.parent is None:
            raise LookupError(f"{operation.id} is about a {resource.name}, and not about a {item.resource}.")
        parent_ids = {under(resource.parent): _id_in(item, resource.parent.name, resource.parent.id)}
        return factory.address(operation, MISSING, parent_ids)

    def _factory(self, operation: Operation) -> ResourceFactory:
        # imported here, so that a file that declares checks is imported quickly
        from adcontract_conformance.client.factory import ResourceFactory

        return ResourceFactory(self._client, _resource(operation).name)


def _resource(operation: Operation) -> Resource:
    resource = operation.behavior.resource
    if resource is None:
        raise LookupError(f"The contract does not say which item {operation.id} is about. Give send path and query.")
    return resource


def _id_in(item: Item, name: str, pointer: str | None) -> Any:
    """Return the id by which the items in an item name it."""
    if item.resource != name:
        raise LookupError(f"This takes a {name}, and not a {item.resource}.")
    return at(item.value, pointer) if pointer else item.id


def _require(operation: Operation, location: str, names: Iterable[str]) -> None:
    """Check that an operation has parameters of these names."""
    known = [each.name for each in operation.parameters if each.location == location]
    for name in names:
        if name not in known:
            raise LookupError(f"{operation.id} has no parameter {name} in its {location}.{did_you_mean(name, known)}")
