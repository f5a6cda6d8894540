"""Links from a page to those around it: whoever follows them reads the list that was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.laws.law import law
from adcontract_conformance.laws.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-pagination"

UNSAID = "No page says that a link keeps the size, the order and the filters of the request."

PAGES = 3
"""Into how many pages a list is divided, so that a link leads to a page of several items."""


def _linked(operation: Operation) -> bool:
    pagination = operation.behavior.pagination
    # those by cursor are followed wherever a list is read
    return pagination is not None and "next" in pagination.roles and pagination.style != "cursor"


@law(
    "page-links",
    "the links to the pages around a page keep the size, the order and the filters of the request",
    _linked,
    needs=("page-size", "page-walk", "page-envelope"),
)
def page_links(client: Client, operation: Operation) -> Iterator[Found]:
    """Follow the link to the second page, and the one back: of the whole list, of a sorted and of a filtered one."""
    total, tried = len(client.lists.walk(operation).rows), False
    for part, query, due in _queries(client, operation, total):
        size = client.lists.part(operation, due, PAGES) or due
        pages = [client.ask(operation, query={**query, **client.lists.page(operation, each, size)}) for each in (0, 1)]
        if not all(each.ok and _keys(client, operation, each) for each in pages):
            continue
        for role, (reply, wanted) in {"next": pages, "prev": pages[::-1]}.items():
            link = reply.said(operation.behavior.pagination, role)
            if not isinstance(link, str) or not urlsplit(link).query:
                continue
            followed, tried = client.follow(operation, link), True
            if not followed.ok or _keys(client, operation, followed) != _keys(client, operation, wanted):
                sentence = f"{role} is {link}, which leads to other items than that page has: it loses the {part}."
                found = broken(operation, KEYWORD, reply, sentence, part=part, of=role)
                yield replace(found, breach=replace(found.breach, inferred=found.breach.inferred or UNSAID))
                break
    if not tried:
        raise NotTestable("no page links to another one with a URL")


def _queries(client: Client, operation: Operation, total: int) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Yield what a link has to keep, a query with it, and how many items the list has then."""
    if total > PAGES and operation.behavior.pagination and operation.behavior.pagination.size:
        yield "size", {}, total
    for sort in operation.behavior.sorts[:1]:
        if not any(client.was_broken(each, operation) for each in ("sort-all", "sort-order", "sort-reverse")):
            yield from (("order", {sort.parameter: sort.value(value)}, total) for value in list(sort.orders)[-2:])
    if total > 1 and not client.was_broken("filter", operation):
        trial = Trial(client, operation)
        for each, value in list(trial.widest())[:2]:
            yield "filter", {each.parameter: value}, len(trial.matching(each, value))


def _keys(client: Client, operation: Operation, reply: Reply) -> list[bytes]:
    return [client.lists.key(operation, row) for row in client.lists.rows(operation, reply)]
