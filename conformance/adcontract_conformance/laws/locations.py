"""Locations: the one that a create names leads to the new item."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from adcontract import inferred
from adcontract.openapi.pointer import join
from adcontract.openapi.text import as_text
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.laws.law import law
from adcontract_conformance.model.promises import Breach, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply


def _says_where(operation: Operation) -> bool:
    resource = operation.behavior.resource
    return resource is not None and resource.action == "create" and operation.conditions.location is not None


def _is_read(client: Client, operation: Operation) -> bool:
    factory, _ = ResourceFactory.of(client, operation)
    return any(factory.resource(each).key for each in factory.every("read"))


@law("location", "the Location of a new item leads to it", _says_where, given=_is_read)
def location(client: Client, operation: Operation) -> Iterator[Found]:
    """Create an item, and ask for what its Location names, unless that is where the contract has the item."""
    factory, _ = ResourceFactory.of(client, operation)
    item = factory.create(by=operation)
    named = item.reply.headers.get("location")
    if not named:
        raise NotTestable("no response has a Location")
    url = urljoin(item.reply.exchange.request.url, named)
    readers = [each for each in factory.every("read") if factory.resource(each).key]
    if any(urlsplit(url).path.endswith(_path(factory, each, item)) for each in readers):
        return
    if urlsplit(url).netloc != urlsplit(client.sender.target.url).netloc:
        raise NotTestable("the Location leads to another host")
    if item.reply.status == HTTPStatus.ACCEPTED and not any(
        _is_beside(urlsplit(url).path, _path(factory, each, item), each, factory) for each in readers
    ):
        raise NotTestable("the Location of a 202 may lead to something other than the item")
    reply = _asked(client, readers[0], url)
    id_ = at(factory.item_in(readers[0], reply), factory.resource(readers[0]).id or "/id") if reply.ok else None
    if id_ is MISSING:
        raise NotTestable("what the Location leads to shows no id")
    if as_text(id_) != as_text(item.id):
        why = "shows another item" if reply.ok else f"is answered with {reply.status}"
        yield _broken(operation, item.reply, f"The Location of the new item {item.id} is {named}, which {why}.")


def _path(factory: ResourceFactory, reader: Operation, item: Item) -> str:
    """Return the path at which the contract has an item, without that of the server."""
    address = factory.address(reader, factory.id_for(reader, item), item.parent_ids)
    return urlsplit(factory.client.documented(reader, **address).url("")).path


def _is_beside(path: str, own: str, reader: Operation, factory: ResourceFactory) -> bool:
    """Return whether a path is that of an item but for its id: where the contract has another item."""
    key, names, mine = factory.resource(reader).key, reader.path.strip("/").split("/"), own.strip("/").split("/")
    others = path.rstrip("/").split("/")[-len(mine) :]
    differing = [name for name, one, other in zip(names, mine, others, strict=False) if one != other]
    return len(others) == len(mine) and key is not None and differing == [f"{{{key.name}}}"]


def _asked(client: Client, reader: Operation, url: str) -> Reply:
    request = client.sender.request(client.documented(reader))
    # a key may be in the query of every request
    query = urlsplit(request.url).query
    more = f"{'&' if '?' in url else '?'}{query}" if query else ""
    return client.send(reader, replace(request, url=url + more))


def _broken(operation: Operation, shown: Reply, sentence: str) -> Found:
    success, name = operation.success, str(operation.conditions.location)
    if success is None:
        raise TypeError(operation.id)
    reasons = (inferred(success.data["headers"][name]), success.inferred, operation.inferred)
    pointer = join(success.pointer, "headers", name)
    return Found(Breach(sentence, pointer, next(filter(None, reasons), None), part="location"), shown.exchange)
