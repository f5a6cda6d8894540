"""Items that no operation creates: the one that a documented request has changed may be changed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_conformance.client.factory import Item, ResourceFactory, under
from adcontract_conformance.client.replies import NotTestable, Reply, json_of
from adcontract_conformance.model.exchange import HttpResponse

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_conformance.client.items import ParentIds


def is_created(factory: ResourceFactory) -> bool:
    """Return whether an operation creates or adds an item of a resource, or each parent has one."""
    adds = any(factory.resource(each).makes for each in factory.every("add"))
    return bool(factory.creates) or adds or factory.type.is_single


def only(factory: ResourceFactory, operation: Operation) -> Item | None:
    """Return the singleton of the whole API that an operation changes, which is changed back after each law.

    Raises:
        NotTestable: if it cannot be changed back.
    """
    sender, type_ = factory.client.sender, factory.type
    if not type_.is_global:
        return None
    sender.singles.look(operation, sender.ask)
    if not sender.singles.can_restore(type_):
        raise NotTestable(f"the {factory.name} of the target could not be changed back")
    reader = factory.the("read")
    reply = factory.do_at(reader, {})
    return Item(factory.name, {}, reply, shown=factory.item_in(reader, reply))


def changeable(factory: ResourceFactory, operation: Operation) -> Item:
    """Return an item that an operation may change: the singleton of the whole API, or one that is created for it.

    Raises:
        NotTestable: if it could not be changed back, or none can be created.
    """
    return only(factory, operation) or factory.create()


def written(factory: ResourceFactory, operation: Operation) -> Item | None:
    """Return the item that the documented request of a change has changed in this run, where none can be created.

    Its values are the documented ones by now, so that it may be changed again, and back to them. It is None where the
    request was not sent, or is none of a change.
    """
    sender, resource = factory.client.sender, factory.resource(operation)
    if is_created(factory) or resource.action not in ("update", "set"):
        return None
    exchange = sender.book.documented.get((sender.checked.api, operation.id))
    if exchange is None or resource.key is None or not isinstance(exchange.response, HttpResponse):
        return None
    reading = sender.checked.read(operation, exchange.request, sender.target.url)
    if reading is None:
        return None
    parent_ids: ParentIds = {}
    if resource.parent is not None:
        key = resource.parent.key
        parent_ids[under(resource.parent)] = getattr(reading, key.location).get(key.name)
    reply = Reply(exchange, exchange.response.status, json_of(exchange.response.body))
    id_ = getattr(reading, resource.key.location).get(resource.key.name)
    return Item(id_, parent_ids, reply, reading.body, factory.item_in(operation, reply))
