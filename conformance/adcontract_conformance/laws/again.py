"""Reading again: a list goes on showing what it has shown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client import client as clients
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, canonical
from adcontract_conformance.laws.law import does, law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

_GONE = (404, 410)
"""Statuses of a list whose parent is not there."""

READS = 3
"""How often a page is read at once."""


@law("again", "a list shows a created item each time it is read", does("list"))
def again(client: Client, operation: Operation) -> Iterator[Found]:
    """Read the page that shows a created item again, at once and a little later: some reads may come late at first."""
    factory = ResourceFactory.of(client, operation)[0]
    item = factory.create()
    row, page = factory.row(operation, item)
    if row is MISSING:
        client.lists.forget()
        client.settle()
        row, page = factory.row(operation, item)
    if row is MISSING:
        why = factory.left_out_by(operation, item)
        raise NotTestable(
            f"the item is not listed by {why}"
            if why
            else "behavior.create reports that the list does not show the created item"
        )
    for wait in (0.0, clients.LATE):
        time.sleep(wait)
        replies = [client.send(operation, page.exchange.request) for _ in range(READS)]
        shown = [_shows(factory, operation, reply, item) for reply in replies]
        if all(shown):
            return
    if any(shown) and not factory.leaves:
        sentence = f"The created item {item.id} is listed by some of the same requests, and not by others."
        yield broken(operation, KEYWORD, replies[shown.index(False)], sentence, part="again", grave=True)


def _shows(factory: ResourceFactory, lister: Operation, reply: Reply, item: Item) -> bool:
    if reply.status in _GONE:
        return False
    if not reply.ok:
        raise NotTestable(f"the target answers {reply.status} to a page that it has shown")
    return any(factory.key(lister, row) == canonical(item.id) for row in factory.client.lists.rows(lister, reply))
