"""Cursors: from page to page they lead to the end of a list, and no other text does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from adcontract.openapi.pointer import join
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import NotTestable, Reply
from adcontract_conformance.laws.law import law, require_told
from adcontract_conformance.laws.pages import KEYWORD, by_cursor, sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Pagination
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.model.promises import Found

NONE = "no-such-cursor"
"""A text that no page gives as a cursor."""


def _refuses_unknown(operation: Operation) -> bool:
    return by_cursor(operation) and bool(operation.behavior.pagination and operation.behavior.pagination.refused)


@law("page-cursor", "each cursor leads to another page, and the last page has none", by_cursor)
def page_cursor(client: Client, operation: Operation) -> Iterator[Found]:
    """Read the list in small pages, and look at their cursors."""
    pagination = operation.behavior.pagination
    if pagination is None:
        return
    if found := list(_refused(client, operation)):
        yield from found
        return
    total, divided = len(client.lists.walk(operation).rows), list[Reply]()
    for size in sizes(client, operation, total):
        replies = client.lists.walk(operation, size=size).replies
        cursors = [client.lists.next_cursor(operation, reply) for reply in replies]
        if cursors[-1] is not None and cursors[-1] in cursors[:-1]:
            place = cursors.index(cursors[-1]) + 2
            sentence = f"The cursor of page {len(replies)} leads back to page {place}: the list never ends."
            *before, last = [_keys(client, operation, reply) for reply in replies]
            # whoever believes it never reads the items that follow
            is_lost = bool(last) and last <= set().union(*before)
            yield broken(operation, KEYWORD, replies[-1], sentence, part="next_cursor", of="next", grave=is_lost)
        for reply in replies:
            yield from _without_way(pagination, operation, reply)
        divided += replies if len(replies) > 1 else ()
    if not divided:
        raise NotTestable(f"the list of {total} items has one page")


def _keys(client: Client, operation: Operation, reply: Reply) -> set[bytes]:
    return {client.lists.key(operation, row) for row in client.lists.rows(operation, reply)}


def _refused(client: Client, operation: Operation) -> Iterator[Found]:
    """Yield a breach if a page gives a cursor that is refused: nothing leads to the items that follow."""
    pages = client.lists.page(operation, 0, 1)
    reply = client.lists.following(operation, client.good(operation, query=pages), query=pages)
    if reply is None or reply.ok:
        return
    require_told(client, operation, [reply], lambda: None)
    sentence = f"The cursor that a page gives is answered with {reply.status}."
    yield broken(operation, KEYWORD, reply, sentence, part="next_cursor", of="next", grave=True)


def _without_way(pagination: Pagination, operation: Operation, reply: Reply) -> Iterator[Found]:
    """Yield a breach if a page says that others follow, and not how to ask for them: their items are never read."""
    if reply.next_cursor(pagination) is not None:
        return
    link = reply.said(pagination, "next")
    if reply.said(pagination, "more") is True:
        sentence = "The page says that more items follow, and has no cursor for them."
        yield broken(operation, KEYWORD, reply, sentence, part="more", grave=True)
    elif isinstance(link, str) and link and pagination.start not in parse_qs(urlsplit(link).query):
        sentence = f"next is {link}, which has no {pagination.start} in its query."
        yield broken(operation, KEYWORD, reply, sentence, part="next", grave=True)


@law("cursor-unknown", "a cursor that no page has given is refused", _refuses_unknown, needs=("page-cursor",))
def cursor_unknown(client: Client, operation: Operation) -> Iterator[Found]:
    """Ask with a cursor that no page has given."""
    pagination = operation.behavior.pagination
    parameter = next(each for each in operation.parameters if pagination and each.name == pagination.start)
    schema = join(parameter.pointer, "schema")
    if pagination is None or not client.sender.checked.schemas.valid(schema, NONE):
        raise NotTestable("the contract allows no cursor that is certainly unknown")
    reply = client.ask(operation, query={pagination.start: NONE})
    require_told(client, operation, [reply], lambda: None)
    if str(reply.status) != pagination.refused:
        sentence = f"A cursor that no page has given is answered with {reply.status}, not with {pagination.refused}."
        yield broken(operation, KEYWORD, reply, sentence, part="refused")
